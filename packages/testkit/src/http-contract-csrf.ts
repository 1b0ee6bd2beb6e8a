import { leaves } from './http-contract-after.ts';
import {
  type ExpectedAnswer,
  good,
  guarded,
  noContent,
  refusedByGuard,
  refusedCaller,
} from './http-contract-answers.ts';
import { bearer, type HttpCase, type HttpSection, post, withLines } from './http-contract-case.ts';
import type { WireRequest } from './http-contract-client.ts';
import { APP, COOKIE_OPTIONS, cookieLine, LINES, PAIR_BODY, withCookies } from './http-contract-cookies.ts';
import { PASSWORD, type World } from './http-contract-world.ts';

type Line = readonly [name: string, value: string];

const EVIL = 'https://evil.test';
const HELLO = guarded({ message: 'Hello, World!' });

/** What a request shows of where it comes from; `X-CSRF-Token` as the csrf cookie of the session has it. */
type Shown = (csrf: string) => readonly Line[];

const SITES = ['absent', 'same-origin', 'same-site', 'cross-site', 'none'] as const;
const ORIGINS = { absent: undefined, listed: APP, unlisted: EVIL, null: 'null' } as const;
const TOKENS = ['absent', 'good', 'bad'] as const;

interface Combination {
  readonly site: (typeof SITES)[number];
  readonly origin: keyof typeof ORIGINS;
  readonly token: (typeof TOKENS)[number];
}

const COMBINATIONS: readonly Combination[] = SITES.flatMap((site) =>
  (Object.keys(ORIGINS) as (keyof typeof ORIGINS)[]).flatMap((origin) =>
    TOKENS.map((token) => ({ site, origin, token })),
  ),
);

/** The rule: of the same origin by the browser's word; else a listed origin; and only where neither header is there, the token. */
function passes({ site, origin, token }: Combination): boolean {
  if (site === 'same-origin' || origin === 'listed') return true;
  return site === 'absent' && origin === 'absent' && token === 'good';
}

function shownOf({ site, origin, token }: Combination): Shown {
  const value = ORIGINS[origin];
  return (csrf) => [
    ...(site === 'absent' ? [] : [['Sec-Fetch-Site', site] as const]),
    ...(value === undefined ? [] : [['Origin', value] as const]),
    ...(token === 'absent' ? [] : [['X-CSRF-Token', token === 'good' ? csrf : `${csrf}x`] as const]),
  ];
}

/** The request of a world with all its cookies and what it shows. */
function sent(request: WireRequest, { cookies }: World, shown: Shown): WireRequest {
  const value = cookies.csrf.slice(cookies.csrf.indexOf('=') + 1);
  return withLines(request, cookieLine(cookies), ...shown(value));
}

const REFRESH: WireRequest = { method: 'POST', path: '/api/token/refresh' };
const ROTATED = withCookies(good(PAIR_BODY), LINES.set);
const REFUSED = refusedCaller('csrf_failed');

export const csrfMatrix: HttpSection = {
  name: 'the origin of POST /api/token/refresh with cookies',
  options: COOKIE_OPTIONS,
  cases: COMBINATIONS.map((combination) => {
    const { site, origin, token } = combination;
    return {
      name: `${passes(combination) ? 'passes' : 'is refused'} with Sec-Fetch-Site ${site}, Origin ${origin}, X-CSRF-Token ${token}`,
      request: (world) => sent(REFRESH, world, shownOf(combination)),
      ...(passes(combination) ? ROTATED : REFUSED),
      after: leaves('good'),
    };
  }),
};

/** Near misses: what a comparison that is not exact lets through. */
const NEAR_MISSES: Readonly<Record<string, Shown>> = {
  'an origin in another case': () => [['Origin', 'https://APP.test']],
  'an origin with a slash': () => [['Origin', `${APP}/`]],
  'an origin with a port': () => [['Origin', `${APP}:443`]],
  'an origin of another scheme': () => [['Origin', 'http://app.test']],
  'a sub-domain of an origin': () => [['Origin', 'https://x.app.test']],
  'an origin that begins as one': () => [['Origin', `${APP}.evil.test`]],
  'an empty origin': (csrf) => [
    ['Origin', ''],
    ['X-CSRF-Token', csrf],
  ],
  'two origins, the listed one first': () => [
    ['Origin', APP],
    ['Origin', EVIL],
  ],
  'two origins, the listed one last': () => [
    ['Origin', EVIL],
    ['Origin', APP],
  ],
  'Sec-Fetch-Site in another case': () => [['Sec-Fetch-Site', 'Same-Origin']],
  'a Referer alone': () => [['Referer', `${APP}/`]],
  'an empty token': () => [['X-CSRF-Token', '']],
  'a token cut short': (csrf) => [['X-CSRF-Token', csrf.slice(0, -1)]],
  'a token in other case': (csrf) => [['X-CSRF-Token', csrf.toLowerCase()]],
};

