import assert from 'node:assert/strict';
import { leaves } from './http-contract-after.ts';
import { guarded, pairOf, refusedByGuard, refusedCaller, unsupported } from './http-contract-answers.ts';
import { FORM_LINE, type HttpCase, type HttpSection, JSON_LINE, post } from './http-contract-case.ts';
import { APP, COOKIE_OPTIONS, cookieLine, SAME_ORIGIN } from './http-contract-cookies.ts';
import { PASSWORD, type World } from './http-contract-world.ts';

type Line = readonly [name: string, value: string];

const csrfOf = ({ cookies: { csrf } }: World): string => csrf.slice(csrf.indexOf('=') + 1);

/** Header lines that each would do alone, and together show nothing; also those that a proxy has joined. */
const SHOWN: Readonly<Record<string, (csrf: string) => readonly Line[]>> = {
  'two Sec-Fetch-Site': () => [SAME_ORIGIN, SAME_ORIGIN],
  'two Sec-Fetch-Site, the good one first': () => [SAME_ORIGIN, ['Sec-Fetch-Site', 'cross-site']],
  'two Sec-Fetch-Site, the good one last': () => [['Sec-Fetch-Site', 'cross-site'], SAME_ORIGIN],
  'two Sec-Fetch-Site in one line': () => [['Sec-Fetch-Site', 'same-origin, cross-site']],
  'two Sec-Fetch-Site beside a listed origin': () => [SAME_ORIGIN, SAME_ORIGIN, ['Origin', APP]],
  'two listed origins': () => [
    ['Origin', APP],
    ['Origin', APP],
  ],
  'two listed origins in one line': () => [['Origin', `${APP}, ${APP}`]],
  'two listed origins of the same origin': () => [SAME_ORIGIN, ['Origin', APP], ['Origin', APP]],
  'two tokens': (csrf) => [
    ['X-CSRF-Token', csrf],
    ['X-CSRF-Token', csrf],
  ],
  'two tokens, the good one first': (csrf) => [
    ['X-CSRF-Token', csrf],
    ['X-CSRF-Token', `${csrf}x`],
  ],
  'two tokens in one line': (csrf) => [['X-CSRF-Token', `${csrf},${csrf}`]],
  'two tokens beside a listed origin': (csrf) => [
    ['Origin', APP],
    ['X-CSRF-Token', csrf],
    ['X-CSRF-Token', csrf],
  ],
  'two tokens of the same origin': (csrf) => [SAME_ORIGIN, ['X-CSRF-Token', csrf], ['X-CSRF-Token', csrf]],
};

const shown: readonly HttpCase[] = Object.entries(SHOWN).flatMap(([name, linesOf]) =>
  (['/api/token/refresh', '/hello'] as const).map(
    (path): HttpCase => ({
      name: `shows no origin to ${path}: ${name}`,
      options: COOKIE_OPTIONS,
      request: (world) => ({
        method: 'POST',
        path,
        headers: [cookieLine(world.cookies), ...linesOf(csrfOf(world))],
      }),
      ...(path === '/hello' ? refusedByGuard('csrf_failed') : refusedCaller('csrf_failed')),
      after: leaves('good'),
    }),
  ),
);

const CREDENTIALS = { username: 'ada', password: PASSWORD };

const typed = (name: string, ...headers: readonly Line[]): HttpCase => ({
  name: `is no type of a body: ${name}`,
  request: () => ({ ...post('/', CREDENTIALS), headers }),
  ...unsupported,
  after: leaves('good'),
});

export const repeated: HttpSection = {
  name: 'a header that came twice',
  cases: [
    ...shown,
    typed('two Content-Type lines', JSON_LINE, JSON_LINE),
    typed('two Content-Type lines, JSON first', JSON_LINE, FORM_LINE),
    typed('two Content-Type lines, JSON last', FORM_LINE, JSON_LINE),
    typed('two Content-Type lines, the first another one', ['Content-Type', 'text/plain'], JSON_LINE),
    typed('two Content-Type in one line', ['Content-Type', 'application/json, application/json']),
    {
      name: 'is no type of a form that no parser has read either',
      request: () => ({
        ...post('/verify', 'token=x'),
        headers: [FORM_LINE, FORM_LINE],
      }),
      ...unsupported,
    },
    {
      name: 'is one user agent: two User-Agent lines',
      request: ({ pair }) => ({
        ...post('/refresh', { refresh: pair.refresh }),
        headers: [JSON_LINE, ['User-Agent', 'one'], ['User-Agent', 'two']],
      }),
      ...pairOf(1),
      after: async ({ auth }) => {
        const [only] = await auth.sessions.list('ada');
        assert.equal(only?.client?.userAgent, 'one, two');
      },
    },
    {
      name: 'is nothing to a route that does not look at it',
      request: ({ pair }) => ({
        path: '/hello',
        headers: [['Authorization', `Bearer ${pair.access}`], SAME_ORIGIN, SAME_ORIGIN, JSON_LINE, FORM_LINE],
      }),
      ...guarded({ message: 'Hello, World!' }),
    },
  ],
};
