import type { ResolvedAuthOptions } from '../config/resolve-auth-options.ts';
import type { RevokeMark, RevokeReason } from '../store.ts';

/** The mark of a revocation that happens now. */
export function revokeMark(options: ResolvedAuthOptions, reason: RevokeReason): Required<RevokeMark> {
  const at = options.clock();
  return { at, reason, until: revokedUntil(options, at) };
}

/**
 * Until when a token of a session that ends at `at` can be presented: the longest access life taken, and one sent for just before the end. Where
 * the store has no record that remembers the end, the refresh token's life as well.
 */
export function revokedUntil(options: ResolvedAuthOptions, at: number): number {
  const { access, refresh, session, leeway, storeTimeoutMs, can } = options;
  const life = can.records ? access.maxLife : Math.max(access.maxLife, refresh.maxLife, session.ttl);
  return at + life + leeway + storeTimeoutMs;
}
