import { type Row, row } from '../request-row.ts';

const GATEWAY = `Authorization: Basic ${btoa('gateway:s3cret')}`;

/** Refresh, verify and logout; what clients of the service may ask. */
export const REFRESHES: readonly Row[] = [
  row('POST', '/api/token/refresh', 200, {
    json: (kept) => ({ refresh: kept('vitor').refresh }),
    keep: 'rotated',
  }),
  row('POST', '/api/token/refresh/', 200, {
    form: (kept) => ({ refresh: kept('vitor').refresh }),
    note: 'within grace',
  }),
  row('POST', '/api/token/refresh', 200, {
    json: (kept) => ({ refresh: kept('rotated').refresh }),
    keep: 'twice',
  }),
  row('POST', '/api/token/verify', 401, {
    json: (kept) => ({ token: kept('vitor').refresh }),
    note: 'two generations behind',
  }),
  row('POST', '/api/token/refresh', 401, {
    json: (kept) => ({ refresh: kept('vitor').refresh }),
    note: 'two generations behind',
  }),
  row('POST', '/api/token/refresh', 401, {
    json: (kept) => ({ refresh: kept('twice').refresh }),
    note: 'after the reuse',
  }),
  row('POST', '/api/token/refresh', 401, { json: (kept) => ({ refresh: kept('admin').access }) }),
  ...['', 'x', 'a.b.c', ' ', '\u00e9'].map((refresh) =>
    row('POST', '/api/token/refresh', refresh === '' ? 400 : 401, { json: { refresh } }),
  ),
  ...[null, 1, true, {}, []].map((refresh) => row('POST', '/api/token/refresh', 400, { json: { refresh } })),
  row('POST', '/api/token/refresh', 400, { note: 'no body' }),
  row('POST', '/api/token/refresh', 401, { json: { refresh: 'x'.repeat(9_000) }, note: 'a long token' }),
  row('POST', '/api/token/refresh', 400, {
    raw: 'refresh=a&refresh=b',
    headers: ['Content-Type: application/x-www-form-urlencoded'],
  }),
  row('POST', '/api/token/refresh', 401, {
    raw: 'refresh=%',
    headers: ['Content-Type: application/x-www-form-urlencoded'],
  }),
  row('POST', '/api/token/verify', 200, { json: (kept) => ({ token: kept('admin').access }) }),
  row('POST', '/api/token/verify/', 200, { json: (kept) => ({ token: kept('admin').refresh }) }),
  row('POST', '/api/token/verify', 401, { json: { token: 'x' } }),
  row('POST', '/api/token/verify', 400, { json: {} }),
  row('POST', '/api/token/logout', 200, { json: (kept) => ({ refresh: kept('query').refresh }) }),
  row('POST', '/api/token/blacklist/', 200, {
    json: (kept) => ({ refresh: kept('query').refresh }),
    note: 'again',
  }),
  row('POST', '/api/token/logout', 401, { json: { refresh: 'x' } }),
  row('POST', '/api/token/logout', 400, { json: {} }),
  row('GET', '/hello', 401, { as: 'query', note: 'after the logout' }),
];

export const CLIENTS: readonly Row[] = [
  row('POST', '/api/token/introspect', 200, {
    form: (kept) => ({ token: kept('admin').access }),
    headers: [GATEWAY],
  }),
  row('POST', '/api/token/introspect/', 200, {
    form: (kept) => ({ token: kept('admin').refresh }),
    headers: [GATEWAY],
  }),
  row('POST', '/api/token/introspect', 200, { form: { token: 'x' }, headers: [GATEWAY] }),
  row('POST', '/api/token/introspect', 400, { form: {}, headers: [GATEWAY] }),
  row('POST', '/api/token/introspect', 401, { form: { token: 'x' } }),
  row('POST', '/api/token/introspect', 401, {
    form: { token: 'x' },
    headers: ['Authorization: Basic garbage'],
  }),
  row('POST', '/api/token/introspect', 401, {
    form: { token: 'x' },
    headers: [`Authorization: Basic ${btoa('gateway:wrong')}`],
  }),
  row('GET', '/api/token/introspect', 405),
  row('POST', '/api/token/revoke', 200, { form: { token: 'x' }, headers: [GATEWAY] }),
  row('POST', '/api/token/revoke', 200, {
    form: (kept) => ({ token: kept('second').access }),
    headers: [GATEWAY],
  }),
  row('GET', '/hello', 401, { as: 'second', note: 'its token was revoked' }),
  row('POST', '/api/token/revoke', 401, { form: { token: 'x' } }),
  row('POST', '/api/token/revoke', 400, { note: 'no body', headers: [GATEWAY] }),
];
