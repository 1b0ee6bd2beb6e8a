import {
  assertBoolean,
  assertFunction,
  assertInteger,
  assertOneOf,
  assertOptions,
  assertText,
  invalidType,
  invalidValue,
} from '../config/check.ts';
import { type Duration, toMilliseconds } from '../config/duration.ts';
import type { LoginHook, ResolveHook } from '../config/hooks.ts';
import type { Translator } from '../errors/translation.ts';
import type { KeyInput } from '../keys/key-input.ts';
import type { TokenStore } from '../store.ts';
import { type ClaimNames, resolveClaimNames } from './claim-names.ts';
import { resolveKeys, type SimpleJwtKeys } from './simplejwt-keys.ts';

/** What is used of a store: a list of the ids of tokens that are refused. */
export type BlacklistStore = Pick<TokenStore, 'blacklist' | 'isLive'>;

/** Options of `createSimpleJwtAuth`. Unknown ones are refused. */
export interface SimpleJwtOptions {
  /**
   * The keys that the Django services have: the first signs, all verify, at most 8. `ALGORITHM` is `alg`; `SIGNING_KEY` is the `secret` of
   * HS*, at least as long as the hash, and the `privateKey` of the others; `VERIFYING_KEY` is the `publicKey`. With public keys alone tokens are
   * verified and revoked here, and none is issued: there is no login and no `/refresh`.
   */
  readonly keys: KeyInput | readonly KeyInput[];
  readonly names?: Partial<ClaimNames>;
  /** `ISSUER`: written and judged when given. @default neither */
  readonly issuer?: string;
  /** `AUDIENCE`, one or several: written and judged when given. @default neither */
  readonly audience?: string | readonly string[];
  /** Where the ids of revoked and used tokens are kept. Without it nothing can be revoked, and there is no `/logout`. */
  readonly store?: BlacklistStore;
  /** Checks the credentials of a login; without it there is no login endpoint. */
  readonly login?: LoginHook;
  /** Fields of a login request, each a non-empty string. @default ['username', 'password'] */
  readonly loginFields?: readonly string[];
  /** What holds for a subject now, asked at login and refresh. @default every subject is active */
  readonly resolve?: ResolveHook;
  readonly access?: SimpleJwtAccessOptions;
  readonly refresh?: SimpleJwtRefreshOptions;
  /** An absolute end, which SimpleJWT does not have. @default none */
  readonly session?: SimpleJwtSessionOptions;
  /**
   * How a guard learns that an access token was revoked: `'token'` asks the store for its id at every request, `'none'` does not. By
   * session there is no way: the tokens name none.
   *
   * @default 'token' with a store, 'none' without
   */
  readonly revocation?: 'none' | 'token';
  /** How long after `exp` a token is still taken, 0 to 60 s. @default '5s' */
  readonly leeway?: Duration;
  /** How far ahead of this clock `iat` and `nbf` may lie, 0 to 300 s. @default '60s' */
  readonly clockSkew?: Duration;
  /** How long the store may take, in ms, 10 to 60,000. @default 2000 */
  readonly storeTimeoutMs?: number;
  /** How long a hook may take, in ms, 10 to 60,000. @default 3000 */
  readonly hookTimeoutMs?: number;
  /** The language of `detail` and `fields` in refusals, chosen for each request by its `Accept-Language`: `createTranslator` of `@tokenpair/core/translations`. @default English */
  readonly translate?: Translator;
  /** Milliseconds since the epoch. @default Date.now */
  readonly clock?: () => number;
}

export interface SimpleJwtAccessOptions {
  /** `ACCESS_TOKEN_LIFETIME`, 1 s to 1 day; of the tokens issued here. @default '5m' */
  readonly ttl?: Duration;
}

export interface SimpleJwtRefreshOptions {
  /** `REFRESH_TOKEN_LIFETIME`, 1 s to 1 year; of the tokens issued here. @default '1d' */
  readonly ttl?: Duration;
  /**
   * `ROTATE_REFRESH_TOKENS` and `BLACKLIST_AFTER_ROTATION` in one: a refresh gives a new refresh token and uses the presented one up, once
   * and for one caller. Needs a store.
   *
   * @default false
   */
  readonly rotate?: boolean;
}

export interface SimpleJwtSessionOptions {
  /**
   * Life from the login, which no rotation extends, 1 s to 10 years. Tokens then carry `auth_time`, which Django's rotation keeps as it
   * keeps every claim it does not know; one without it counts from its `iat`.
   */
  readonly ttl: Duration;
}

/** {@link SimpleJwtOptions} after validation: times in ms, defaults in place, frozen. */
export interface ResolvedSimpleJwtOptions {
  readonly keys: SimpleJwtKeys;
  readonly names: ClaimNames;
  readonly issuer: string | undefined;
  readonly audience: string | readonly string[] | undefined;
  readonly store: BlacklistStore | undefined;
  readonly login: LoginHook | undefined;
  readonly loginFields: readonly string[];
  readonly resolve: ResolveHook | undefined;
  readonly access: { readonly ttl: number };
  readonly refresh: { readonly ttl: number; readonly rotate: boolean };
  /** Infinity without an absolute end. */
  readonly sessionTtl: number;
  readonly revocation: 'none' | 'token';
  readonly leeway: number;
  readonly clockSkew: number;
  readonly storeTimeoutMs: number;
  readonly hookTimeoutMs: number;
  readonly translate: Translator | undefined;
  readonly clock: () => number;
}

