import { expect, it } from 'vitest';
import { sizeProblems, sizeTable } from './sizes.ts';

const sized = (entry: string, own: number) => ({ entry, own, all: own + 100, total: own + 5_000 });

it('accepts an entry at its budget', () => {
  expect(sizeProblems([sized('@x/one', 1_500)], { '@x/one': { budget: 1.5 } })).toEqual([]);
});

it('refuses a byte more', () => {
  expect(sizeProblems([sized('@x/one', 1_501)], { '@x/one': { budget: 1.5 } })).toEqual([
    expect.stringMatching(/^@x\/one: 1\.50 kB .* budget .* 1\.5 kB$/),
  ]);
});

it('holds an entry without a line to what an adapter may weigh', () => {
  expect(sizeProblems([sized('@x/new', 2_000)], {})).toEqual([]);
  expect(sizeProblems([sized('@x/new', 2_001)], {})).toHaveLength(1);
});

it('refuses a budget for what is not there', () => {
  expect(sizeProblems([], { '@x/gone': { budget: 1 } })).toEqual([expect.stringContaining('for no entry')]);
});

it('prints each entry with its totals, and what was aimed at', () => {
  const [, row] = sizeTable([sized('@x/one', 2_345)], { '@x/one': { budget: 2.5, target: 2 } }).split('\n');
  expect(row?.split(/ {2,}/)).toEqual(['@x/one', '2.35', '2.44', '7.34', '2.5', 'aimed at: 2']);
});
