import assert from 'node:assert/strict';
import { exactly, good, refusedToken, unavailable, wrongMethod } from './http-contract-answers.ts';
import { bearer, type HttpSection, MINUTE } from './http-contract-case.ts';
import type { WireRequest } from './http-contract-client.ts';
import type { OpenPair, World } from './http-contract-world.ts';

const PATH = '/api/token/sessions';
const own = ({ pair }: World): WireRequest => ({ path: PATH, headers: [bearer(pair)] });

/** A session in the list, opened at 08:00 unless a row says otherwise. */
function entry({ session }: OpenPair, more: Readonly<Record<string, unknown>> = {}): object {
  return {
    id: session.id,
    created_at: '2027-01-15T08:00:00.000Z',
    last_used_at: '2027-01-15T08:00:00.000Z',
    expires_at: '2027-01-16T08:00:00.000Z',
    current: false,
    label: null,
    user_agent: null,
    ip: null,
    ...more,
  };
}

const AT_08_01 = {
  created_at: '2027-01-15T08:01:00.000Z',
  last_used_at: '2027-01-15T08:01:00.000Z',
  expires_at: '2027-01-16T08:01:00.000Z',
};

async function openLater(world: World): Promise<void> {
  world.advance(MINUTE);
  await world.open('ada');
}

/** The opened session at an index. */
function at({ opened }: World, index: number): OpenPair {
  return opened[index] as OpenPair;
}

const ALONE = good(exactly(({ pair }) => ({ sessions: [entry(pair, { current: true })] })));

export const sessions: HttpSection = {
  name: 'GET /api/token/sessions',
  cases: [
    { name: 'shows the one session there is', request: own, ...ALONE },
    {
      name: 'lists newest first, and says which is the current one',
      given: openLater,
      request: own,
      ...good(
        exactly((world) => ({
          sessions: [entry(at(world, 1), AT_08_01), entry(at(world, 0), { current: true })],
        })),
      ),
    },
    {
      name: 'goes by the token that asks for which is the current one',
      given: openLater,
      request: (world) => ({ path: PATH, headers: [bearer(at(world, 1))] }),
      ...good(
        exactly((world) => ({
          sessions: [entry(at(world, 1), { ...AT_08_01, current: true }), entry(at(world, 0))],
        })),
      ),
    },
    {
      name: 'shows label, user agent and address where they are known',
      given: ({ open }) => open('root', { label: 'Phone', userAgent: 'Firefox "x" é', ip: '192.0.2.1' }),
      request: (world) => ({ path: PATH, headers: [bearer(at(world, 1))] }),
      ...good(
        exactly((world) => ({
          sessions: [
            entry(at(world, 1), {
              current: true,
              label: 'Phone',
              user_agent: 'Firefox "x" é',
              ip: '192.0.2.1',
            }),
          ],
        })),
      ),
    },
    {
      name: 'moves last_used_at and expires_at with a refresh, and nothing else',
      given: async (world) => {
        world.advance(MINUTE);
        await world.auth.refresh(world.pair.refresh);
      },
      request: own,
      ...good(
        exactly(({ pair }) => ({
          sessions: [entry(pair, { ...AT_08_01, created_at: '2027-01-15T08:00:00.000Z', current: true })],
        })),
      ),
    },
    {
      name: 'shows no end past the absolute one',
      options: { session: { ttl: '1h' } },
      request: own,
      ...good(
        exactly(({ pair }) => ({
          sessions: [entry(pair, { expires_at: '2027-01-15T09:00:00.000Z', current: true })],
        })),
      ),
    },
    {
      name: 'leaves out the sessions of others and those that have ended',
      given: async ({ auth, open }) => {
        await open('root');
        await auth.logout((await open('ada')).refresh);
      },
      request: own,
      ...ALONE,
    },
    {
      name: 'holds nothing of a token',
      given: openLater,
      request: own,
      ...good((body, { opened }) => {
        const text = JSON.stringify(body);
        const parts = opened.flatMap(({ access, refresh }) => `${access}.${refresh}`.split('.'));
        for (const part of parts) assert.ok(!text.includes(part), 'a part of a token is in the list');
        assert.doesNotMatch(text, /eyJ|generation|jti|rotated/);
      }),
    },
    { name: 'takes a slash at its end', request: (world) => ({ ...own(world), path: `${PATH}/` }), ...ALONE },
    {
      name: 'does not look at the query',
      given: ({ open }) => open('root'),
      request: (world) => ({ ...own(world), path: `${PATH}?subject=root&sub=root` }),
      ...ALONE,
    },
    {
      name: 'answers HEAD without a body',
      request: (world) => ({ ...own(world), method: 'HEAD' }),
      ...good(''),
    },
    {
      name: 'asks the store although guards do not',
      options: { revocation: 'none' },
      given: ({ auth, pair }) => auth.logout(pair.refresh),
      request: own,
      ...refusedToken('token_revoked'),
    },
    {
      name: 'is 503 when the store is away',
      given: (world) => world.loseStore(),
      request: own,
      ...unavailable('store_unavailable'),
    },
    {
      name: 'is 405 for POST before it asks who it is',
      request: () => ({ method: 'POST', path: PATH }),
      ...wrongMethod('GET, HEAD'),
    },
    {
      name: 'is 405 for DELETE',
      request: (world) => ({ ...own(world), method: 'DELETE' }),
      ...wrongMethod('GET, HEAD'),
    },
  ],
};
