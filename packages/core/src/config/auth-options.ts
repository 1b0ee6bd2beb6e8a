import { isStandardSchema, type StandardSchema } from '../claims/standard-schema.ts';
import type { JsonObject } from '../json.ts';
import type { KeyInput } from '../keys/key-input.ts';
import { createKeyRing, type KeyRing } from '../keys/key-ring.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import type { TokenStore } from '../store.ts';
import {
  assertBoolean,
  assertFunction,
  assertInteger,
  assertOneOf,
  assertOptions,
  assertText,
  invalidType,
  invalidValue,
} from './check.ts';
import {
  type CookieOptions,
  type CsrfOptions,
  type ResolvedCookieOptions,
  resolveCookieOptions,
} from './cookie-options.ts';
import { type Duration, toMilliseconds } from './duration.ts';
import type { ClientHook, LoginHook, ResolveHook } from './hooks.ts';

/** Options of {@link createAuth}. `Claims` are the app's own claims, as the schema reads them. */
export interface AuthOptions<Claims extends object = JsonObject> {
  /** `iss` of the tokens: the URL of this service. Exact, no default. */
  readonly issuer: string;
  /** `aud` of the access tokens: the API they are for. Exact, no default. */
  readonly audience: string;
  /** The keys: the first signs, all verify. A rotation is: publish the new one last, then move it first, then retire the old. */
  readonly keys: KeyInput | readonly KeyInput[];
  /** Where sessions live. */
  readonly store: TokenStore;
  /** Checks the credentials of a login; without it there is no login endpoint. */
  readonly login?: LoginHook;
  /** Fields of a login request, each a non-empty string. @default ['username', 'password'] */
  readonly loginFields?: readonly string[];
  /**
   * The app's own claims of the access token, by any Standard Schema (zod, valibot, arktype): checked before they are signed, read
   * when verified, typed in `auth.claims`.
   */
  readonly claims?: StandardSchema<Claims>;
  /** A last look at a verified access token's claims; anything but `true` refuses it. */
  readonly validateClaims?: (claims: JsonObject) => MaybePromise<boolean>;
  /** Claims that an access token must have, beside those every one has. @default [] */
  readonly requiredClaims?: readonly string[];
  /** What holds for a subject now, asked at login and refresh. @default the session record decides alone */
  readonly resolve?: ResolveHook;
  /** Who may ask `/introspect` and `/revoke`; without it there are no such endpoints. */
  readonly authenticateClient?: ClientHook;
  /**
   * How the token endpoints hand tokens out and take refresh tokens: in bodies, or in cookies that no script can read. Guards read
   * `Authorization: Bearer` either way, and with `'cookie'` the access cookie too.
   *
   * @default 'header'
   */
  readonly transport?: 'header' | 'cookie';
  /** Needed with cookie transport. */
  readonly cookie?: CookieOptions;
  /** For cookie transport. */
  readonly csrf?: CsrfOptions;
  readonly access?: AccessOptions;
  readonly refresh?: RefreshOptions;
  readonly session?: SessionOptions;
  /** How long after `exp` a token is still taken, 0 to 60 s. @default '5s' */
  readonly leeway?: Duration;
  /** How far ahead of this clock `iat` and `nbf` may lie, 0 to 300 s. @default '60s' */
  readonly clockSkew?: Duration;
  /**
   * How a guard learns that a session has ended: `'session'` asks the store at every request; `'none'` does not, so an access
   * token outlives a logout by up to its life.
   *
   * @default 'session'
   */
  readonly revocation?: 'session' | 'none';
  /** How long the store may take, in ms, 10 to 60,000. @default 2000 */
  readonly storeTimeoutMs?: number;
  /** How long a hook may take, in ms, 10 to 60,000. @default 3000 */
  readonly hookTimeoutMs?: number;
  /** Milliseconds since the epoch. @default Date.now */
  readonly clock?: () => number;
}

export interface AccessOptions {
  /** Life of an access token, 1 s to 1 day. @default '5m' */
  readonly ttl?: Duration;
  /** Longest `exp` − `iat` taken; apart from `ttl`, so that shortening that logs nobody out. @default '24h' */
  readonly maxLife?: Duration;
}

