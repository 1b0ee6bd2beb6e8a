import { leaves } from './http-contract-after.ts';
import { badRequest, refusedCaller } from './http-contract-answers.ts';
import { type HttpCase, post, postForm, withLines } from './http-contract-case.ts';
import type { WireRequest } from './http-contract-client.ts';
import { cookieLine, SAME_ORIGIN } from './http-contract-cookies.ts';
import type { World } from './http-contract-world.ts';

const NOT_IN_BODY = badRequest({ refresh: 'This field must not be sent; the token is in a cookie.' });
const TOSSED = refusedCaller('csrf_failed');
const TWICE = refusedCaller('bad_authorization_header');

/** `after` of every row that refuses a request for what it is: the session goes on. */
const after = leaves('good');

async function keepOtherCsrf(world: World): Promise<void> {
  const other = await world.cookiesOf(await world.open('ada'));
  world.kept.set('csrf', other.csrf);
}

/**
 * The rows that the endpoints which take a refresh token have alike with cookie transport: one from the body, one that a page of a neighbour may
 * have tossed, and one that came twice are refused, and the cookies stay.
 */
export function tossedRows(path: string): readonly HttpCase[] {
  const send = (...lines: readonly (readonly [string, string])[]): WireRequest =>
    withLines({ method: 'POST', path: `/api/token${path}` }, SAME_ORIGIN, ...lines);
  return [
    {
      name: 'refuses a token in the body',
      request: ({ pair }) => withLines(post(path, { refresh: pair.refresh }), SAME_ORIGIN),
      ...NOT_IN_BODY,
      after,
    },
    {
      name: 'refuses a token in a form beside the cookies',
      request: ({ cookies, pair }) =>
        withLines(postForm(path, { refresh: pair.refresh }), SAME_ORIGIN, cookieLine(cookies)),
      ...NOT_IN_BODY,
      after,
    },
    {
      name: 'refuses an empty token in the body beside the cookies',
      request: ({ cookies }) => withLines(post(path, { refresh: '' }), SAME_ORIGIN, cookieLine(cookies)),
      ...NOT_IN_BODY,
      after,
    },
    {
      name: 'refuses a refresh cookie without a csrf cookie, and keeps the cookies',
      request: ({ cookies }) => send(cookieLine(cookies, 'access', 'refresh')),
      ...TOSSED,
      after,
    },
    {
      name: 'refuses a refresh cookie beside an empty csrf cookie',
      request: ({ cookies }) => send(['Cookie', `${cookies.refresh}; __Host-csrf=`]),
      ...TOSSED,
      after,
    },
    {
      name: 'refuses a refresh cookie beside a csrf cookie cut short',
      request: ({ cookies }) => send(['Cookie', `${cookies.refresh}; ${cookies.csrf.slice(0, -1)}`]),
      ...TOSSED,
      after,
    },
    {
      name: 'refuses a refresh cookie beside the csrf cookie of another session',
      given: keepOtherCsrf,
      request: ({ cookies, kept }) => send(['Cookie', `${cookies.refresh}; ${kept.get('csrf')}`]),
      ...TOSSED,
      after: leaves('good', 'good'),
    },
    {
      name: 'refuses two refresh cookies',
      request: ({ cookies }) => send(['Cookie', `__Secure-refresh=x; ${cookies.refresh}; ${cookies.csrf}`]),
      ...TWICE,
      after,
    },
    {
      name: 'refuses one refresh cookie twice, in two lines',
      request: ({ cookies }) => send(cookieLine(cookies), cookieLine(cookies, 'refresh')),
      ...TWICE,
      after,
    },
    {
      name: 'refuses two csrf cookies',
      request: ({ cookies }) => send(['Cookie', `${cookies.refresh}; ${cookies.csrf}; ${cookies.csrf}`]),
      ...TWICE,
      after,
    },
  ];
}
