import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { failureOf, refusalOf } from '../support/outcome.ts';
import { GRACE, record, refreshed, start } from '../support/refreshing.ts';
import { spyStore } from '../support/spy-store.ts';
import { decode } from '../support/tokens.ts';

describe('row E: a store that fails', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  it.each([
    ['throws before the step', 'throw', 0],
    ['throws at once', 'throw-at-once', 0],
    ['never answers', 'hang', 0],
    ['takes the step and then throws', 'commit-then-throw', 1],
  ] as const)(
    'and %s is 503 with Retry-After, and the retry succeeds in grace (I5, I7)',
    async (_name, fault, generation) => {
      const test = await start();
      test.store.fail(fault, 'advance', 1);
      const failing = failureOf(() => test.auth.refresh(test.refresh));
      await vi.advanceTimersByTimeAsync(2000);
      const error = await failing;
      expect([error.code, error.status, error.toJSON().error]).toEqual([
        'store_unavailable',
        503,
        'temporarily_unavailable',
      ]);
      expect(['1', '2', '3']).toContain(error.headers['retry-after']);
      expect(await record(test)).toMatchObject({ generation });
      expect(test.names()).toEqual(['backend.failed']);
      test.clock.advance(GRACE);
      expect(decode(await refreshed(test)).claims['gen']).toBe(1);
      expect((await record(test))?.revokedAt).toBeUndefined();
    },
  );

  it('does not answer before its time is up', async () => {
    const test = await start({ storeTimeoutMs: 500 });
    test.store.fail('hang', 'advance', 1);
    let settled = false;
    const failing = failureOf(() => test.auth.refresh(test.refresh)).finally(() => {
      settled = true;
    });
    await vi.advanceTimersByTimeAsync(499);
    expect(settled).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect((await failing).code).toBe('store_unavailable');
  });

  it('leaves no timer behind after an answer', async () => {
    const test = await start();
    await refreshed(test);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each(['find', 'revoke'] as const)('in %s accepts nothing (I7)', async (method) => {
    const test = await start();
    await refreshed(test, await refreshed(test));
    test.store.fail('throw', method);
    expect(await refusalOf(() => test.auth.refresh(test.refresh))).toEqual(['store_unavailable', 503]);
  });

  it('keeps what the driver said for the log alone', async () => {
    const test = await start();
    test.store.fail('throw', 'advance');
    const error = await failureOf(() => test.auth.refresh(test.refresh));
    expect(error.cause).toEqual(new Error('the store is away'));
    expect(JSON.stringify([error, error.headers, error.message])).not.toContain('away');
  });

  it('spreads Retry-After over 1 to 3 seconds', async () => {
    const test = await start();
    test.store.fail('throw');
    const told = new Set<unknown>();
    for (let n = 0; n < 100; n++)
      told.add((await failureOf(() => test.auth.refresh(test.refresh))).headers['retry-after']);
    expect([...told].sort()).toEqual(['1', '2', '3']);
  });
});

describe('a resolve that fails', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  it.each([
    [
      'throws',
      () => {
        throw new Error('hunter2');
      },
    ],
    ['rejects', () => Promise.reject(new Error('hunter2'))],
    ['never answers', () => new Promise<never>(() => {})],
    ['gives an epoch that is no text', () => ({ active: true, epoch: 1 })],
    ['gives a scope that is no text', () => ({ active: true, scope: ['read'] })],
    ['gives claims that are no object', () => ({ active: true, claims: 'x' })],
    ['gives a claim that is no JSON', () => ({ active: true, claims: { n: 1n } })],
    ['gives a reserved claim', () => ({ active: true, claims: { sub: '2' } })],
    ['gives the time of the login', () => ({ active: true, claims: { auth_time: 1 } })],
  ])('and %s is 503 backend_unavailable; nothing rotates and the session lives (I7)', async (_name, fail) => {
    let resolve: () => unknown = () => ({ active: true });
    const test = await start({ resolve: () => resolve() as never });
    resolve = fail;
    const failing = failureOf(() => test.auth.refresh(test.refresh));
    await vi.advanceTimersByTimeAsync(3000);
    const error = await failing;
    expect([error.code, error.status]).toEqual(['backend_unavailable', 503]);
    expect(['1', '2', '3']).toContain(error.headers['retry-after']);
    expect(JSON.stringify([error, error.headers, error.message])).not.toContain('hunter2');
    expect(await record(test)).toMatchObject({ generation: 0 });
    resolve = () => ({ active: true });
    expect(await refreshed(test)).toBeTypeOf('string');
  });

  it('is asked before the rotation, with the subject of the token', async () => {
    const asked: unknown[] = [];
    const store = spyStore();
    const test = await start({
      store,
      resolve: (subject) => {
        asked.push([subject, store.calls.length]);
        return { active: true };
      },
    });
    asked.length = 0;
    await refreshed(test);
    expect(asked).toEqual([['1', 0]]);
  });
});

describe('row 9: an old request that was held up', () => {
  it('is 503 and ends nothing: its client has gone on by its retry (I5)', async () => {
    const test = await start();
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    test.store.before('advance', () => held);
    const first = failureOf(() => test.auth.refresh(test.refresh));
    await Promise.resolve();
    test.clock.advance(1_000);
    const second = await refreshed(test);
    test.clock.advance(GRACE + 10_000);
    const third = await refreshed(test, second);
    release();
    expect((await first).code).toBe('store_unavailable');
    expect((await record(test))?.revokedAt).toBeUndefined();
    expect(test.names()).not.toContain('refresh.reused');
    expect(decode(await refreshed(test, third)).claims['gen']).toBe(3);
  });

  it('is told from one that comes after: that is reuse', async () => {
    const test = await start();
    const second = await refreshed(test);
    test.clock.advance(GRACE + 10_000);
    await refreshed(test, second);
    expect(await refusalOf(() => test.auth.refresh(test.refresh))).toEqual(['refresh_token_reused', 401]);
  });
});