export interface RefreshOptions {
  /** Idle life of a session: of a refresh token that is not used, 1 s to 1 year. @default '1d' */
  readonly ttl?: Duration;
  /** Longest `exp` − `iat` taken; apart from `ttl`, so that shortening that logs nobody out. @default `session.ttl` */
  readonly maxLife?: Duration;
  /** How long after a rotation its immediate predecessor is answered with the same successor, 0 to 60 s. @default '30s' */
  readonly grace?: Duration;
  /** Whether the client a replay in grace comes from must show the user agent of the rotation. @default 'any-client' */
  readonly graceFor?: 'any-client' | 'same-client';
  /** False: a refresh answers with an access token alone and leaves the generation. @default true */
  readonly rotate?: boolean;
  /** What ends when a refresh token is used again: its session, or all of the subject's. @default 'session' */
  readonly reuse?: 'session' | 'subject';
  /** Keys of the refresh tokens alone, so that who verifies access tokens with a secret cannot forge these. @default `keys` */
  readonly keys?: KeyInput | readonly KeyInput[];
}

export interface SessionOptions {
  /** Absolute life of a session, which nothing extends, 1 s to 10 years. @default '30d' */
  readonly ttl?: Duration;
}

/** {@link AuthOptions} after validation: times in ms, defaults in place, frozen. */
export interface ResolvedAuthOptions {
  readonly issuer: string;
  readonly audience: string;
  readonly keys: KeyRing;
  readonly store: TokenStore;
  readonly login: LoginHook | undefined;
  readonly loginFields: readonly string[];
  readonly resolve: ResolveHook | undefined;
  readonly authenticateClient: ClientHook | undefined;
  readonly claims: StandardSchema | undefined;
  readonly validateClaims: ((claims: JsonObject) => MaybePromise<boolean>) | undefined;
  readonly requiredClaims: readonly string[];
  /** Absent with header transport. */
  readonly cookies: ResolvedCookieOptions | undefined;
  readonly access: { readonly ttl: number; readonly maxLife: number };
  readonly refresh: ResolvedRefreshOptions;
  readonly session: { readonly ttl: number };
  readonly leeway: number;
  readonly clockSkew: number;
  readonly revocation: 'session' | 'none';
  readonly storeTimeoutMs: number;
  readonly hookTimeoutMs: number;
  readonly clock: () => number;
}

export interface ResolvedRefreshOptions {
  readonly ttl: number;
  readonly maxLife: number;
  readonly grace: number;
  readonly graceFor: 'any-client' | 'same-client';
  readonly rotate: boolean;
  readonly reuse: 'session' | 'subject';
  readonly keys: KeyRing;
}

const MINUTE = 60;
const DAY = 86_400;

const OPTION_NAMES: readonly (keyof AuthOptions)[] = Object.freeze([
  'issuer',
  'audience',
  'keys',
  'store',
  'login',
  'loginFields',
  'resolve',
  'authenticateClient',
  'claims',
  'validateClaims',
  'requiredClaims',
  'transport',
  'cookie',
  'csrf',
  'access',
  'refresh',
  'session',
  'leeway',
  'clockSkew',
  'revocation',
  'storeTimeoutMs',
  'hookTimeoutMs',
  'clock',
]);

const STORE_METHODS = Object.freeze([
  'create',
  'find',
  'advance',
  'revoke',
  'blacklist',
  'isLive',
  'list',
  'prune',
] as const);

/** Validates once; nothing validates options per request. @throws TypeError naming the option */
export function resolveAuthOptions<Claims extends object>(options: AuthOptions<Claims>): ResolvedAuthOptions {
  assertOptions(options, 'options', OPTION_NAMES);
  const {
    issuer,
    audience,
    store,
    login,
    resolve,
    authenticateClient,
    revocation = 'session',
    clock = Date.now,
  } = options;
  const { storeTimeoutMs = 2000, hookTimeoutMs = 3000, loginFields = ['username', 'password'] } = options;
  assertText(issuer, 'options.issuer');
  assertText(audience, 'options.audience');
  assertStore(store);
  if (login !== undefined) assertFunction(login, 'options.login');
  if (resolve !== undefined) assertFunction(resolve, 'options.resolve');
  if (authenticateClient !== undefined) assertFunction(authenticateClient, 'options.authenticateClient');
  assertNames(loginFields, 'options.loginFields');
  if (loginFields.length === 0) throw invalidValue('options.loginFields must hold at least one name');
  const { claims, validateClaims, requiredClaims = [] } = options;
  if (claims !== undefined && !isStandardSchema(claims))
    throw invalidType('options.claims must be a Standard Schema');
  if (validateClaims !== undefined) assertFunction(validateClaims, 'options.validateClaims');
  assertNames(requiredClaims, 'options.requiredClaims');
  assertOneOf(revocation, 'options.revocation', ['session', 'none']);
  assertInteger(storeTimeoutMs, 'options.storeTimeoutMs', 10, 60_000);
  assertInteger(hookTimeoutMs, 'options.hookTimeoutMs', 10, 60_000);
  assertFunction(clock, 'options.clock');
  const keys = createKeyRing(options.keys, 'options.keys');
  const session = resolveSession(options.session ?? {});
  return Object.freeze({
    issuer,
    audience,
    keys,
    store,
    login,
    loginFields: Object.freeze([...loginFields]),
    resolve,
    authenticateClient,
    claims,
    validateClaims,
    requiredClaims: Object.freeze([...requiredClaims]),
    cookies: resolveTransport(options, keys),
    access: resolveAccess(options.access ?? {}),
    refresh: resolveRefresh(options.refresh ?? {}, keys, session.ttl),
    session,
    leeway: toMilliseconds(options.leeway ?? '5s', 'options.leeway', { min: 0, max: MINUTE }),
    clockSkew: toMilliseconds(options.clockSkew ?? '60s', 'options.clockSkew', { min: 0, max: 5 * MINUTE }),
    revocation,
    storeTimeoutMs,
    hookTimeoutMs,
    clock,
  });
}

