import { describe, expect, it } from 'vitest';
import { median, quantile, ratioOfRounds, toFigure, toRatio } from './statistics.ts';

describe('quantiles', () => {
  it('lie between two samples where no sample is there', () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(quantile([10, 20, 30], 0.1)).toBe(12);
    expect(median([9, 1, 5])).toBe(5);
  });

  it('do not exist without samples, rather than being NaN', () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe('a figure', () => {
  const samples = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

  it('has the lowest decile of times and the highest of rates as its best', () => {
    expect(toFigure({ group: 'g', name: 'n', unit: 'us' }, samples)).toMatchObject({
      median: 6,
      best: 2,
      samples: 11,
    });
    expect(toFigure({ group: 'g', name: 'n', unit: 'ops/s' }, samples).best).toBe(10);
  });

  it('has the interquartile range over the median as its spread', () => {
    expect(toFigure({ group: 'g', name: 'n', unit: 'us' }, samples).spread).toBeCloseTo(5 / 6);
    expect(toFigure({ group: 'g', name: 'n', unit: 'us' }, [-6, -2, -2]).spread).toBe(1);
    expect(toFigure({ group: 'g', name: 'n', unit: 'us' }, [0, 0]).spread).toBe(0);
  });
});

describe('a ratio of rounds', () => {
  it('is the median of what each round says, which a slow round does not move', () => {
    // The second round was ten times as slow for both; the ratio of the medians would be 3.
    expect(ratioOfRounds([20, 200, 30], [10, 100, 10])).toBe(2);
  });

  it('refuses rounds that do not belong together', () => {
    expect(() => ratioOfRounds([1, 2], [1])).toThrow(RangeError);
  });
});

describe('a ratio beside its target', () => {
  const of = { group: 'g', name: 'n' };

  it('holds at the target and beyond it, in its own direction', () => {
    expect(toRatio(5, { ...of, target: 5, lowerIsBetter: false })).toEqual({
      ...of,
      value: 5,
      target: 5,
      lowerIsBetter: false,
      holds: true,
    });
    expect(toRatio(1, { ...of, target: 3, lowerIsBetter: true }).holds).toBe(true);
  });

  it('says so when only the slack for noise makes it hold', () => {
    expect(toRatio(4.6, { ...of, target: 5, lowerIsBetter: false })).toMatchObject({
      holds: true,
      note: 'within 10 % for noise',
    });
    expect(toRatio(3.2, { ...of, target: 3, lowerIsBetter: true })).toMatchObject({
      holds: true,
      note: 'within 10 % for noise',
    });
  });

  it('is missed beyond the slack, and at once where there is none', () => {
    expect(toRatio(4.5, { ...of, target: 5, lowerIsBetter: false }).holds).toBe(false);
    expect(toRatio(3.4, { ...of, target: 3, lowerIsBetter: true }).holds).toBe(false);
    expect(toRatio(16.1, { ...of, target: 16, lowerIsBetter: true, slack: 0 }).holds).toBe(false);
  });

  it('is missed when it could not be computed', () => {
    expect(toRatio(Number.NaN, { ...of, target: 3, lowerIsBetter: true }).holds).toBe(false);
    expect(toRatio(Number.POSITIVE_INFINITY, { ...of, target: 3, lowerIsBetter: false }).holds).toBe(false);
  });

  it('has no verdict without a target', () => {
    expect(toRatio(7, { ...of, lowerIsBetter: false, note: 'as is' })).toEqual({
      ...of,
      value: 7,
      lowerIsBetter: false,
      note: 'as is',
    });
  });
});
