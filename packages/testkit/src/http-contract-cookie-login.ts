import assert from 'node:assert/strict';
import { leaves } from './http-contract-after.ts';
import { badRequest, good, refusedCaller, refusedGrant, unavailable } from './http-contract-answers.ts';
import { type HttpSection, post, postForm, withLines } from './http-contract-case.ts';
import type { WireResponse } from './http-contract-client.ts';
import {
  APP,
  COOKIE_OPTIONS,
  cookieLine,
  LINES,
  PAIR_BODY,
  SAME_ORIGIN,
  withCookies,
} from './http-contract-cookies.ts';
import { PASSWORD, toCookies, type World } from './http-contract-world.ts';

const CREDENTIALS = { username: 'ada', password: PASSWORD };
const LOGGED_IN = withCookies(good(PAIR_BODY), LINES.set);
const REFUSED = refusedCaller('csrf_failed');

const login = (...lines: readonly (readonly [string, string])[]) =>
  withLines(post('/', CREDENTIALS), ...lines);

/** A check that the cookies of the answer are those of a session that lives. */
async function opensSession({ auth }: World, { headers }: WireResponse): Promise<void> {
  const cookies = toCookies(headers.get('set-cookie') ?? []);
  const rawHeaders = [...SAME_ORIGIN, ...cookieLine(cookies, 'refresh', 'csrf')];
  const answer = await auth.handle({ method: 'POST', path: '/refresh', rawHeaders, body: { parsed: {} } });
  assert.equal(answer?.status, 200, answer?.body);
}

export const cookieLogin: HttpSection = {
  name: 'POST /api/token/ with cookie transport',
  options: COOKIE_OPTIONS,
  cases: [
    {
      name: 'sets three cookies, and no token in the body',
      request: () => login(SAME_ORIGIN),
      ...LOGGED_IN,
      after: opensSession,
    },
    {
      name: 'takes a form',
      request: () => withLines(postForm('/', CREDENTIALS), SAME_ORIGIN),
      ...LOGGED_IN,
    },
    {
      name: 'takes the origin of the issuer',
      request: () => login(['Origin', 'https://issuer.test']),
      ...LOGGED_IN,
    },
    { name: 'takes an origin on the list', request: () => login(['Origin', APP]), ...LOGGED_IN },
    {
      name: 'takes the csrf cookie of an earlier session repeated in X-CSRF-Token',
      request: ({ cookies }) =>
        login(cookieLine(cookies, 'csrf'), ['X-CSRF-Token', cookies.csrf.slice('__Host-csrf='.length)]),
      ...LOGGED_IN,
    },
    { name: 'refuses a request that shows no origin', request: () => login(), ...REFUSED },
    {
      name: 'refuses an origin off the list',
      request: () => login(['Origin', 'https://evil.test']),
      ...REFUSED,
    },
    { name: 'refuses the null origin', request: () => login(['Origin', 'null']), ...REFUSED },
    {
      name: 'refuses a cross-site request',
      request: () => login(['Sec-Fetch-Site', 'cross-site']),
      ...REFUSED,
    },
    {
      name: 'refuses a cross-site form',
      request: () =>
        withLines(postForm('/', CREDENTIALS), ['Sec-Fetch-Site', 'cross-site'], ['Origin', 'null']),
      ...REFUSED,
    },
    {
      name: 'looks for the origin before the credentials',
      request: () => post('/', {}),
      ...REFUSED,
    },
    {
      name: 'ends the session of the refresh cookie it comes with',
      request: ({ cookies }) => login(SAME_ORIGIN, cookieLine(cookies)),
      ...LOGGED_IN,
      after: leaves('token_revoked'),
    },
    {
      name: 'does not end the session of a refresh cookie without its csrf cookie',
      request: ({ cookies }) => login(SAME_ORIGIN, cookieLine(cookies, 'refresh')),
      ...LOGGED_IN,
      after: leaves('good'),
    },
    {
      name: 'takes no notice of a bad refresh cookie',
      request: () => login(SAME_ORIGIN, ['Cookie', '__Secure-refresh=x; __Host-csrf=x']),
      ...LOGGED_IN,
      after: opensSession,
    },
    {
      name: 'refuses a wrong password, and keeps the cookies',
      request: ({ cookies }) =>
        withLines(post('/', { ...CREDENTIALS, password: 'x' }), SAME_ORIGIN, cookieLine(cookies)),
      ...refusedGrant('invalid_credentials'),
      after: leaves('good'),
    },
    {
      name: 'names the fields that are missing',
      request: () => withLines(post('/', { username: 'ada' }), SAME_ORIGIN),
      ...badRequest({ password: 'This field is required.' }),
    },
    {
      name: 'is 503 when the store is away, and sets none',
      given: (world) => world.loseStore(),
      request: () => login(SAME_ORIGIN),
      ...unavailable('store_unavailable'),
    },
  ],
};
