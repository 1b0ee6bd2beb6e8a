import { type Row, row } from '../request-row.ts';

const CREDENTIALS = { username: 'vitor', password: '123' };
const JSON_TYPE = 'Content-Type: application/json';
const METHODS = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND', 'QUERY', 'PURGE'];

/** Every method at every kind of path. */
export const METHODS_AND_PATHS: readonly Row[] = [
  ...METHODS.map((method) => row(method, '/api/token/', 405)),
  ...METHODS.map((method) => row(method, '/api/token/refresh', 405)),
  ...['HEAD', 'OPTIONS', 'POST', 'DELETE', 'LOCK'].map((method) =>
    row(method, '/api/token/sessions', method === 'HEAD' ? 401 : 405),
  ),
  ...['GET', 'HEAD', 'POST', 'OPTIONS'].map((method) => row(method, '/api/token/sessions/x', 405)),
  row('HEAD', '/api/token/sessions/', 200, { as: 'admin' }),
  row('GET', '/api/token/jwks', 200),
  row('HEAD', '/api/token/jwks', 200),
  ...['POST', 'OPTIONS', 'DELETE'].map((method) => row(method, '/api/token/jwks', 405)),
  ...['OPTIONS', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'SEARCH', 'POST'].flatMap((method) => [
    row(method, '/hello', 404),
    row(method, '/healthz/', 404),
  ]),
  ...['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'].flatMap((method) => [
    row(method, '/me/password', 404),
    row(method, '/users/vitor/disable', 404),
  ]),
  row('PUT', '/api/token/', 405, { json: CREDENTIALS }),
  row('PATCH', '/hello', 404, { raw: 'x', headers: ['Content-Type: garbage'] }),
  row('POST', '/nowhere', 404, { raw: '{', headers: [JSON_TYPE] }),
  row('POST', '/nowhere', 404, { raw: 'x'.repeat(2_000_000), headers: [JSON_TYPE], note: '2 MB' }),
  row('OPTIONS', '*', 404),
  row('OPTIONS', '/api/token/', 405, {
    headers: ['Origin: https://app.example.com', 'Access-Control-Request-Method: POST'],
    note: 'CORS preflight',
  }),
];
