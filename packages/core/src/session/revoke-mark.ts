import type { ResolvedAuthOptions } from '../config/resolve-auth-options.ts';
import type { RevokeMark, RevokeReason } from '../store.ts';

/** The most that `leeway` may be set to anywhere. */
const MAX_LEEWAY_MS = 60_000;

/** The mark of a revocation that happens now. */
export function revokeMark(options: ResolvedAuthOptions, reason: RevokeReason): Required<RevokeMark> {
  const at = options.clock();
  return { at, reason, until: revokedUntil(options, at) };
}

/**
 * Until when a token of a session that ends at `at` can be presented: the longest access life taken, of one issued just before the end. Where
 * the store has no record that remembers the end, the refresh token's life as well.
 */
export function revokedUntil(options: ResolvedAuthOptions, at: number): number {
  const { access, refresh, session, can } = options;
  const life = can.records ? access.maxLife : Math.max(access.maxLife, refresh.maxLife, session.ttl);
  return at + life + beyondLife(options);
}

/**
 * How much longer than its life a token may be taken by somebody, in ms: by another service with the greatest leeway, where the issuer's clock was ahead, and
 * after the time that the store may take.
 */
export function beyondLife({
  clockSkew,
  storeTimeoutMs,
}: Pick<ResolvedAuthOptions, 'clockSkew' | 'storeTimeoutMs'>): number {
  return MAX_LEEWAY_MS + clockSkew + storeTimeoutMs;
}
