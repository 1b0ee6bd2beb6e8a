import { type GoodPair, GUARDED, type Made, made, OWN_PAGE, POSTED, requestLine } from './made.ts';
import { below, brokenToken, garbage, pick, printable, type Random } from './text.ts';

/** A token that is bad, or a good one where or as it does not count. */
export function withCredential(random: Random, { access, refresh }: GoodPair): Made {
  const bad = brokenToken(random, pick(random, [access, refresh]));
  const lines = pick(random, [
    () => [`Authorization: Bearer ${bad}`],
    () => [`Authorization: Bearer ${refresh}`],
    () => [`Authorization: Bearer  ${access}`],
    () => [`Authorization: Bearer\t${access}`],
    () => [`Authorization: Bearer ${access} ${pick(random, [bad, 'x', access])}`],
    () => [`Authorization: Bearer ${access},${bad}`],
    () => [`Authorization: Bearer ${access}`, `Authorization: ${printable(random)}`],
    () => [`Authorization: Bearer ${access}`, `authorization: Bearer ${access}`],
    () => [
      `Authorization: ${pick(random, ['Basic', 'Bear er', 'Token', 'JWT', 'Bearer:', '"Bearer"', 'Bearer\u00a0'])} ${access}`,
    ],
    () => [`Authorization: ${access}`],
    () => [`Authorization: ${printable(random, 300)}`],
    () => [`Authorization: Basic ${btoa(garbage(random))}`],
    () => [`Authorization: Bearer ${access}`, `Cookie: access=${access}`],
    () => [`X-Authorization: Bearer ${access}`, `Proxy-Authorization: Bearer ${access}`],
  ])();
  const method = pick(random, ['GET', 'GET', 'HEAD', 'POST', 'DELETE']);
  const path = method === 'POST' ? pick(random, POSTED) : pick(random, [...GUARDED, '/api/token/sessions/x']);
  return made(method, requestLine(method, path), lines);
}

/** The same in cookies; and good cookies without a sign of where the request comes from. */
export function withCookie(random: Random, { access, csrf, refresh }: GoodPair): Made {
  const bad = brokenToken(random, access).replaceAll(';', '');
  const worse = brokenToken(random, refresh).replaceAll(';', '');
  const [path, lines] = pick<() => readonly [string, readonly string[]]>(random, [
    () => [pick(random, GUARDED), [`Cookie: access=${bad}`]],
    () => [pick(random, GUARDED), [`Cookie: access=${refresh}; refresh=${access}`]],
    () => [pick(random, GUARDED), [`Cookie: access=${access}; access=${bad}`]],
    () => [pick(random, GUARDED), [`Cookie: access=${access}`, `Cookie: access=${access}`]],
    () => [
      pick(random, GUARDED),
      [
        `Cookie: ${pick(random, ['Access', ' access ', 'access\u00a0', 'xaccess', '"access"', '__Host-access'])}=${access}`,
      ],
    ],
    () => [pick(random, GUARDED), [`Cookie: access="${access}"`]],
    () => [pick(random, GUARDED), [`Cookie: ${printable(random, 500)}`]],
    () => [pick(random, GUARDED), [`Cookie: ${'a=b; '.repeat(below(random, 2_000))}access=${bad}`]],
    () => ['/api/token/refresh', [`Cookie: refresh=${refresh}; csrf=${csrf}`]],
    () => [
      '/api/token/refresh',
      [`Cookie: refresh=${refresh}; csrf=${csrf}`, `Origin: ${printable(random)}`],
    ],
    () => ['/api/token/refresh', [`Cookie: refresh=${refresh}; csrf=${csrf}`, `X-CSRF-Token: x${csrf}`]],
    () => ['/api/token/refresh', [`Cookie: refresh=${refresh}`, OWN_PAGE]],
    () => [
      '/api/token/refresh',
      [`Cookie: refresh=${refresh}; csrf=${printable(random).replaceAll(';', '')}`, OWN_PAGE],
    ],
    () => [
      pick(random, ['/api/token/refresh', '/api/token/logout']),
      [`Cookie: refresh=${worse}; csrf=${csrf}`, OWN_PAGE],
    ],
    () => ['/me/password', [`Cookie: access=${access}`]],
  ])();
  const method = GUARDED.includes(path) ? pick(random, ['GET', 'HEAD']) : 'POST';
  return made(method, requestLine(method, path), lines);
}
