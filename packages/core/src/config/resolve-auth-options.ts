import { isStandardSchema, type StandardSchema } from '../claims/standard-schema.ts';
import type { Translator } from '../errors/translation.ts';
import type { JsonObject } from '../json.ts';
import { createKeyRing, type KeyRing } from '../keys/key-ring.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import type { TokenStore } from '../store.ts';
import type { CacheLimits } from '../token/verified-tokens.ts';
import type { AuthOptions } from './auth-options.ts';
import { resolveCache } from './cache-options.ts';
import {
  assertFunction,
  assertInteger,
  assertOneOf,
  assertOptions,
  assertText,
  invalidType,
  invalidValue,
} from './check.ts';
import { type ResolvedCookieOptions, resolveCookieOptions } from './cookie-options.ts';
import { toMilliseconds } from './duration.ts';
import { type ResolvedGuardDefaults, resolveGuardDefaults } from './guard-defaults.ts';
import type {
  ClientHook,
  FailedLoginListener,
  LoadUserHook,
  LoginHook,
  LoginListener,
  ResolveHook,
} from './hooks.ts';
import {
  type ResolvedAccessOptions,
  type ResolvedRefreshOptions,
  type ResolvedSessionOptions,
  resolveAccess,
  resolveRefresh,
  resolveSession,
} from './resolve-lives.ts';
import { resolveMode, type TokenMode } from './resolve-mode.ts';
import { resolvePublicClients, resolveWire, type Wire } from './resolve-wire.ts';
import { assertPossible, type Capabilities, capabilitiesOf } from './store-capabilities.ts';

/** {@link AuthOptions} after validation: times in ms, defaults in place, frozen. */
export interface ResolvedAuthOptions {
  readonly issuer: string;
  readonly audience: string;
  readonly keys: KeyRing;
  readonly store: TokenStore;
  readonly can: Capabilities;
  readonly login: LoginHook | undefined;
  readonly onLogin: LoginListener | undefined;
  readonly onLoginFailed: FailedLoginListener | undefined;
  readonly loginFields: readonly string[];
  readonly resolve: ResolveHook | undefined;
  readonly loadUser: LoadUserHook | undefined;
  readonly guards: ResolvedGuardDefaults;
  readonly authenticateClient: ClientHook | undefined;
  readonly publicClients: ReadonlySet<string> | undefined;
  readonly claims: StandardSchema | undefined;
  readonly validateClaims: ((claims: JsonObject) => MaybePromise<boolean>) | undefined;
  readonly requiredClaims: readonly string[];
  /** Absent with header transport. */
  readonly cookies: ResolvedCookieOptions | undefined;
  readonly mode: TokenMode;
  readonly wire: Wire;
  readonly access: ResolvedAccessOptions;
  readonly refresh: ResolvedRefreshOptions;
  readonly session: ResolvedSessionOptions;
  readonly leeway: number;
  readonly clockSkew: number;
  readonly revocation: 'session' | 'feed' | 'none';
  readonly durability: 'any' | 'required';
  /** Absent where each token is verified at each request. */
  readonly cache: CacheLimits | undefined;
  readonly storeTimeoutMs: number;
  readonly hookTimeoutMs: number;
  readonly translate: Translator | undefined;
  readonly clock: () => number;
}

const MINUTE = 60;

const OPTION_NAMES: readonly (keyof AuthOptions)[] = Object.freeze([
  'issuer',
  'audience',
  'keys',
  'store',
  'login',
  'onLogin',
  'onLoginFailed',
  'loginFields',
  'resolve',
  'loadUser',
  'guards',
  'authenticateClient',
  'publicClients',
  'claims',
  'validateClaims',
  'requiredClaims',
  'transport',
  'mode',
  'wire',
  'cookie',
  'csrf',
  'access',
  'refresh',
  'session',
  'leeway',
  'clockSkew',
  'revocation',
  'durability',
  'cache',
  'storeTimeoutMs',
  'hookTimeoutMs',
  'translate',
  'clock',
]);