function resolveTransport(
  options: Pick<AuthOptions, 'issuer' | 'transport' | 'cookie' | 'csrf'>,
  keys: KeyRing,
): ResolvedCookieOptions | undefined {
  const { issuer, transport = 'header', cookie, csrf } = options;
  assertOneOf(transport, 'options.transport', ['header', 'cookie']);
  if (transport === 'cookie') return resolveCookieOptions({ issuer, keys, cookie, csrf });
  if (cookie !== undefined || csrf !== undefined)
    throw invalidValue("options.cookie and options.csrf go with transport: 'cookie'");
  return undefined;
}

function resolveAccess(access: AccessOptions): ResolvedAuthOptions['access'] {
  assertOptions(access, 'options.access', ['ttl', 'maxLife']);
  const ttl = toMilliseconds(access.ttl ?? '5m', 'options.access.ttl', { min: 1, max: DAY });
  const maxLife = toMilliseconds(access.maxLife ?? '24h', 'options.access.maxLife', {
    min: 1,
    max: 365 * DAY,
  });
  if (maxLife < ttl) throw invalidValue('options.access.maxLife must be at least options.access.ttl');
  return Object.freeze({ ttl, maxLife });
}

function resolveRefresh(refresh: RefreshOptions, keys: KeyRing, sessionTtl: number): ResolvedRefreshOptions {
  assertOptions(refresh, 'options.refresh', [
    'ttl',
    'maxLife',
    'grace',
    'graceFor',
    'rotate',
    'reuse',
    'keys',
  ]);
  const { rotate = true, reuse = 'session', graceFor = 'any-client' } = refresh;
  assertBoolean(rotate, 'options.refresh.rotate');
  assertOneOf(reuse, 'options.refresh.reuse', ['session', 'subject']);
  assertOneOf(graceFor, 'options.refresh.graceFor', ['any-client', 'same-client']);
  const ttl = toMilliseconds(refresh.ttl ?? '1d', 'options.refresh.ttl', { min: 1, max: 365 * DAY });
  const maxLife = toMilliseconds(refresh.maxLife ?? sessionTtl / 1000, 'options.refresh.maxLife', {
    min: 1,
    max: 3650 * DAY,
  });
  if (maxLife < Math.min(ttl, sessionTtl))
    throw invalidValue('options.refresh.maxLife must be at least options.refresh.ttl');
  return Object.freeze({
    ttl,
    maxLife,
    grace: toMilliseconds(refresh.grace ?? '30s', 'options.refresh.grace', { min: 0, max: MINUTE }),
    graceFor,
    rotate,
    reuse,
    keys: refresh.keys === undefined ? keys : createKeyRing(refresh.keys, 'options.refresh.keys'),
  });
}

function resolveSession(session: SessionOptions): ResolvedAuthOptions['session'] {
  assertOptions(session, 'options.session', ['ttl']);
  return Object.freeze({
    ttl: toMilliseconds(session.ttl ?? '30d', 'options.session.ttl', { min: 1, max: 3650 * DAY }),
  });
}

function assertStore(store: unknown): asserts store is TokenStore {
  if (typeof store !== 'object' || store === null) throw invalidType('options.store must be a token store');
  const missing = STORE_METHODS.filter(
    (method) => typeof (store as Record<string, unknown>)[method] !== 'function',
  );
  if (missing.length > 0) throw invalidType(`options.store lacks ${missing.join(', ')}`);
}

function assertNames(names: unknown, option: string): asserts names is readonly string[] {
  if (!Array.isArray(names)) throw invalidType(`${option} must be a list of names`);
  for (const [index, name] of names.entries()) assertText(name, `${option}[${index}]`);
}
