import assert from 'node:assert/strict';
import {
  good,
  partOf,
  refusedCaller,
  refusedGrant,
  unavailable,
  wrongMethod,
} from './http-contract-answers.ts';
import { DAY, type HttpCase, type HttpSection, MINUTE, post, withLines } from './http-contract-case.ts';
import type { WireRequest, WireResponse } from './http-contract-client.ts';
import {
  COOKIE_OPTIONS,
  cookieLine,
  LINES,
  PAIR_BODY,
  SAME_ORIGIN,
  withCookies,
} from './http-contract-cookies.ts';
import { tossedRows } from './http-contract-tossed.ts';
import { toCookies, type World } from './http-contract-world.ts';

const PATH = '/refresh';
const ROTATED = withCookies(good(PAIR_BODY), LINES.set);
const MISSING = refusedCaller('token_missing');

const bare = (...lines: readonly (readonly [string, string])[]): WireRequest =>
  withLines({ method: 'POST', path: `/api/token${PATH}` }, SAME_ORIGIN, ...lines);
const own = ({ cookies }: World): WireRequest => bare(cookieLine(cookies));

async function rotate(world: World): Promise<void> {
  const { refresh } = await world.auth.refresh(world.pair.refresh);
  world.kept.set('successor', String(refresh));
}

/** The refresh token that an answer has set. */
function refreshIn({ headers }: WireResponse): string {
  const { refresh } = toCookies(headers.get('set-cookie') ?? []);
  return refresh.slice(refresh.indexOf('=') + 1);
}

/** A row of a refresh token that will never be good again: its cookies go. */
function ended(
  name: string,
  code: Parameters<typeof refusedGrant>[0],
  row: Pick<HttpCase, 'given' | 'options'> & Partial<Pick<HttpCase, 'request'>>,
): HttpCase {
  return { name, request: own, ...row, ...withCookies(refusedGrant(code), LINES.cleared) };
}

const endings: readonly HttpCase[] = [
  ended('clears the cookies after a logout', 'token_revoked', {
    given: ({ auth, pair }) => auth.logout(pair.refresh),
  }),
  ended('clears the cookies of a superseded token', 'refresh_token_reused', {
    given: async (world) => {
      await rotate(world);
      world.advance(MINUTE);
    },
  }),
  ended('clears the cookies after a password change', 'password_changed', {
    given: ({ users }) => users.set('ada', { active: true, epoch: '2', scope: 'read' }),
  }),
  ended('clears the cookies of a disabled account', 'no_active_account', {
    given: ({ users }) => users.set('ada', { active: false, epoch: '1', scope: 'read' }),
  }),
  ended('clears the cookies at the absolute end', 'session_expired', {
    options: { session: { ttl: '1h' } },
    given: (world) => world.advance(60 * MINUTE),
  }),
  ended('clears the cookies of a token that was idle too long', 'token_expired', {
    given: (world) => world.advance(DAY + 5000),
  }),
  ended('clears the cookies for garbage', 'token_not_valid', {
    request: () => bare(['Cookie', '__Secure-refresh=x; __Host-csrf=x']),
  }),
  ended('clears the cookies for an access token in the place of a refresh token', 'token_wrong_type', {
    request: ({ cookies, pair }) => bare(['Cookie', `__Secure-refresh=${pair.access}; ${cookies.csrf}`]),
  }),
];

export const cookieRefresh: HttpSection = {
  name: 'POST /api/token/refresh with cookie transport',
  options: COOKIE_OPTIONS,
  cases: [
    {
      name: 'gives the next pair in cookies',
      request: own,
      ...ROTATED,
      after: (_world, answer) => assert.equal(partOf(refreshIn(answer), 1)['gen'], 1),
    },
    {
      name: 'needs the refresh and the csrf cookie alone',
      request: ({ cookies }) => bare(cookieLine(cookies, 'csrf', 'refresh')),
      ...ROTATED,
    },
    {
      name: 'takes cookies from two lines',
      request: ({ cookies }) => bare(cookieLine(cookies, 'csrf'), cookieLine(cookies, 'refresh')),
      ...ROTATED,
    },
    {
      name: 'takes an empty JSON object',
      request: ({ cookies }) => withLines(post(PATH, {}), SAME_ORIGIN, cookieLine(cookies)),
      ...ROTATED,
    },
    {
      name: 'takes a slash at its end',
      request: (world) => ({ ...own(world), path: `/api/token${PATH}/` }),
      ...ROTATED,
    },
    {
      name: 'gives the predecessor the same successor within grace',
      given: rotate,
      request: own,
      ...ROTATED,
      after: ({ kept }, answer) => assert.equal(refreshIn(answer), kept.get('successor')),
    },
    {
      name: 'sets the access cookie alone without rotation',
      options: { refresh: { rotate: false } },
      request: own,
      ...withCookies(good({ token_type: 'Bearer', expires_in: 300 }), LINES.setAccess),
    },
    {
      name: 'goes with asymmetric keys and a csrf secret',
      options: {
        keys: {
          alg: 'EdDSA',
          privateKey: {
            kty: 'OKP',
            crv: 'Ed25519',
            x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
            d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
          },
        },
        csrf: { secret: Uint8Array.from({ length: 32 }, (_, index) => index * 3 + 5) },
      },
      request: own,
      ...ROTATED,
    },
    ...endings,
    { name: 'refuses without a cookie', request: () => bare(), ...MISSING },
    {
      name: 'refuses an empty cookie',
      request: ({ cookies }) => bare(['Cookie', `__Secure-refresh=; ${cookies.csrf}`]),
      ...MISSING,
    },
    {
      name: 'does not take the token from a cookie of another name',
      request: ({ cookies, pair }) =>
        bare(['Cookie', `refresh=${pair.refresh}; __Host-refresh=${pair.refresh}; ${cookies.csrf}`]),
      ...MISSING,
    },
    {
      name: 'does not take the token from a header',
      request: ({ cookies, pair }) =>
        bare(cookieLine(cookies, 'csrf'), ['Authorization', `Bearer ${pair.refresh}`]),
      ...MISSING,
    },
    {
      name: 'does not look at an Authorization header',
      request: ({ cookies }) => bare(cookieLine(cookies), ['Authorization', 'Bearer  x']),
      ...ROTATED,
    },
    ...tossedRows(PATH),
    {
      name: 'keeps the cookies when the store is away',
      given: (world) => world.loseStore(),
      request: own,
      ...unavailable('store_unavailable'),
    },
    {
      name: 'keeps the cookies when the hook throws',
      given: ({ users }) => {
        users.get = () => {
          throw new Error('the database is away');
        };
      },
      request: own,
      ...unavailable('backend_unavailable'),
    },
    {
      name: 'is 405 for GET before it looks for an origin',
      request: () => ({ path: `/api/token${PATH}` }),
      ...wrongMethod('POST'),
    },
  ],
};
