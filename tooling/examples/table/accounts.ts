import { type Row, row } from '../request-row.ts';

const CREDENTIALS = { username: 'vitor', password: '123' };
const JSON_TYPE = 'Content-Type: application/json';

/** What changes an account. */
export const ACCOUNTS: readonly Row[] = [
  row('POST', '/api/token/', 200, { json: CREDENTIALS, keep: 'vitor' }),
  row('POST', '/me/password', 401),
  row('POST', '/me/password', 401, { raw: '{', headers: ['Content-Type: garbage'], note: 'a stranger' }),
  row('POST', '/me/password', 400, { as: 'vitor', note: 'no body' }),
  row('POST', '/me/password', 400, { as: 'vitor', headers: ['Content-Type: garbage'], note: 'no body' }),
  row('POST', '/me/password', 400, { as: 'vitor', json: { old: 5 } }),
  row('POST', '/me/password', 400, { as: 'vitor', raw: '{"old":', headers: [JSON_TYPE] }),
  row('POST', '/me/password', 415, { as: 'vitor', raw: '{}', headers: ['Content-Type: text/plain'] }),
  row('POST', '/me/password', 415, { as: 'vitor', raw: '{}', headers: ['Content-Type: garbage'] }),
  row('POST', '/me/password', 415, { as: 'vitor', raw: '{}', note: 'a body without a type' }),
  row('POST', '/me/password', 415, {
    as: 'vitor',
    raw: '{}',
    headers: [JSON_TYPE, 'Content-Encoding: deflate'],
  }),
  row('POST', '/me/password', 413, {
    as: 'vitor',
    raw: 'x'.repeat(2_000_000),
    headers: [JSON_TYPE],
    note: '2 MB',
  }),
  row('POST', '/me/password', 401, { as: 'vitor', json: { old: '124', password: 'x' } }),
  row('POST', '/me/password/', 200, {
    as: 'vitor',
    json: { old: '123', password: 'swordfish' },
    keep: 'changed',
  }),
  row('GET', '/hello', 200, { as: 'changed' }),
  row('POST', '/api/token/refresh', 401, {
    json: (kept) => ({ refresh: kept('form').refresh }),
    note: 'the password changed',
  }),
  row('POST', '/api/token/', 401, { json: CREDENTIALS, note: 'the old password' }),
  ...['password', 'disable', 'enable'].flatMap((action) => [
    row('POST', `/users/vitor/${action}`, 401, { json: { password: 'x' } }),
    row('POST', `/users/vitor/${action}`, 403, { as: 'changed', json: { password: 'x' } }),
    row('POST', `/users/nobody/${action}`, 404, { as: 'admin', json: { password: 'x' } }),
    row('POST', `/users/%00/${action}`, 404, { as: 'admin', json: { password: 'x' } }),
  ]),
  row('POST', '/users/vitor/password', 400, { as: 'admin', json: {} }),
  row('POST', '/users/vitor/password', 415, { as: 'admin', raw: 'x', headers: ['Content-Type: garbage'] }),
  row('POST', '/users/vitor/disable', 200, { as: 'admin' }),
  row('POST', '/api/token/logout', 200, {
    json: (kept) => ({ refresh: kept('changed').refresh }),
    note: 'disabled',
  }),
  row('POST', '/api/token/', 401, { json: { username: 'vitor', password: 'swordfish' }, note: 'disabled' }),
  row('POST', '/users/v%69tor/enable/', 200, {
    as: 'admin',
    raw: '{',
    headers: ['Content-Type: garbage'],
    note: 'a body that nobody reads',
  }),
  row('POST', '/users/vitor/password', 200, { as: 'admin', form: { password: '123' } }),
  row('POST', '/api/token/', 200, { json: CREDENTIALS, keep: 'vitor' }),
  row('POST', '/api/token/logout-all', 401),
  row('POST', '/api/token/logout-all', 400, { as: 'vitor', json: { keep_current: 'perhaps' } }),
  row('POST', '/api/token/logout-all', 200, { as: 'vitor', json: { keep_current: true } }),
  row('POST', '/api/token/logout-all/', 200, { as: 'vitor' }),
  row('GET', '/me', 401, { as: 'vitor', note: 'logged out everywhere' }),
];

/** Routes that ask nobody who they are. */
export const OPEN: readonly Row[] = ['/healthz', '/readyz', '/.well-known/jwks.json'].flatMap((path) => [
  row('GET', path, 200),
  row('HEAD', `${path}/`, 200),
  row('GET', path, 200, {
    headers: ['Authorization: garbage', 'Authorization: garbage'],
    note: 'no credential is read',
  }),
  row('OPTIONS', path, 404),
  row('POST', path, 404),
]);
