import { expect, it } from 'vitest';
import { isMadeUpFor, noteAnswer, noteFailure, type OutageBook } from './outage-book.ts';

const GRACE = { graceMs: 35_000, slackMs: 10 };

/** The store fails every 20 s from 0 to 100 s and answers at 110 s. */
function outage(): OutageBook {
  const book: OutageBook = [];
  for (let at = 0; at <= 100_000; at += 20_000) noteFailure(book, at, 'all');
  noteAnswer(book, 110_000);
  return book;
}

it('makes up for a rotation in an outage until grace after it is over', () => {
  expect(isMadeUpFor(outage(), 0, { now: 145_000, ...GRACE })).toBe('surely');
  expect(isMadeUpFor(outage(), 100_000, { now: 145_000, ...GRACE })).toBe('surely');
});

it('leaves the margins open', () => {
  expect(isMadeUpFor(outage(), 0, { now: 145_001, ...GRACE })).toBe('perhaps');
  expect(isMadeUpFor(outage(), -5, { now: 120_000, ...GRACE })).toBe('perhaps');
  expect(isMadeUpFor(outage(), -30_000, { now: 120_000, ...GRACE })).toBe('perhaps');
});

it('makes up for nothing before, or long after', () => {
  expect(isMadeUpFor(outage(), -40_000, { now: 120_000, ...GRACE })).toBe('no');
  expect(isMadeUpFor(outage(), 0, { now: 200_000, ...GRACE })).toBe('no');
  expect(isMadeUpFor([], 0, { now: 40_000, ...GRACE })).toBe('no');
});

it('is sure of no outage in which a call may have been answered, or that nobody had to count', () => {
  for (const failure of ['some', 'aside'] as const) {
    const book: OutageBook = [];
    noteFailure(book, 0, failure);
    noteFailure(book, 20_000, failure);
    noteAnswer(book, 30_000);
    expect(isMadeUpFor(book, 0, { now: 60_000, ...GRACE })).toBe('perhaps');
  }
});
