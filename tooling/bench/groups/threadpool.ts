/**
 * How long a verification takes while password hashes crowd the thread pool, as in a service that has logins too: eight are always waiting for its
 * four threads.
 *
 * @module
 */
import { scrypt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Figure, Ratio } from '../figures.ts';
import type { Group, Measured, Pace } from '../group.ts';
import { makeKey } from '../keys.ts';
import type { Judge } from '../peers/judge.ts';
import { joseVerifier } from '../peers/others.mjs';
import { judgeToken, tokenpairGuard } from '../peers/tokenpair.ts';
import { median, quantile, ratioOfRounds, toFigure, toRatio } from '../statistics.ts';
import { freshTexts, mintTokens } from '../tokens.ts';

const GROUP = 'threadpool';
const WAITING = 8;

/** N=2^15, r=8, p=1: about 0.1 s each. */
const SCRYPT = { N: 2 ** 15, r: 8, p: 1, maxmem: 2 ** 26 };

/** How long one candidate is looked at in one round, in ms. */
const ROUND_MS = 1_500;

/** From the end of one verification to the next, in ms: requests come now and then, and the thread that judges them sleeps in between. */
const PAUSE_MS = 1;

type Rounds = Readonly<Record<'unloaded' | 'loaded', number[][]>>;

export const threadpool: Group = {
  name: GROUP,
  parts: ['RS256'],
  async measure(_part, { quick }: Pace): Promise<Measured> {
    const key = await makeKey('RS256');
    const text = freshTexts(await mintTokens(key, { count: 256 }));
    const guard = judgeToken(await tokenpairGuard(key, { cache: false, revocation: 'none' }));
    const jose = await joseVerifier(key);
    const judges: Readonly<Record<string, Judge>> = { tokenpair: guard, jose };
    const taken: Record<string, Rounds> = {
      tokenpair: { unloaded: [], loaded: [] },
      jose: { unloaded: [], loaded: [] },
    };
    for (const judge of Object.values(judges)) await latenciesOf(judge, text); // warms up
    for (let round = 0; round < (quick ? 2 : 5); round += 1) {
      for (const [name, judge] of Object.entries(judges))
        taken[name]?.unloaded.push(await latenciesOf(judge, text));
      const hashes = keepHashing();
      for (const [name, judge] of Object.entries(judges))
        taken[name]?.loaded.push(await latenciesOf(judge, text));
      await hashes.stop();
    }
    return { figures: figuresOf(taken), ratios: ratiosOf(taken) };
  },
};

/** Of one verification after the other, with a pause before each, in µs. */
async function latenciesOf(judge: Judge, text: () => string): Promise<number[]> {
  const end = performance.now() + ROUND_MS;
  const latencies: number[] = [];
  while (performance.now() < end) {
    await sleep(PAUSE_MS);
    const token = text();
    const start = performance.now();
    const judged = judge(token);
    if (judged instanceof Promise) await judged;
    latencies.push((performance.now() - start) * 1000);
  }
  return latencies;
}

function keepHashing(): { stop(): Promise<void> } {
  let isOver = false;
  const lane = async (): Promise<void> => {
    while (!isOver) await hash();
  };
  const lanes = Array.from({ length: WAITING }, lane);
  return {
    async stop() {
      isOver = true;
      await Promise.all(lanes);
    },
  };
}

function hash(): Promise<void> {
  return new Promise((resolve, reject) => {
    scrypt('correct horse battery staple', 'salt', 32, SCRYPT, (error) =>
      error ? reject(error) : resolve(),
    );
  });
}

function figuresOf(taken: Readonly<Record<string, Rounds>>): Figure[] {
  return Object.entries(taken).flatMap(([name, rounds]) =>
    Object.entries(rounds).flatMap(([load, samples]) => [
      toFigure({ group: GROUP, name: `RS256 p50: ${name}, ${load}`, unit: 'us' }, samples.map(median)),
      toFigure({ group: GROUP, name: `RS256 p99: ${name}, ${load}`, unit: 'us' }, samples.map(p99)),
    ]),
  );
}

function ratiosOf({ jose, tokenpair }: Readonly<Record<string, Rounds>>): Ratio[] {
  const name = (who: string): string =>
    `RS256 verify p99 of ${who} while ${WAITING} hashes wait, over its unloaded p99`;
  const slowed = (rounds: Rounds | undefined): number =>
    ratioOfRounds(rounds?.loaded.map(p99) ?? [], rounds?.unloaded.map(p99) ?? []);
  return [
    toRatio(slowed(tokenpair), { group: GROUP, name: name('tokenpair'), lowerIsBetter: true, target: 2 }),
    toRatio(slowed(jose), { group: GROUP, name: name('jose'), lowerIsBetter: true, note: 'for comparison' }),
  ];
}

function p99(samples: readonly number[]): number {
  return quantile(samples, 0.99);
}
