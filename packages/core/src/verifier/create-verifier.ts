import { isStandardSchema, type StandardSchema } from '../claims/standard-schema.ts';
import { assertFunction, assertInteger, assertOptions, invalidType, invalidValue } from '../config/check.ts';
import { type Duration, toMilliseconds } from '../config/duration.ts';
import { type GuardDefaults, resolveGuardDefaults } from '../config/guard-defaults.ts';
import { TokenNotValidError } from '../errors/errors.ts';
import { type Authenticator, createGuard, type Guard, type GuardOptions } from '../guard/guard.ts';
import type { GuardBase, RevocationCheck } from '../guard/guard-base.ts';
import type { JsonObject } from '../json.ts';
import { chain, type MaybePromise } from '../maybe-promise.ts';
import { openGate } from '../token/gate.ts';
import {
  createForeignVerifier,
  type ForeignVerifier,
  parseSegment,
  type VerifiedClaims,
} from './foreign-token.ts';
import { type IssuerOptions, resolveIssuer } from './issuer-options.ts';
import { createLiveCheck, type LiveCheck, type VerifierRevocation } from './live-check.ts';
import { scopesOf } from './scopes-of.ts';

/** Options of {@link createVerifier}. `Claims` are the app's own claims, as the schema reads them. */
export interface VerifierOptions<Claims extends object = JsonObject> {
  /** The issuers whose tokens are taken; each token is held to the one it names. */
  readonly issuers: readonly IssuerOptions[];
  /** The claims beside the registered ones, by any Standard Schema; typed in `auth.claims`. */
  readonly claims?: StandardSchema<Claims>;
  /**
   * How a logout reaches this service: by the issuer's store. Without it, at the access token's end.
   */
  readonly revocation?: VerifierRevocation;
  /** What holds for every guard that does not say otherwise. There is no cookie to read. */
  readonly guards?: GuardDefaults;
  /** How long after `exp` a token is still taken, 0 to 60 s. @default '5s' */
  readonly leeway?: Duration;
  /** How far ahead of this clock `iat` and `nbf` may lie, 0 to 300 s. @default '60s' */
  readonly clockSkew?: Duration;
  /** How long the schema and `validateClaims` may take, in ms, 10 to 60,000. @default 3000 */
  readonly hookTimeoutMs?: number;
  /** Milliseconds since the epoch. @default Date.now */
  readonly clock?: () => number;
}

/** Who a request comes from, by the word of one of several issuers. The identity is `issuer` and `subject` together. Frozen. */
export interface VerifiedAuthentication<Claims extends object = JsonObject> {
  readonly issuer: string;
  readonly subject: string | undefined;
  /** `sid`, where the issuer writes one. */
  readonly session: string | undefined;
  readonly scopes: readonly string[];
  /** The verified payload; its objects have no prototype. */
  readonly claims: JsonObject & Claims;
}

/** Verifies tokens that others issue, and issues nothing. */
export interface Verifier<Claims extends object = JsonObject> {
  /** @throws TokenNotValidError, TokenExpiredError, TokenWrongTypeError, TokenRevokedError, KeysUnavailableError, StoreUnavailableError */
  verify(token: string): Promise<VerifiedAuthentication<Claims>>;
  /** Makes a guard for a route; an adapter wraps it for its framework. @throws TypeError for wrong options */
  guard(options?: GuardOptions<VerifiedAuthentication<Claims>>): Guard<VerifiedAuthentication<Claims>>;
  /** Ends the revocation feed, where there is one; guards ask the store from then on. */
  close(): Promise<void>;
}

interface IssuerEntry {
  readonly verify: ForeignVerifier;
  readonly scopeClaim: string;
}

/**
 * Makes a verifier for a resource server: tokens of one or several issuers, each held to its own keys, audience and shape.
 *
 * @throws TypeError (`ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`) that names the option; unknown options are refused
 * @example
 * ```ts
 * import { createVerifier } from '@tokenpair/core';
 *
 * const verifier = createVerifier({
 *   issuers: [
 *     {
 *       issuer: 'https://auth.example.com',
 *       audience: 'https://api.example.com',
 *       algorithms: ['ES256'],
 *       jwks: 'https://auth.example.com/.well-known/jwks.json',
 *     },
 *   ],
 * });
 * ```
 */
