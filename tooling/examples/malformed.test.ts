import { describe, expect, it } from 'vitest';
import { FRAMEWORKS, type Framework } from '../../examples/shared/test/support/example-process.ts';
import { answer, type Fault, startFake } from './fake-example.ts';
import { showsToken } from './malformed/verdict.ts';
import { differences, type MalformedResult, runMalformed } from './malformed.ts';

const SEED = 20_270_117;
const SIZE = 1_000;

it(`${SIZE} malformed requests to each example are all refused, by all in the same way (seed ${SEED})`, {
  timeout: 180_000,
}, async () => {
  const statuses = new Map<Framework, MalformedResult['statuses']>();
  for (const framework of FRAMEWORKS) {
    const { failures, outcomes, statuses: own } = await runMalformed({ framework, seed: SEED, size: SIZE });
    expect({ framework, failures }).toEqual({ framework, failures: [] });
    expect(outcomes.answered).toBeGreaterThanOrEqual(SIZE);
    statuses.set(framework, own);
  }
  expect(differences(statuses)).toEqual([]);
});

describe('the malformed requests', () => {
  const run = (fault: Fault): Promise<MalformedResult> =>
    runMalformed({ framework: 'express', seed: SEED, size: 200, start: () => startFake(fault) });

  it('find nothing wrong with a service that refuses them', async () => {
    const { failures, outcomes } = await run({});
    expect(failures).toEqual([]);
    expect(outcomes.answered).toBeGreaterThanOrEqual(200);
    expect(outcomes['refused by Node']).toBeGreaterThan(20);
  });

  it.each<readonly [string, RegExp, Fault]>([
    [
      'accepts them',
      /^request \d+ \(.*\) was accepted with 200/,
      { refuse: (_, response) => answer(response, 200, {}) },
    ],
    ['says 204', /was accepted with 204/, { refuse: (_, response) => answer(response, 204, {}) }],
    ['answers 500', /was answered with 500/, { refuse: (_, response) => answer(response, 500, {}) }],
    ['cuts connections', /was not answered/, { refuse: (request) => request.socket.destroy() }],
    ['logs a token', /shows a token/, { log: 'GET /hello?q=ACCESS' }],
    ['logs a 5xx', /has a line with 5xx/, { log: '{"status":503}' }],
    ['has ended', /the service has ended/, { running: false }],
    ['forgets its sessions', /^afterwards GET \/hello as pair was answered with 401/, { forgetsAfter: 3 }],
  ])('find a service that %s', async (_, reason, fault) => {
    const { failures } = await run(fault);
    expect(failures.filter((failure) => reason.test(failure))).not.toEqual([]);
  });

  it('are the same for the same seed, and others for another', async () => {
    const [one, two, three] = await Promise.all(
      [1, 1, 2].map((seed) =>
        runMalformed({ framework: 'express', seed, size: 100, start: () => startFake(byTarget) }),
      ),
    );
    const all = (...results: readonly (MalformedResult | undefined)[]): readonly string[] =>
      differences(
        new Map(
          results.map((result, index) => [FRAMEWORKS[index] ?? 'express', result?.statuses ?? new Map()]),
        ),
      );
    expect(all(one, two)).toEqual([]);
    expect(all(one, three)).not.toEqual([]);
  });
});

/** Answers with a status that depends on what is asked. */
const byTarget: Fault = {
  refuse: ({ method, url = '' }, response) =>
    answer(response, 400 + ((url.length + (method?.length ?? 0)) % 90), {}),
};

describe('showsToken', () => {
  const token = `${'h'.repeat(20)}.${'payload-'.repeat(10)}.${'sig'.repeat(15)}`;

  it.each([
    ['a token', `x${token}y`, true],
    ['its payload', `q=${'payload-'.repeat(10)}`, true],
    ['most of its signature', 'sig'.repeat(14), true],
    ['its header', 'h'.repeat(20), false],
    ['a short part of it', 'sig'.repeat(10), false],
    ['another', 'other'.repeat(20), false],
  ])('of %s', (_, text, shows) => {
    expect(showsToken(text, token)).toBe(shows);
  });
});
