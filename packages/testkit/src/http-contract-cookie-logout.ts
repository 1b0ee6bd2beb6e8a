import { leaves } from './http-contract-after.ts';
import { good, refusedCaller, refusedGrant, unavailable, wrongMethod } from './http-contract-answers.ts';
import { DAY, type HttpSection, MINUTE, withLines } from './http-contract-case.ts';
import type { WireRequest } from './http-contract-client.ts';
import { COOKIE_OPTIONS, cookieLine, LINES, SAME_ORIGIN, withCookies } from './http-contract-cookies.ts';
import { tossedRows } from './http-contract-tossed.ts';
import type { World } from './http-contract-world.ts';

const GONE = withCookies(good({}), LINES.cleared);

function cookieLogoutAt(path: '/logout' | '/blacklist'): HttpSection {
  const send = (...lines: readonly (readonly [string, string])[]): WireRequest =>
    withLines({ method: 'POST', path: `/api/token${path}` }, SAME_ORIGIN, ...lines);
  const own = ({ cookies }: World): WireRequest => send(cookieLine(cookies));
  return {
    name: `POST /api/token${path} with cookie transport`,
    options: COOKIE_OPTIONS,
    cases: [
      {
        name: 'ends the session and clears the cookies',
        request: own,
        ...GONE,
        after: leaves('token_revoked'),
      },
      {
        name: 'clears the cookies the second time too',
        given: ({ auth, pair }) => auth.logout(pair.refresh),
        request: own,
        ...GONE,
      },
      {
        name: 'clears the cookies of an expired token',
        given: (world) => world.advance(2 * DAY),
        request: own,
        ...GONE,
      },
      {
        name: 'ends the session by a superseded token',
        given: async (world) => {
          await world.auth.refresh(world.pair.refresh);
          world.advance(10 * MINUTE);
        },
        request: own,
        ...GONE,
        after: leaves('token_revoked'),
      },
      {
        name: 'lets a disabled user log out',
        given: ({ users }) => users.delete('ada'),
        request: own,
        ...GONE,
      },
      { name: 'refuses without a cookie', request: () => send(), ...refusedCaller('token_missing') },
      {
        name: 'does not end the session of an access cookie',
        request: ({ cookies }) => send(cookieLine(cookies, 'access', 'csrf')),
        ...refusedCaller('token_missing'),
        after: leaves('good'),
      },
      {
        name: 'clears the cookies for garbage',
        request: () => send(['Cookie', '__Secure-refresh=x; __Host-csrf=x']),
        ...withCookies(refusedGrant('token_not_valid'), LINES.cleared),
      },
      ...tossedRows(path),
      {
        name: 'keeps the cookies when the store is away',
        given: (world) => world.loseStore(),
        request: own,
        ...unavailable('store_unavailable'),
      },
      {
        name: 'is 405 for GET before it looks for an origin',
        request: () => ({ path: `/api/token${path}` }),
        ...wrongMethod('POST'),
      },
    ],
  };
}

export const cookieLogout: HttpSection = cookieLogoutAt('/logout');
export const cookieBlacklist: HttpSection = cookieLogoutAt('/blacklist');
