/**
 * The outages of a store that this process saw. A rotation whose answer was lost with the store looks like reuse once grace is over;
 * for it grace runs from the store's return.
 *
 * Grace is what a thief needs too, so little counts as an outage: calls that a refresh or a guard makes have failed for a second at
 * least, and no write was answered meanwhile but for a moment. A store that fails now and then has none; a client that is answered within grace needs
 * none.
 *
 * @module
 */

/** Longest outage that is made up for, in ms: a rotation farther back than this from the store's return gets no more grace. */
const LONGEST_MS = 600_000;

/** Failures that are over sooner are no outage, in ms. */
const SHORTEST_MS = 1_000;

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
   * When the store came back from the outage that a rotation of `rotatedAt` fell into: now, where no write was answered yet. `undefined` for a
   * rotation that fell into none.
   */
  returnedAfter(rotatedAt: number): number | undefined;
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
    const to = Math.min(clock(), open.lastFailure + SILENCE_MS);
    return to - open.from >= SHORTEST_MS ? { from: open.from, to } : undefined;
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
    returnedAfter(rotatedAt) {
      const current = closed();
      const outage = [...past, ...(current ? [current] : [])].findLast(
        ({ from, to }) => rotatedAt >= Math.max(from - slackMs, to - LONGEST_MS) && rotatedAt <= to,
      );
      return outage?.to;
    },
  } satisfies Outages);
}
