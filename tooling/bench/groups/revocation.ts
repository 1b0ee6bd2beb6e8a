/** What it costs a request to learn that its session lives: by the feed in memory, and by one question to Redis. @module */
import process from 'node:process';
import { Redis } from 'ioredis';
import { startRedis } from '../../services/redis-server.ts';
import { findProgram } from '../../services/service-test.ts';
import type { Figure } from '../figures.ts';
import type { Group, Measured, Pace } from '../group.ts';
import { makeKey } from '../keys.ts';
import { judgeToken, tokenpairGuard } from '../peers/tokenpair.ts';
import type { Candidate } from '../rounds.ts';
import { median, toFigure, toRatio } from '../statistics.ts';
import { freshTexts, mintTokens } from '../tokens.ts';
import { inFlight, repeat } from './candidates.ts';

const GROUP = 'revocation';
const IDS = 256;

type Cpu = Readonly<Record<string, number[]>>;

export const revocation: Group = {
  name: GROUP,
  parts: ['feed and redis'],
  async measure(_part, pace): Promise<Measured> {
    if (findProgram('redis-server') === undefined) throw new Error('redis-server is not installed');
    const server = await startRedis({ settings: ['--appendonly', 'no'] });
    const client = new Redis(server.url);
    const pipelining = new Redis(server.url, { enableAutoPipelining: true });
    try {
      await client.mset(...Array.from({ length: IDS }, (_, id) => [`session:${id}`, 'live']).flat());
      const candidates = [
        ...(await guards()),
        { name: 'EXISTS, 64 in flight', run: inFlight(64)(existsOf(client)) },
        { name: 'EXISTS, 64 in flight, autopipelining', run: inFlight(64)(existsOf(pipelining)) },
      ];
      return summarize(await measureCpu(candidates, pace));
    } finally {
      client.disconnect();
      pipelining.disconnect();
      await server.stop();
    }
  },
};

/** The same guard with and without the question, so that the difference is what the feed costs. */
async function guards(): Promise<Candidate[]> {
  const key = await makeKey('HS256');
  const tokens = await mintTokens(key, { count: IDS });
  const ways = ['feed', 'none'] as const;
  return Promise.all(
    ways.map(async (way) => {
      const judge = judgeToken(await tokenpairGuard(key, { cache: true, revocation: way }));
      const text = freshTexts(tokens);
      return { name: `tokenpair guard, revocation ${way}`, run: repeat(() => judge(text())) };
    }),
  );
}

function existsOf(client: Redis): () => Promise<number> {
  let id = 0;
  return () => {
    id = (id + 1) % IDS;
    return client.exists(`session:${id}`);
  };
}

/** CPU time of this process for one operation, in µs: a question to Redis mostly waits. */
async function measureCpu(candidates: readonly Candidate[], { quick }: Pace): Promise<Cpu> {
  const [rounds, count] = quick ? [7, 4_000] : [31, 8_000];
  const cpu: Record<string, number[]> = Object.fromEntries(candidates.map(({ name }) => [name, []]));
  for (const { run } of candidates) await run(count);
  for (let round = 0; round < rounds; round += 1) {
    for (let at = 0; at < candidates.length; at += 1) {
      const { name = '', run } = candidates[(at + round) % candidates.length] ?? {};
      const before = process.cpuUsage();
      await run?.(count);
      const { system, user } = process.cpuUsage(before);
      cpu[name]?.push((system + user) / count);
    }
  }
  return cpu;
}

function summarize(cpu: Cpu): Measured {
  const [feed = [], none = [], , exists = []] = Object.values(cpu);
  const cost = feed.map((sample, round) => Math.max(0, sample - (none[round] ?? Number.NaN)));
  const figures: Figure[] = Object.entries({ ...cpu, 'tokenpair, feed alone': cost }).map(([name, samples]) =>
    toFigure({ group: GROUP, name: `CPU a request: ${name}`, unit: 'us' }, samples),
  );
  const ratio = toRatio(median(cost.map((sample, round) => sample / (exists[round] ?? Number.NaN))), {
    group: GROUP,
    name: 'revocation by feed, CPU a request: over that of one EXISTS',
    lowerIsBetter: true,
    target: 0.1,
    note: 'the guard with the feed less the guard without it; EXISTS 64 in flight with autopipelining',
  });
  return { figures, ratios: [ratio] };
}
