/** A clock that stands still until it is told otherwise; called, it gives milliseconds since the epoch. */
export interface FakeClock {
  (): number;
  /** Moves it by so many ms, back where they are negative. @throws TypeError for anything but a finite number */
  advance(ms: number): void;
  /** Puts it at a time, in ms since the epoch. @throws TypeError for anything but a finite number */
  set(now: number): void;
}

/** 2027-01-15T08:00:00Z. */
const T0 = 1_800_000_000_000;

/**
 * Makes a clock for the option `clock` of an auth, a verifier or a key set.
 *
 * @param start ms since the epoch. @default 1_800_000_000_000, which is 2027-01-15T08:00:00Z
 * @throws TypeError for anything but a finite number
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { test } from 'node:test';
 * import { fakeClock } from '@tokenpair/testkit';
 *
 * test('the clock goes on when it is told to', () => {
 *   const clock = fakeClock(0);
 *   clock.advance(5_000);
 *   assert.equal(clock(), 5_000);
 * });
 * ```
 */
export function fakeClock(start: number = T0): FakeClock {
  let now = toTime(start);
  return Object.assign(() => now, {
    advance(ms: number) {
      now += toTime(ms);
    },
    set(time: number) {
      now = toTime(time);
    },
  });
}

function toTime(ms: unknown): number {
  if (typeof ms === 'number' && Number.isFinite(ms)) return ms;
  throw Object.assign(new TypeError('fakeClock: a time must be a finite number of milliseconds'), {
    code: 'ERR_INVALID_ARG_TYPE',
  });
}
