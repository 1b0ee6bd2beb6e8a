/** Cold verification: every token is new to whoever judges it, in one process and one call after the other. @module */
import type { Figure, Ratio } from '../figures.ts';
import type { Group, Measured, Pace } from '../group.ts';
import { ALGORITHMS, type BenchAlgorithm, makeKey } from '../keys.ts';
import { assertJudges, type Judge } from '../peers/judge.ts';
import { bareVerify } from '../peers/node-crypto.ts';
import { awsVerifier, fastJwtVerifier, joseVerifier, jsonwebtokenVerifier } from '../peers/others.mjs';
import { judgeHeader, tokenpairGuard, tokenpairVerifier } from '../peers/tokenpair.ts';
import { type Candidate, measureRounds, microSchedule, type Rounds, samplesOf } from '../rounds.ts';
import { ratioOfRounds, toFigure, toRatio } from '../statistics.ts';
import { forge, freshTexts, mintTokens } from '../tokens.ts';
import { awaitEach, inFlight, repeat } from './candidates.ts';

const GROUP = 'verify';
const TOKENS = 512;

/** Enough that a cache of 256 never has the next one. */
const FAST_JWT_CACHE = 256;

/** At most so many times the bare signature check. */
const OVER_BARE: Readonly<Record<BenchAlgorithm, number>> = {
  HS256: 3,
  RS256: 1.35,
  ES256: 1.15,
  EdDSA: 1.15,
};

export const verify: Group = {
  name: GROUP,
  parts: ALGORITHMS,
  async measure(part, pace): Promise<Measured> {
    const alg = part as BenchAlgorithm;
    const rounds = await measureAlgorithm(alg, pace);
    return { figures: figuresOf(alg, rounds), ratios: ratiosOf(alg, rounds) };
  },
};

async function measureAlgorithm(alg: BenchAlgorithm, pace: Pace): Promise<Rounds> {
  const key = await makeKey(alg);
  const tokens = await mintTokens(key, { count: TOKENS });
  const [expired] = await mintTokens(key, { count: 1, life: -60 });
  const bad = [forge(tokens[0] as Buffer), (expired as Buffer).toString('latin1')];
  const judges: [string, Judge, typeof repeat][] = [];

  async function enter(name: string, judge: Judge | undefined, how: typeof repeat): Promise<void> {
    if (judge === undefined) return;
    await assertJudges(name, judge, { good: tokens, bad });
    judges.push([name, judge, how]);
  }

  const guard = await tokenpairGuard(key, { cache: false, revocation: 'none' });
  const verifier = tokenpairVerifier(key, { cache: false });
  const jose = await joseVerifier(key);
  await assertJudges('tokenpair', (token) => judgeHeader(guard, `Bearer ${token}`), { good: tokens, bad });
  await enter('tokenpair verifier', (token) => verifier.verify(token), awaitEach);
  await enter('jose', jose, awaitEach);
  await enter('jose, 64 in flight', jose, inFlight(64));
  await enter('fast-jwt', fastJwtVerifier(key), repeat);
  await enter('fast-jwt, cache on', fastJwtVerifier(key, FAST_JWT_CACHE), repeat);
  await enter('jsonwebtoken', jsonwebtokenVerifier(key), repeat);
  await enter('aws-jwt-verify', awsVerifier(key), repeat);

  const header = freshTexts(tokens, 'Bearer ');
  const candidates: Candidate[] = [
    { name: 'tokenpair', run: repeat(() => judgeHeader(guard, header())) },
    { name: 'bare node:crypto', run: repeat(bareVerify(key, tokens)) },
    ...judges.map(([name, judge, how]) => {
      const text = freshTexts(tokens);
      return { name, run: how(() => judge(text())) };
    }),
  ];
  return measureRounds(candidates, microSchedule(pace));
}

function figuresOf(alg: string, rounds: Rounds): Figure[] {
  return Object.entries(rounds).map(([name, samples]) =>
    toFigure({ group: GROUP, name: `${alg}: ${name}`, unit: 'us' }, samples),
  );
}

function ratiosOf(alg: BenchAlgorithm, rounds: Rounds): Ratio[] {
  const own = samplesOf(rounds, 'tokenpair');
  const over = (name: string): number => ratioOfRounds(samplesOf(rounds, name), own);
  const faster = { group: GROUP, lowerIsBetter: false };
  const name = (text: string): string => `${alg} cold verify: ${text}`;
  const times = (peer: string, target?: number): Ratio =>
    toRatio(over(peer), {
      ...faster,
      name: name(`faster than ${peer}`),
      ...(target !== undefined && { target }),
    });
  return [
    times('jose', alg === 'HS256' ? 5 : undefined),
    times('jose, 64 in flight'),
    times('fast-jwt', alg === 'HS256' ? 1.25 : 1),
    ...['jsonwebtoken', 'aws-jwt-verify'].filter((peer) => peer in rounds).map((peer) => times(peer)),
    toRatio(ratioOfRounds(own, samplesOf(rounds, 'bare node:crypto')), {
      group: GROUP,
      name: name('times the bare node:crypto'),
      lowerIsBetter: true,
      target: OVER_BARE[alg],
    }),
  ];
}
