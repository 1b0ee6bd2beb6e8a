import { expect, it } from 'vitest';
import { growth, median, percentile, slopeOf } from './series.ts';

it('finds the middle and the top of values in any order', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(percentile([5, 1, 4, 2, 3], 99)).toBe(5);
  expect(percentile([], 99)).toBe(0);
});

it('sees growth from the middle third to the last, and not the warm-up', () => {
  expect(growth([0, 0, 0, 5, 5, 5, 9, 9, 9])).toEqual({ from: 5, to: 9, by: 4 });
  expect(growth([0, 3, 6, 9, 9, 9, 9, 9, 9]).by).toBe(0);
});

it('fits a line', () => {
  expect(
    slopeOf([
      [0, 1],
      [1, 3],
      [2, 5],
    ]),
  ).toBeCloseTo(2);
  expect(slopeOf([[1, 4]])).toBe(0);
});
