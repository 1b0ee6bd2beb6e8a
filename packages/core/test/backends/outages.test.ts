import { describe, expect, it } from 'vitest';
import { createOutages } from '../../src/backends/outages.ts';
import { createClock, MINUTE, SECOND, T0 } from '../support/clock.ts';

const SLACK = 2 * SECOND;

function start() {
  const clock = createClock();
  const outages = createOutages(clock, SLACK);
  const fail = () => outages.failed(outages.begin());
  const write = () => outages.written(outages.begin());
  return {
    clock,
    outages,
    fail,
    write,
    /** The store is away for so long, from now on; somebody asks it every second. */
    away(ms: number) {
      for (let left = ms; left > 0; left -= SECOND) {
        fail();
        clock.advance(Math.min(left, SECOND));
      }
      write();
    },
  };
}

describe('the outages of a store', () => {
  it('say when it came back, to a rotation of before the first failure by no more than a call takes', () => {
    const { outages, away, clock } = start();
    away(MINUTE);
    clock.advance(MINUTE);
    expect(outages.returnedAfter(T0 - SLACK - 1)).toBeUndefined();
    for (const at of [T0 - SLACK, T0, T0 + MINUTE]) expect(outages.returnedAfter(at)).toBe(T0 + MINUTE);
    expect(outages.returnedAfter(T0 + MINUTE + 1)).toBeUndefined();
  });

  it('know nothing while all is well', () => {
    const { outages, write } = start();
    write();
    expect(outages.returnedAfter(T0)).toBeUndefined();
  });

  it('are over now while no write has been answered', () => {
    const { outages, fail, clock } = start();
    fail();
    clock.advance(30 * SECOND);
    expect(outages.returnedAfter(T0)).toBe(T0 + 30 * SECOND);
    clock.advance(SECOND);
    expect(outages.returnedAfter(T0)).toBe(T0 + 31 * SECOND);
  });

  it('are over a minute after the last failure, since that nobody asks is no sign', () => {
    const { outages, fail, clock } = start();
    fail();
    clock.advance(5 * MINUTE);
    expect(outages.returnedAfter(T0)).toBe(T0 + MINUTE);
    expect(outages.returnedAfter(T0 + MINUTE + 1)).toBeUndefined();
    fail();
    clock.advance(SECOND);
    expect(outages.returnedAfter(T0)).toBe(T0 + MINUTE);
    expect(outages.returnedAfter(T0 + 5 * MINUTE)).toBe(T0 + 5 * MINUTE + SECOND);
  });

  it('are not over by the answer to a write that was under way at the last failure', () => {
    const { outages, fail, write, clock } = start();
    fail();
    const early = outages.begin();
    clock.advance(2 * SECOND);
    fail();
    outages.written(early);
    clock.advance(SECOND);
    expect(outages.returnedAfter(T0)).toBe(clock());
    write();
    const over = clock();
    clock.advance(SECOND);
    expect(outages.returnedAfter(T0)).toBe(over);
  });

  it('make up for ten minutes at most', () => {
    const { outages, away, clock } = start();
    away(15 * MINUTE);
    expect(outages.returnedAfter(clock() - 10 * MINUTE - 1)).toBeUndefined();
    expect(outages.returnedAfter(clock() - 10 * MINUTE)).toBe(clock());
  });

  it('are none where the store fails now and then and writes are answered in between', () => {
    const { outages, fail, write, clock } = start();
    for (let n = 0; n < 200; n++) {
      fail();
      clock.advance(999);
      write();
      clock.advance(1_900);
      expect(outages.returnedAfter(clock() - 100)).toBeUndefined();
    }
    expect(outages.returnedAfter(T0)).toBeUndefined();
  });

  it('are told apart when a second lies between, the later one first', () => {
    const { outages, away, clock } = start();
    away(5 * SECOND);
    const first = clock();
    clock.advance(SECOND + 1);
    away(5 * SECOND);
    expect(outages.returnedAfter(T0)).toBe(first);
    expect(outages.returnedAfter(first)).toBe(clock()); // it may have been lost in the second
  });

  it('go on where a failure follows within a second: a store comes back by and by', () => {
    const { outages, away, fail, write, clock } = start();
    away(5 * SECOND);
    for (let n = 0; n < 10; n++) {
      clock.advance(SECOND);
      fail();
      write();
    }
    expect(outages.returnedAfter(T0)).toBe(clock());
    clock.advance(SECOND + 1);
    fail();
    write();
    expect(outages.returnedAfter(T0)).toBe(T0 + 15 * SECOND);
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
