import {
  badRequest,
  good,
  refusedGrant,
  refusedToken,
  unavailable,
  wrongMethod,
} from './http-contract-answers.ts';
import { DAY, type HttpSection, MINUTE, post, postForm } from './http-contract-case.ts';
import type { World } from './http-contract-world.ts';

const FIELD = 'This field is required.';
const rotate = ({ auth, pair }: World) => auth.refresh(pair.refresh);

function logoutAt(path: '/logout' | '/blacklist'): HttpSection {
  const own = ({ pair }: World) => post(path, { refresh: pair.refresh });
  return {
    name: `POST /api/token${path}`,
    cases: [
      { name: 'is 200 {}', request: own, ...good({}) },
      {
        name: 'is 200 {} for a form',
        request: ({ pair }) => postForm(path, { refresh: pair.refresh }),
        ...good({}),
      },
      {
        name: 'is 200 {} the second time',
        given: ({ auth, pair }) => auth.logout(pair.refresh),
        request: own,
        ...good({}),
      },
      {
        name: 'is 200 {} for an expired token',
        given: (world) => world.advance(2 * DAY),
        request: own,
        ...good({}),
      },
      {
        name: 'is 200 {} for a superseded token',
        given: async (world) => {
          await rotate(world);
          world.advance(10 * MINUTE);
        },
        request: own,
        ...good({}),
      },
      {
        name: 'is 200 {} for a disabled user',
        given: ({ users }) => users.delete('ada'),
        request: own,
        ...good({}),
      },
      {
        name: 'refuses an access token',
        request: ({ pair }) => post(path, { refresh: pair.access }),
        ...refusedGrant('token_wrong_type'),
      },
      {
        name: 'refuses garbage',
        request: () => post(path, { refresh: 'x' }),
        ...refusedGrant('token_not_valid'),
      },
      {
        name: 'refuses a forgery',
        request: ({ pair }) => post(path, { refresh: `${pair.refresh.slice(0, -4)}AAAA` }),
        ...refusedGrant('token_not_valid'),
      },
      { name: 'needs a token', request: () => post(path, {}), ...badRequest({ refresh: FIELD }) },
      {
        name: 'is 503 when the store is away, never 200',
        given: (world) => world.loseStore(),
        request: own,
        ...unavailable('store_unavailable'),
      },
      { name: 'is 405 for GET', request: () => ({ path: `/api/token${path}` }), ...wrongMethod('POST') },
    ],
  };
}

export const logout: HttpSection = logoutAt('/logout');
export const blacklist: HttpSection = logoutAt('/blacklist');

export const verify: HttpSection = {
  name: 'POST /api/token/verify',
  cases: [
    {
      name: 'is 200 {} for an access token',
      request: ({ pair }) => post('/verify', { token: pair.access }),
      ...good({}),
    },
    {
      name: 'is 200 {} for a refresh token',
      request: ({ pair }) => post('/verify', { token: pair.refresh }),
      ...good({}),
    },
    {
      name: 'is 200 {} for a form',
      request: ({ pair }) => postForm('/verify/', { token: pair.access }),
      ...good({}),
    },
    {
      name: 'is 200 {} for a predecessor within grace',
      given: rotate,
      request: ({ pair }) => post('/verify', { token: pair.refresh }),
      ...good({}),
    },
    {
      name: 'refuses a superseded refresh token',
      given: async (world) => {
        await rotate(world);
        world.advance(MINUTE);
      },
      request: ({ pair }) => post('/verify', { token: pair.refresh }),
      ...refusedToken('token_revoked'),
    },
    {
      name: 'refuses an access token after a logout',
      given: ({ auth, pair }) => auth.logout(pair.refresh),
      request: ({ pair }) => post('/verify', { token: pair.access }),
      ...refusedToken('token_revoked'),
    },
    {
      name: 'refuses a refresh token after a logout',
      given: ({ auth, pair }) => auth.logout(pair.refresh),
      request: ({ pair }) => post('/verify', { token: pair.refresh }),
      ...refusedToken('token_revoked'),
    },
    {
      name: 'asks the store although guards do not',
      options: { revocation: 'none' },
      given: ({ auth, pair }) => auth.logout(pair.refresh),
      request: ({ pair }) => post('/verify', { token: pair.access }),
      ...refusedToken('token_revoked'),
    },
    {
      name: 'refuses an expired access token',
      given: (world) => world.advance(305_000),
      request: ({ pair }) => post('/verify', { token: pair.access }),
      ...refusedToken('token_expired'),
    },
    {
      name: 'refuses garbage',
      request: () => post('/verify', { token: 'x' }),
      ...refusedToken('token_not_valid'),
    },
    { name: 'needs a token', request: () => post('/verify', {}), ...badRequest({ token: FIELD }) },
    {
      name: 'refuses an empty token',
      request: () => post('/verify', { token: '' }),
      ...badRequest({ token: 'This field must be a non-empty string.' }),
    },
    {
      name: 'is 503 for an access token when the store is away',
      given: (world) => world.loseStore(),
      request: ({ pair }) => post('/verify', { token: pair.access }),
      ...unavailable('store_unavailable'),
    },
    {
      name: 'is 503 for a refresh token when the store is away',
      given: (world) => world.loseStore(),
      request: ({ pair }) => post('/verify', { token: pair.refresh }),
      ...unavailable('store_unavailable'),
    },
    { name: 'is 405 for GET', request: () => ({ path: '/api/token/verify' }), ...wrongMethod('POST') },
  ],
};
