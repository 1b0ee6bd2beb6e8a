import { setTimeout as sleep } from 'node:timers/promises';
import { SqliteStoreError } from './errors.ts';

/** Runs steps one after the other, each again until no other connection holds the lock. */
export type Lane = <T>(step: () => T) => Promise<T>;

const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;
const SHORTEST_PAUSE_MS = 4;
const LONGEST_PAUSE_MS = 64;

/**
 * Makes a lane. A step that meets a lock blocks the thread for SQLite's busy timeout; between two such tries, of whichever
 * callers, the lane pauses, so many waiting calls together block no more than one does.
 */
export function createLane(lockTimeoutMs: number): Lane {
  let last: Promise<unknown> = Promise.resolve();
  let lock: unknown; // what SQLite said, while the last try met a lock
  let pause = SHORTEST_PAUSE_MS;

  async function run<T>(step: () => T, deadline: number): Promise<T> {
    for (;;) {
      if (lock !== undefined && performance.now() >= deadline)
        throw new SqliteStoreError('locked', { cause: lock });
      try {
        const result = step();
        lock = undefined;
        pause = SHORTEST_PAUSE_MS;
        return result;
      } catch (error) {
        if (!isLockError(error)) throw error;
        lock = error;
      }
      await sleep(pause * (0.5 + Math.random() / 2)); // jitter, so that processes do not keep meeting
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    }
  }

  return (step) => {
    const deadline = performance.now() + lockTimeoutMs;
    const turn = last.then(() => run(step, deadline));
    last = turn.catch(() => undefined);
    return turn;
  };
}

/** Whether SQLite refused because another connection holds a lock; the step was then not taken. */
export function isLockError(error: unknown): boolean {
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : undefined; // low byte: primary code
  return code === SQLITE_BUSY || code === SQLITE_LOCKED;
}
