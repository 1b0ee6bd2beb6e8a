import type { Figure } from '../figures.ts';
import { toFigure } from '../statistics.ts';

/** A way of doing one thing to one session of a fleet. */
export interface Way {
  readonly name: string;
  /** Does it once to the session of that number. No two calls on one session overlap. */
  readonly call: (session: number) => Promise<unknown>;
}

/** How ways are measured beside each other. */
export interface RateOptions {
  readonly group: string;
  /** How many calls are on their way at any time. */
  readonly inFlight: number;
  /** How many sessions the fleet has; at least {@link RateOptions.inFlight}. */
  readonly sessions: number;
  /** For all rounds of all ways together. */
  readonly seconds: number;
}

const ROUNDS = 9;

/** Calls a second of each way, in interleaved rounds, so that what else the machine does meets all of them. The first round warms up. */
export async function measureRates(ways: readonly Way[], options: RateOptions): Promise<Figure[]> {
  const sliceMs = (options.seconds * 1_000) / (ROUNDS + 1) / ways.length;
  const samples = ways.map((): number[] => []);
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (let at = 0; at < ways.length; at += 1) {
      const which = (at + round) % ways.length;
      const way = ways[which];
      if (way === undefined) continue;
      const rate = await rateOf(way, options, sliceMs);
      if (round > 0) samples[which]?.push(rate);
    }
  }
  return ways.map(({ name }, which) =>
    toFigure({ group: options.group, name, unit: 'ops/s' }, samples[which] ?? []),
  );
}

async function rateOf({ call }: Way, { inFlight, sessions }: RateOptions, ms: number): Promise<number> {
  const start = performance.now();
  const end = start + ms;
  let done = 0;
  const caller = async (first: number): Promise<void> => {
    for (let session = first; performance.now() < end; session = (session + inFlight) % sessions) {
      await call(session);
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, (_, n) => caller(n)));
  return (done * 1_000) / (performance.now() - start);
}
