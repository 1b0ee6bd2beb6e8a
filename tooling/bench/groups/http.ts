/**
 * Guards in front of a route, on real sockets: how many requests a second there are left, and what CPU time a request costs beyond the bare
 * framework when all get the same load.
 *
 * @module
 */
import type { Figure, Ratio } from '../figures.ts';
import type { Group, Measured, Pace } from '../group.ts';
import { ADAPTER_ALONE, type Framework } from '../http/setup.ts';
import {
  type HttpAlgorithm,
  nameOf,
  type Order,
  openStage,
  type Scene,
  type Stage,
  type Taken,
} from '../http/stage.ts';
import { samplesOf } from '../rounds.ts';
import { median, ratioOfRounds, toFigure, toRatio } from '../statistics.ts';

const GROUP = 'http';
const ALGORITHMS: readonly HttpAlgorithm[] = ['HS256', 'RS256'];
const FRAMEWORKS: readonly Framework[] = ['express', 'koa', 'fastify'];

/** The peers of each framework, and what the overhead of the cached guard may be of theirs. */
const PEERS: Readonly<Record<Framework, Readonly<Record<string, number | undefined>>>> = {
  express: { 'express-jwt': 0.1, 'express-oauth2-jwt-bearer': 0.1 },
  koa: { 'koa-jwt': 0.1 },
  fastify: { '@fastify/jwt': undefined, '@fastify/jwt, cache on': 0.25 },
};
const CACHING = '@fastify/jwt, cache on';

const SHARE_OF_BARE = 0.95;
const RATE = 1_500;

interface Plan {
  readonly rounds: { readonly saturation: number; readonly rate: number };
  readonly ms: { readonly saturation: number; readonly rate: number; readonly warmUp: number };
}

function planOf({ quick }: Pace): Plan {
  return quick
    ? { rounds: { saturation: 3, rate: 3 }, ms: { saturation: 250, rate: 300, warmUp: 300 } }
    : { rounds: { saturation: 11, rate: 9 }, ms: { saturation: 500, rate: 700, warmUp: 1_000 } };
}

export const http: Group = {
  name: GROUP,
  parts: FRAMEWORKS,
  async measure(part, pace): Promise<Measured> {
    const framework = part as Framework;
    const plan = planOf(pace);
    const scenes = scenesOf(framework);
    const newTokens = Math.ceil((RATE * (plan.ms.rate * plan.rounds.rate + plan.ms.warmUp)) / 1000) + 100;
    const stage = await openStage({ framework, scenes, newTokens });
    try {
      for (const scene of scenes) await stage.play(scene, { ms: plan.ms.warmUp, rate: RATE });
      const atRate = await playRounds(stage, scenes, { ms: plan.ms.rate, rate: RATE }, plan.rounds.rate);
      const full = { ms: plan.ms.saturation };
      const saturated = await playRounds(stage, scenes.filter(isSaturated), full, plan.rounds.saturation);
      return summarize(framework, atRate, saturated);
    } finally {
      stage.close();
    }
  },
};

/** New tokens are for Tokenpair alone: a peer without a cache does the same work on a token that it has seen. */
function scenesOf(framework: Framework): Scene[] {
  const alone: Scene = { guard: ADAPTER_ALONE, alg: 'HS256', tokens: 'repeated' };
  const scenes = ALGORITHMS.flatMap((alg): Scene[] => [
    { guard: 'bare', alg, tokens: 'repeated' },
    { guard: 'tokenpair', alg, tokens: 'repeated' },
    { guard: 'tokenpair', alg, tokens: 'new' },
    ...Object.keys(PEERS[framework]).map((guard): Scene => ({ guard, alg, tokens: 'repeated' })),
  ]);
  return [alone, ...scenes];
}

function isSaturated({ guard, tokens }: Scene): boolean {
  return tokens === 'repeated' && ['bare', 'tokenpair', ADAPTER_ALONE, CACHING].includes(guard);
}

type Played = Readonly<Record<string, readonly Taken[]>>;

async function playRounds(
  stage: Stage,
  scenes: readonly Scene[],
  order: Order,
  rounds: number,
): Promise<Played> {
  const played: Record<string, Taken[]> = Object.fromEntries(scenes.map((scene) => [nameOf(scene), []]));
  for (let round = 0; round < rounds; round += 1) {
    for (let at = 0; at < scenes.length; at += 1) {
      const scene = scenes[(at + round) % scenes.length] as Scene;
      played[nameOf(scene)]?.push(await stage.play(scene, order));
    }
  }
  return played;
}

