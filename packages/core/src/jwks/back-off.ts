/** When to try again after failures. */
export interface BackOff {
  succeeded(): void;
  failed(time: number): void;
  /** Milliseconds until the next try is due; 0 when it is. */
  waitAt(time: number): number;
}

const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;

/**
 * Doubles from one second to a minute; each wait is half that to all of it, by chance, so that many processes do not come
 * back together. At worst seven tries in the first minute.
 */
export function createBackOff(random: () => number): BackOff {
  let failures = 0;
  let dueAt = 0;
  return {
    succeeded() {
      failures = 0;
      dueAt = 0;
    },
    failed(time) {
      const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** failures);
      failures += 1;
      dueAt = time + longest * (0.5 + random() / 2);
    },
    waitAt: (time) => Math.max(0, dueAt - time),
  };
}
