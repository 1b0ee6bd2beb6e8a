import assert from 'node:assert/strict';
import { badRequest, good, pairOf, refusedGrant, unavailable, wrongMethod } from './http-contract-answers.ts';
import { DAY, type HttpSection, MINUTE, post, postForm } from './http-contract-case.ts';
import type { World } from './http-contract-world.ts';

const own = ({ pair }: World) => post('/refresh', { refresh: pair.refresh });

async function rotate(world: World): Promise<void> {
  const { refresh } = await world.auth.refresh(world.pair.refresh);
  world.kept.set('successor', String(refresh));
}

export const refresh: HttpSection = {
  name: 'POST /api/token/refresh',
  cases: [
    { name: 'gives the next pair', request: own, ...pairOf(1) },
    {
      name: 'gives the next pair for a form',
      request: ({ pair }) => postForm('/refresh', { refresh: pair.refresh }),
      ...pairOf(1),
    },
    {
      name: 'takes a slash at its end',
      request: ({ pair }) => post('/refresh/', { refresh: pair.refresh }),
      ...pairOf(1),
    },
    {
      name: 'gives the predecessor the same successor within grace',
      given: rotate,
      request: own,
      ...pairOf(1, (body, world) => assert.equal(body['refresh'], world.kept.get('successor'))),
    },
    {
      name: 'gives an access token alone without rotation',
      options: { refresh: { rotate: false } },
      request: own,
      ...good((body) => {
        assert.deepEqual(Object.keys(body), ['access', 'token_type', 'expires_in']);
        assert.deepEqual([body['token_type'], body['expires_in']], ['Bearer', 300]);
      }),
    },
    {
      name: 'refuses the predecessor after grace',
      given: async (world) => {
        await rotate(world);
        world.advance(35_001);
      },
      request: own,
      ...refusedGrant('refresh_token_reused'),
    },
    {
      name: 'refuses the successor once the session ended by reuse',
      given: async (world) => {
        await rotate(world);
        world.advance(MINUTE);
        await world.auth.refresh(world.pair.refresh).catch(() => {});
      },
      request: (world) => post('/refresh', { refresh: world.kept.get('successor') }),
      ...refusedGrant('token_revoked'),
    },
    {
      name: 'refuses after a logout',
      given: ({ auth, pair }) => auth.logout(pair.refresh),
      request: own,
      ...refusedGrant('token_revoked'),
    },
    {
      name: 'refuses after a password change',
      given: ({ users }) => users.set('ada', { active: true, epoch: '2', scope: 'read' }),
      request: own,
      ...refusedGrant('password_changed'),
    },
    {
      name: 'refuses a disabled account',
      given: ({ users }) => users.set('ada', { active: false, epoch: '1', scope: 'read' }),
      request: own,
      ...refusedGrant('no_active_account'),
    },
    {
      name: 'refuses at the absolute end',
      options: { session: { ttl: '1h' } },
      given: (world) => world.advance(60 * MINUTE),
      request: own,
      ...refusedGrant('session_expired'),
    },
    {
      name: 'refuses a token that was idle too long',
      given: (world) => world.advance(DAY + 5000),
      request: own,
      ...refusedGrant('token_expired'),
    },
    {
      name: 'refuses an access token',
      request: ({ pair }) => post('/refresh', { refresh: pair.access }),
      ...refusedGrant('token_wrong_type'),
    },
    {
      name: 'refuses garbage',
      request: () => post('/refresh', { refresh: 'x' }),
      ...refusedGrant('token_not_valid'),
    },
    {
      name: 'refuses a forgery',
      request: ({ pair }) => post('/refresh', { refresh: `${pair.refresh.slice(0, -4)}AAAA` }),
      ...refusedGrant('token_not_valid'),
    },
    {
      name: 'refuses a token with a space after it',
      request: ({ pair }) => post('/refresh', { refresh: `${pair.refresh} ` }),
      ...refusedGrant('token_not_valid'),
    },
    {
      name: 'refuses a token with padding',
      request: ({ pair }) => post('/refresh', { refresh: `${pair.refresh}=` }),
      ...refusedGrant('token_not_valid'),
    },
    {
      name: 'refuses 8,193 characters',
      request: () => post('/refresh', { refresh: 'A'.repeat(8193) }),
      ...refusedGrant('token_not_valid'),
    },
    {
      name: 'refuses 8 kB of dots',
      request: () => post('/refresh', { refresh: '.'.repeat(8192) }),
      ...refusedGrant('token_not_valid'),
    },
    {
      name: 'needs the token in the body',
      request: ({ pair }) => ({
        ...post('/refresh', {}),
        headers: [
          ['Content-Type', 'application/json'],
          ['Authorization', `Bearer ${pair.refresh}`],
        ],
      }),
      ...badRequest({ refresh: 'This field is required.' }),
    },
    {
      name: 'does not take it from the query',
      request: ({ pair }) => ({ method: 'POST', path: `/api/token/refresh?refresh=${pair.refresh}` }),
      ...badRequest({ refresh: 'This field is required.' }),
    },
    {
      name: 'does not take it from a cookie',
      request: ({ pair }) => ({
        method: 'POST',
        path: '/api/token/refresh',
        headers: [['Cookie', `__Secure-refresh=${pair.refresh}; refresh=${pair.refresh}`]],
      }),
      ...badRequest({ refresh: 'This field is required.' }),
    },
    {
      name: 'refuses an empty token',
      request: () => post('/refresh', { refresh: '' }),
      ...badRequest({ refresh: 'This field must be a non-empty string.' }),
    },
    {
      name: 'refuses a token that is no text',
      request: () => post('/refresh', { refresh: 123 }),
      ...badRequest({ refresh: 'This field must be a non-empty string.' }),
    },
    {
      name: 'is 503 when the store is away',
      given: (world) => world.loseStore(),
      request: own,
      ...unavailable('store_unavailable'),
    },
    {
      name: 'still says what needs no store when it is away',
      given: (world) => world.loseStore(),
      request: () => post('/refresh', { refresh: 'x' }),
      ...refusedGrant('token_not_valid'),
    },
    { name: 'is 405 for GET', request: () => ({ path: '/api/token/refresh' }), ...wrongMethod('POST') },
    {
      name: 'is 405 for DELETE',
      request: () => ({ method: 'DELETE', path: '/api/token/refresh/' }),
      ...wrongMethod('POST'),
    },
  ],
};
