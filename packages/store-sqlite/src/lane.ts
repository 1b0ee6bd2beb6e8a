import { createBackoff, isLockError } from './backoff.ts';
import { SqliteStoreError } from './errors.ts';

/** Runs steps one after the other, each again until no other connection holds the lock. */
export type Lane = <T>(step: () => T) => Promise<T>;

/**
 * Makes a lane. A step that meets a lock blocks the thread for SQLite's busy timeout; between two such tries, of whichever
 * callers, the lane pauses, so many waiting calls together block no more than one does.
 */
export function createLane(lockTimeoutMs: number): Lane {
  let last: Promise<unknown> = Promise.resolve();
  let lock: unknown; // what SQLite said, while the last try met a lock
  const backoff = createBackoff();

  async function run<T>(step: () => T, deadline: number): Promise<T> {
    for (;;) {
      if (lock !== undefined && performance.now() >= deadline)
        throw new SqliteStoreError('locked', { cause: lock });
      try {
        const result = step();
        lock = undefined;
        backoff.reset();
        return result;
      } catch (error) {
        if (!isLockError(error)) throw error;
        lock = error;
      }
      await backoff.pause();
    }
  }

  return (step) => {
    const deadline = performance.now() + lockTimeoutMs;
    const turn = last.then(() => run(step, deadline));
    last = turn.catch(() => undefined);
    return turn;
  };
}