/** Validates once; nothing validates options per request. @throws TypeError naming the option */
export function resolveAuthOptions<Claims extends object, User>(
  options: AuthOptions<Claims, User>,
): ResolvedAuthOptions {
  assertOptions(options, 'options', OPTION_NAMES);
  const {
    issuer,
    audience,
    store,
    login,
    resolve,
    authenticateClient,
    revocation = 'session',
    durability = 'any',
    clock = Date.now,
  } = options;
  const { access = {}, refresh = {}, session = {}, leeway = '5s', clockSkew = '60s' } = options;
  const { storeTimeoutMs = 2000, hookTimeoutMs = 3000, loginFields = ['username', 'password'] } = options;
  const { onLogin, onLoginFailed, loadUser, translate } = options;
  assertText(issuer, 'options.issuer');
  assertText(audience, 'options.audience');
  const can = capabilitiesOf(store);
  if (login !== undefined) assertFunction(login, 'options.login');
  if (onLogin !== undefined) assertFunction(onLogin, 'options.onLogin');
  if (onLoginFailed !== undefined) assertFunction(onLoginFailed, 'options.onLoginFailed');
  if (resolve !== undefined) assertFunction(resolve, 'options.resolve');
  if (loadUser !== undefined) assertFunction(loadUser, 'options.loadUser');
  if (authenticateClient !== undefined) assertFunction(authenticateClient, 'options.authenticateClient');
  assertNames(loginFields, 'options.loginFields');
  if (loginFields.length === 0) throw invalidValue('options.loginFields must hold at least one name');
  const { claims, validateClaims, requiredClaims = [] } = options;
  if (claims !== undefined && !isStandardSchema(claims))
    throw invalidType('options.claims must be a Standard Schema');
  if (validateClaims !== undefined) assertFunction(validateClaims, 'options.validateClaims');
  assertNames(requiredClaims, 'options.requiredClaims');
  assertOneOf(revocation, 'options.revocation', ['session', 'feed', 'none']);
  assertOneOf(durability, 'options.durability', ['any', 'required']);
  assertInteger(storeTimeoutMs, 'options.storeTimeoutMs', 10, 60_000);
  assertInteger(hookTimeoutMs, 'options.hookTimeoutMs', 10, 60_000);
  if (translate !== undefined) assertFunction(translate, 'options.translate');
  assertFunction(clock, 'options.clock');
  const keys = createKeyRing(options.keys, 'options.keys');
  const cookies = resolveTransport(options, keys);
  const lives = resolveSession(session);
  const accessLives = resolveAccess(access);
  const refreshLives = resolveRefresh(refresh, keys, lives.ttl);
  const resolved = Object.freeze({
    issuer,
    audience,
    keys,
    store,
    can,
    login,
    onLogin,
    onLoginFailed,
    loginFields: Object.freeze([...loginFields]),
    resolve,
    // It is called with what the schema has read, so with its type.
    loadUser: loadUser as LoadUserHook | undefined,
    guards: resolveGuardDefaults(options.guards, cookies !== undefined),
    authenticateClient,
    publicClients: resolvePublicClients(options),
    claims,
    validateClaims,
    requiredClaims: Object.freeze([...requiredClaims]),
    cookies,
    access: accessLives,
    refresh: refreshLives,
    mode: resolveMode(options, can, { access: accessLives.ttl, refresh: refreshLives.ttl }),
    wire: resolveWire(options),
    session: lives,
    leeway: toMilliseconds(leeway, 'options.leeway', { min: 0, max: MINUTE }),
    clockSkew: toMilliseconds(clockSkew, 'options.clockSkew', { min: 0, max: 5 * MINUTE }),
    revocation,
    durability,
    cache: resolveCache(options.cache),
    storeTimeoutMs,
    hookTimeoutMs,
    translate,
    clock,
  });
  assertPossible(resolved);
  return resolved;
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

function assertNames(names: unknown, option: string): asserts names is readonly string[] {
  if (!Array.isArray(names)) throw invalidType(`${option} must be a list of names`);
  for (const [index, name] of names.entries()) assertText(name, `${option}[${index}]`);
}
