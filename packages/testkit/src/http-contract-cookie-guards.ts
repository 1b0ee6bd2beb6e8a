import { guarded, refusedByGuard } from './http-contract-answers.ts';
import { type HttpCase, type HttpSection, withLines } from './http-contract-case.ts';
import type { WireRequest } from './http-contract-client.ts';
import { COOKIE_OPTIONS, cookieLine } from './http-contract-cookies.ts';
import type { World } from './http-contract-world.ts';

const HELLO = guarded({ message: 'Hello, World!' });
const MISSING = refusedByGuard('token_missing');
const TWICE = refusedByGuard('bad_authorization_header');

const own = ({ cookies }: World): WireRequest => ({ path: '/hello', headers: [cookieLine(cookies)] });

/** A row of one `Cookie` line made of the access token. */
function cookie(
  name: string,
  line: (access: string) => string,
  answer: Pick<HttpCase, 'status' | 'headers' | 'body'>,
): HttpCase {
  return {
    name,
    request: ({ pair }) => ({ path: '/hello', headers: [['Cookie', line(pair.access)]] }),
    ...answer,
  };
}

export const cookieGuard: HttpSection = {
  name: 'GET /hello with cookie transport',
  options: COOKIE_OPTIONS,
  cases: [
    { name: 'answers a good cookie', request: own, ...HELLO },
    cookie('needs the access cookie alone', (access) => `__Host-access=${access}`, HELLO),
    cookie('finds it among others', (access) => `a=b; __Host-access=${access};c="d e"`, HELLO),
    cookie('takes it without a space before', (access) => `a=b;__Host-access=${access}`, HELLO),
    {
      name: 'still reads the Authorization header',
      request: ({ pair }) => ({ path: '/hello', headers: [['Authorization', `Bearer ${pair.access}`]] }),
      ...HELLO,
    },
    {
      name: 'takes Basic beside the cookie for no second credential',
      request: (world) => withLines(own(world), ['Authorization', 'Basic YTpi']),
      ...HELLO,
    },
    {
      name: 'refuses a header and a cookie at once',
      request: (world) => withLines(own(world), ['Authorization', `Bearer ${world.pair.access}`]),
      ...TWICE,
    },
    cookie('refuses two access cookies', (access) => `__Host-access=${access}; __Host-access=x`, TWICE),
    {
      name: 'refuses one access cookie twice, in two lines',
      request: (world) => withLines(own(world), cookieLine(world.cookies, 'access')),
      ...TWICE,
    },
    { name: 'refuses without a cookie', request: () => ({ path: '/hello' }), ...MISSING },
    cookie('refuses an empty cookie', () => '__Host-access=', MISSING),
    cookie('does not take a name without the prefix', (access) => `access=${access}`, MISSING),
    cookie('does not take a name in another case', (access) => `__host-access=${access}`, MISSING),
    cookie('does not take a longer name', (access) => `x__Host-access=${access}`, MISSING),
    {
      name: 'does not take the refresh cookie',
      request: ({ cookies }) => ({ path: '/hello', headers: [cookieLine(cookies, 'refresh', 'csrf')] }),
      ...MISSING,
    },
    cookie('refuses garbage', () => '__Host-access=x', refusedByGuard('token_not_valid')),
    cookie(
      'refuses a token in quotes',
      (access) => `__Host-access="${access}"`,
      refusedByGuard('token_not_valid'),
    ),
    {
      name: 'refuses a refresh token in the access cookie',
      request: ({ pair }) => ({ path: '/hello', headers: [['Cookie', `__Host-access=${pair.refresh}`]] }),
      ...refusedByGuard('token_wrong_type'),
    },
    {
      name: 'refuses an expired token, and leaves its cookie',
      given: (world) => world.advance(305_000),
      request: own,
      ...refusedByGuard('token_expired'),
    },
    {
      name: 'refuses after a logout, and leaves the cookies',
      given: ({ auth, pair }) => auth.logout(pair.refresh),
      request: own,
      ...refusedByGuard('token_revoked'),
    },
    {
      name: 'is 503 when the store is away',
      given: (world) => world.loseStore(),
      request: own,
      ...refusedByGuard('store_unavailable'),
    },
    {
      name: 'tells an optional guard who it is',
      request: (world) => ({ ...own(world), path: '/optional' }),
      ...guarded({ subject: 'ada' }),
    },
    {
      name: 'is anonymous without a cookie behind an optional guard',
      request: () => ({ path: '/optional' }),
      ...guarded({ subject: null }),
    },
    {
      name: 'refuses a bad cookie behind an optional guard',
      request: () => ({ path: '/optional', headers: [['Cookie', '__Host-access=x']] }),
      ...refusedByGuard('token_not_valid'),
    },
  ],
};
