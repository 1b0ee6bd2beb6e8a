import { createMac } from '#engine';
import { assertFunction, assertInteger, assertOptions, invalidType, invalidValue } from '../config/check.ts';
import { type Duration, toMilliseconds } from '../config/duration.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import { accountName } from './account-name.ts';
import type { KnownNetworkMemory, LoginLimiter } from './limiter.ts';

const DAY = 86_400;
/** Longer times than this a timer of Node's cuts to one millisecond, and memory limiters are made of timers. */
const MAX_KNOWN_SECONDS = 24 * DAY;

/** What is remembered of networks from which an account has logged in. */
export interface KnownNetworks {
  readonly limiter: KnownNetworkMemory;
  /** How long after its last login a network is known, 1 minute to 24 days. @default '14d' */
  readonly ttl?: Duration;
}

/**
 * The limits of a login; at least one limiter. They are asked in the order in which they stand here, and the first that refuses ends it.
 * A limiter counts failures only: an attempt counts until its password was right.
 */
export interface LoginLimits {
  /** Failures of one network, whatever the account: against one that tries many accounts. Wide enough for an office behind one address. */
  readonly network?: LoginLimiter;
  /** Failures of one network for one account. Narrow: it locks nobody else out. */
  readonly pair?: LoginLimiter;
  /** Failures for one account from everywhere: against many networks that try one account. Wide, since strangers can use it up. */
  readonly account?: LoginLimiter;
  /**
   * Lets a network that has logged in to an account before pass `account`, so that strangers who use that up do not lock the owner out. Needs
   * `account`, and `pair`, which still holds for the network.
   */
  readonly known?: KnownNetworks;
  /**
   * The account that credentials are about; two spellings of one account must give one text. What a table takes for equal beyond that, such as
   * `é` and `e`, needs a function of the app's own. It sees no table: it has to be the same for accounts that are there and that are not.
   *
   * @default the first of `loginFields`, NFKC, without regard to case, trimmed
   */
  readonly accountOf?: (credentials: Readonly<Record<string, string>>) => string;
  /** Bits of an IPv4 address that make a network, 8 to 32. @default 32 */
  readonly ipv4Prefix?: number;
  /** Bits of an IPv6 address that make a network, 16 to 64: one customer has at least a /64. @default 64 */
  readonly ipv6Prefix?: number;
  /**
   * Makes the keys that limiters see, 32 bytes or more, text as UTF-8. With it nobody who reads the limiters' backend can find out by trying which
   * names and addresses are in it. All processes that share a limiter need the same one.
   *
   * @default a fixed text: keys are plain hashes
   */
  readonly secret?: string | Uint8Array;
}

export interface ResolvedLoginLimits {
  readonly network: LoginLimiter | undefined;
  readonly pair: LoginLimiter | undefined;
  readonly account: LoginLimiter | undefined;
  readonly known: KnownMemory | undefined;
  readonly accountOf: (credentials: Readonly<Record<string, string>>) => string;
  readonly prefixes: Readonly<Record<4 | 6, number>>;
  /** 43 characters for what is counted, whatever its length. */
  readonly keyOf: (...parts: readonly string[]) => MaybePromise<string>;
}

interface KnownMemory {
  readonly limiter: KnownNetworkMemory;
  /** Never rejects: one that fails is a network that is not known. */
  remember(key: string): Promise<unknown>;
}

const LEAST_SECRET_BYTES = 32;

const LIMITERS = ['network', 'pair', 'account'] as const;
const LIMITER_METHODS = ['consume', 'reward', 'get'];

/** @throws TypeError (`ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`) */
export function resolveLoginLimits(limits: LoginLimits): ResolvedLoginLimits {
  assertOptions(limits, 'limits', [...LIMITERS, 'known', 'accountOf', 'ipv4Prefix', 'ipv6Prefix', 'secret']);
  const { network, pair, account, known, accountOf = accountName, ipv4Prefix = 32, ipv6Prefix = 64 } = limits;
  for (const name of LIMITERS)
    if (limits[name] !== undefined) assertMethods(limits[name], `limits.${name}`, LIMITER_METHODS);
  if (network === undefined && pair === undefined && account === undefined)
    throw invalidValue('limits must have network, pair or account');
  if (known !== undefined && (pair === undefined || account === undefined))
    throw invalidValue('limits.known needs limits.pair and limits.account');
  assertFunction(accountOf, 'limits.accountOf');
  assertInteger(ipv4Prefix, 'limits.ipv4Prefix', 8, 32);
  assertInteger(ipv6Prefix, 'limits.ipv6Prefix', 16, 64);
  const prefixes = Object.freeze({ 4: ipv4Prefix, 6: ipv6Prefix });
  return Object.freeze({
    network,
    pair,
    account,
    known: known && resolveKnown(known),
    accountOf,
    prefixes,
    keyOf: createKeyOf(limits.secret),
  });
}

function createKeyOf(secret: unknown = 'keys of limits that have no secret'): ResolvedLoginLimits['keyOf'] {
  const bytes = typeof secret === 'string' ? new TextEncoder().encode(secret) : secret;
  if (!(bytes instanceof Uint8Array)) throw invalidType('limits.secret must be a string or a Uint8Array');
  if (bytes.byteLength < LEAST_SECRET_BYTES)
    throw invalidValue(`limits.secret must have at least ${LEAST_SECRET_BYTES} bytes`);
  const mac = createMac(bytes, 'login limits');
  return (...parts) => mac(JSON.stringify(parts));
}

function resolveKnown(known: KnownNetworks): KnownMemory {
  assertOptions(known, 'limits.known', ['limiter', 'ttl']);
  const { limiter, ttl = '14d' } = known;
  assertMethods(limiter, 'limits.known.limiter', ['get', 'set']);
  const bounds = { min: 60, max: MAX_KNOWN_SECONDS };
  const seconds = Math.ceil(toMilliseconds(ttl, 'limits.known.ttl', bounds) / 1000);
  const remember = (key: string): Promise<unknown> =>
    Promise.allSettled([(async () => limiter.set(key, 1, seconds))()]);
  return Object.freeze({ limiter, remember });
}

function assertMethods(value: unknown, name: string, methods: readonly string[]): void {
  if (typeof value !== 'object' || value === null) throw invalidType(`${name} must be an object`);
  for (const method of methods)
    assertFunction((value as Record<string, unknown>)[method], `${name}.${method}`);
}