const DAY = 86_400;

const OPTION_NAMES: readonly (keyof SimpleJwtOptions)[] = Object.freeze([
  'keys',
  'names',
  'issuer',
  'audience',
  'store',
  'login',
  'loginFields',
  'resolve',
  'access',
  'refresh',
  'session',
  'revocation',
  'leeway',
  'clockSkew',
  'storeTimeoutMs',
  'hookTimeoutMs',
  'translate',
  'clock',
]);

/** Validates once; nothing validates options per request. @throws TypeError naming the option */
export function resolveSimpleJwtOptions(options: SimpleJwtOptions): ResolvedSimpleJwtOptions {
  assertOptions(options, 'options', OPTION_NAMES);
  const { issuer, audience, store, login, resolve, translate, clock = Date.now } = options;
  const { storeTimeoutMs = 2000, hookTimeoutMs = 3000, loginFields = ['username', 'password'] } = options;
  if (issuer !== undefined) assertText(issuer, 'options.issuer');
  if (audience !== undefined) assertTexts([audience].flat(), 'options.audience');
  if (store !== undefined) assertStore(store);
  if (login !== undefined) assertFunction(login, 'options.login');
  if (resolve !== undefined) assertFunction(resolve, 'options.resolve');
  assertTexts(loginFields, 'options.loginFields');
  assertInteger(storeTimeoutMs, 'options.storeTimeoutMs', 10, 60_000);
  assertInteger(hookTimeoutMs, 'options.hookTimeoutMs', 10, 60_000);
  if (translate !== undefined) assertFunction(translate, 'options.translate');
  assertFunction(clock, 'options.clock');
  const keys = resolveKeys(options.keys);
  if (!keys.issues && (login !== undefined || options.refresh?.rotate === true))
    throw invalidValue(
      'options.keys are public: to issue tokens, by login or rotation, takes a key that signs',
    );
  return Object.freeze({
    keys,
    names: resolveClaimNames(options.names ?? {}),
    issuer,
    audience: Array.isArray(audience) ? Object.freeze([...audience]) : audience,
    store,
    login,
    loginFields: Object.freeze([...loginFields]),
    resolve,
    access: resolveAccess(options.access ?? {}),
    refresh: resolveRefresh(options.refresh ?? {}, store),
    sessionTtl: resolveSessionTtl(options.session),
    revocation: resolveRevocation(options.revocation, store),
    leeway: toMilliseconds(options.leeway ?? '5s', 'options.leeway', { min: 0, max: 60 }),
    clockSkew: toMilliseconds(options.clockSkew ?? '60s', 'options.clockSkew', { min: 0, max: 300 }),
    storeTimeoutMs,
    hookTimeoutMs,
    translate,
    clock,
  });
}

function resolveAccess(access: SimpleJwtAccessOptions): ResolvedSimpleJwtOptions['access'] {
  assertOptions(access, 'options.access', ['ttl']);
  return Object.freeze({
    ttl: toMilliseconds(access.ttl ?? '5m', 'options.access.ttl', { min: 1, max: DAY }),
  });
}

function resolveRefresh(
  refresh: SimpleJwtRefreshOptions,
  store: BlacklistStore | undefined,
): ResolvedSimpleJwtOptions['refresh'] {
  assertOptions(refresh, 'options.refresh', ['ttl', 'rotate']);
  const { rotate = false } = refresh;
  assertBoolean(rotate, 'options.refresh.rotate');
  if (rotate && store === undefined)
    throw invalidValue('options.refresh.rotate needs options.store, which makes a token good for one use');
  const ttl = toMilliseconds(refresh.ttl ?? '1d', 'options.refresh.ttl', { min: 1, max: 365 * DAY });
  return Object.freeze({ ttl, rotate });
}

function resolveSessionTtl(session: SimpleJwtSessionOptions | undefined): number {
  if (session === undefined) return Number.POSITIVE_INFINITY;
  assertOptions(session, 'options.session', ['ttl']);
  return toMilliseconds(session.ttl, 'options.session.ttl', { min: 1, max: 3650 * DAY });
}

function resolveRevocation(
  given: unknown,
  store: BlacklistStore | undefined,
): ResolvedSimpleJwtOptions['revocation'] {
  if (given === undefined) return store === undefined ? 'none' : 'token';
  if (given === 'session' || given === 'feed') {
    throw invalidValue(
      `options.revocation cannot be '${given}': tokens of this shape name no session (they have no sid), so they are revoked one by one, by their ids: 'token'`,
    );
  }
  assertOneOf(given, 'options.revocation', ['none', 'token']);
  if (given === 'token' && store === undefined)
    throw invalidValue("options.revocation: 'token' needs options.store");
  return given;
}

function assertStore(store: unknown): asserts store is BlacklistStore {
  if (typeof store !== 'object' || store === null) throw invalidType('options.store must be a token store');
  for (const method of ['blacklist', 'isLive'] as const) {
    if (typeof (store as Partial<BlacklistStore>)[method] !== 'function')
      throw invalidType(`options.store lacks ${method}`);
  }
}

function assertTexts(texts: unknown, option: string): asserts texts is readonly string[] {
  if (!Array.isArray(texts) || texts.length === 0) throw invalidType(`${option} must hold at least one text`);
  for (const [index, text] of texts.entries()) assertText(text, `${option}[${index}]`);
}
