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
  it('count for nothing to the grace of a rotation that fell into one, or was sent by no more than a call takes before', () => {
    const { outages, away, clock } = start();
    away(MINUTE);
    clock.advance(MINUTE);
    for (const at of [T0 - SLACK, T0, T0 + MINUTE - 1]) expect(outages.graceFrom(at)).toBe(T0 + MINUTE);
    for (const at of [T0 + MINUTE, T0 + MINUTE + 1]) expect(outages.graceFrom(at)).toBeUndefined();
  });

  it('add what they lasted to the grace of a rotation before: its client could not try again', () => {
    const { outages, away } = start();
    away(MINUTE);
    for (const before of [SLACK + 1, 10 * SECOND])
      expect(outages.graceFrom(T0 - before)).toBe(T0 - before + MINUTE);
  });

  it('know nothing while all is well', () => {
    const { outages, write } = start();
    write();
    expect(outages.graceFrom(T0)).toBeUndefined();
  });

  it('last until now while no write has been answered', () => {
    const { outages, fail, clock } = start();
    fail();
    clock.advance(30 * SECOND);
    expect(outages.graceFrom(T0)).toBe(T0 + 30 * SECOND);
    clock.advance(SECOND);
    expect(outages.graceFrom(T0)).toBe(T0 + 31 * SECOND);
  });

  it('are over a minute after the last failure, since that nobody asks is no sign', () => {
    const { outages, fail, clock } = start();
    fail();
    clock.advance(5 * MINUTE);
    expect(outages.graceFrom(T0)).toBe(T0 + MINUTE);
    expect(outages.graceFrom(T0 + MINUTE)).toBeUndefined();
    fail();
    clock.advance(SECOND);
    expect(outages.graceFrom(T0)).toBe(T0 + MINUTE + SECOND);
    expect(outages.graceFrom(T0 + 5 * MINUTE)).toBe(T0 + 5 * MINUTE + SECOND);
  });

  it('are not over by the answer to a write that was under way at the last failure', () => {
    const { outages, fail, write, clock } = start();
    fail();
    const early = outages.begin();
    clock.advance(2 * SECOND);
    fail();
    outages.written(early);
    clock.advance(SECOND);
    expect(outages.graceFrom(T0)).toBe(clock());
    write();
    const over = clock();
    clock.advance(SECOND);
    expect(outages.graceFrom(T0)).toBe(over);
  });

  it('make up for ten minutes at most', () => {
    const { outages, away, clock } = start();
    away(15 * MINUTE);
    expect(outages.graceFrom(T0)).toBe(T0 + 10 * MINUTE);
    expect(outages.graceFrom(clock() - 10 * MINUTE)).toBe(clock());
  });

  it('add no more than they last where the store fails now and then', () => {
    const { outages, fail, write, clock } = start();
    for (let n = 0; n < 15; n++) {
      fail();
      clock.advance(100);
      write();
      clock.advance(2_800);
    }
    expect(outages.graceFrom(T0)).toBe(T0 + 15 * 100);
  });

  it('add up, and go on where a failure follows within a second: a store comes back by and by', () => {
    const { outages, away, fail, write, clock } = start();
    away(5 * SECOND);
    for (let n = 0; n < 10; n++) {
      clock.advance(SECOND);
      fail();
      write();
    }
    expect(outages.graceFrom(T0)).toBe(clock());
    clock.advance(SECOND + 1);
    away(2 * SECOND);
    expect(outages.graceFrom(T0)).toBe(T0 + 17 * SECOND);
  });

  it('are kept in bounded number', () => {
    const { outages, away, clock } = start();
    for (let n = 0; n < 40; n++) {
      away(SECOND);
      clock.advance(MINUTE);
    }
    expect(outages.graceFrom(T0)).toBe(T0 + 16 * SECOND);
  });
});
