/** Verification of tokens that were seen before: the guard with its cache and its revocation feed, beside fast-jwt's cache. @module */
import type { Figure, Ratio } from '../figures.ts';
import type { Group, Measured, Pace } from '../group.ts';
import { type BenchAlgorithm, makeKey } from '../keys.ts';
import { assertJudges } from '../peers/judge.ts';
import { fastJwtVerifier } from '../peers/others.mjs';
import { judgeHeader, judgeToken, tokenpairGuard, tokenpairVerifier } from '../peers/tokenpair.ts';
import { measureRounds, microSchedule, type Rounds, samplesOf } from '../rounds.ts';
import { median, ratioOfRounds, toFigure, toRatio } from '../statistics.ts';
import { forge, freshTexts, mintTokens } from '../tokens.ts';
import { repeat } from './candidates.ts';

const GROUP = 'cached';
const TOKENS = 256;
const FAST_JWT_CACHE = 1_000;

const GUARD = 'tokenpair, guard with feed';
const FAST_JWT = 'fast-jwt, cache on';
const TEXT = 'a fresh text alone';

export const cached: Group = {
  name: GROUP,
  parts: ['HS256', 'RS256'],
  async measure(part, pace): Promise<Measured> {
    const alg = part as BenchAlgorithm;
    const rounds = await measureAlgorithm(alg, pace);
    return { figures: figuresOf(alg, rounds), ratios: ratiosOf(alg, rounds) };
  },
};

async function measureAlgorithm(alg: BenchAlgorithm, pace: Pace): Promise<Rounds> {
  const key = await makeKey(alg);
  const tokens = await mintTokens(key, { count: TOKENS });
  const bad = [forge(tokens[0] as Buffer)];
  const guard = await tokenpairGuard(key, { cache: true, revocation: 'feed' });
  const verify = judgeToken(tokenpairVerifier(key, { cache: true }).guard());
  const fastJwt = fastJwtVerifier(key, FAST_JWT_CACHE);
  await assertJudges('tokenpair', judgeToken(guard), { good: tokens, bad });
  await assertJudges('the verifier of tokenpair', verify, { good: tokens, bad });
  await assertJudges('fast-jwt', fastJwt, { good: tokens, bad });
  const header = freshTexts(tokens, 'Bearer ');
  const [text, other] = [freshTexts(tokens), freshTexts(tokens)];
  return measureRounds(
    [
      { name: GUARD, run: repeat(() => judgeHeader(guard, header())) },
      { name: 'tokenpair, guard of a verifier', run: repeat(() => verify(other())) },
      { name: FAST_JWT, run: repeat(() => fastJwt(text())) },
      { name: TEXT, run: repeat(freshTexts(tokens, 'Bearer ')) },
    ],
    microSchedule(pace),
  );
}

function figuresOf(alg: string, rounds: Rounds): Figure[] {
  return Object.entries(rounds).map(([name, samples]) =>
    toFigure({ group: GROUP, name: `${alg}: ${name}`, unit: 'us' }, samples),
  );
}

/** The text is the parser's work, whatever judges it: its time is taken away, round by round. */
function ratiosOf(alg: string, rounds: Rounds): Ratio[] {
  const texts = samplesOf(rounds, TEXT);
  const without = (name: string): number[] =>
    samplesOf(rounds, name).map((sample, round) => sample - (texts[round] ?? Number.NaN));
  const own = without(GUARD);
  const note = 'without the making of the text; with the reading of the header';
  return [
    toRatio(ratioOfRounds(without(FAST_JWT), own), {
      group: GROUP,
      name: `${alg} cached verify: faster than fast-jwt's cache`,
      lowerIsBetter: false,
      target: 5,
      note,
    }),
    toRatio(median(own), {
      group: GROUP,
      name: `${alg} cached verify, expiry and feed checked, µs`,
      lowerIsBetter: true,
      target: 1,
      note,
    }),
  ];
}
