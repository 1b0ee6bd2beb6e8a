/** Who may cause a fetch: tokens are free to name any kid, so what they name must cost the issuer nothing. */
export interface UnknownKids {
  /** Whether a kid that a fresh set does not have is worth a fetch; if so, the next is worth one a cooldown later. */
  claimFetch(kid: string, time: number): boolean;
  /** Notes that a fetch did not bring this kid. */
  missed(kid: string, time: number): void;
  /** Forgets the misses: the keys have changed. */
  clear(): void;
}

const MAX_REMEMBERED = 256;

/**
 * One fetch a cooldown for all unknown kids together, and none for a kid that a fetch has just not brought, so that the one
 * is left for others. A miss is forgotten after a cooldown: a kid may be seen before it is published.
 */
export function createUnknownKids(cooldownMs: number): UnknownKids {
  const missedAt = new Map<string, number>();
  let nextAt = 0;
  return {
    claimFetch(kid, time) {
      const missed = missedAt.get(kid);
      if (time < nextAt || (missed !== undefined && time < missed + cooldownMs)) return false;
      nextAt = time + cooldownMs;
      return true;
    },
    missed(kid, time) {
      missedAt.delete(kid);
      missedAt.set(kid, time);
      if (missedAt.size > MAX_REMEMBERED) missedAt.delete(missedAt.keys().next().value ?? kid);
    },
    clear: () => missedAt.clear(),
  };
}
