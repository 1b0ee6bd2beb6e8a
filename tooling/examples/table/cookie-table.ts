/**
 * Requests to a service with tokens in cookies. They are sent one after the other.
 *
 * @module
 */
import { type Row, row } from '../request-row.ts';

const CREDENTIALS = { username: 'vitor', password: '123' };
const OWN_PAGE = 'Sec-Fetch-Site: same-origin';
const APP = 'Origin: https://app.example.com';
const EVIL = 'Origin: https://evil.example.com';

const logins: readonly Row[] = [
  row('POST', '/api/token/', 403, { json: CREDENTIALS, note: 'no origin shown' }),
  row('POST', '/api/token/', 403, { json: CREDENTIALS, headers: [EVIL] }),
  row('POST', '/api/token/', 403, { json: CREDENTIALS, headers: ['Origin: null'] }),
  row('POST', '/api/token/', 403, { json: CREDENTIALS, headers: [APP, EVIL], note: 'two origins' }),
  row('POST', '/api/token/', 403, { json: CREDENTIALS, headers: ['Sec-Fetch-Site: cross-site'] }),
  row('POST', '/api/token/', 200, { json: CREDENTIALS, headers: [OWN_PAGE], keep: 'vitor' }),
  row('POST', '/api/token', 200, { form: CREDENTIALS, headers: [APP], keep: 'other' }),
  row('POST', '/api/token/', 200, {
    json: CREDENTIALS,
    headers: ['Origin: http://localhost:8000'],
    keep: 'third',
  }),
  row('POST', '/api/token/', 200, {
    json: { username: 'admin', password: 'admin' },
    headers: [OWN_PAGE],
    keep: 'admin',
  }),
  row('POST', '/api/token/', 401, { json: { ...CREDENTIALS, password: 'x' }, headers: [OWN_PAGE] }),
  row('POST', '/api/token/', 400, { headers: [OWN_PAGE], note: 'no body' }),
  row('OPTIONS', '/api/token/', 405, { headers: [APP, 'Access-Control-Request-Method: POST'] }),
  row('HEAD', '/api/token/', 405),
];

const guarded: readonly Row[] = ['/hello', '/me', '/optional'].flatMap((path) => [
  row('GET', path, 200, { headers: (kept) => [`Cookie: ${kept('vitor').cookie}`] }),
  row('HEAD', path, 200, { headers: (kept) => [`Cookie: ${kept('vitor').cookie}`] }),
  row('GET', path, 200, { headers: (kept) => [`Cookie: a=b; access=${kept('vitor').access};c`] }),
  row('GET', path, 200, { as: 'vitor' }),
  row('GET', path, 400, { as: 'vitor', headers: (kept) => [`Cookie: access=${kept('vitor').access}`] }),
  row('GET', path, 400, {
    headers: (kept) => [`Cookie: access=${kept('vitor').access}; access=x`],
    note: 'two cookies of one name',
  }),
  row('GET', path, 400, {
    headers: (kept) => [`Cookie: access=${kept('vitor').access}`, 'Cookie: access=x'],
    note: 'two lines of cookies',
  }),
  row('GET', path, 401, { headers: ['Cookie: access=x'] }),
  row('GET', path, 401, { headers: (kept) => [`Cookie: access=${kept('vitor').refresh}`] }),
  row('GET', path, 401, {
    headers: (kept) => [`Cookie: access="${kept('vitor').access}"`],
    note: 'in quotes',
  }),
  row('GET', path, path === '/optional' ? 200 : 401, { headers: ['Cookie: access='] }),
  row('GET', path, path === '/optional' ? 200 : 401, {
    headers: (kept) => [`Cookie: ACCESS=${kept('vitor').access}; __Host-access=x`],
  }),
]);

