import assert from 'node:assert/strict';
import type { Auth } from '@tokenpair/core';
import type { ExpectedAnswer, ExpectedHeader } from './http-contract-answers.ts';
import { bearerSections } from './http-contract-bearer.ts';
import type { HttpCase, HttpSection } from './http-contract-case.ts';
import { send, type WireResponse } from './http-contract-client.ts';
import { cookieGuard } from './http-contract-cookie-guards.ts';
import { cookieLogin } from './http-contract-cookie-login.ts';
import { cookieBlacklist, cookieLogout } from './http-contract-cookie-logout.ts';
import { cookieNames } from './http-contract-cookie-names.ts';
import { cookieRefresh } from './http-contract-cookie-refresh.ts';
import { cookieSessions } from './http-contract-cookie-sessions.ts';
import { csrf, csrfGuard, csrfMatrix } from './http-contract-csrf.ts';
import { admin, guard, optional } from './http-contract-guards.ts';
import { introspect } from './http-contract-introspect.ts';
import { jwks } from './http-contract-jwks.ts';
import { login } from './http-contract-login.ts';
import { blacklist, logout, verify } from './http-contract-logout.ts';
import { logoutAll } from './http-contract-logout-all.ts';
import { paths } from './http-contract-paths.ts';
import { refresh } from './http-contract-refresh.ts';
import { repeated } from './http-contract-repeated.ts';
import { revoke } from './http-contract-revoke.ts';
import { session } from './http-contract-session.ts';
import { sessions } from './http-contract-sessions.ts';
import { silence } from './http-contract-silence.ts';
import { translations } from './http-contract-translations.ts';
import { createWorld, type World, type WorldOptions } from './http-contract-world.ts';

/** What {@link httpContract} needs of the test runner and of the adapter. */
export interface HttpContractOptions {
  /** The runner's own, from vitest, node:test, jest or mocha. */
  readonly describe: (name: string, body: () => void) => unknown;
  /** The runner's own. */
  readonly it: (name: string, body: () => Promise<void>) => unknown;
  /** Starts a real server; called once for each test. */
  readonly start: (auth: Auth, options: HttpServerOptions) => Promise<HttpServer>;
  /**
   * True where a body parser of the framework reads JSON and forms before the token routes: then what only core's own
   * reading can tell (a repeated member, a compressed body) is left out.
   *
   * @default false
   */
  readonly bodyParser?: boolean;
}

/** How the server is to be set up. */
export interface HttpServerOptions {
  /**
   * `'answer'`: the adapter writes refusals itself. `'forward'`: it hands them to the app's own error handler, which then sends the error's
   * `status`, its `headers` and its JSON as `application/json; charset=utf-8`.
   */
  readonly errors: 'answer' | 'forward';
}

/**
 * A server with the token routes under `/api/token` and three routes of JSON (`application/json; charset=utf-8`):
 * GET and POST `/hello` guarded, `{"message":"Hello, World!"}`; GET `/optional` behind an optional guard, `{"subject":…}` or `null`;
 * GET `/admin` with scope `admin`, `{"message":"Hello, admin!"}`.
 * Any other path is a 404 of the server's own, whatever the method and in any form.
 */
export interface HttpServer {
  /** Such as `http://127.0.0.1:8000`. */
  readonly url: string;
  close(): Promise<void>;
}

const SECTIONS: readonly HttpSection[] = [
  login,
  refresh,
  verify,
  logout,
  blacklist,
  logoutAll,
  sessions,
  session,
  ...bearerSections,
  introspect,
  revoke,
  jwks,
  guard,
  optional,
  admin,
  cookieLogin,
  cookieRefresh,
  cookieLogout,
  cookieBlacklist,
  cookieSessions,
  cookieGuard,
  ...cookieNames,
  csrfMatrix,
  csrf,
  csrfGuard,
  repeated,
  paths,
  silence,
  translations,
];

/** The headers that the contract speaks of; an answer has those its row names and no other of these. */
const HEADERS: readonly string[] = [
  'content-type',
  'cache-control',
  'www-authenticate',
  'allow',
  'retry-after',
  'vary',
  'set-cookie',
  'location',
  'pragma',
  'content-language',
];

/**
 * Declares the tests that every adapter has to pass: one table of requests, sent to a real server, with the status, the headers and the body of
 * each answer to the byte; once with refusals written by the adapter and once by the app's error handler.
 *
 * @example
 * import { httpContract } from '@tokenpair/testkit';
 * import { describe, it } from 'node:test';
 * import { startMyServer } from './my-server.js';
 *
 * httpContract({ describe, it, start: (auth, options) => startMyServer(auth, options) });
 */
export function httpContract({ describe, it, start, bodyParser = false }: HttpContractOptions): void {
  for (const errors of ['answer', 'forward'] as const) {
    describe(`with errors: '${errors}'`, () => {
      for (const { name, options, cases } of SECTIONS) {
        describe(name, () => {
          for (const row of cases.filter(({ rawBody }) => !(rawBody && bodyParser))) {
            const settings = { ...options, ...row.options };
            it(row.name, () => runCase(row, settings, (auth) => start(auth, { errors })));
          }
        });
      }
    });
  }
}

async function runCase(
  row: HttpCase,
  options: WorldOptions,
  start: (auth: Auth) => Promise<HttpServer>,
): Promise<void> {
  const world = await createWorld(options);
  await row.given?.(world);
  const server = await start(world.auth);
  try {
    const answer = await send(server.url, row.request(world));
    if (row.leftToApp) assertLeftToApp(answer);
    else assertAnswer(answer, row, world);
    await row.after?.(world, answer);
  } finally {
    await server.close();
  }
}

function assertLeftToApp({ status, headers, body }: WireResponse): void {
  assert.equal(status, 404, body);
  assert.equal(headers.get('allow'), undefined);
  for (const line of headers.get('set-cookie') ?? []) assert.doesNotMatch(line, /access|refresh|csrf/);
  assert.doesNotMatch(body, /"(?:code|access|refresh)":/);
}

function assertAnswer(response: WireResponse, expected: ExpectedAnswer, world: World): void {
  assert.equal(response.status, expected.status, response.body);
  for (const name of HEADERS) assertHeader(name, response.headers.get(name), expected.headers[name]);
  const { body } = expected;
  if (typeof body === 'function') body(JSON.parse(response.body) as Record<string, unknown>, world);
  else assert.equal(response.body, body === '' ? '' : JSON.stringify(body));
}

function assertHeader(
  name: string,
  lines: readonly string[] = [],
  expected: ExpectedHeader | undefined = [],
): void {
  const wanted = Array.isArray(expected) ? expected : [expected];
  assert.equal(lines.length, wanted.length, `${name}: ${lines.join(' | ')}`);
  for (const [index, line] of lines.entries()) {
    const one = wanted[index];
    if (one instanceof RegExp) assert.match(line, one, name);
    else assert.equal(line, one, name);
  }
}
