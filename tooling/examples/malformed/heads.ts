import { type GoodPair, GUARDED, type Made, made, POSTED, requestLine } from './made.ts';
import { below, brokenToken, garbage, pick, printable, type Random } from './text.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY'];

/** A request line that is wrong, or a target that routers might read in several ways. */
export function withRequestLine(random: Random, { access }: GoodPair): Made {
  const path = pick(random, [
    ...GUARDED,
    ...POSTED,
    '/users/vitor/disable',
    '/api/token/sessions/x',
    '/nowhere',
  ]);
  const at = below(random, path.length);
  const method = pick(random, ['POST', 'POST', 'POST', 'POST', ...METHODS]);
  const target = pick(random, [
    () =>
      path.slice(0, at) +
      pick(random, ['%', '%0', '%zz', '%00', '%c0%80', '%2f', '//', '/../', '\\', ';', '\t', '#', '\u00e9']) +
      path.slice(at),
    () => `/${garbage(random)}`,
    () => printable(random),
    () => `${path}?${printable(random)}=${brokenToken(random, access)}`,
    () => `${path}?access_token=${access}&token=${access}&q=${access}`,
    () => `/${brokenToken(random, access)}`,
    () => `http://${printable(random)}${path}`,
    () => path + 'x/'.repeat(below(random, 9_000)),
    () => `${path}?${'a[]=%&'.repeat(below(random, 3_000))}`,
    () =>
      `/users/${pick(random, ['%', '%ff', '%E0%A4%A', '', '..', '%00', 'x'.repeat(5_000), '__proto__'])}/disable`,
  ])();
  const version = pick(random, [
    'HTTP/1.1',
    'HTTP/1.1',
    'HTTP/1.1',
    'HTTP/1.1',
    'HTTP/1.0',
    'HTTP/2.0',
    'HTTP/9',
    'http/1.1',
    '',
  ]);
  const said = pick(random, [
    method,
    method,
    method,
    method,
    method.toLowerCase(),
    garbage(random, 8),
    'BREW',
    '',
  ]);
  const line = pick(random, [
    `${said} ${target} ${version}`,
    `${said} ${target} ${version}`,
    `${said} ${target} ${version}`,
    `${said}  ${target}`,
    target,
  ]);
  return made(method, line, []);
}

/** Header lines that no browser sends, and no credential. */
export function withHeader(random: Random): Made {
  const names = [
    'Content-Type',
    'Content-Length',
    'Transfer-Encoding',
    'Content-Encoding',
    'Host',
    'Expect',
    'Connection',
    'Upgrade',
    'Accept',
    'Origin',
    'Sec-Fetch-Site',
    'X-CSRF-Token',
    'X-Forwarded-For',
    'If-None-Match',
    'Range',
    'Trailer',
    'TE',
    'Accept-Version',
    'X-HTTP-Method-Override',
    printable(random, 12),
  ];
  const values = [
    '',
    '0',
    '-1',
    '1e3',
    '0x10',
    '99999999999999999999',
    '1, 2',
    'chunked',
    'gzip, chunked',
    'identity',
    'close, keep-alive',
    'websocket',
    '*',
    'null',
    'same-origin',
    'text/plain;charset=',
    'a/b;"',
    '100-continue',
    'bytes=0-0,-1',
    'x'.repeat(below(random, 20_000)),
    printable(random, 200),
    garbage(random),
  ];
  const lines = Array.from({ length: 1 + below(random, 4) }, () => {
    const colon = pick(random, [': ', ': ', ': ', ':', ' : ', '', ':\t']);
    return `${pick(random, names)}${colon}${pick(random, values)}`;
  });
  const method = pick(random, METHODS);
  return made(method, requestLine(method, pick(random, [...GUARDED, ...POSTED])), lines);
}
