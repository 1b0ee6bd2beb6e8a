import { AuthError, TokenNotValidError } from '@tokenpair/core';
import { expect, it } from 'vitest';
import { runFuzz } from './fuzz.ts';
import { type FuzzKey, type FuzzPath, makePaths } from './issuer.ts';

const SEED = 20_270_117;
const NO_SEEDS = { json: [], tokens: [] };

it(`10,000 altered tokens break no path (seed ${SEED})`, { timeout: 120_000 }, async () => {
  const { accepted, failures, variants } = await runFuzz({ seed: SEED, size: 10_000 });
  expect(failures).toEqual([]);
  for (const count of Object.values(accepted)) expect(count).toBeGreaterThan(200);
  expect(variants).toBeGreaterThan(200);
});

/** The paths as they are, one of them with a fault. */
const broken =
  (fault: (path: FuzzPath) => FuzzPath['verify']) =>
  (keys: readonly FuzzKey[]): readonly FuzzPath[] => {
    const [own, ...rest] = makePaths(keys);
    return own === undefined ? [] : [{ name: own.name, verify: fault(own) }, ...rest];
  };

it.each<readonly [string, RegExp, (path: FuzzPath) => FuzzPath['verify']]>([
  ['accepts everything', /accepted what jose refuses/, () => () => ({ sub: '1' })],
  [
    'reads other claims',
    /read other claims/,
    (path) => async (token) => ({ ...(await path.verify(token)), sub: 'admin' }),
  ],
  [
    'takes spaces and padding',
    /no compact JWS|as another issuer’s/,
    (path) => (token) => path.verify(token.replaceAll(/[\s=]/g, '')),
  ],
  [
    'refuses everything',
    /refused a token as it was issued/,
    () => () => {
      throw new TokenNotValidError();
    },
  ],
  [
    'throws errors of another kind',
    /threw RangeError/,
    () => () => {
      throw new RangeError('x');
    },
  ],
  [
    'answers 403',
    /answered 403/,
    () => () => {
      throw Object.assign(Object.create(AuthError.prototype), { status: 403 });
    },
  ],
  [
    'is slow',
    /took/,
    (path) => (token) => {
      const until = performance.now() + 6;
      while (performance.now() < until);
      return path.verify(token);
    },
  ],
])('a path that %s is found', { timeout: 60_000 }, async (_name, reason, fault) => {
  const size = String(reason).includes('took') ? 20 : 1500;
  const { failures } = await runFuzz({ seed: SEED, size, seeds: NO_SEEDS, paths: broken(fault) });
  expect(failures.map((failure) => failure.reason).join()).toMatch(reason);
});
