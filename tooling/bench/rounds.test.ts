import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Candidate, measureRounds, samplesOf } from './rounds.ts';

const SCHEDULE = { rounds: 4, sampleMs: 0.2, warmUpMs: 0 };

function spin(microseconds: number): void {
  const end = performance.now() + microseconds / 1000;
  while (performance.now() < end);
}

describe('rounds', () => {
  it('measure every candidate once a round, each time beginning with the next', async () => {
    const order: string[] = [];
    const candidate = (name: string): Candidate => ({
      name,
      run: () => {
        order.push(name);
        spin(300);
      },
    });
    const rounds = await measureRounds([candidate('a'), candidate('b'), candidate('c')], SCHEDULE);
    expect(order.slice(-12).join('')).toBe('abcbcacababc');
    expect(samplesOf(rounds, 'b')).toHaveLength(4);
  });

  it('give the time of one operation, whether it waits or not', async () => {
    const rounds = await measureRounds(
      [
        { name: 'sync', run: (count) => spin(count * 50) },
        { name: 'async', run: async (count) => sleep(count * 2) },
      ],
      SCHEDULE,
    );
    for (const sample of samplesOf(rounds, 'sync')) expect(sample).toBeGreaterThanOrEqual(50);
    for (const sample of samplesOf(rounds, 'async')) expect(sample).toBeGreaterThan(900);
  });

  it('let timers run between the samples', async () => {
    const ticks: number[] = [];
    const timer = setInterval(() => ticks.push(0), 1);
    await measureRounds([{ name: 'sync', run: () => spin(1_500) }], SCHEDULE);
    clearInterval(timer);
    expect(ticks.length).toBeGreaterThan(2);
  });

  it('refuse two candidates of one name, and samples of none', async () => {
    const one = { name: 'one', run: () => spin(100) };
    await expect(measureRounds([one, one], SCHEDULE)).rejects.toThrow(TypeError);
    expect(() => samplesOf({}, 'two')).toThrow(TypeError);
  });
});
