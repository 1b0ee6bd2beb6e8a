import { describe, expect, it } from 'vitest';
import { createOutages } from '../../src/backends/outages.ts';
import { createClock, MINUTE, SECOND, T0 } from '../support/clock.ts';

const SLACK = 2 * SECOND;

function start() {
  const clock = createClock();
  const outages = createOutages(clock, SLACK);
  return {
    clock,
    outages,
    /** The store is away for so long, from now on. */
    away(ms: number) {
      outages.failed(outages.begin());
      clock.advance(ms);
      outages.answered(outages.begin());
    },
  };
}

describe('the outages of a store', () => {
  it('say when it came back, to a rotation of before the first failure by no more than a call takes', () => {
    const { outages, away, clock } = start();
    away(MINUTE);
    expect(outages.returnedAfter(T0 - SLACK - 1)).toBeUndefined();
    for (const at of [T0 - SLACK, T0, T0 + MINUTE]) expect(outages.returnedAfter(at)).toBe(clock());
    expect(outages.returnedAfter(T0 + MINUTE + 1)).toBeUndefined();
  });

  it('know nothing while all is well, and nothing of one that is not over', () => {
    const { outages } = start();
    outages.answered(outages.begin());
    expect(outages.returnedAfter(T0)).toBeUndefined();
    outages.failed(outages.begin());
    expect(outages.returnedAfter(T0)).toBeUndefined();
  });

  it('are not over by the answer to a call that was under way before', () => {
    const { outages, clock } = start();
    const early = outages.begin();
    clock.advance(1);
    outages.failed(outages.begin());
    outages.answered(early);
    expect(outages.returnedAfter(T0)).toBeUndefined();
    clock.advance(1);
    outages.answered(outages.begin());
    expect(outages.returnedAfter(T0)).toBe(T0 + 2);
  });

  it('make up for ten minutes at most', () => {
    const { outages, away, clock } = start();
    away(15 * MINUTE);
    expect(outages.returnedAfter(clock() - 10 * MINUTE - 1)).toBeUndefined();
    expect(outages.returnedAfter(clock() - 10 * MINUTE)).toBe(clock());
  });

  it('close together are one, and those apart are told apart', () => {
    const { outages, away, clock } = start();
    away(SECOND);
    clock.advance(SLACK + 999);
    away(SECOND);
    const first = clock();
    expect(outages.returnedAfter(T0)).toBe(first);
    clock.advance(SLACK + 1_000);
    away(SECOND);
    expect(outages.returnedAfter(T0)).toBe(first);
    expect(outages.returnedAfter(clock())).toBe(clock());
  });

  it('are kept in bounded number', () => {
    const { outages, away, clock } = start();
    for (let n = 0; n < 40; n++) {
      away(SECOND);
      clock.advance(MINUTE);
    }
    expect(outages.returnedAfter(T0)).toBeUndefined();
    expect(outages.returnedAfter(clock() - MINUTE)).toBe(clock() - MINUTE);
  });
});
