import {
  assertBoolean,
  assertFunction,
  assertInteger,
  assertOptions,
  invalidType,
  invalidValue,
} from '../config/check.ts';
import { ALGORITHMS, type Algorithm, isAlgorithm } from '../keys/algorithms.ts';
import { toRemoteUrl } from '../remote/remote-url.ts';
import type { JwksFetch } from './fetch-document.ts';
import { keyTypeOf } from './key-type.ts';
import type { JwksSnapshot } from './snapshot.ts';

/** Options of {@link createJwksClient}. */
export interface JwksOptions {
  /** Where the issuer publishes its keys: an https URL without user, password and fragment. */
  readonly url: string;
  /**
   * Takes an http URL too.
   *
   * > [!WARNING]
   * > Whoever is between this service and the issuer can then sign tokens. For tests and loopback only.
   *
   * @default false
   */
  readonly allowHttp?: boolean;
  /** What the issuer signs with, asymmetric only, one for each type of key and curve. Decides, never the token. */
  readonly algorithms: readonly Algorithm[];
  /** How long a fetch may take, headers and body, in ms, 10 to 60,000. @default 3000 */
  readonly timeoutMs?: number;
  /** Shortest time a fetched set is fresh, whatever its `Cache-Control` says, in ms, 1 s to 1 day. @default 60_000 */
  readonly minFreshMs?: number;
  /** Longest time a fetched set is fresh, `minFreshMs` to 1 day. Without `max-age` it is 10 minutes. @default 3_600_000 */
  readonly maxFreshMs?: number;
  /** Least time between two fetches for the sake of an unknown kid, in ms, 1 s to 1 hour. @default 30_000 */
  readonly cooldownMs?: number;
  /** How long past its freshness a set is used while the issuer fails, in ms, 0 to 1 day. @default 3_600_000 */
  readonly staleIfErrorMs?: number;
  /** Bytes of body, decoded, at which a fetch is given up, 1,024 to 1,048,576. @default 65_536 */
  readonly maxBytes?: number;
  /** Most keys in a set, whatever their kind, 1 to 1,024. @default 64 */
  readonly maxKeys?: number;
  /** Fetches the set, for a proxy or a CA of your own. Must obey `redirect: 'manual'` and `signal`. @default globalThis.fetch */
  readonly fetch?: JwksFetch;
  /** Milliseconds since the epoch. @default Date.now */
  readonly clock?: () => number;
  /** From 0 to below 1, to spread retries. @default Math.random */
  readonly random?: () => number;
  /** What {@link JwksClient.snapshot} gave, to start without a fetch. */
  readonly snapshot?: JwksSnapshot;
}

/** {@link JwksOptions} after validation. */
export interface ResolvedJwksOptions {
  readonly url: string;
  /** The one algorithm of a key type, as `keyTypeOf` names it. */
  readonly algorithmOf: ReadonlyMap<string, Algorithm>;
  readonly timeoutMs: number;
  readonly minFreshMs: number;
  readonly maxFreshMs: number;
  readonly cooldownMs: number;
  readonly staleIfErrorMs: number;
  readonly maxBytes: number;
  readonly maxKeys: number;
  readonly fetch: JwksFetch;
  readonly clock: () => number;
  readonly random: () => number;
  readonly snapshot: JwksSnapshot | undefined;
}

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const DAY = 24 * HOUR;

const OPTION_NAMES: readonly (keyof JwksOptions)[] = Object.freeze([
  'url',
  'allowHttp',
  'algorithms',
  'timeoutMs',
  'minFreshMs',
  'maxFreshMs',
  'cooldownMs',
  'staleIfErrorMs',
  'maxBytes',
  'maxKeys',
  'fetch',
  'clock',
  'random',
  'snapshot',
]);

/** Validates the options and fills in the defaults. @throws TypeError */
export function resolveJwksOptions(options: JwksOptions, name: string): ResolvedJwksOptions {
  assertOptions(options, name, OPTION_NAMES);
  const { fetch = globalThis.fetch, clock = Date.now, random = Math.random, allowHttp = false } = options;
  assertBoolean(allowHttp, `${name}.allowHttp`);
  assertFunction(fetch, `${name}.fetch`);
  assertFunction(clock, `${name}.clock`);
  assertFunction(random, `${name}.random`);

  function integer(option: NumberOption, fallback: number, min: number, max: number): number {
    const value = options[option] ?? fallback;
    assertInteger(value, `${name}.${option}`, min, max);
    return value;
  }

  const minFreshMs = integer('minFreshMs', 60 * SECOND, SECOND, DAY);
  return Object.freeze({
    url: toRemoteUrl(options.url, `${name}.url`, allowHttp),
    algorithmOf: toAlgorithmOf(options.algorithms, `${name}.algorithms`),
    timeoutMs: integer('timeoutMs', 3 * SECOND, 10, 60 * SECOND),
    minFreshMs,
    maxFreshMs: integer('maxFreshMs', Math.max(HOUR, minFreshMs), minFreshMs, DAY),
    cooldownMs: integer('cooldownMs', 30 * SECOND, SECOND, HOUR),
    staleIfErrorMs: integer('staleIfErrorMs', HOUR, 0, DAY),
    maxBytes: integer('maxBytes', 65_536, 1_024, 1_048_576),
    maxKeys: integer('maxKeys', 64, 1, 1_024),
    fetch,
    clock,
    random,
    snapshot: options.snapshot,
  });
}

type NumberOption = {
  [Option in keyof JwksOptions]-?: JwksOptions[Option] extends number | undefined ? Option : never;
}[keyof JwksOptions];

/** Two algorithms for one type of key would leave the choice to whoever writes the token. */
function toAlgorithmOf(value: unknown, name: string): ReadonlyMap<string, Algorithm> {
  if (!Array.isArray(value) || value.length === 0) {
    throw invalidType(`${name} must be an array of at least one algorithm`);
  }
  const algorithmOf = new Map<string, Algorithm>();
  for (const alg of value) {
    if (!isAlgorithm(alg) || ALGORITHMS[alg].family === 'secret') {
      throw invalidValue(`${name} must hold algorithms of public keys, such as RS256, ES256, EdDSA`);
    }
    const type = keyTypeOf(alg);
    const before = algorithmOf.get(type);
    if (before !== undefined)
      throw invalidValue(`${name}: ${before} and ${alg} are for the same keys; choose one`);
    algorithmOf.set(type, alg);
  }
  return algorithmOf;
}
