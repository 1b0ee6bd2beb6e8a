import { withDeadline } from './backends/deadline.ts';
import { guardHooks } from './backends/guarded-hooks.ts';
import { guardStore } from './backends/guarded-store.ts';
import { notingStore } from './backends/noting-store.ts';
import { createOutages } from './backends/outages.ts';
import { createRevocationFeed } from './backends/revocation-feed.ts';
import { createStorePromises } from './backends/store-promises.ts';
import { createClaimsReader } from './claims/claims-reader.ts';
import type { AuthOptions } from './config/auth-options.ts';
import { isConfigurationError } from './config/check.ts';
import { type ResolvedAuthOptions, resolveAuthOptions } from './config/resolve-auth-options.ts';
import { createCookieTransport } from './cookie/cookie-transport.ts';
import { StoreUnavailableError } from './errors/errors.ts';
import { type AuthEventHub, type AuthEventSource, createEventHub } from './events/events.ts';
import type { RoutesOptions } from './fetch/below-prefix.ts';
import { createFetchRoutes, type FetchClient } from './fetch/fetch-routes.ts';
import { type Authentication, authenticate } from './guard/authenticate.ts';
import { type Authenticator, createGuard, type Guard, type GuardOptions } from './guard/guard.ts';
import type { AuthAnswer } from './http/answer.ts';
import { pairAnswer } from './http/pair-answer.ts';
import type { TokenRoutes } from './http/serve-routes.ts';
import { createTokenRoutes } from './http/token-routes.ts';
import type { JsonObject } from './json.ts';
import { type Jwks, toJwks } from './keys/jwks.ts';
import type { KeyManager, KeyRing } from './keys/key-ring.ts';
import { createKind, type KindOptions, type MessageKind } from './kinds/create-kind.ts';
import type { MaybePromise } from './maybe-promise.ts';
import type { AuthContext } from './session/auth-context.ts';
import { endSessions } from './session/end-session.ts';
import { createLoginKinds } from './session/login-kinds.ts';
import { readRefreshToken } from './session/read-refresh-token.ts';
import { refreshSession } from './session/refresh-session.ts';
import { beyondLife } from './session/revoke-mark.ts';
import { createSessionApi, type SessionApi } from './session/session-api.ts';
import type { TokenPair } from './session/token-pair.ts';
import type { SessionClient } from './store.ts';
import { createHeaderTable } from './token/header-table.ts';

/** Everything an app needs of its login tokens. Frozen; safe to share. */
export interface Auth<Claims extends object = JsonObject> {
  /** Makes a guard for a route; an adapter wraps it for its framework. @throws TypeError for wrong options */
  guard(options?: GuardOptions): Guard<Authentication<Claims>>;
  /** Answers the token endpoints, for adapters; `undefined` for a path that is none of them. */
  readonly handle: TokenRoutes;
  /**
   * Answers the token endpoints on a server of `Request` and `Response`; `undefined` for a path that is none of them. The body must not have
   * been read. Guards for such a server are made by `fetchAuth`.
   *
   * @throws TypeError (as a rejection) for a wrong prefix
   */
  fetch(request: Request, options?: RoutesOptions & FetchClient): Promise<Response | undefined>;
  /**
   * The answer that hands a pair out as the token endpoints do: in the body, or with cookie transport in cookies. For routes of the app's
   * own that end in a pair, such as a password change.
   */
  answerPair(pair: TokenPair): Promise<AuthAnswer>;
  /** Sessions from the app's side. */
  readonly sessions: SessionApi;
  /** A refresh token for a new pair, by the same rules as `POST /refresh`. @throws AuthError */
  refresh(token: string, client?: SessionClient): Promise<TokenPair>;
  /** Ends the session of a refresh token, by the same rules as `POST /logout`. @throws AuthError */
  logout(token: string): Promise<void>;
  /**
   * A kind of signed message of the app's own, with its own `typ`: made once, at start-up.
   *
   * @throws TypeError for a name or options that are wrong, and for a name used before
   */
  kind<MessageClaims extends object = JsonObject, Signed extends object = MessageClaims>(
    name: string,
    options: KindOptions<MessageClaims, Signed>,
  ): MessageKind<MessageClaims, Signed>;
  /** The public keys of what others verify, and only public members; `{ keys: [] }` for a service that signs with a secret, and before `ready()`. */
  jwks(): Jwks;
  /** Keys at run time; those of the refresh tokens apart where `refresh.keys` is set. */
  readonly keys: { readonly access: KeyManager; readonly refresh: KeyManager };
  /**
   * Resolves when the keys are imported (at once on Node), the store has been asked what it cannot promise, and the feed has caught up where
   * there is one. A store that is away rejects nothing here unless durability is required; it is told as an event.
   *
   * @throws TypeError (as a rejection) for a key that may not be one, and for a store that does not promise what `durability: 'required'` wants
   * @throws StoreUnavailableError when that cannot be found out
   */
  ready(): Promise<void>;
  /** Ends the feed, the one thing of an auth that runs by itself. Guards ask the store from then on. */
  close(): Promise<void>;
  readonly events: AuthEventSource;
  /** Removes dead records from the store, at most `limit` (default 1,000) a call; returns how many. For a timer of the app's. */
  prune(limit?: number): Promise<number>;
}

