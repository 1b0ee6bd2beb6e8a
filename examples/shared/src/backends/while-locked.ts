import { setTimeout as sleep } from 'node:timers/promises';

const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;
const PAUSE_MS = 15;

/**
 * Runs a step on a SQLite connection, again while another connection holds the lock, for at most `ms`. The connection has no
 * busy timeout, so the thread is free between two tries.
 *
 * @throws what SQLite said last
 */
export async function whileLocked<T>(ms: number, step: () => T): Promise<T> {
  const deadline = performance.now() + ms;
  for (;;) {
    try {
      return step();
    } catch (error) {
      if (!isLockError(error) || performance.now() >= deadline) throw error;
    }
    await sleep(PAUSE_MS * (0.5 + Math.random()));
  }
}

/** Whether SQLite refused because another connection holds a lock; the step was then not taken. */
export function isLockError(error: unknown): boolean {
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : undefined;
  return code === SQLITE_BUSY || code === SQLITE_LOCKED;
}
