import { refusedByGuard, unavailable } from './http-contract-answers.ts';
import { bearer, get, type HttpCase, type HttpSection, post, withLines } from './http-contract-case.ts';
import type { WireRequest } from './http-contract-client.ts';
import { askFor, CLIENT_OPTIONS } from './http-contract-clients.ts';
import { PASSWORD, type World } from './http-contract-world.ts';

/** A good request of every endpoint that asks the store. */
const REQUESTS: Readonly<Record<string, (world: World) => WireRequest>> = {
  'POST /': () => post('/', { username: 'ada', password: PASSWORD }),
  'POST /refresh': ({ pair }) => post('/refresh', { refresh: pair.refresh }),
  'POST /verify': ({ pair }) => post('/verify', { token: pair.access }),
  'POST /logout': ({ pair }) => post('/logout', { refresh: pair.refresh }),
  'POST /logout-all': ({ pair }) => withLines(post('/logout-all', {}), bearer(pair)),
  'GET /sessions': ({ pair }) => ({ path: '/api/token/sessions', headers: [bearer(pair)] }),
  'DELETE /sessions/:id': ({ pair }) => ({
    method: 'DELETE',
    path: `/api/token/sessions/${pair.session.id}`,
    headers: [bearer(pair)],
  }),
  'POST /introspect': ({ pair }) => askFor('/introspect', pair.refresh),
  'POST /revoke': ({ pair }) => askFor('/revoke', pair.refresh),
};

const given = (world: World): void => world.loseStore('hang');

const endpoints: readonly HttpCase[] = Object.entries(REQUESTS).map(([name, request]) => ({
  name: `is 503 from ${name}`,
  given,
  request,
  ...unavailable('store_unavailable'),
}));

export const silence: HttpSection = {
  name: 'a store that does not answer',
  options: { ...CLIENT_OPTIONS, storeTimeoutMs: 10 },
  cases: [
    ...endpoints,
    {
      name: 'is 503 from a guard',
      given,
      request: ({ pair }) => get('/hello', `Bearer ${pair.access}`),
      ...refusedByGuard('store_unavailable'),
    },
    {
      name: 'is 503 from an optional guard, and not anonymous',
      given,
      request: ({ pair }) => get('/optional', `Bearer ${pair.access}`),
      ...refusedByGuard('store_unavailable'),
    },
  ],
};
