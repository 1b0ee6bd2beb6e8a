import { isStandardSchema, type StandardSchema } from '../claims/standard-schema.ts';
import { type CacheOptions, resolveCache } from '../config/cache-options.ts';
import { assertFunction, assertInteger, assertOptions, invalidType, invalidValue } from '../config/check.ts';
import { type Duration, toMilliseconds } from '../config/duration.ts';
import { type GuardDefaults, resolveGuardDefaults } from '../config/guard-defaults.ts';
import type { Translator } from '../errors/translation.ts';
import type { GuardBase } from '../guard/guard-base.ts';
import type { JsonObject } from '../json.ts';
import type { CacheLimits } from '../token/verified-tokens.ts';
import { createForeignTokens, type ForeignTokens } from './foreign-token.ts';
import { type IssuerOptions, resolveIssuer } from './issuer-options.ts';
import { createLiveChecks, type LiveChecks, type VerifierRevocation } from './live-checks.ts';

/** Options of {@link createVerifier}. `Claims` are the app's own claims, as the schema reads them. */
export interface VerifierOptions<Claims extends object = JsonObject> {
  /** The issuers whose tokens are taken; each token is held to the one it names. */
  readonly issuers: readonly IssuerOptions[];
  /** The claims beside the registered ones, by any Standard Schema; typed in `auth.claims`. */
  readonly claims?: StandardSchema<Claims>;
  /**
   * How a logout reaches this service: by the issuer's store, asked at every request or heard (`{ store, by }`), or by asking the issuer
   * (`{ introspection }`). For the issuers that have no `revocation` of their own; without either, at the access token's end. A feed and an introspection endpoint are one issuer's
   * only.
   */
  readonly revocation?: VerifierRevocation;
  /** What holds for every guard that does not say otherwise. There is no cookie to read. */
  readonly guards?: GuardDefaults;
  /**
   * How many verified access tokens are held, so that the next request with one of them costs no signature; `false` for none. Whether a token has
   * expired or been revoked is looked at in either case, at every request, and the app's schema and `validateClaims` have their say in each. Held
   * tokens are good for whoever reads this process's memory.
   *
   * @default { entries: 10000, bytes: 33554432 }
   */
  readonly cache?: CacheOptions | false;
  /** How long after `exp` a token is still taken, 0 to 60 s. @default '5s' */
  readonly leeway?: Duration;
  /** How far ahead of this clock `iat` and `nbf` may lie, 0 to 300 s. @default '60s' */
  readonly clockSkew?: Duration;
  /** How long the schema and `validateClaims` may take, in ms, 10 to 60,000. @default 3000 */
  readonly hookTimeoutMs?: number;
  /** The language of `detail` and `fields` in refusals, chosen for each request by its `Accept-Language`: `createTranslator` of `@tokenpair/core/translations`. @default English */
  readonly translate?: Translator;
  /** Milliseconds since the epoch. @default Date.now */
  readonly clock?: () => number;
}

/** One of the issuers. */
export interface IssuerEntry {
  readonly tokens: ForeignTokens;
  readonly scopeClaim: string;
  readonly live: LiveChecks;
}

/** {@link VerifierOptions} after validation: times in ms, defaults in place, frozen. */
export interface ResolvedVerifierOptions {
  /** By their names. */
  readonly entries: ReadonlyMap<unknown, IssuerEntry>;
  /** What the guards stand on; with the clock and the skew of everything. */
  readonly base: GuardBase;
  /** Absent where each token is verified at each request. */
  readonly cache: CacheLimits | undefined;
  readonly leeway: number;
}

const OPTION_NAMES: readonly (keyof VerifierOptions)[] = Object.freeze([
  'issuers',
  'claims',
  'revocation',
  'guards',
  'leeway',
  'clockSkew',
  'cache',
  'hookTimeoutMs',
  'translate',
  'clock',
]);

