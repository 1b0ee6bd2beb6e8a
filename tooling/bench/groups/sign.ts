/** Signing a token whose claims are put together for it: what a login and a refresh do. @module */
import type { Figure, Ratio } from '../figures.ts';
import type { Group, Measured, Pace } from '../group.ts';
import { ALGORITHMS, type BenchAlgorithm, makeKey } from '../keys.ts';
import { bareSign } from '../peers/node-crypto.ts';
import { fastJwtSigner, joseSigner, jsonwebtokenSigner, messageClaims } from '../peers/others.mjs';
import { createBenchAuth } from '../peers/tokenpair.ts';
import { measureRounds, microSchedule, type Rounds, samplesOf } from '../rounds.ts';
import { median, ratioOfRounds, toFigure, toRatio } from '../statistics.ts';
import { mintTokens } from '../tokens.ts';
import { awaitEach, inFlight, repeat } from './candidates.ts';
import { busyShares } from './event-loop.ts';

const GROUP = 'sign';

/** What an app signs of its own, beside the six claims that everybody has. */
const OWN = { tenant: 'acme-incorporated', roles: ['editor', 'reviewer'], plan: 'team' };
const SUBJECT = 'f7c2d1aa-3c9e-4b5e-9a47-2f0d7b1c55e1';

/** Share of the time of an RS256 signature that the event loop may be busy: what is off it takes little of it. */
const BUSY_SHARE = 0.25;

export const sign: Group = {
  name: GROUP,
  parts: ALGORITHMS,
  async measure(part, pace): Promise<Measured> {
    const alg = part as BenchAlgorithm;
    const { issue, rounds } = await measureAlgorithm(alg, pace);
    const off = alg === 'RS256' ? [await eventLoopRatio(issue)] : [];
    return { figures: figuresOf(alg, rounds), ratios: [...ratiosOf(alg, rounds), ...off] };
  },
};

async function measureAlgorithm(
  alg: BenchAlgorithm,
  pace: Pace,
): Promise<{ issue: () => Promise<string>; rounds: Rounds }> {
  const key = await makeKey(alg);
  const kind = createBenchAuth(key, { cache: false, revocation: 'none' }).kind('bench', { ttl: '1h' });
  const issue = (): Promise<string> => kind.issue({ subject: SUBJECT, claims: OWN });
  const claims = (): object => messageClaims({ sub: SUBJECT, ...OWN });
  const fastJwt = fastJwtSigner(key);
  const jose = await joseSigner(key);
  const jsonwebtoken = jsonwebtokenSigner(key);
  const rounds = await measureRounds(
    [
      { name: 'tokenpair', run: awaitEach(issue) },
      { name: 'tokenpair, 64 in flight', run: inFlight(64)(issue) },
      { name: 'bare node:crypto', run: repeat(bareSign(key, await mintTokens(key, { count: 64 }))) },
      { name: 'fast-jwt', run: repeat(() => fastJwt(claims())) },
      { name: 'jose', run: awaitEach(() => jose(claims())) },
      { name: 'jose, 64 in flight', run: inFlight(64)(() => jose(claims())) },
      ...(jsonwebtoken === undefined
        ? []
        : [{ name: 'jsonwebtoken', run: repeat(() => jsonwebtoken(claims())) }]),
    ],
    microSchedule(pace),
  );
  return { issue, rounds };
}

function figuresOf(alg: string, rounds: Rounds): Figure[] {
  return Object.entries(rounds).map(([name, samples]) =>
    toFigure({ group: GROUP, name: `${alg}: ${name}`, unit: 'us' }, samples),
  );
}

function ratiosOf(alg: BenchAlgorithm, rounds: Rounds): Ratio[] {
  const own = samplesOf(rounds, 'tokenpair');
  const to = (peer: string, target?: number): Ratio =>
    toRatio(ratioOfRounds(samplesOf(rounds, peer), own), {
      group: GROUP,
      name: `${alg} sign: faster than ${peer}`,
      lowerIsBetter: false,
      ...(target !== undefined && { target }),
    });
  return [
    alg === 'RS256' ? to('fast-jwt') : to('fast-jwt', 1),
    to('jose'),
    ...('jsonwebtoken' in rounds ? [to('jsonwebtoken')] : []),
  ];
}

async function eventLoopRatio(issue: () => Promise<string>): Promise<Ratio> {
  return toRatio(median(await busyShares(issue)), {
    group: GROUP,
    name: 'RS256 sign: share of its time that the event loop is busy',
    lowerIsBetter: true,
    target: BUSY_SHARE,
  });
}
