import { good, guarded, refusedByGuard, refusedCaller } from './http-contract-answers.ts';
import { type HttpSection, post, withLines } from './http-contract-case.ts';
import type { WireRequest } from './http-contract-client.ts';
import {
  type CookieLines,
  cookieLine,
  linesOf,
  PAIR_BODY,
  SAME_ORIGIN,
  withCookies,
} from './http-contract-cookies.ts';
import { PASSWORD, type World, type WorldOptions } from './http-contract-world.ts';

const DEVELOPMENT: WorldOptions = {
  transport: 'cookie',
  issuer: 'http://localhost:8000',
  cookie: { path: '/api/token', development: true },
};
const HOST: WorldOptions = {
  transport: 'cookie',
  cookie: { path: '/api/token', refreshPrefix: 'host' },
};
const ELSEWHERE: WorldOptions = { transport: 'cookie', cookie: { path: '/v1/auth/' } };

const send = (path: string, ...lines: readonly (readonly [string, string])[]): WireRequest =>
  withLines({ method: 'POST', path: `/api/token${path}` }, SAME_ORIGIN, ...lines);
const own =
  (path: string) =>
  ({ cookies }: World): WireRequest =>
    send(path, cookieLine(cookies));

/** The life of cookies of other names and paths. */
function lifeOf(name: string, options: WorldOptions, { cleared, set }: CookieLines): HttpSection {
  const pair = withCookies(good(PAIR_BODY), set);
  return {
    name,
    options,
    cases: [
      {
        name: 'are set by a login',
        request: () => withLines(post('/', { username: 'ada', password: PASSWORD }), SAME_ORIGIN),
        ...pair,
      },
      { name: 'are read and set by a refresh', request: own('/refresh'), ...pair },
      {
        name: 'are read and cleared by a logout',
        request: own('/logout'),
        ...withCookies(good({}), cleared),
      },
      {
        name: 'are read by a guard',
        request: ({ cookies }) => ({ path: '/hello', headers: [cookieLine(cookies)] }),
        ...guarded({ message: 'Hello, World!' }),
      },
      {
        name: 'are held to their origin by a guard',
        request: ({ cookies }) => ({ method: 'POST', path: '/hello', headers: [cookieLine(cookies)] }),
        ...refusedByGuard('csrf_failed'),
      },
      {
        name: 'are refused without the csrf cookie',
        request: ({ cookies }) => send('/refresh', cookieLine(cookies, 'refresh')),
        ...refusedCaller('csrf_failed'),
      },
    ],
  };
}

const development = lifeOf(
  'cookies by their development names',
  DEVELOPMENT,
  linesOf({
    names: { access: 'access', refresh: 'refresh', csrf: 'csrf' },
    refreshPath: '/api/token',
    secure: false,
  }),
);
const host = lifeOf(
  'cookies with a refresh cookie for the whole host',
  HOST,
  linesOf({
    names: { access: '__Host-access', refresh: '__Host-refresh', csrf: '__Host-csrf' },
    refreshPath: '/',
    secure: true,
  }),
);
const elsewhere = lifeOf(
  'cookies of a public path other than the mount point',
  ELSEWHERE,
  linesOf({
    names: { access: '__Host-access', refresh: '__Secure-refresh', csrf: '__Host-csrf' },
    refreshPath: '/v1/auth/',
    secure: true,
  }),
);

export const cookieNames: readonly HttpSection[] = [
  {
    ...development,
    cases: [
      ...development.cases,
      {
        name: 'are not read by their other names',
        request: ({ pair }) => ({ path: '/hello', headers: [['Cookie', `__Host-access=${pair.access}`]] }),
        ...refusedByGuard('token_missing'),
      },
    ],
  },
  {
    ...host,
    cases: [
      ...host.cases,
      {
        name: 'are not read by the name with the other prefix',
        request: ({ cookies, pair }) =>
          send('/refresh', ['Cookie', `__Secure-refresh=${pair.refresh}; ${cookies.csrf}`]),
        ...refusedCaller('token_missing'),
      },
    ],
  },
  elsewhere,
];
