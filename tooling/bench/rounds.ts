/**
 * Interleaved rounds: every candidate is measured once a round, in rotated order and for a few milliseconds, so that what else the machine
 * does meets all of them.
 *
 * @module
 */
import { setImmediate } from 'node:timers/promises';
import type { Pace } from './group.ts';

/** Something that can be done many times in a row. */
export interface Candidate {
  readonly name: string;
  /** Does it `count` times. */
  readonly run: (count: number) => void | Promise<void>;
}

export interface Schedule {
  readonly rounds: number;
  /** How long one candidate is measured in one round, in ms. */
  readonly sampleMs: number;
  /** How long each is run before the first round, in ms. */
  readonly warmUpMs: number;
}

/** Microseconds for one operation: for each candidate a value of each round. */
export type Rounds<Name extends string = string> = Readonly<Record<Name, readonly number[]>>;

/** What suits operations of microseconds. */
export function microSchedule({ quick }: Pace): Schedule {
  return quick ? { rounds: 15, sampleMs: 6, warmUpMs: 60 } : { rounds: 61, sampleMs: 8, warmUpMs: 300 };
}

export async function measureRounds(candidates: readonly Candidate[], schedule: Schedule): Promise<Rounds> {
  const names = candidates.map(({ name }) => name);
  if (new Set(names).size < names.length) throw new TypeError('two candidates have one name');
  const planned = [];
  for (const candidate of candidates)
    planned.push({ ...candidate, count: await calibrate(candidate, schedule), taken: [] as number[] });
  for (let round = 0; round < schedule.rounds; round += 1) {
    for (let at = 0; at < planned.length; at += 1) {
      const each = planned[(at + round) % planned.length];
      if (each !== undefined) each.taken.push(await microsecondsOf(each.run, each.count));
    }
  }
  return Object.fromEntries(planned.map(({ name, taken }) => [name, taken]));
}

/** The samples of a candidate that was measured. */
export function samplesOf(rounds: Rounds, name: string): readonly number[] {
  const samples = rounds[name];
  if (samples === undefined) throw new TypeError(`${name} was not measured`);
  return samples;
}

/** Warms up, and finds how often a candidate runs in one sample. */
async function calibrate(
  { run }: Candidate,
  { sampleMs, warmUpMs }: Pick<Schedule, 'sampleMs' | 'warmUpMs'>,
): Promise<number> {
  const end = performance.now() + warmUpMs;
  let count = 1;
  let perOperation = await microsecondsOf(run, count);
  while (performance.now() < end || perOperation * count < (sampleMs * 1000) / 2) {
    count = Math.max(1, Math.ceil(Math.min(count * 4, (sampleMs * 1000) / perOperation)));
    perOperation = await microsecondsOf(run, count);
  }
  return Math.max(1, Math.round((sampleMs * 1000) / perOperation));
}

async function microsecondsOf(run: Candidate['run'], count: number): Promise<number> {
  // Timers run in between, such as those by which a revocation feed knows that it is up.
  await setImmediate();
  const start = performance.now();
  const running = run(count);
  // A candidate that is synchronous is not made to wait for a microtask.
  if (running instanceof Promise) await running;
  return ((performance.now() - start) * 1000) / count;
}
