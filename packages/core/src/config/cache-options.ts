import type { CacheLimits } from '../token/verified-tokens.ts';
import { assertInteger, assertOptions } from './check.ts';

/** The cache of verified access tokens. */
export interface CacheOptions {
  /** Most tokens held, 1 to 1,000,000; the one used longest ago goes first. @default 10000 */
  readonly entries?: number;
  /** Most memory, in bytes, 10,000 to 1 GiB, as estimated from the tokens and their claims. @default 33554432 (32 MiB) */
  readonly bytes?: number;
}

const GIBIBYTE = 1_073_741_824;

/** @throws TypeError naming the option */
export function resolveCache(cache: CacheOptions | false = {}): CacheLimits | undefined {
  if (cache === false) return undefined;
  assertOptions(cache, 'options.cache', ['entries', 'bytes']);
  const { entries = 10_000, bytes = 33_554_432 } = cache;
  assertInteger(entries, 'options.cache.entries', 1, 1_000_000);
  assertInteger(bytes, 'options.cache.bytes', 10_000, GIBIBYTE);
  return Object.freeze({ entries, bytes });
}
