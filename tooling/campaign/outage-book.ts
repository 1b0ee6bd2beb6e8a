/**
 * What the model knows of the store's outages as the auth has seen them. The design leaves open where exactly one begins and ends, so
 * the book says what the auth has to make up for, and what it may.
 *
 * @module
 */

/** Times in ms. */
interface Outage {
  /** Between the first and the last failure of any call. */
  readonly from: number;
  last: number;
  /** The same of calls that every auth has to count: those of a refresh, with no call answered in between. */
  counted: { readonly from: number; last: number } | undefined;
  /** From when on some call may have been answered. */
  end: number | undefined;
}

export type OutageBook = Outage[];

/** `all`: every call failed. `some`: one did. `aside`: a call that need not count. */
export type Failure = 'all' | 'some' | 'aside';

const SILENCE_MS = 60_000;
const SHORTEST_MS = 1_000;
const LONGEST_MS = 600_000;
const SURELY_KEPT = 8;

export function noteFailure(book: OutageBook, now: number, failure: Failure): void {
  if (failure === 'some') noteAnswer(book, now);
  const last = book.at(-1);
  if (last === undefined || last.end !== undefined || now - last.last > SILENCE_MS) {
    if (last !== undefined) last.end ??= last.last;
    book.push({
      from: now,
      last: now,
      counted: failure === 'all' ? { from: now, last: now } : undefined,
      end: undefined,
    });
    if (failure === 'some') noteAnswer(book, now);
    return;
  }
  last.last = now;
  if (failure !== 'all') return;
  if (last.counted === undefined || now - last.counted.last > SILENCE_MS)
    last.counted = { from: now, last: now };
  else last.counted.last = now;
}

export function noteAnswer(book: OutageBook, now: number): void {
  const last = book.at(-1);
  if (last !== undefined) last.end ??= now;
}

/** Whether a rotation of `rotatedAt` gets grace from the store's return; `graceMs` with leeway, `slackMs` the time a call may take. */
export function isMadeUpFor(
  book: OutageBook,
  rotatedAt: number,
  { now, graceMs, slackMs }: { readonly now: number; readonly graceMs: number; readonly slackMs: number },
): 'surely' | 'perhaps' | 'no' {
  const isSure = book.slice(-SURELY_KEPT).some(({ counted, end = now, last }) => {
    if (counted === undefined) return false;
    const to = Math.min(end, counted.last + SILENCE_MS);
    const isInside =
      rotatedAt >= counted.from && rotatedAt <= to && rotatedAt >= last + SILENCE_MS - LONGEST_MS;
    return isInside && to - counted.from >= SHORTEST_MS && now - to <= graceMs;
  });
  if (isSure) return 'surely';
  // At the most the store was away from just before the first failure to a silence after the last, and for so long grace stood still.
  const standstill = merged(book).reduce((sum, { from, last }) => {
    const start = Math.max(rotatedAt, from - slackMs - SHORTEST_MS);
    return sum + Math.max(0, Math.min(now, last + SILENCE_MS) - start);
  }, 0);
  const isPossible = standstill > 0 && now - rotatedAt - standstill <= graceMs;
  return isPossible ? 'perhaps' : 'no';
}

/** Failures that no long silence parts may count as one. */
function merged(book: OutageBook): { from: number; last: number }[] {
  const long: { from: number; last: number }[] = [];
  for (const { from, last } of book) {
    const before = long.at(-1);
    if (before !== undefined && from - before.last <= SILENCE_MS + SHORTEST_MS) before.last = last;
    else long.push({ from, last });
  }
  return long;
}
