import { describe, expect, it } from 'vitest';
import { compareRatios, missingRatios } from './check.ts';
import type { Ratio } from './figures.ts';

const faster = (value: number, name = 'faster'): Ratio => ({
  group: 'verify',
  name,
  value,
  lowerIsBetter: false,
});
const overhead = (value: number): Ratio => ({ group: 'http', name: 'overhead', value, lowerIsBetter: true });

const passes = (now: Ratio, committed: Ratio): boolean | undefined =>
  compareRatios([now], [committed])[0]?.passes;

describe('the regression gate', () => {
  it('fails a ratio that is worse than the committed one by more than the tolerance, in either direction', () => {
    expect(passes(faster(7.9), faster(10))).toBe(false);
    expect(passes(faster(8.1), faster(10))).toBe(true);
    expect(passes(overhead(0.33), overhead(0.2))).toBe(false);
    expect(passes(overhead(0.31), overhead(0.2))).toBe(true);
  });

  it('passes what got better, however much', () => {
    expect(passes(faster(100), faster(10))).toBe(true);
    expect(passes(overhead(0.01), overhead(0.2))).toBe(true);
  });

  it('does not tell overheads apart that are close to nothing or below it', () => {
    expect(passes(overhead(0.04), overhead(-0.1))).toBe(true);
    expect(passes(overhead(0.2), overhead(-0.1))).toBe(false);
    expect(passes(overhead(-0.3), overhead(0.1))).toBe(true);
  });

  it('does not let a value that is none pass', () => {
    expect(passes(faster(Number.NaN), faster(10))).toBe(false);
  });

  it('does not judge what is new, nor times of the machine', () => {
    expect(compareRatios([faster(1, 'new')], [faster(10)])).toMatchObject([
      { passes: true, committed: undefined },
    ]);
    expect(compareRatios([faster(9, 'cached verify, µs')], [faster(1, 'cached verify, µs')])).toEqual([]);
  });

  it('names what was committed and is not measured any more, of the groups that ran', () => {
    expect(missingRatios([], [faster(10), overhead(0.2)], ['verify'])).toEqual(['faster']);
    expect(missingRatios([faster(1)], [faster(10)], ['verify'])).toEqual([]);
  });
});
