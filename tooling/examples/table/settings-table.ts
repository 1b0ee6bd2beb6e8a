/**
 * Requests to a service behind a proxy, with a key pair, without rotation and with a limit on logins.
 *
 * @module
 */
import { type Row, row } from '../request-row.ts';

const CREDENTIALS = { username: 'vitor', password: '123' };
const WRONG = { username: 'vitor', password: 'x' };

export const SETTINGS_TABLE: readonly Row[] = [
  row('POST', '/api/token/', 200, {
    json: CREDENTIALS,
    headers: ['X-Forwarded-For: 203.0.113.9', 'User-Agent: one'],
    keep: 'vitor',
  }),
  row('POST', '/api/token/', 200, {
    json: CREDENTIALS,
    headers: ['X-Forwarded-For: 192.0.2.1, 198.51.100.2,203.0.113.9', 'User-Agent: two'],
  }),
  row('POST', '/api/token/', 200, {
    json: CREDENTIALS,
    headers: ['X-Forwarded-For: 192.0.2.1', 'X-Forwarded-For: 2001:db8::1', 'X-Real-IP: 192.0.2.7'],
  }),
  row('POST', '/api/token/', 200, {
    json: CREDENTIALS,
    headers: ['Forwarded: for=192.0.2.43', 'X-Forwarded-Host: evil', 'X-Forwarded-Proto: https'],
  }),
  row('GET', '/api/token/sessions', 200, { as: 'vitor', note: 'which shows the addresses' }),
  row('POST', '/api/token/refresh', 200, { json: (kept) => ({ refresh: kept('vitor').refresh }) }),
  row('POST', '/api/token/refresh', 200, { json: (kept) => ({ refresh: kept('vitor').refresh }) }),
  ...[
    '203.0.113.9',
    '203.0.113.9',
    '192.0.2.1, 203.0.113.9',
    '203.0.113.9',
    '203.0.113.10',
    'x, 203.0.113.9',
  ].map((address, index) =>
    row('POST', '/api/token/', [401, 401, 401, 429, 401, 429][index] ?? 0, {
      json: WRONG,
      headers: [`X-Forwarded-For: ${address}`],
      note: `attempt ${index + 1}`,
    }),
  ),
  row('GET', '/api/token/jwks', 200),
  row('GET', '/.well-known/jwks.json', 200),
  row('GET', '/me', 200, { as: 'vitor' }),
  row('POST', '/api/token/logout', 200, { json: (kept) => ({ refresh: kept('vitor').refresh }) }),
  row('GET', '/hello', 200, { as: 'vitor', note: 'until its access token ends' }),
  row('POST', '/api/token/verify', 401, { json: (kept) => ({ token: kept('vitor').access }) }),
  row('GET', '/api/token/sessions', 401, { as: 'vitor' }),
];
