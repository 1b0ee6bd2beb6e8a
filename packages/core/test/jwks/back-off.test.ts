import { describe, expect, it } from 'vitest';
import { createBackOff } from '../../src/jwks/back-off.ts';
import { seeded } from '../support/random.ts';

/** The waits after so many failures in a row. */
function waits(random: () => number, failures: number): number[] {
  const backOff = createBackOff(random);
  return Array.from({ length: failures }, () => {
    backOff.failed(0);
    return backOff.waitAt(0);
  });
}

describe('back-off', () => {
  it('doubles from one second to a minute, or half of that', () => {
    const longest = [1, 2, 4, 8, 16, 32, 60, 60].map((seconds) => seconds * 1_000);
    expect(waits(() => 1, 8)).toEqual(longest);
    expect(waits(() => 0, 8)).toEqual(longest.map((ms) => ms / 2));
  });

  it('lies between half and all of it by chance, and is not always the same', () => {
    const random = seeded(7);
    const firsts = Array.from({ length: 500 }, () => waits(random, 1)[0] ?? 0);
    expect(Math.min(...firsts)).toBeGreaterThanOrEqual(500);
    expect(Math.max(...firsts)).toBeLessThanOrEqual(1_000);
    expect(new Set(firsts).size).toBeGreaterThan(400);
  });

  it('allows at most eight tries in any minute of failures', () => {
    for (let seed = 0; seed < 200; seed += 1) {
      const random = seed === 0 ? () => 0 : seeded(seed);
      const backOff = createBackOff(random);
      const tries: number[] = [];
      for (let time = 0; time < 600_000; time += backOff.waitAt(time)) {
        tries.push(time);
        backOff.failed(time);
      }
      const most = Math.max(
        ...tries.map((from) => tries.filter((at) => at >= from && at < from + 60_000).length),
      );
      expect(most).toBeLessThanOrEqual(8);
    }
  });

  it('stays at a minute after any number of failures and ends with a success', () => {
    const backOff = createBackOff(() => 1);
    for (let failures = 0; failures < 2_000; failures += 1) backOff.failed(0);
    expect(backOff.waitAt(0)).toBe(60_000);
    expect(backOff.waitAt(60_000)).toBe(0);
    backOff.succeeded();
    expect(backOff.waitAt(0)).toBe(0);
    backOff.failed(0);
    expect(backOff.waitAt(0)).toBe(1_000);
  });
});
