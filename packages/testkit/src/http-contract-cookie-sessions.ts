import assert from 'node:assert/strict';
import { leaves } from './http-contract-after.ts';
import { good, noContent, refusedCaller } from './http-contract-answers.ts';
import { bearer, type HttpSection, post, withLines } from './http-contract-case.ts';
import type { WireRequest } from './http-contract-client.ts';
import { COOKIE_OPTIONS, cookieLine, LINES, SAME_ORIGIN, withCookies } from './http-contract-cookies.ts';
import type { World } from './http-contract-world.ts';

const openOther = ({ open }: World) => open('ada');

const remove = ({ opened }: World, index: number): WireRequest => ({
  method: 'DELETE',
  path: `/api/token/sessions/${opened[index]?.session.id}`,
});

export const cookieSessions: HttpSection = {
  name: 'the endpoints of sessions with cookie transport',
  options: COOKIE_OPTIONS,
  cases: [
    {
      name: 'GET /sessions lists by cookie, without an origin',
      request: ({ cookies }) => ({ path: '/api/token/sessions', headers: [cookieLine(cookies, 'access')] }),
      ...good((body, { pair }) => {
        const [only, ...more] = body['sessions'] as readonly { id: string; current: boolean }[];
        assert.deepEqual([only?.id, only?.current, more], [pair.session.id, true, []]);
      }),
    },
    {
      name: 'GET /sessions refuses a header and a cookie at once',
      request: ({ cookies, pair }) => ({
        path: '/api/token/sessions',
        headers: [cookieLine(cookies), bearer(pair)],
      }),
      ...refusedCaller('bad_authorization_header'),
    },
    {
      name: 'GET /sessions refuses two access cookies',
      request: ({ cookies }) => ({
        path: '/api/token/sessions',
        headers: [['Cookie', `${cookies.access}; ${cookies.access}`]],
      }),
      ...refusedCaller('bad_authorization_header'),
    },
    {
      name: 'DELETE /sessions/:id ends another session, and keeps the cookies',
      given: openOther,
      request: (world) => withLines(remove(world, 1), SAME_ORIGIN, cookieLine(world.cookies)),
      ...noContent,
      after: leaves('good', 'token_revoked'),
    },
    {
      name: 'DELETE /sessions/:id clears the cookies with the current session',
      given: openOther,
      request: (world) => withLines(remove(world, 0), SAME_ORIGIN, cookieLine(world.cookies)),
      ...withCookies(noContent, LINES.cleared),
      after: leaves('token_revoked', 'good'),
    },
    {
      name: 'DELETE /sessions/:id needs no origin with a header',
      given: openOther,
      request: (world) => withLines(remove(world, 1), bearer(world.pair), ['Origin', 'https://evil.test']),
      ...noContent,
      after: leaves('good', 'token_revoked'),
    },
    {
      name: 'POST /logout-all clears the cookies',
      given: openOther,
      request: ({ cookies }) => withLines(post('/logout-all', {}), SAME_ORIGIN, cookieLine(cookies)),
      ...withCookies(good({ revoked: 2 }), LINES.cleared),
      after: leaves('token_revoked', 'token_revoked'),
    },
    {
      name: 'POST /logout-all keeps the cookies with keep_current',
      given: openOther,
      request: ({ cookies }) =>
        withLines(post('/logout-all', { keep_current: true }), SAME_ORIGIN, cookieLine(cookies)),
      ...good({ revoked: 1 }),
      after: leaves('good', 'token_revoked'),
    },
    {
      name: 'POST /logout-all needs no origin with a header',
      request: ({ pair }) =>
        withLines(post('/logout-all', { keep_current: true }), bearer(pair), [
          'Sec-Fetch-Site',
          'cross-site',
        ]),
      ...good({ revoked: 0 }),
    },
    {
      name: 'POST /logout-all refuses a header and a cookie at once, and ends nothing',
      request: ({ cookies, pair }) =>
        withLines(post('/logout-all', {}), SAME_ORIGIN, cookieLine(cookies), bearer(pair)),
      ...refusedCaller('bad_authorization_header'),
      after: leaves('good'),
    },
  ],
};
