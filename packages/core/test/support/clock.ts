/** 2027-01-15T08:00:00Z: a whole second, so that times in tokens are easy to say. */
export const T0 = 1_800_000_000_000;
export const SECOND = 1_000;
export const MINUTE: number = 60 * SECOND;
export const DAY: number = 24 * 60 * MINUTE;

/** A clock that stands still until it is told otherwise. */
export interface TestClock {
  (): number;
  now: number;
  advance(ms: number): void;
}

export function createClock(now = T0): TestClock {
  const clock: TestClock = Object.assign(() => clock.now, {
    now,
    advance(ms: number) {
      clock.now += ms;
    },
  });
  return clock;
}
