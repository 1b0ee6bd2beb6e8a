/**
 * The outages of a store that this process saw. A rotation whose answer was lost with the store, or whose client could not try again because the
 * store was away, looks like reuse once grace is over; so for grace the time of an outage does not count.
 *
 * Grace is what a thief needs too, so little counts as an outage: calls that a refresh or a guard makes have failed, and no write has been
 * answered since. What fails now and then adds no more than it lasts.
 *
 * @module
 */

/** Longest outage that is made up for, in ms. */
const LONGEST_MS = 600_000;

/** The store counts as back so long after the last failure at the latest, in ms: that nobody asks is no sign that it is away. */
const SILENCE_MS = 60_000;

/** A failure that begins so soon after an outage, in ms, says that it was not over: stores come back by and by. */
const APART_MS = 1_000;

/** The outages kept. Older ones cannot matter to any grace, which is at most 60 s long. */
const KEPT = 16;

interface Outage {
  readonly from: number;
  readonly to: number;
}

export interface Outages {
  /** A call begins; gives when. */
  begin(): number;
  /** A call that began at `startedAt` failed. */
  failed(startedAt: number): void;
  /** A write that began at `startedAt` was answered. */
  written(startedAt: number): void;
  /**
   * From when on grace counts for a rotation of `rotatedAt`: later than that by the time for which the store was away since, up to now where it is
   * not back; its return for a rotation that fell into an outage. `undefined` where it was not away.
   */
  graceFrom(rotatedAt: number): number | undefined;
}

/**
 * @param slackMs How much earlier than the first failure seen here a rotation may have been sent, here or by another process, and be lost as well: the
 * time that a call may take.
 */
export function createOutages(clock: () => number, slackMs: number): Outages {
  const past: Outage[] = [];
  let open: { readonly from: number; lastFailure: number } | undefined;

  /** The open outage as it would be if it ended now. */
  function closed(): Outage | undefined {
    if (open === undefined) return undefined;
    return { from: open.from, to: Math.min(clock(), open.lastFailure + SILENCE_MS) };
  }

  function close(): void {
    const outage = closed();
    open = undefined;
    if (outage === undefined) return;
    past.push(outage);
    if (past.length > KEPT) past.shift();
  }

  /** The last outage, where a failure shows that it goes on. */
  function resumed(startedAt: number): Outage | undefined {
    const last = past.at(-1);
    return last !== undefined && startedAt - last.to <= APART_MS ? past.pop() : undefined;
  }

  return Object.freeze({
    begin: clock,
    failed(startedAt) {
      const now = clock();
      if (open !== undefined && now - open.lastFailure > SILENCE_MS) close();
      open ??= { from: resumed(startedAt)?.from ?? startedAt, lastFailure: now };
      open.lastFailure = now;
    },
    written(startedAt) {
      // A call under way when the store last failed says nothing about its return.
      if (open !== undefined && startedAt >= open.lastFailure) close();
    },
    graceFrom(rotatedAt) {
      const current = closed();
      let away = 0;
      for (const { from, to } of current === undefined ? past : [...past, current]) {
        const since = rotatedAt >= from - slackMs ? rotatedAt : from;
        away += Math.max(0, to - Math.max(since, to - LONGEST_MS));
      }
      return away === 0 ? undefined : rotatedAt + away;
    },
  } satisfies Outages);
}
