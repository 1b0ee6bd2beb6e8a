import { setImmediate as nextTurn } from 'node:timers/promises';
import { createBackoff, isLockError } from './backoff.ts';
import type { Outcome, Step } from './commit-together.ts';
import { SqliteStoreError } from './errors.ts';

/** Runs a step that writes. */
export type Write = <T>(step: Step<T>) => Promise<T>;

/** What a {@link createWriteLane | write lane} is made of. */
export interface WriteLaneOptions {
  readonly lockTimeoutMs: number;
  /** Takes the steps in one transaction; throws when none of them was taken. */
  commit(steps: readonly Step[]): Outcome[];
  /** Called once the steps are on the disk, before their callers hear of it. */
  committed(): void;
}

interface Waiting {
  readonly step: Step;
  readonly deadline: number;
  settle(outcome: Outcome): void;
}

// Bounds how long a group holds the thread.
const MOST_TOGETHER = 100;

/**
 * Makes a lane for steps that write. The steps that have come within one turn of the event loop, or while others were being
 * written, are committed together: the disk is flushed once for all. While another connection holds the lock the lane
 * pauses between two tries, and each step waits until its own deadline.
 */
export function createWriteLane({ lockTimeoutMs, commit, committed }: WriteLaneOptions): Write {
  let waiting: Waiting[] = [];
  let running = false;
  const backoff = createBackoff();

  async function run(): Promise<void> {
    running = true;
    while (waiting.length > 0) {
      await nextTurn();
      const lock = takeTogether(waiting.splice(0, MOST_TOGETHER));
      if (lock === undefined) backoff.reset();
      else {
        await backoff.pause();
        giveUpLate(lock);
      }
    }
    running = false;
  }

  /** What SQLite said when another connection holds the lock; the steps then wait on. */
  function takeTogether(group: readonly Waiting[]): unknown {
    try {
      const outcomes = commit(group.map(({ step }) => step));
      committed();
      for (const [n, outcome] of outcomes.entries()) group[n]?.settle(outcome);
    } catch (error) {
      if (isLockError(error)) {
        waiting.unshift(...group);
        return error;
      }
      for (const { settle } of group) settle({ error });
    }
    return undefined;
  }

  function giveUpLate(lock: unknown): void {
    const now = performance.now();
    const late = waiting.filter(({ deadline }) => now >= deadline);
    waiting = waiting.filter(({ deadline }) => now < deadline);
    for (const { settle } of late) settle({ error: new SqliteStoreError('locked', { cause: lock }) });
  }

  return <T>(step: Step<T>) =>
    new Promise<T>((resolve, reject) => {
      const settle = (outcome: Outcome): void => {
        if ('error' in outcome) reject(outcome.error);
        else resolve(outcome.value as T);
      };
      waiting.push({ step, deadline: performance.now() + lockTimeoutMs, settle });
      if (!running) void run();
    });
}
