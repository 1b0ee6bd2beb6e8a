import assert from 'node:assert/strict';
import { accessFate, leaves } from './http-contract-after.ts';
import { noContent, notFound, refusedToken, unavailable, wrongMethod } from './http-contract-answers.ts';
import { bearer, type HttpSection } from './http-contract-case.ts';
import type { WireRequest } from './http-contract-client.ts';
import type { World } from './http-contract-world.ts';

/** `DELETE` by the first session of a path below `/sessions/`. */
function remove({ pair }: World, id: string): WireRequest {
  return { method: 'DELETE', path: `/api/token/sessions/${id}`, headers: [bearer(pair)] };
}

/** The id of the session that was opened at an index. */
function idAt({ opened }: World, index: number): string {
  return String(opened[index]?.session.id);
}

const openOther = ({ open }: World) => open('ada');
const openRoots = ({ open }: World) => open('root');

export const session: HttpSection = {
  name: 'DELETE /api/token/sessions/:id',
  cases: [
    {
      name: 'ends another session of who asks, and nothing else',
      given: openOther,
      request: (world) => remove(world, idAt(world, 1)),
      ...noContent,
      after: leaves('good', 'token_revoked'),
    },
    {
      name: 'ends the current session',
      given: openOther,
      request: (world) => remove(world, idAt(world, 0)),
      ...noContent,
      after: async (world) => {
        assert.equal(await accessFate(world, world.pair), 'token_revoked');
        await leaves('token_revoked', 'good')(world);
      },
    },
    {
      name: 'takes a slash at its end',
      given: openOther,
      request: (world) => remove(world, `${idAt(world, 1)}/`),
      ...noContent,
      after: leaves('good', 'token_revoked'),
    },
    {
      name: 'does not find the session of somebody else, and leaves it',
      given: openRoots,
      request: (world) => remove(world, idAt(world, 1)),
      ...notFound,
      after: leaves('good', 'good'),
    },
    { name: 'does not find an unknown session', request: (world) => remove(world, 'none'), ...notFound },
    {
      name: 'does not find a session that has ended',
      given: async ({ auth, open }) => auth.logout((await open('ada')).refresh),
      request: (world) => remove(world, idAt(world, 1)),
      ...notFound,
    },
    {
      name: 'does not find the subject in the place of an id',
      request: (world) => remove(world, 'ada'),
      ...notFound,
      after: leaves('good'),
    },
    {
      name: 'does not find an id with an encoded slash in it',
      request: (world) => remove(world, `${idAt(world, 0)}%2Fx`),
      ...notFound,
      after: leaves('good'),
    },
    {
      name: 'does not look at the query',
      given: openOther,
      request: (world) => remove(world, `none?id=${idAt(world, 1)}`),
      ...notFound,
      after: leaves('good', 'good'),
    },
    {
      name: 'asks the store although guards do not',
      options: { revocation: 'none' },
      given: ({ auth, pair }) => auth.logout(pair.refresh),
      request: (world) => remove(world, idAt(world, 0)),
      ...refusedToken('token_revoked'),
    },
    {
      name: 'is 503 when the store is away, never 204',
      given: (world) => world.loseStore(),
      request: (world) => remove(world, idAt(world, 0)),
      ...unavailable('store_unavailable'),
    },
    {
      name: 'is 405 for GET before it asks who it is',
      request: () => ({ path: '/api/token/sessions/none' }),
      ...wrongMethod('DELETE'),
    },
    {
      name: 'is 405 for POST',
      request: (world) => ({ ...remove(world, idAt(world, 0)), method: 'POST' }),
      ...wrongMethod('DELETE'),
    },
  ],
};
