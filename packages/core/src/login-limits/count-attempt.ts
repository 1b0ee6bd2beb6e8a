import { invalidValue } from '../config/check.ts';
import { RateLimitedError } from '../errors/errors.ts';
import type { LimiterState, LoginLimiter } from './limiter.ts';

/** A limiter, and what it counts an attempt under. */
export interface Counter {
  readonly limiter: LoginLimiter;
  readonly key: string;
}

/** An attempt that every limiter has let pass. */
export interface Attempt {
  /** Takes it back. Never rejects: a limiter that fails to keeps one too many, which errs on the safe side. */
  giveBack(): Promise<void>;
}

interface Counted extends Counter {
  /** Until when the limiter remembers it; of `performance.now()`, in ms. */
  readonly until: number;
}

/**
 * Counts an attempt with every limiter in turn. The first that refuses ends it: those after it count nothing, and those before it get it back, so that
 * whoever is refused uses up nobody else's attempts.
 *
 * @throws RateLimitedError with the longest of all waits; what a limiter failed with; TypeError for one whose counts never end: what it refused it would
 * refuse for good
 */
export async function countAttempt(counters: readonly Counter[]): Promise<Attempt> {
  const counted: Counted[] = [];
  for (const [index, counter] of counters.entries()) {
    try {
      counted.push(await count(counter));
    } catch (reason) {
      await giveBack(counted);
      if (!isRefusal(reason)) throw reason;
      // Never given back: a limiter with a block of its own would begin it anew each time.
      const waits = await Promise.all(counters.slice(index + 1).map(waitOf));
      throw new RateLimitedError({ retryAfter: toSeconds(Math.max(reason.msBeforeNext, ...waits)) });
    }
  }
  return { giveBack: () => giveBack(counted) };
}

async function count({ limiter, key }: Counter): Promise<Counted> {
  const before = performance.now();
  const { msBeforeNext } = await limiter.consume(key);
  // Only the limiter itself knows, and only now: wrappers hide the duration of what they wrap.
  if (!(msBeforeNext >= 0)) throw invalidValue('a limiter of logins must have a duration above 0');
  return { limiter, key, until: before + msBeforeNext };
}

/** What is forgotten already is not taken back: that would be an attempt more in the next window. */
async function giveBack(counted: readonly Counted[]): Promise<void> {
  const now = performance.now();
  const kept = counted.filter(({ until }) => now < until);
  await Promise.allSettled(kept.map(async ({ limiter, key }) => limiter.reward(key)));
}

/** How long a limiter that was not asked to count would refuse. */
async function waitOf({ limiter, key }: Counter): Promise<number> {
  const state = await limiter.get(key);
  return state !== null && state.remainingPoints <= 0 ? state.msBeforeNext : 0;
}

function isRefusal(reason: unknown): reason is Pick<LimiterState, 'msBeforeNext'> {
  if (typeof reason !== 'object' || reason === null || reason instanceof Error) return false;
  return typeof (reason as Partial<LimiterState>).msBeforeNext === 'number';
}

function toSeconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000));
}
