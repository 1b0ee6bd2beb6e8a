import { setTimeout as sleep } from 'node:timers/promises';

/** Pauses between tries, each longer than the one before. */
export interface Backoff {
  pause(): Promise<void>;
  /** Begins again with the shortest, once a try succeeded. */
  reset(): void;
}

const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;
const SHORTEST_PAUSE_MS = 4;
const LONGEST_PAUSE_MS = 64;

/** Makes the pauses of one lane. */
export function createBackoff(): Backoff {
  let pause = SHORTEST_PAUSE_MS;
  return {
    async pause() {
      await sleep(pause * (0.5 + Math.random() / 2)); // jitter, so that processes do not keep meeting
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    },
    reset() {
      pause = SHORTEST_PAUSE_MS;
    },
  };
}

/** Whether SQLite refused because another connection holds a lock; the step was then not taken. */
export function isLockError(error: unknown): boolean {
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : undefined; // low byte: primary code
  return code === SQLITE_BUSY || code === SQLITE_LOCKED;
}
