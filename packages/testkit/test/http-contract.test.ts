import { type HttpContractOptions, httpContract } from '@tokenpair/testkit';
import { describe, expect, it } from 'vitest';
import { BROKEN } from './http-broken.ts';
import { type Faults, startPlain } from './http-plain.ts';

describe('an adapter on node:http alone', () => {
  httpContract({ describe, it, start: startPlain });
});

/** Every test that the contract declares, by its full name. */
function testsOf(
  options: Pick<HttpContractOptions, 'start' | 'bodyParser'>,
): Map<string, () => Promise<void>> {
  const tests = new Map<string, () => Promise<void>>();
  const path: string[] = [];
  httpContract({
    ...options,
    describe(name, body) {
      path.push(name);
      body();
      path.pop();
    },
    it(name, test) {
      const full = [...path, name].join(' > ');
      if (tests.has(full)) throw new Error(`two tests of one name: ${full}`);
      tests.set(full, test);
    },
  });
  return tests;
}

/** Of the tests whose names match, those that pass and those that fail for a broken adapter. */
async function outcomes(row: RegExp, start: HttpContractOptions['start']): Promise<[string[], string[]]> {
  const passed: string[] = [];
  const failed: string[] = [];
  for (const [name, test] of testsOf({ start })) {
    if (!row.test(name)) continue;
    await test().then(
      () => passed.push(name),
      () => failed.push(name),
    );
  }
  return [passed, failed];
}

describe('the contract', () => {
  const start: HttpContractOptions['start'] = () => Promise.reject(new Error('not started'));

  it('has the same rows for both ways of answering errors', () => {
    const names = [...testsOf({ start }).keys()];
    const under = (errors: string): string[] =>
      names
        .filter((name) => name.startsWith(`with errors: '${errors}'`))
        .map((name) => name.slice(name.indexOf('>')));
    expect(under('answer')).toEqual(under('forward'));
    expect(under('answer').length).toBeGreaterThan(600);
  });

  it('leaves rows of raw bodies out behind a body parser, and no other', () => {
    const all = [...testsOf({ start }).keys()];
    const rest = new Set(testsOf({ start, bodyParser: true }).keys());
    const left = all.filter((name) => !rest.has(name));
    expect(left.length).toBe(18);
    for (const name of left) expect(name).toContain('POST /api/token/ > refuses');
  });

  it('closes the server of a test that fails', async () => {
    let closed = 0;
    const [test] = testsOf({
      start: async () => ({
        url: 'http://127.0.0.1:1',
        close: async () => {
          closed += 1;
        },
      }),
    }).values();
    await expect(test?.()).rejects.toThrow();
    expect(closed).toBe(1);
  });

  it.each([
    ['hides a second header', { hidesSecondHeader: true }, /refuses two headers/],
    ['forgets what a guarded answer carries', { forgetsGuardedHeaders: true }, /answers a good token/],
    ['forgets Vary on refusals', { forgetsVaryOfRefusals: true }, /refuses without a header/],
    [
      'loses the headers of forwarded errors',
      { losesForwardedHeaders: true },
      /'forward'.*refuses without a header/,
    ],
    ['does not strip the prefix', { keepsPrefix: true }, /gives the next pair/],
    ['writes bodies in its own way', { indentsBodies: true }, /refuses garbage/],
    ['answers with its own status', { answersEverything200: true }, /is 405 for GET/],
    [
      'takes a failing store for an anonymous request',
      { takesFailureForAnonymous: true },
      /is 503 and not anonymous/,
    ],
    ['ignores the scope', { ignoresScope: true }, /refuses who has it not/],
    ['sets a cookie of its own', { addsCookie: true }, /is 200 \{\}/],
  ] satisfies [string, Faults, RegExp][])('finds an adapter that %s', async (_name, faults, row) => {
    const [, failed] = await outcomes(row, (auth, options) => startPlain(auth, options, faults));
    expect(failed.length).toBeGreaterThan(0);
  });

  it.each(Object.entries(BROKEN))(
    'finds a server that %s, by every row that speaks of it',
    async (_name, { faults, row }) => {
      const [passed, failed] = await outcomes(row, (auth, options) => startPlain(auth, options, faults));
      expect(failed.length).toBeGreaterThan(0);
      expect(passed).toEqual([]);
    },
  );

  it('has no row that a server with one answer for everything passes', async () => {
    const missing = { status: 200, headers: [], body: '{}' };
    const nothing: Faults = { missing, answer: () => missing };
    const [passed] = await outcomes(/'answer'/, (auth, options) => startPlain(auth, options, nothing));
    expect(passed).toEqual([]);
  });
});
