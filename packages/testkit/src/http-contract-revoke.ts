import assert from 'node:assert/strict';
import { accessFate, leaves } from './http-contract-after.ts';
import { good } from './http-contract-answers.ts';
import { DAY, type HttpSection } from './http-contract-case.ts';
import { askFor, askInJson, CLIENT_OPTIONS, clientRows } from './http-contract-clients.ts';
import type { World } from './http-contract-world.ts';

const PATH = '/revoke';

/** A check that the access token is refused and its session lives. */
async function leavesTheSession(world: World): Promise<void> {
  assert.equal(await accessFate(world, world.pair), 'token_revoked');
  await leaves('good')(world);
}

export const revoke: HttpSection = {
  name: 'POST /api/token/revoke',
  options: CLIENT_OPTIONS,
  cases: [
    {
      name: 'ends an access token alone',
      request: ({ pair }) => askFor(PATH, pair.access),
      ...good({}),
      after: leavesTheSession,
    },
    {
      name: 'ends the session of a refresh token, and no other',
      given: ({ open }) => open('ada'),
      request: ({ pair }) => askFor(PATH, pair.refresh),
      ...good({}),
      after: leaves('token_revoked', 'good'),
    },
    {
      name: 'takes JSON',
      request: ({ pair }) => askInJson(PATH, { token: pair.refresh }),
      ...good({}),
      after: leaves('token_revoked'),
    },
    {
      name: 'takes a slash at its end',
      request: ({ pair }) => askFor(`${PATH}/`, pair.refresh),
      ...good({}),
      after: leaves('token_revoked'),
    },
    {
      name: 'does not go by a hint',
      request: ({ pair }) => askInJson(PATH, { token: pair.access, token_type_hint: 'refresh_token' }),
      ...good({}),
      after: leavesTheSession,
    },
    {
      name: 'is 200 {} the second time for a refresh token',
      given: ({ auth, pair }) => auth.logout(pair.refresh),
      request: ({ pair }) => askFor(PATH, pair.refresh),
      ...good({}),
    },
    {
      name: 'is 200 {} for an access token of an ended session',
      given: ({ auth, pair }) => auth.logout(pair.refresh),
      request: ({ pair }) => askFor(PATH, pair.access),
      ...good({}),
    },
    {
      name: 'is 200 {} for an expired access token, and leaves its session',
      given: (world) => world.advance(305_000),
      request: ({ pair }) => askFor(PATH, pair.access),
      ...good({}),
      after: leaves('good'),
    },
    {
      name: 'is 200 {} for an expired refresh token',
      given: (world) => world.advance(2 * DAY),
      request: ({ pair }) => askFor(PATH, pair.refresh),
      ...good({}),
    },
    {
      name: 'is 200 {} for garbage, and ends nothing',
      request: () => askFor(PATH, 'x'),
      ...good({}),
      after: leaves('good'),
    },
    {
      name: 'is 200 {} for a forgery, and ends nothing',
      request: ({ pair }) => askFor(PATH, `${pair.refresh.slice(0, -4)}AAAA`),
      ...good({}),
      after: leaves('good'),
    },
    {
      name: 'ends nothing for a stranger',
      request: ({ pair }) => askFor(PATH, pair.refresh, `Bearer ${pair.access}`),
      status: 401,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'cache-control': 'no-store',
        'www-authenticate': 'Basic realm="api", charset="UTF-8"',
      },
      body: {
        error: 'invalid_client',
        code: 'invalid_client',
        detail: 'The client could not be authenticated.',
      },
      after: leaves('good'),
    },
    ...clientRows(PATH),
  ],
};
