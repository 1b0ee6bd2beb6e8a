import { type Row, row } from '../request-row.ts';

const JSON_TYPE = 'Content-Type: application/json';

/** What a guard sees. */
export const GUARDED: readonly Row[] = [
  ...['/hello', '/hello/', '/me', '/me/', '/optional', '/optional/'].flatMap((path) => [
    row('GET', path, 200, { as: 'vitor' }),
    row('HEAD', path, 200, { as: 'vitor' }),
  ]),
  row('GET', '/me', 200, { as: 'admin' }),
  row('GET', '/admin', 200, { as: 'admin' }),
  row('HEAD', '/admin/', 200, { as: 'admin' }),
  row('GET', '/admin', 403, { as: 'vitor' }),
  row('HEAD', '/admin', 403, { as: 'vitor' }),
  ...['/hello', '/me', '/admin'].flatMap((path) => [row('GET', path, 401), row('HEAD', path, 401)]),
  row('GET', '/optional', 200),
  row('HEAD', '/optional', 200),
  row('GET', '/hello', 401, { headers: (kept) => [bearer(kept('vitor').refresh)], note: 'a refresh token' }),
  row('GET', '/optional', 401, { headers: ['Authorization: Bearer bad'] }),
  ...[
    'Bearer',
    'Bearer ',
    'Bearer a b',
    'Bearer  a',
    'Bearer\ta',
    'bearer a',
    'Bearer a,Bearer b',
    'Basic dTpw',
    'Digest x',
    '',
    'a.b.c',
    'Bearer a.b.c',
    'Bearer ..',
    'Bearer \u00e9.\u00e9.\u00e9',
    `Bearer ${'a'.repeat(9_000)}`,
  ].flatMap((value) =>
    ['/hello', '/optional'].map((path) =>
      row('GET', path, statusFor(value, path), {
        headers: [`Authorization: ${value}`],
        note: value.slice(0, 20),
      }),
    ),
  ),
  row('GET', '/hello', 400, { as: 'vitor', headers: ['Authorization: Bearer x'], note: 'two headers' }),
  row('GET', '/hello', 400, { as: 'vitor', headers: ['authorization: Basic dTpw'], note: 'two headers' }),
  row('GET', '/hello', 401, {
    headers: (kept) => [`Cookie: access=${kept('vitor').access}`],
    note: 'a cookie nobody asked for',
  }),
  row('GET', '/hello', 401, { headers: (kept) => [`X-Authorization: Bearer ${kept('vitor').access}`] }),
  row('GET', '/hello', 401, { headers: (kept) => [bearer(`${kept('vitor').access}=`)], note: 'padded' }),
  row('GET', (kept) => `/hello?access_token=${kept('vitor').access}`, 401),
  row('GET', '/hello', 200, { as: 'vitor', headers: ['Cookie: a=%; b; =; access='], note: 'odd cookies' }),
  row('GET', '/hello', 200, { as: 'vitor', headers: ['If-None-Match: *'] }),
  row('GET', '/healthz', 200, {
    headers: ['If-None-Match: *', 'If-Modified-Since: Thu, 01 Jan 2099 00:00:00 GMT'],
  }),
  row('GET', '/.well-known/jwks.json', 200, { headers: ['If-None-Match: *'] }),
  row('GET', '/hello', 200, {
    as: 'vitor',
    headers: ['Accept: text/html', 'Accept-Encoding: gzip, br', 'Range: bytes=0-3'],
  }),
  row('GET', '/hello', 200, {
    as: 'vitor',
    headers: ['Accept-Version: 2.x', 'X-HTTP-Method-Override: DELETE'],
  }),
  row('GET', '/hello', 200, { as: 'vitor', headers: ['Origin: https://app.example.com'] }),
  row('GET', '/hello', 200, { as: 'vitor', raw: '{', headers: [JSON_TYPE], note: 'with a body' }),
  row('GET', '/hello', 200, {
    as: 'vitor',
    raw: 'x',
    headers: ['Content-Type: garbage'],
    note: 'with a body',
  }),
  row('GET', '/hello', 200, { as: 'vitor', headers: ['Connection: close'], alone: true }),
  row('GET', '/hello', 200, {
    as: 'vitor',
    headers: ['Upgrade: h2c', 'Connection: Upgrade, HTTP2-Settings', 'HTTP2-Settings: x'],
  }),
  row('GET', '/hello', 417, { as: 'vitor', headers: ['Expect: the unexpected'] }),
];

function bearer(token: string): string {
  return `Authorization: Bearer ${token}`;
}

/** What a guard says of a header without a token, with a bad one, or with none of its own. */
function statusFor(value: string, path: string): number {
  if (/^bearer$|^bearer $|^bearer ?\t|^bearer .*[ ,]|^bearer {2}/i.test(value)) return 400;
  if (/^bearer /i.test(value)) return 401;
  return path === '/optional' ? 200 : 401;
}
