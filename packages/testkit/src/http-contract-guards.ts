import { guarded, lacksScope, refusedByGuard } from './http-contract-answers.ts';
import { get, type HttpCase, type HttpSection } from './http-contract-case.ts';
import type { World } from './http-contract-world.ts';

const HELLO = guarded({ message: 'Hello, World!' });
const MISSING = refusedByGuard('token_missing');
const BAD = refusedByGuard('bad_authorization_header');

/** Rows of one header line made from the access token. */
function header(
  name: string,
  value: (access: string) => string,
  answer: Pick<HttpCase, 'status' | 'headers' | 'body'>,
): HttpCase {
  return { name, request: ({ pair }) => get('/hello', value(pair.access)), ...answer };
}

export const guard: HttpSection = {
  name: 'GET /hello behind a guard',
  cases: [
    header('answers a good token', (access) => `Bearer ${access}`, HELLO),
    header('takes the scheme in lower case', (access) => `bearer ${access}`, HELLO),
    header('takes the scheme in upper case', (access) => `BEARER ${access}`, HELLO),
    {
      name: 'takes the name of the header in any case',
      request: ({ pair }) => ({ path: '/hello', headers: [['aUTHORIZATION', `Bearer ${pair.access}`]] }),
      ...HELLO,
    },
    { name: 'refuses without a header', request: () => get('/hello'), ...MISSING },
    header('refuses an empty header', () => '', MISSING),
    header('refuses a token without a scheme', (access) => access, MISSING),
    header('takes Basic for no credential', () => 'Basic YTpi', MISSING),
    header('takes Basic with a token for no credential', (access) => `Basic ${access}`, MISSING),
    header('takes BearerX for no credential', (access) => `BearerX ${access}`, MISSING),
    header('takes DPoP for no credential', (access) => `DPoP ${access}`, MISSING),
    header('refuses the scheme alone', () => 'Bearer', BAD),
    header('refuses two spaces', (access) => `Bearer  ${access}`, BAD),
    header('refuses a tab', (access) => `Bearer\t${access}`, BAD),
    header('refuses a tab after the space', (access) => `Bearer \t${access}`, BAD),
    header('refuses a second part', (access) => `Bearer ${access} x`, BAD),
    header('refuses two credentials in one line', (access) => `Bearer ${access}, Bearer ${access}`, BAD),
    {
      name: 'refuses two headers, the good one first',
      request: ({ pair }) => get('/hello', `Bearer ${pair.access}`, 'Bearer x'),
      ...BAD,
    },
    {
      name: 'refuses two headers, the good one last',
      request: ({ pair }) => get('/hello', 'Bearer x', `Bearer ${pair.access}`),
      ...BAD,
    },
    {
      name: 'refuses one header twice',
      request: ({ pair }) => get('/hello', `Bearer ${pair.access}`, `Bearer ${pair.access}`),
      ...BAD,
    },
    {
      name: 'refuses Basic and Bearer',
      request: ({ pair }) => get('/hello', 'Basic YTpi', `Bearer ${pair.access}`),
      ...BAD,
    },
    header('refuses garbage', () => 'Bearer x', refusedByGuard('token_not_valid')),
    header(
      'refuses a comma and more',
      (access) => `Bearer ${access},${access}`,
      refusedByGuard('token_not_valid'),
    ),
    header('refuses padding', (access) => `Bearer ${access}==`, refusedByGuard('token_not_valid')),
    header(
      'refuses a byte that is no ASCII',
      (access) => `Bearer ${access}\u00e9`,
      refusedByGuard('token_not_valid'),
    ),
    header(
      'refuses a forgery',
      (access) => `Bearer ${access.slice(0, -4)}AAAA`,
      refusedByGuard('token_not_valid'),
    ),
    header('refuses five parts', (access) => `Bearer ${access}.x.x`, refusedByGuard('token_not_valid')),
    header('refuses 8 kB of dots', () => `Bearer ${'.'.repeat(8192)}`, refusedByGuard('token_not_valid')),
    {
      name: 'refuses a refresh token',
      request: ({ pair }) => get('/hello', `Bearer ${pair.refresh}`),
      ...refusedByGuard('token_wrong_type'),
    },
    {
      name: 'refuses an expired token',
      given: (world) => world.advance(305_000),
      request: ({ pair }) => get('/hello', `Bearer ${pair.access}`),
      ...refusedByGuard('token_expired'),
    },
    {
      name: 'takes an expired token within the leeway',
      given: (world) => world.advance(304_999),
      request: ({ pair }) => get('/hello', `Bearer ${pair.access}`),
      ...HELLO,
    },
    {
      name: 'refuses after a logout',
      given: ({ auth, pair }) => auth.logout(pair.refresh),
      request: ({ pair }) => get('/hello', `Bearer ${pair.access}`),
      ...refusedByGuard('token_revoked'),
    },
    {
      name: 'says token_revoked whatever ended the session',
      given: ({ auth }) => auth.sessions.revokeAll('ada', { reason: 'password_changed' }),
      request: ({ pair }) => get('/hello', `Bearer ${pair.access}`),
      ...refusedByGuard('token_revoked'),
    },
    {
      name: 'takes a token after a logout with revocation none',
      options: { revocation: 'none' },
      given: ({ auth, pair }) => auth.logout(pair.refresh),
      request: ({ pair }) => get('/hello', `Bearer ${pair.access}`),
      ...HELLO,
    },
    {
      name: 'is 503 when the store is away',
      given: (world) => world.loseStore(),
      request: ({ pair }) => get('/hello', `Bearer ${pair.access}`),
      ...refusedByGuard('store_unavailable'),
    },
    {
      name: 'needs no store with revocation none',
      options: { revocation: 'none' },
      given: (world) => world.loseStore(),
      request: ({ pair }) => get('/hello', `Bearer ${pair.access}`),
      ...HELLO,
    },
    {
      name: 'does not take a token from the query',
      request: ({ pair }) => get(`/hello?access_token=${pair.access}`),
      ...MISSING,
    },
    {
      name: 'does not take a token from a cookie',
      request: ({ pair }) => ({
        path: '/hello',
        headers: [['Cookie', `__Host-access=${pair.access}; access=${pair.access}`]],
      }),
      ...MISSING,
    },
    {
      name: 'does not count a second header of another name',
      request: ({ pair }) => ({
        path: '/hello',
        headers: [
          ['Proxy-Authorization', 'Bearer x'],
          ['Authorization', `Bearer ${pair.access}`],
        ],
      }),
      ...HELLO,
    },
  ],
};