/** @throws TypeError naming the option */
export function resolveVerifierOptions<Claims extends object>(
  options: VerifierOptions<Claims>,
): ResolvedVerifierOptions {
  assertOptions(options, 'options', OPTION_NAMES);
  const { clock = Date.now, hookTimeoutMs: timeoutMs = 3000 } = options;
  assertInteger(timeoutMs, 'options.hookTimeoutMs', 10, 60_000);
  if (options.translate !== undefined) assertFunction(options.translate, 'options.translate');
  assertFunction(clock, 'options.clock');
  const leeway = toMilliseconds(options.leeway ?? '5s', 'options.leeway', { min: 0, max: 60 });
  const clockSkew = toMilliseconds(options.clockSkew ?? '60s', 'options.clockSkew', { min: 0, max: 300 });
  const times = { clock, clockSkew, leeway, timeoutMs };
  const entries = resolveEntries(options, times);
  return Object.freeze({
    entries,
    base: Object.freeze({ ...baseOf(options.guards, entries, times), translate: options.translate }),
    cache: resolveCache(options.cache),
    leeway,
  });
}

/** In ms. */
interface Times {
  readonly clock: () => number;
  readonly clockSkew: number;
  readonly leeway: number;
  readonly timeoutMs: number;
}

function resolveEntries<Claims extends object>(
  { issuers, claims: schema, revocation }: VerifierOptions<Claims>,
  { clock, clockSkew, leeway, timeoutMs }: Times,
): ReadonlyMap<unknown, IssuerEntry> {
  if (!Array.isArray(issuers) || issuers.length === 0)
    throw invalidType('options.issuers must hold at least one issuer');
  if (schema !== undefined && !isStandardSchema(schema))
    throw invalidType('options.claims must be a Standard Schema');
  const seconds = { leeway: leeway / 1000, clockSkew: clockSkew / 1000 };
  const shared = createLiveChecks(revocation, 'options.revocation', clock);
  const entries = new Map<unknown, IssuerEntry>();
  for (const [index, each] of issuers.entries()) {
    const name = `options.issuers[${index}]`;
    const issuer = resolveIssuer(each, name, clock);
    if (entries.has(issuer.issuer)) throw invalidValue(`${name} names an issuer twice`);
    const tokens = createForeignTokens({ issuer, schema, clock, timeoutMs, ...seconds });
    const live =
      each.revocation === undefined ? shared : createLiveChecks(each.revocation, `${name}.revocation`, clock);
    entries.set(issuer.issuer, { tokens, scopeClaim: issuer.scopeClaim, live });
  }
  assertOneIssuers(shared, entries);
  return entries;
}

/** One issuer's feed names no session of another, and its introspection endpoint is not to be shown the tokens of another. */
function assertOneIssuers(shared: LiveChecks, entries: ReadonlyMap<unknown, IssuerEntry>): void {
  const sharing = [...entries.values()].filter(({ live }) => live === shared);
  if (sharing.length > 1 && shared.isOneIssuers)
    throw invalidValue(
      "options.revocation by 'feed' or introspection cannot be had for several issuers: give each its own, in options.issuers[].revocation",
    );
}

/** Where issuers differ, a guard that does not say takes each one's own way: that is behind the word of the furthest. */
function baseOf(
  guards: GuardDefaults | undefined,
  entries: ReadonlyMap<unknown, IssuerEntry>,
  { clock, clockSkew, timeoutMs }: Times,
): GuardBase {
  const ways = new Set([...entries.values()].map(({ live }) => live.by));
  const by = (['feed', 'session'] as const).find((way) => ways.has(way)) ?? 'none';
  const revocations = {
    none: ['none'],
    session: ['session', 'none'],
    feed: ['session', 'feed', 'none'],
  } as const;
  // A verifier tells no events, so a predicate that fails shows in its 503 alone.
  return Object.freeze({
    ...resolveGuardDefaults(guards),
    clock,
    clockSkew,
    routesChoosePlaces: true,
    cookies: undefined,
    revocation: by,
    revocations: revocations[by],
    timeoutMs,
  } satisfies GuardBase);
}