/**
 * Makes an auth: it verifies access tokens, issues, rotates and revokes pairs over the store. Options are validated here
 * and never again.
 *
 * @throws TypeError (`ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`) that names the option; unknown options are refused
 * @example
 * ```ts
 * import { createAuth } from '@tokenpair/core';
 * import { memoryStore } from '@tokenpair/core/memory';
 *
 * const auth = createAuth({
 *   issuer: 'https://api.example.com',
 *   audience: 'https://api.example.com',
 *   keys: { alg: 'HS256', secret: crypto.getRandomValues(new Uint8Array(32)) },
 *   store: memoryStore(),
 *   login: ({ username, password }) => (username === 'ada' && password === 'correct horse' ? { subject: '1' } : undefined),
 * });
 * ```
 */
export function createAuth<Claims extends object = JsonObject>(options: AuthOptions<Claims>): Auth<Claims> {
  const context = createContext(resolveAuthOptions(options));
  const { clock, keys, refresh } = context.options;
  const handle = createTokenRoutes(context);
  return Object.freeze({
    guard: (guardOptions) => createGuard(authenticator<Claims>(context), guardOptions),
    handle,
    fetch: async (request, { prefix, ip } = {}) => createFetchRoutes(handle, { prefix })(request, { ip }),
    answerPair: (pair) => pairAnswer(context, pair),
    sessions: createSessionApi(context),
    refresh: async (token, client = {}) =>
      refreshSession(context, await readRefreshToken(context, token), client),
    logout: async (token) => {
      const { ref } = await readRefreshToken(context, token, { allowExpired: true });
      await endSessions(context, ref, 'logout');
    },
    kind: (name, kindOptions) => createKind(context, name, kindOptions),
    jwks: () => toJwks(keys),
    keys: Object.freeze({ access: manage(keys), refresh: manage(refresh.keys) }),
    ready: () => makeReady(context),
    close: async () => context.feed?.close(),
    events: Object.freeze({ on: context.events.on }),
    prune: (limit) => context.store.prune(clock(), limit),
  } satisfies Auth<Claims>);
}

/** The schema of `options.claims` has read the claims, so they are of its type. */
function authenticator<Claims extends object>(context: AuthContext): Authenticator<Authentication<Claims>> {
  const { revocation } = context.options;
  return (request) =>
    authenticate(context, request, revocation) as MaybePromise<Authentication<Claims> | undefined>;
}

/** What an app may do with a ring. */
function manage({ list, publish, retire, signWith }: KeyRing): KeyManager {
  return Object.freeze({ list, publish, retire, signWith });
}

function createContext(options: ResolvedAuthOptions): AuthContext {
  const { authenticateClient, claims, clock, hookTimeoutMs, login, resolve, validateClaims } = options;
  const headers = createHeaderTable();
  const events = createEventHub(clock);
  const onFailure = (backend: string, cause: unknown): void =>
    events.emit('backend.failed', { backend, cause });
  const backend = { timeoutMs: hookTimeoutMs, onFailure };
  const reader = createClaimsReader({ schema: claims, validate: validateClaims, ...backend });
  return Object.freeze({
    options,
    cookies: options.cookies === undefined ? undefined : createCookieTransport(options.cookies),
    ...backendsOf(options, events),
    hooks: guardHooks({ login, resolve, authenticateClient, keepsEpochs: options.can.records, ...backend }),
    events,
    claims: reader,
    headers,
    ...createLoginKinds(options, headers, reader.read),
  });
}

async function makeReady({ feed, options, promises }: AuthContext): Promise<void> {
  const isRequired = options.durability === 'required';
  await Promise.all([
    options.keys.ready,
    options.refresh.keys.ready,
    promises.settle().catch((error: unknown) => {
      if (!isRequired) return;
      throw isConfigurationError(error) ? error : new StoreUnavailableError({ cause: error });
    }),
    feed && withDeadline(feed.start, options.storeTimeoutMs).catch(() => undefined), // told as an event
  ]);
}

/** The store as core asks it, and what is known of it beside. */
function backendsOf(
  options: ResolvedAuthOptions,
  events: AuthEventHub,
): Pick<AuthContext, 'store' | 'outages' | 'promises' | 'feed'> {
  const { access, clock, durability, revocation, store, storeTimeoutMs: timeoutMs } = options;
  const onFailure = (backend: string, cause: unknown): void =>
    events.emit('backend.failed', { backend, cause });
  const outages = createOutages(clock, timeoutMs);
  const promises = createStorePromises(store, {
    required: durability === 'required',
    timeoutMs,
    onWarning: (warning) => events.emit('store.warning', { store: store.name, ...warning }),
    onFailure: (cause) => onFailure('store', cause),
  });
  const guarded = guardStore(store, { timeoutMs, onFailure, outages, promises });
  if (revocation !== 'feed') return { store: guarded, outages, promises, feed: undefined };
  const feed = createRevocationFeed(store, {
    clock,
    timeoutMs,
    longestMs: access.maxLife + beyondLife(options),
    onFailure: (cause) => onFailure('feed', cause),
    onChange: (state) => events.emit('feed.changed', { state }),
  });
  return { store: notingStore(guarded, feed), outages, promises, feed };
}