export const optional: HttpSection = {
  name: 'GET /optional behind an optional guard',
  cases: [
    {
      name: 'answers a good token',
      request: ({ pair }) => get('/optional', `Bearer ${pair.access}`),
      ...guarded({ subject: 'ada' }),
    },
    { name: 'takes no header for anonymous', request: () => get('/optional'), ...guarded({ subject: null }) },
    {
      name: 'takes an empty header for anonymous',
      request: () => get('/optional', ''),
      ...guarded({ subject: null }),
    },
    {
      name: 'takes another scheme for anonymous',
      request: () => get('/optional', 'Basic YTpi'),
      ...guarded({ subject: null }),
    },
    {
      name: 'refuses garbage',
      request: () => get('/optional', 'Bearer x'),
      ...refusedByGuard('token_not_valid'),
    },
    { name: 'refuses two spaces', request: ({ pair }) => get('/optional', `Bearer  ${pair.access}`), ...BAD },
    { name: 'refuses two headers', request: () => get('/optional', 'Bearer x', 'Bearer x'), ...BAD },
    {
      name: 'refuses after a logout',
      given: ({ auth, pair }) => auth.logout(pair.refresh),
      request: ({ pair }) => get('/optional', `Bearer ${pair.access}`),
      ...refusedByGuard('token_revoked'),
    },
    {
      name: 'is 503 and not anonymous when the store is away',
      given: (world) => world.loseStore(),
      request: ({ pair }) => get('/optional', `Bearer ${pair.access}`),
      ...refusedByGuard('store_unavailable'),
    },
    {
      name: 'is anonymous without a header when the store is away',
      given: (world) => world.loseStore(),
      request: () => get('/optional'),
      ...guarded({ subject: null }),
    },
  ],
};

async function openRoot(world: World): Promise<void> {
  world.kept.set('root', (await world.open('root')).access);
}

export const admin: HttpSection = {
  name: 'GET /admin behind a guard with scope admin',
  cases: [
    {
      name: 'answers who has the scope',
      given: openRoot,
      request: (world) => get('/admin', `Bearer ${world.kept.get('root')}`),
      ...guarded({ message: 'Hello, admin!' }),
    },
    {
      name: 'refuses who has it not, and names it',
      request: ({ pair }) => get('/admin', `Bearer ${pair.access}`),
      ...lacksScope('admin'),
    },
    { name: 'asks for a token first', request: () => get('/admin'), ...MISSING },
    {
      name: 'refuses a revoked token before it looks at the scope',
      given: ({ auth, pair }) => auth.logout(pair.refresh),
      request: ({ pair }) => get('/admin', `Bearer ${pair.access}`),
      ...refusedByGuard('token_revoked'),
    },
  ],
};
