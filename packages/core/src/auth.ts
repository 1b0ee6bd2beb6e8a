import { withDeadline } from './backends/deadline.ts';
import { guardHooks } from './backends/guarded-hooks.ts';
import { guardStore } from './backends/guarded-store.ts';
import { notingStore } from './backends/noting-store.ts';
import { createOutages } from './backends/outages.ts';
import { createRevocationFeed } from './backends/revocation-feed.ts';
import { createStorePromises } from './backends/store-promises.ts';
import { createClaimsReader } from './claims/claims-reader.ts';
import type { AuthOptions } from './config/auth-options.ts';
import { assertInteger, isConfigurationError } from './config/check.ts';
import { type ResolvedAuthOptions, resolveAuthOptions } from './config/resolve-auth-options.ts';
import { createCookieTransport } from './cookie/cookie-transport.ts';
import { StoreUnavailableError } from './errors/errors.ts';
import { type AuthEventHub, type AuthEventSource, createEventHub } from './events/events.ts';
import type { FetchClient } from './fetch/fetch-routes.ts';
import { createAccessReader } from './guard/access-reader.ts';
import { type AuthGuards, createAuthGuards } from './guard/auth-guards.ts';
import type { Authentication, GuardedAuthentication, UserAuthentication } from './guard/authentication.ts';
import { createSessionWatch, type WatchableSession } from './guard/session-watch.ts';
import type { AuthAnswer } from './http/answer.ts';
import type { RoutesOptions } from './http/below-prefix.ts';
import { createCredentialReader } from './http/credentials.ts';
import type { TokenRoutes } from './http/serve-routes.ts';
import type { JsonObject } from './json.ts';
import { type Jwks, toJwks } from './keys/jwks.ts';
import type { KeyManager, KeyRing } from './keys/key-ring.ts';
import { createKind, type KindOptions, type MessageKind } from './kinds/create-kind.ts';
import {
  type AuthorizationServerMetadata,
  createMetadataRoutes,
  type MetadataOptions,
  metadataOf,
} from './oauth2/metadata.ts';
import { type AuthShape, shapeOf } from './openapi/auth-shape.ts';
import { serviceOnDemand } from './service-on-demand.ts';
import type { AuthContext } from './session/auth-context.ts';
import { createLoginKinds } from './session/login-kinds.ts';
import { createRandomIds } from './session/random-id.ts';
import { beyondLife } from './session/revoke-mark.ts';
import type { SessionApi } from './session/session-api.ts';
import type { TokenPair } from './session/token-pair.ts';
import type { SessionClient } from './store.ts';
import { createHeaderTable } from './token/header-table.ts';

/**
 * Everything an app needs of its login tokens. `Claims` are the app's own; `Who` is what the guards find, with `loadUser` a
 * {@link UserAuthentication}. Frozen; safe to share.
 */
export interface Auth<Claims extends object = JsonObject, Who extends object = Authentication<Claims>>
  extends AuthGuards<Who> {
  /**
   * Calls the listener once when a session has ended, so that what is open for it can be closed; give it what a guard found. It hears of an end by
   * this process at once; of others by the revocation feed within a second of its news; without a feed, or while that is down, by asking the store each 10 s.
   * An absolute end is noticed within 5 minutes. While the store is away nobody is told anything. Returns what stops it; nobody is told after `close()`.
   *
   * @throws TypeError for what names no session
   */
  onRevoked(session: WatchableSession, listener: () => void): () => void;
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
  /**
   * What an OAuth 2 client has to know of this service (RFC 8414), as it is now. Goes with `wire: 'oauth2'` and an issuer that is a URL.
   *
   * @throws TypeError without the prefix
   */
  metadata(place: MetadataOptions): AuthorizationServerMetadata;
  /**
   * Answers `GET /.well-known/oauth-authorization-server`, behind which the issuer's own path comes if it has one, with the metadata; for the
   * root of the app.
   *
   * @throws TypeError as `metadata`
   */
  metadataRoutes(place: MetadataOptions): TokenRoutes;
  /** Which token endpoints there are, and how they speak: what `openApiDocument` describes. */
  readonly shape: AuthShape;
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
  /** Ends what runs by itself: the feed, after which guards ask the store, and the watch over sessions of `onRevoked`. */
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
export function createAuth<Claims extends object = JsonObject, User = unknown>(
  options: AuthOptions<Claims, User>,
): Auth<Claims, GuardedAuthentication<Claims, NoInfer<User>>> {
  const context = createContext(resolveAuthOptions(options));
  const { clock, keys, refresh } = context.options;
  const watch = createSessionWatch(context);
  const { load, ...service } = serviceOnDemand(context);
  return Object.freeze({
    ...guardsOf<Claims, User>(context),
    ...service,
    onRevoked: watch.on,
    kind: (name, kindOptions) => createKind(context, name, kindOptions),
    jwks: () => toJwks(keys),
    metadata: (place) => metadataOf(context.options, place),
    metadataRoutes: (place) => createMetadataRoutes(context.options, place),
    shape: shapeOf(context.options),
    keys: Object.freeze({ access: manage(keys), refresh: manage(refresh.keys) }),
    ready: async () => {
      await Promise.all([makeReady(context), load()]);
    },
    close: async () => {
      watch.close();
      await context.feed?.close();
    },
    events: Object.freeze({ on: context.events.on }),
    prune: async (limit) => {
      if (limit !== undefined) assertInteger(limit, 'limit', 0, Number.MAX_SAFE_INTEGER);
      return context.store.prune(clock(), limit);
    },
  } satisfies Auth<Claims, GuardedAuthentication<Claims, User>>);
}

/** The schema of `options.claims` has read the claims, and `loadUser` has given the user, so they are of their types. */
function guardsOf<Claims extends object, User>(
  context: AuthContext,
): AuthGuards<GuardedAuthentication<Claims, User>> {
  return createAuthGuards(context) as unknown as AuthGuards<GuardedAuthentication<Claims, User>>;
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
  const cookies = options.cookies && createCookieTransport(options.cookies);
  const reader = createClaimsReader({ schema: claims, validate: validateClaims, ...backend });
  const kinds = createLoginKinds(options, headers, reader.read);
  return Object.freeze({
    options,
    cookies,
    readCredential: createCredentialReader(options.guards.places, cookies),
    ...backendsOf(options, events),
    hooks: guardHooks({ login, resolve, authenticateClient, keepsEpochs: options.can.records, ...backend }),
    events,
    claims: reader,
    headers,
    randomId: createRandomIds(),
    ...kinds,
    readAccess: createAccessReader(options, kinds.access, reader),
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
