/** What a guard costs as things grow: the claims of a token, and how much has been revoked. @module */
import { memoryStore } from '@tokenpair/core/memory';
import type { Revocation, TokenStore } from '@tokenpair/core/store';
import type { Figure, Ratio } from '../figures.ts';
import type { Group, Measured, Pace } from '../group.ts';
import { makeKey } from '../keys.ts';
import type { Judge } from '../peers/judge.ts';
import { fastJwtVerifier, joseVerifier } from '../peers/others.mjs';
import { judgeToken, tokenpairGuard } from '../peers/tokenpair.ts';
import { type Candidate, measureRounds, microSchedule, type Rounds, samplesOf } from '../rounds.ts';
import { ratioOfRounds, toFigure, toRatio } from '../statistics.ts';
import { freshTexts, mintTokens } from '../tokens.ts';
import { awaitEach, repeat } from './candidates.ts';

const GROUP = 'growth';
const TOKENS = 256;

/** Bytes of the app's own claims. */
const CLAIM_BYTES = [64, 1_024, 4_096];

/** Sessions that have been revoked within the life of an access token. */
const REVOKED = [1_000, 10_000, 100_000];

const HOUR_MS = 3_600_000;

const PARTS: Readonly<Record<string, (pace: Pace) => Promise<Measured>>> = {
  claims: measureClaims,
  revoked: measureRevoked,
};

export const growth: Group = {
  name: GROUP,
  parts: Object.keys(PARTS),
  async measure(part, pace): Promise<Measured> {
    const measure = PARTS[part];
    if (measure === undefined) throw new TypeError(`there is no part ${part}`);
    return measure(pace);
  },
};

async function measureClaims(pace: Pace): Promise<Measured> {
  const key = await makeKey('HS256');
  const guard = judgeToken(await tokenpairGuard(key, { cache: false, revocation: 'none' }));
  const jose = await joseVerifier(key);
  const fastJwt = fastJwtVerifier(key);
  const candidates: Candidate[] = [];
  for (const bytes of CLAIM_BYTES) {
    const tokens = await mintTokens(key, { count: TOKENS, own: ownClaims(bytes) });
    const enter = (name: string, judge: Judge, how: typeof repeat): void => {
      const text = freshTexts(tokens);
      candidates.push({ name: `${bytes} B of claims, HS256: ${name}`, run: how(() => judge(text())) });
    };
    enter('tokenpair', guard, repeat);
    enter('fast-jwt', fastJwt, repeat);
    enter('jose', jose, awaitEach);
  }
  const rounds = await measureRounds(candidates, microSchedule(pace));
  return { figures: figuresOf(rounds), ratios: CLAIM_BYTES.map((bytes) => claimsRatio(rounds, bytes)) };
}

function claimsRatio(rounds: Rounds, bytes: number): Ratio {
  const name = `${bytes} B of claims, HS256`;
  const own = samplesOf(rounds, `${name}: tokenpair`);
  return toRatio(ratioOfRounds(samplesOf(rounds, `${name}: fast-jwt`), own), {
    group: GROUP,
    name: `${name}, cold verify: faster than fast-jwt`,
    lowerIsBetter: false,
  });
}

/** Members as apps have them, about 32 bytes each, so that their number grows and not one text. */
function ownClaims(bytes: number): Record<string, string> {
  const count = Math.round(bytes / 32);
  return Object.fromEntries(
    Array.from({ length: count }, (_, at) => [`claim_${at + 100}`, `value-${at + 10_000}xyz`]),
  );
}

async function measureRevoked(pace: Pace): Promise<Measured> {
  const key = await makeKey('HS256');
  const tokens = await mintTokens(key, { count: TOKENS });
  const candidates: Candidate[] = [];
  for (const count of REVOKED) {
    const store = storeWithRevoked(count);
    const judge = judgeToken(await tokenpairGuard(key, { cache: true, revocation: 'feed', store }));
    const text = freshTexts(tokens);
    candidates.push({ name: nameOfRevoked(count), run: repeat(() => judge(text())) });
  }
  const rounds = await measureRounds(candidates, microSchedule(pace));
  const [few = 0, many = 0] = [REVOKED[0], REVOKED.at(-1)];
  const ratio = toRatio(
    ratioOfRounds(samplesOf(rounds, nameOfRevoked(many)), samplesOf(rounds, nameOfRevoked(few))),
    {
      group: GROUP,
      name: `cached guard with feed: ${many} sessions revoked over ${few}`,
      lowerIsBetter: true,
      target: 1.3,
    },
  );
  return { figures: figuresOf(rounds), ratios: [ratio] };
}

function nameOfRevoked(count: number): string {
  return `cached guard with feed: tokenpair, ${count} sessions revoked`;
}

/** A store whose feed begins with many entries. */
function storeWithRevoked(count: number): TokenStore {
  const store = memoryStore();
  const now = Date.now();
  const revoked = Array.from(
    { length: count },
    (_, at): Revocation => ({ session: `revoked-${at}`, at: now, until: now + HOUR_MS, reason: 'logout' }),
  );
  return {
    ...store,
    async watch(listener) {
      listener(revoked, performance.now());
      const watch = await store.watch?.(listener);
      if (watch === undefined) throw new TypeError('the memory store has no feed');
      return watch;
    },
  };
}

function figuresOf(rounds: Rounds): Figure[] {
  return Object.entries(rounds).map(([name, samples]) =>
    toFigure({ group: GROUP, name, unit: 'us' }, samples),
  );
}
