import { leaves } from './http-contract-after.ts';
import {
  badRequest,
  good,
  refusedToken,
  tooLarge,
  unavailable,
  unsupported,
  wrongMethod,
} from './http-contract-answers.ts';
import { bearer, type HttpSection, post, postForm, withLines } from './http-contract-case.ts';
import type { WireRequest } from './http-contract-client.ts';
import type { World } from './http-contract-world.ts';

const PATH = '/logout-all';
const NEITHER = badRequest({ keep_current: 'This field must be true or false.' });

const bare = ({ pair }: World): WireRequest =>
  withLines({ method: 'POST', path: `/api/token${PATH}` }, bearer(pair));
const json =
  (body: unknown) =>
  ({ pair }: World): WireRequest =>
    withLines(post(PATH, body), bearer(pair));
const form =
  (fields: string) =>
  ({ pair }: World): WireRequest =>
    withLines(postForm(PATH, fields), bearer(pair));

/** Two more of ada's, and one of somebody else. */
async function openMore(world: World): Promise<void> {
  for (const subject of ['ada', 'ada', 'root']) await world.open(subject);
}

const ALL = leaves('token_revoked', 'token_revoked', 'token_revoked', 'good');
const OTHERS = leaves('good', 'token_revoked', 'token_revoked', 'good');

export const logoutAll: HttpSection = {
  name: 'POST /api/token/logout-all',
  cases: [
    {
      name: 'ends all sessions of who asks, without a body',
      given: openMore,
      request: bare,
      ...good({ revoked: 3 }),
      after: ALL,
    },
    {
      name: 'ends all for an empty JSON object',
      given: openMore,
      request: json({}),
      ...good({ revoked: 3 }),
      after: ALL,
    },
    {
      name: 'ends all for an empty form',
      given: openMore,
      request: form(''),
      ...good({ revoked: 3 }),
      after: ALL,
    },
    {
      name: 'keeps the current one for keep_current in JSON',
      given: openMore,
      request: json({ keep_current: true }),
      ...good({ revoked: 2 }),
      after: OTHERS,
    },
    {
      name: 'keeps the current one for keep_current in a form',
      given: openMore,
      request: form('keep_current=true'),
      ...good({ revoked: 2 }),
      after: OTHERS,
    },
    {
      name: 'ends all for keep_current false in JSON',
      given: openMore,
      request: json({ keep_current: false }),
      ...good({ revoked: 3 }),
      after: ALL,
    },
    {
      name: 'ends all for keep_current false in a form',
      given: openMore,
      request: form('keep_current=false'),
      ...good({ revoked: 3 }),
      after: ALL,
    },
    {
      name: 'has nothing to end beside the current one',
      request: json({ keep_current: true }),
      ...good({ revoked: 0 }),
      after: leaves('good'),
    },
    {
      name: 'does not count sessions that have ended',
      given: async ({ auth, open }) => auth.logout((await open('ada')).refresh),
      request: bare,
      ...good({ revoked: 1 }),
    },
    {
      name: 'takes a slash at its end',
      request: (world) => ({ ...bare(world), path: `/api/token${PATH}/` }),
      ...good({ revoked: 1 }),
    },
    {
      name: 'does not take keep_current from the query',
      request: (world) => ({ ...bare(world), path: `/api/token${PATH}?keep_current=true` }),
      ...good({ revoked: 1 }),
      after: leaves('token_revoked'),
    },
    {
      name: 'refuses the second time',
      given: ({ auth }) => auth.sessions.revokeAll('ada'),
      request: bare,
      ...refusedToken('token_revoked'),
    },
    {
      name: 'asks the store although guards do not',
      options: { revocation: 'none' },
      given: ({ auth, pair }) => auth.logout(pair.refresh),
      request: bare,
      ...refusedToken('token_revoked'),
    },
    {
      name: 'refuses a keep_current that is neither, and ends nothing',
      request: json({ keep_current: 'yes' }),
      ...NEITHER,
      after: leaves('good'),
    },
    { name: 'refuses a keep_current that is a number', request: json({ keep_current: 1 }), ...NEITHER },
    { name: 'refuses a keep_current that is null', request: json({ keep_current: null }), ...NEITHER },
    { name: 'refuses an empty keep_current in a form', request: form('keep_current='), ...NEITHER },
    {
      name: 'refuses keep_current given twice in a form, and ends nothing',
      request: form('keep_current=true&keep_current=false'),
      ...badRequest(),
      after: leaves('good'),
    },
    { name: 'refuses a JSON list', request: json([true]), ...badRequest() },
    {
      name: 'refuses another type',
      request: ({ pair }) => ({
        ...post(PATH, 'keep_current=true'),
        headers: [['Content-Type', 'text/plain'], bearer(pair)],
      }),
      ...unsupported,
    },
    {
      name: 'refuses 16,385 bytes',
      request: json(`{"padding":"${'x'.repeat(16_385 - 14)}"}`),
      ...tooLarge,
    },
    {
      name: 'asks who it is before it reads the body',
      request: () => post(PATH, { keep_current: 'yes' }),
      status: 401,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'cache-control': 'no-store',
        'www-authenticate': 'Bearer realm="api"',
      },
      body: {
        error: 'invalid_token',
        code: 'token_missing',
        detail: 'Authentication credentials were not provided.',
      },
    },
    {
      name: 'is 503 when the store is away, never 200',
      given: (world) => world.loseStore(),
      request: bare,
      ...unavailable('store_unavailable'),
    },
    {
      name: 'is 405 for GET before it asks who it is',
      request: () => ({ path: `/api/token${PATH}` }),
      ...wrongMethod('POST'),
    },
  ],
};