type Columns = Readonly<Record<string, readonly number[]>>;

function columnsOf(played: Played, column: keyof Taken): Columns {
  return Object.fromEntries(
    Object.entries(played).map(([name, rounds]) => [name, rounds.map((taken) => taken[column])]),
  );
}

function summarize(framework: Framework, atRate: Played, saturated: Played): Measured {
  const cpu = columnsOf(atRate, 'cpu');
  const perSecond = columnsOf(saturated, 'perSecond');
  const busy = columnsOf(saturated, 'loadBusy');
  const overheads = overheadsOf(cpu);
  const figures = (topic: string, unit: Figure['unit'], columns: Columns): Figure[] =>
    Object.entries(columns).map(([name, samples]) =>
      toFigure({ group: GROUP, name: `${framework}, ${topic}: ${name}`, unit }, samples),
    );
  return {
    figures: [
      ...figures('requests at saturation', 'ops/s', perSecond),
      ...figures(`CPU a request at ${RATE}/s`, 'us', cpu),
      ...figures('CPU a request beyond the bare framework', 'us', overheads),
    ],
    ratios: [
      aloneRatio(framework, perSecond),
      ...ALGORITHMS.flatMap((alg) => [
        saturationRatio(framework, alg, perSecond, busy),
        ...Object.entries(PEERS[framework]).map(([peer, target]) =>
          cachedRatio(framework, alg, peer, overheads, target),
        ),
        ...Object.keys(PEERS[framework])
          .filter((peer) => peer !== CACHING)
          .map((peer) => newRatio(framework, alg, peer, overheads)),
      ]),
    ],
  };
}

/** What the cached guard could reach at the most. */
function aloneRatio(framework: Framework, perSecond: Columns): Ratio {
  const alone = samplesOf(perSecond, `${ADAPTER_ALONE} HS256`);
  return toRatio(ratioOfRounds(alone, samplesOf(perSecond, 'bare HS256')), {
    group: GROUP,
    name: `${framework}, adapter alone: share of the bare framework's requests a second`,
    lowerIsBetter: false,
  });
}

/** Round by round what is left when the bare framework's time with the same tokens is taken away. */
function overheadsOf(cpu: Columns): Columns {
  const guarded = Object.entries(cpu).filter(([name]) => !name.startsWith('bare '));
  return Object.fromEntries(
    guarded.map(([name, samples]) => {
      const alg = ALGORITHMS.find((each) => name.includes(` ${each}`)) ?? '';
      const bare = samplesOf(cpu, `bare ${alg}`);
      return [name, samples.map((sample, round) => sample - (bare[round] ?? Number.NaN))];
    }),
  );
}

function saturationRatio(framework: Framework, alg: HttpAlgorithm, perSecond: Columns, busy: Columns): Ratio {
  const loadBusy = median(samplesOf(busy, `bare ${alg}`));
  return toRatio(
    ratioOfRounds(samplesOf(perSecond, `tokenpair ${alg}`), samplesOf(perSecond, `bare ${alg}`)),
    {
      group: GROUP,
      name: `${framework} ${alg}, cached guard with feed: share of the bare framework's requests a second`,
      lowerIsBetter: false,
      target: SHARE_OF_BARE,
      // The target says already what is lost: a slack of 10 % would be three times that.
      slack: 0.02,
      note: `the load generator used ${Math.round(loadBusy * 100)} % of its core with the bare framework`,
    },
  );
}

function cachedRatio(
  framework: Framework,
  alg: HttpAlgorithm,
  peer: string,
  overheads: Columns,
  target: number | undefined,
): Ratio {
  return toRatio(
    ratioOfRounds(samplesOf(overheads, `tokenpair ${alg}`), samplesOf(overheads, `${peer} ${alg}`)),
    {
      group: GROUP,
      name: `${framework} ${alg}, cached guard with feed: overhead over that of ${peer}`,
      lowerIsBetter: true,
      ...(target !== undefined && { target }),
    },
  );
}

function newRatio(framework: Framework, alg: HttpAlgorithm, peer: string, overheads: Columns): Ratio {
  const own = samplesOf(overheads, `tokenpair ${alg}, every token new`);
  return toRatio(ratioOfRounds(own, samplesOf(overheads, `${peer} ${alg}`)), {
    group: GROUP,
    name: `${framework} ${alg}, every token new: overhead over that of ${peer}`,
    lowerIsBetter: true,
    target: 1,
  });
}