/** The unsafe requests with cookies beside the refresh, and what they say when they pass. */
const UNSAFE: Readonly<Record<string, readonly [(world: World) => WireRequest, ExpectedAnswer]>> = {
  'POST /': [
    () => post('/', { username: 'ada', password: PASSWORD }),
    withCookies(good(PAIR_BODY), LINES.set),
  ],
  'POST /verify': [({ pair }) => post('/verify', { token: pair.access }), good({})],
  'POST /logout': [() => post('/logout', {}), withCookies(good({}), LINES.cleared)],
  'POST /blacklist': [() => post('/blacklist', {}), withCookies(good({}), LINES.cleared)],
  'POST /logout-all': [() => post('/logout-all', { keep_current: true }), good({ revoked: 0 })],
  'DELETE /sessions/:id': [
    ({ pair }) => ({ method: 'DELETE', path: `/api/token/sessions/${pair.session.id}` }),
    withCookies(noContent, LINES.cleared),
  ],
};

const PASSING: Readonly<Record<string, Shown>> = {
  'from the same origin': () => [['Sec-Fetch-Site', 'same-origin']],
  'from a listed origin': () => [['Origin', APP]],
  'with the token': (csrf) => [['X-CSRF-Token', csrf]],
};
const FAILING: Readonly<Record<string, Shown>> = {
  'without an origin': () => [],
  'from another origin with the token': (csrf) => [
    ['Origin', EVIL],
    ['X-CSRF-Token', csrf],
  ],
  'from another site with the token': (csrf) => [
    ['Sec-Fetch-Site', 'cross-site'],
    ['X-CSRF-Token', csrf],
  ],
};

const nearMisses: readonly HttpCase[] = Object.entries(NEAR_MISSES).map(([name, shown]) => ({
  name: `POST /refresh is refused with ${name}`,
  request: (world) => sent(REFRESH, world, shown),
  ...REFUSED,
  after: leaves('good'),
}));

const unsafe: readonly HttpCase[] = Object.entries(UNSAFE).flatMap(([name, [request, answer]]) => [
  ...Object.entries(PASSING).map(
    ([how, shown]): HttpCase => ({
      name: `${name} passes ${how}`,
      request: (world) => sent(request(world), world, shown),
      ...answer,
    }),
  ),
  ...Object.entries(FAILING).map(
    ([how, shown]): HttpCase => ({
      name: `${name} is refused ${how}, and ends nothing`,
      request: (world) => sent(request(world), world, shown),
      ...REFUSED,
      after: leaves('good'),
    }),
  ),
]);

export const csrf: HttpSection = {
  name: 'the origin of unsafe requests with cookies to the token endpoints',
  options: COOKIE_OPTIONS,
  cases: [...nearMisses, ...unsafe],
};

export const csrfGuard: HttpSection = {
  name: 'the origin of requests with cookies to /hello',
  options: COOKIE_OPTIONS,
  cases: [
    ...Object.entries(PASSING).map(
      ([how, shown]): HttpCase => ({
        name: `POST passes ${how}`,
        request: (world) => sent({ method: 'POST', path: '/hello' }, world, shown),
        ...HELLO,
      }),
    ),
    ...Object.entries(FAILING).map(
      ([how, shown]): HttpCase => ({
        name: `POST is refused ${how}`,
        request: (world) => sent({ method: 'POST', path: '/hello' }, world, shown),
        ...refusedByGuard('csrf_failed'),
      }),
    ),
    {
      name: 'POST with a header needs none',
      request: ({ pair }) => ({
        method: 'POST',
        path: '/hello',
        headers: [bearer(pair), ['Origin', EVIL], ['Sec-Fetch-Site', 'cross-site']],
      }),
      ...HELLO,
    },
    {
      name: 'POST is 401 without a credential, whatever its origin',
      request: () => ({ method: 'POST', path: '/hello', headers: [['Origin', EVIL]] }),
      ...refusedByGuard('token_missing'),
    },
    {
      name: 'GET needs none',
      request: (world) => sent({ path: '/hello' }, world, () => [['Origin', EVIL]]),
      ...HELLO,
    },
    {
      name: 'GET from another site needs none',
      request: (world) => sent({ path: '/hello' }, world, () => [['Sec-Fetch-Site', 'cross-site']]),
      ...HELLO,
    },
  ],
};