const unsafe: readonly Row[] = [
  row('POST', '/me/password', 403, {
    json: { old: '123', password: '123' },
    headers: (kept) => [`Cookie: ${kept('vitor').cookie}`],
  }),
  row('POST', '/me/password', 403, {
    json: { old: '123', password: '123' },
    headers: (kept) => [`Cookie: ${kept('vitor').cookie}`, EVIL, `X-CSRF-Token: ${kept('vitor').csrf}`],
  }),
  row('POST', '/me/password', 400, {
    json: { old: 1 },
    headers: (kept) => [`Cookie: ${kept('vitor').cookie}`, `X-CSRF-Token: ${kept('vitor').csrf}`],
  }),
  row('POST', '/me/password', 200, {
    json: { old: '123', password: '123' },
    headers: (kept) => [`Cookie: ${kept('vitor').cookie}`, OWN_PAGE],
    keep: 'vitor',
  }),
  row('POST', '/users/vitor/enable', 403, { headers: (kept) => [`Cookie: ${kept('admin').cookie}`] }),
  row('POST', '/users/vitor/enable', 200, {
    headers: (kept) => [`Cookie: ${kept('admin').cookie}`, `X-CSRF-Token: ${kept('admin').csrf}`],
  }),
  row('POST', '/users/vitor/enable', 200, { as: 'admin', note: 'a header needs no origin' }),
];

const refreshes: readonly Row[] = ['/api/token/refresh', '/api/token/logout'].flatMap((path) => [
  row('POST', path, 401, { headers: [OWN_PAGE], note: 'no cookie' }),
  row('POST', path, 403, { headers: (kept) => [`Cookie: ${kept('vitor').cookie}`] }),
  row('POST', path, 403, {
    headers: (kept) => [`Cookie: refresh=${kept('vitor').refresh}`, OWN_PAGE],
    note: 'without the csrf cookie',
  }),
  row('POST', path, 403, {
    headers: (kept) => [`Cookie: refresh=${kept('vitor').refresh}; csrf=${kept('admin').csrf}`, OWN_PAGE],
    note: 'with the csrf cookie of another session',
  }),
  row('POST', path, 400, { json: (kept) => ({ refresh: kept('vitor').refresh }), headers: [OWN_PAGE] }),
  row('POST', path, 400, {
    headers: (kept) => [`Cookie: ${kept('vitor').cookie}; refresh=x`, OWN_PAGE],
    note: 'two cookies of one name',
  }),
  row('POST', path, 401, { headers: ['Cookie: refresh=x; csrf=y', OWN_PAGE] }),
  row('POST', path, 401, {
    headers: (kept) => [`Cookie: refresh=${kept('vitor').access}; csrf=${kept('vitor').csrf}`, OWN_PAGE],
  }),
  row('POST', path, 200, {
    headers: (kept) => [`Cookie: ${kept('vitor').cookie}`, OWN_PAGE],
    ...(path.endsWith('refresh') ? { keep: 'vitor' } : {}),
  }),
]);

const ends: readonly Row[] = [
  row('GET', '/hello', 401, { headers: (kept) => [`Cookie: ${kept('vitor').cookie}`], note: 'logged out' }),
  row('POST', '/api/token/refresh', 401, {
    headers: (kept) => [`Cookie: ${kept('vitor').cookie}`, OWN_PAGE],
    note: 'logged out',
  }),
  row('POST', '/api/token/verify', 403, { json: { token: 'x' } }),
  row('POST', '/api/token/verify', 401, { json: { token: 'x' }, headers: [OWN_PAGE] }),
  row('GET', '/api/token/sessions', 200, { headers: (kept) => [`Cookie: ${kept('admin').cookie}`] }),
  row('DELETE', '/api/token/sessions/x', 403, { headers: (kept) => [`Cookie: ${kept('admin').cookie}`] }),
  row('POST', '/api/token/logout-all', 403, { headers: (kept) => [`Cookie: ${kept('admin').cookie}`] }),
  row('POST', '/api/token/logout-all', 200, {
    headers: (kept) => [`Cookie: ${kept('admin').cookie}`, OWN_PAGE],
  }),
  row('POST', '/api/token/introspect', 404, { form: { token: 'x' }, note: 'no clients' }),
];

export const COOKIE_TABLE: readonly Row[] = [...logins, ...guarded, ...unsafe, ...refreshes, ...ends];
