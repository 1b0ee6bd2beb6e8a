import type { Jwks } from '../keys/jwks.ts';
import type { KeySet } from './key-set.ts';

/** How old a set is and how long it is fresh, in ms. */
export interface HeldTimes {
  readonly ageMs: number;
  readonly freshMs: number;
}

/** The set that a client has, and how far it may be used. Times are those of the steady clock. */
export interface HeldKeys {
  /** Rises with every change of the keys; 0 before the first. */
  readonly version: number;
  readonly jwks: Jwks | undefined;
  /** Whether the set answers alone, for the kids it has and for those it has not. */
  isFreshAt(time: number): boolean;
  /** The set, while it may be used for the kids it has: fresh, or stale and to be fetched anew. */
  usableAt(time: number): KeySet | undefined;
  timesAt(time: number): HeldTimes;
  /** Replaces the set. Says whether its keys are others than before. */
  install(set: KeySet, times: HeldTimes, time: number): boolean;
}

export function createHeldKeys(staleIfErrorMs: number): HeldKeys {
  let set: KeySet | undefined;
  let version = 0;
  let fetchedAt = 0;
  let freshUntil = 0;

  return {
    get version() {
      return version;
    },
    get jwks() {
      return set?.jwks;
    },
    isFreshAt: (time) => set !== undefined && time < freshUntil,
    usableAt: (time) => (time < freshUntil + staleIfErrorMs ? set : undefined),
    timesAt: (time) => ({ ageMs: time - fetchedAt, freshMs: freshUntil - fetchedAt }),
    install(next, { ageMs, freshMs }, time) {
      fetchedAt = time - ageMs;
      freshUntil = fetchedAt + freshMs;
      // The same keys stay the same objects: what is known of them elsewhere goes on being true.
      if (set?.identity === next.identity) return false;
      set = next;
      version += 1;
      return true;
    },
  };
}