export function createVerifier<Claims extends object = JsonObject>(
  options: VerifierOptions<Claims>,
): Verifier<Claims> {
  const entries = resolveEntries(options);
  const [only] = entries.size === 1 ? entries.values() : [];
  const live = createLiveChecks(options.revocation, {
    clock: options.clock ?? Date.now,
    issuers: entries.size,
  });
  const base = baseOf(options);

  /** The issuer is chosen by the configuration; a token's unverified word picks among several, and is held to the pick. */
  function entryFor(payload: string): IssuerEntry {
    const entry = only ?? entries.get(parseSegment(payload)['iss']);
    if (entry === undefined) throw new TokenNotValidError();
    return entry;
  }

  function verify(
    token: unknown,
    revocation: RevocationCheck = base.revocation,
  ): MaybePromise<VerifiedAuthentication<Claims>> {
    const compact = openGate(token);
    if (compact === undefined) throw new TokenNotValidError();
    const entry = entryFor(compact.payload);
    return chain(entry.verify(compact), (verified) =>
      chain(live[revocation].assert(verified.signed), () =>
        toAuthentication<Claims>(verified, entry.scopeClaim),
      ),
    );
  }

  const authenticate: Authenticator<VerifiedAuthentication<Claims>> = (request, { read, revocation }) => {
    const token = read(request);
    return token === undefined ? undefined : verify(token, revocation);
  };

  return Object.freeze({
    verify: async (token) => verify(token),
    guard: (guardOptions) => createGuard(authenticate, guardOptions, base),
    close: live.feed.close,
  } satisfies Verifier<Claims>);
}

/** The app's way of asking, and the others that a route may choose. */
function createLiveChecks(
  revocation: VerifierRevocation | undefined,
  how: Parameters<typeof createLiveCheck>[1],
): Readonly<Record<RevocationCheck, LiveCheck>> {
  const own = createLiveCheck(revocation, how);
  const asking = revocation?.by === 'feed' ? createLiveCheck({ ...revocation, by: 'session' }, how) : own;
  return Object.freeze({ none: createLiveCheck(undefined, how), session: asking, feed: own });
}

/** A verifier tells no events, so a predicate that fails shows in its 503 alone. */
function baseOf<Claims extends object>(options: VerifierOptions<Claims>): GuardBase {
  const { clock = Date.now, clockSkew = '60s', hookTimeoutMs: timeoutMs = 3000, revocation } = options;
  const by = revocation === undefined ? 'none' : (revocation.by ?? 'session');
  const revocations = {
    none: ['none'],
    session: ['session', 'none'],
    feed: ['session', 'feed', 'none'],
  } as const;
  return Object.freeze({
    ...resolveGuardDefaults(options.guards),
    clock,
    clockSkew: toMilliseconds(clockSkew, 'options.clockSkew', { min: 0, max: 300 }),
    routesChoosePlaces: true,
    cookies: undefined,
    revocation: by,
    revocations: revocations[by],
    timeoutMs,
  } satisfies GuardBase);
}

function resolveEntries<Claims extends object>(
  options: VerifierOptions<Claims>,
): ReadonlyMap<unknown, IssuerEntry> {
  assertOptions(options, 'options', [
    'issuers',
    'claims',
    'revocation',
    'guards',
    'leeway',
    'clockSkew',
    'hookTimeoutMs',
    'clock',
  ]);
  const { issuers, claims: schema, clock = Date.now } = options;
  const { leeway: late = '5s', clockSkew: early = '60s', hookTimeoutMs = 3000 } = options;
  assertInteger(hookTimeoutMs, 'options.hookTimeoutMs', 10, 60_000);
  assertFunction(clock, 'options.clock');
  if (!Array.isArray(issuers) || issuers.length === 0)
    throw invalidType('options.issuers must hold at least one issuer');
  if (schema !== undefined && !isStandardSchema(schema))
    throw invalidType('options.claims must be a Standard Schema');
  const leeway = toMilliseconds(late, 'options.leeway', { min: 0, max: 60 }) / 1000;
  const clockSkew = toMilliseconds(early, 'options.clockSkew', { min: 0, max: 300 }) / 1000;
  const entries = new Map<unknown, IssuerEntry>();
  for (const [index, each] of issuers.entries()) {
    const issuer = resolveIssuer(each, `options.issuers[${index}]`, clock);
    if (entries.has(issuer.issuer)) throw invalidValue(`options.issuers[${index}] names an issuer twice`);
    const verify = createForeignVerifier({
      issuer,
      schema,
      leeway,
      clockSkew,
      clock,
      timeoutMs: hookTimeoutMs,
    });
    entries.set(issuer.issuer, { verify, scopeClaim: issuer.scopeClaim });
  }
  return entries;
}

/** Who it is comes from what was signed, whatever a schema makes of it. */
function toAuthentication<Claims extends object>(
  { signed, claims }: VerifiedClaims,
  scopeClaim: string,
): VerifiedAuthentication<Claims> {
  return Object.freeze({
    issuer: String(signed['iss']),
    subject: text(signed['sub']),
    session: text(signed['sid']),
    scopes: Object.freeze(scopesOf(signed[scopeClaim])),
    claims: claims as JsonObject & Claims,
  });
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
