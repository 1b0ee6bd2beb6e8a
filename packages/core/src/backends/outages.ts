/**
 * The outages of a store that this process saw. A rotation whose answer was lost with the store looks like reuse once grace is over;
 * for it grace runs from the store's return.
 *
 * @module
 */

/** Longest outage that is made up for, in ms: a rotation farther back than this from the store's return gets no more grace. */
const LONGEST_MS = 600_000;

/** Failures closer together than this are one outage. */
const APART_MS = 1_000;

/** The outages kept. Older ones cannot matter to any grace, which is at most 60 s long. */
const KEPT = 16;

interface Outage {
  readonly from: number;
  to: number;
}

export interface Outages {
  /** A call begins; gives when. */
  begin(): number;
  /** A call that began at `startedAt` failed. */
  failed(startedAt: number): void;
  /** A call that began at `startedAt` was answered. */
  answered(startedAt: number): void;
  /** When the store came back from the outage that a rotation of `rotatedAt` fell into; `undefined` for one that fell into none. */
  returnedAfter(rotatedAt: number): number | undefined;
}

/**
 * @param slackMs How much earlier than the first failure seen here a rotation may have been sent by another process and be lost as well: the time that
 * a call may take.
 */
export function createOutages(clock: () => number, slackMs: number): Outages {
  const past: Outage[] = [];
  let open: { readonly from: number; readonly noticedAt: number } | undefined;

  function close(from: number, to: number): void {
    const last = past.at(-1);
    if (last !== undefined && from - last.to < APART_MS) last.to = Math.max(last.to, to);
    else past.push({ from, to });
    if (past.length > KEPT) past.shift();
  }

  return Object.freeze({
    begin: clock,
    failed: (startedAt) => {
      open ??= { from: startedAt - slackMs, noticedAt: clock() };
    },
    answered: (startedAt) => {
      // A call under way when the store failed says nothing about its return.
      if (open === undefined || startedAt < open.noticedAt) return;
      close(open.from, clock());
      open = undefined;
    },
    returnedAfter: (rotatedAt) =>
      past.findLast(({ from, to }) => rotatedAt >= Math.max(from, to - LONGEST_MS) && rotatedAt <= to)?.to,
  } satisfies Outages);
}
