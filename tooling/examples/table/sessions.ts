import { type Row, row } from '../request-row.ts';

/** The list of sessions. */
export const SESSIONS: readonly Row[] = [
  row('GET', '/api/token/sessions', 200, { as: 'admin' }),
  row('GET', '/api/token/sessions', 401),
  row('DELETE', (kept) => `/api/token/sessions/${kept('vitor').session}`, 404, {
    as: 'admin',
    note: "another user's",
  }),
  row('DELETE', (kept) => `/api/token/sessions/${kept('third').session}`, 204, { as: 'vitor' }),
  row('DELETE', (kept) => `/api/token/sessions/${kept('third').session}/`, 404, {
    as: 'vitor',
    note: 'again',
  }),
  row(
    'DELETE',
    (kept) =>
      `/api/token/sessions/%${kept('form').session.charCodeAt(0).toString(16)}${kept('form').session.slice(1)}`,
    404,
    { as: 'vitor', note: 'a letter percent-encoded' },
  ),
  ...['%', '%00', '%E0%A4%A', 'x'.repeat(2_000), '..', '%2e%2e', '*', ':id', '/x'].map((id) =>
    row('DELETE', `/api/token/sessions/${id}`, 404, { as: 'vitor' }),
  ),
  row('DELETE', '/api/token/sessions/x', 401),
  row('DELETE', '/api/token/sessions/x', 404, {
    as: 'vitor',
    raw: '{',
    headers: ['Content-Type: garbage'],
    note: 'with a body',
  }),
  row('DELETE', '/api/token/sessions/', 405, { as: 'vitor' }),
  row('GET', '/api/token/sessions', 401, { as: 'third', note: 'revoked' }),
];
