import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { memoryStore } from '@tokenpair/core/memory';
import { type Session, SessionLimitError, type TokenStore } from '@tokenpair/core/store';
import { observedStore } from '@tokenpair/otel';
import { faultyStore, storeContract } from '@tokenpair/testkit';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { followContext, makeTelemetry } from './support.ts';

const NOW = 1_800_000_000_000;
const REF = { id: 's1', subject: 'u1' };
const TIMES = { createdAt: NOW, authTime: NOW, rotatedAt: NOW, lastUsedAt: NOW };
const SESSION: Session = {
  ...REF,
  ...TIMES,
  endsAt: NOW + 60_000,
  expiresAt: NOW + 60_000,
  generation: 0,
  rotatedBy: 'r1',
};
const DURATION = 'tokenpair.store.operation.duration';

followContext();
afterEach(() => void vi.useRealTimers());

storeContract({ describe, it, makeStore: () => ({ store: observedStore(memoryStore()) }) });

describe('an observed store', () => {
  it('measures each call in seconds, under the name of the store and of the method', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const { providers, points } = makeTelemetry();
    const inner = memoryStore();
    const find: TokenStore['find'] = async (ref, now) => {
      vi.advanceTimersByTime(250);
      return inner.find(ref, now);
    };
    const store = observedStore({ ...inner, find }, providers);
    await store.find(REF, NOW);
    await store.find(REF, NOW);
    const [point, ...rest] = await points(DURATION);
    expect(rest).toEqual([]);
    expect(point?.attributes).toEqual({
      'tokenpair.store.name': 'memory',
      'tokenpair.store.operation': 'find',
    });
    expect(point?.value).toMatchObject({ count: 2, sum: 0.5, min: 0.25, max: 0.25 });
    expect(point?.value).toHaveProperty('buckets.boundaries', [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10]);
  });

  it('hands on every argument and every answer of the eight methods', async () => {
    const { providers, points } = makeTelemetry();
    const store = observedStore(memoryStore(), providers);
    const advance = { generation: 1, rotatedAt: NOW + 1, rotatedBy: 'r2', expiresAt: NOW + 50_000 };
    const token = { id: 't1', subject: 'u1', expiresAt: NOW + 60_000 };
    await store.create(SESSION, { now: NOW });
    expect(await store.find(REF, NOW)).toEqual(SESSION);
    expect(await store.advance(REF, 0, advance)).toMatchObject({ generation: 1, rotatedBy: 'r2' });
    expect(await store.isLive({ session: REF }, NOW)).toBe(true);
    expect(await store.blacklist(token, NOW)).toBe(true);
    expect(await store.list('u1', NOW)).toHaveLength(1);
    expect(await store.revoke(REF, { at: NOW, reason: 'logout' })).toBe(1);
    expect(await store.prune(NOW + 10 * 3_600_000, 1)).toBe(1);
    const operations = (await points(DURATION)).map(
      ({ attributes }) => attributes['tokenpair.store.operation'],
    );
    expect(operations).toEqual([
      'create',
      'find',
      'advance',
      'isLive',
      'blacklist',
      'list',
      'revoke',
      'prune',
    ]);
  });

  it('says of a failure its type, and hands it on as it is', async () => {
    const { providers, points, spans } = makeTelemetry();
    const inner = faultyStore(memoryStore());
    const store = observedStore(inner, providers);
    inner.fail('throw', { methods: ['isLive'] });
    await expect(store.isLive({ session: REF }, NOW)).rejects.toThrow('The store is away.');
    expect((await points(DURATION))[0]?.attributes).toMatchObject({ 'error.type': 'Error' });
    const [span] = spans();
    expect(span?.status).toEqual({ code: SpanStatusCode.ERROR });
    expect(span?.attributes).toMatchObject({ 'error.type': 'Error' });
    expect(span?.events).toEqual([]);
  });

  it('turns what a store throws at once into a rejection that is measured', async () => {
    const { providers, points } = makeTelemetry();
    const list = () => {
      throw Object.assign(new Error('closed'), { code: 'ERR_CLOSED' });
    };
    const store = observedStore({ ...memoryStore(), list }, providers);
    await expect(store.list('u1', NOW)).rejects.toThrow('closed');
    expect((await points(DURATION))[0]?.attributes).toMatchObject({ 'error.type': 'ERR_CLOSED' });
  });

  it('takes the limit of sessions for an answer', async () => {
    const { providers, points, spans } = makeTelemetry();
    const store = observedStore(memoryStore(), providers);
    await store.create(SESSION, { now: NOW });
    const rule = { now: NOW, limit: 1, onLimit: 'refuse' } as const;
    await expect(store.create({ ...SESSION, id: 's2' }, rule)).rejects.toThrow(SessionLimitError);
    const [point, ...rest] = await points(DURATION);
    expect([point?.attributes['error.type'], rest]).toEqual([undefined, []]);
    expect(spans().map(({ status }) => status.code)).toEqual([SpanStatusCode.UNSET, SpanStatusCode.UNSET]);
  });

  it('makes a span below the active one, within which the driver works', async () => {
    const { providers, spans, traced } = makeTelemetry();
    const { tracerProvider } = providers;
    const find: TokenStore['find'] = async () => {
      await Promise.resolve();
      tracerProvider.getTracer('driver').startSpan('SELECT').end();
      return undefined;
    };
    const store = observedStore({ ...memoryStore(), find }, providers);
    await traced(() => store.find(REF, NOW));
    const [query, call, request] = spans();
    expect([query?.name, call?.name, request?.name]).toEqual([
      'SELECT',
      'tokenpair.store.find',
      'POST /api/token',
    ]);
    expect(query?.parentSpanContext?.spanId).toBe(call?.spanContext().spanId);
    expect(call?.parentSpanContext?.spanId).toBe(request?.spanContext().spanId);
    expect(call?.kind).toBe(SpanKind.INTERNAL);
    expect(trace.getActiveSpan()).toBeUndefined();
  });

  it('can do what the store can, and no more', async () => {
    const { watch, check, ...bare } = memoryStore();
    const store = observedStore({ ...bare, capabilities: ['records'], durable: true });
    expect([store.capabilities, store.durable]).toEqual([['records'], true]);
    expect(Object.keys(store)).not.toEqual(expect.arrayContaining(['watch']));
    expect('check' in store).toBe(false);
    expect('capabilities' in observedStore(memoryStore())).toBe(false);
    expect(await observedStore({ ...bare, ...(check && { check }) }).check?.()).toEqual(await check?.());
    expect(watch).toBeDefined();
  });

  it('calls a store that is an object of a class as one', async () => {
    class Counting {
      readonly name = 'counting';
      readonly durable = true;
      readonly #inner = memoryStore();
      create: TokenStore['create'] = (...given) => this.#inner.create(...given);
      advance: TokenStore['advance'] = (...given) => this.#inner.advance(...given);
      revoke: TokenStore['revoke'] = (...given) => this.#inner.revoke(...given);
      blacklist: TokenStore['blacklist'] = (...given) => this.#inner.blacklist(...given);
      isLive: TokenStore['isLive'] = (...given) => this.#inner.isLive(...given);
      list: TokenStore['list'] = (...given) => this.#inner.list(...given);
      prune: TokenStore['prune'] = (...given) => this.#inner.prune(...given);
      find(ref: Parameters<TokenStore['find']>[0], now: number) {
        return this.#inner.find(ref, now);
      }
      async check() {
        return (await this.#inner.check?.()) ?? [];
      }
    }
    const store = observedStore(new Counting());
    await store.create(SESSION, { now: NOW });
    expect(await store.find(REF, NOW)).toEqual(SESSION);
    expect(await store.check?.()).toHaveLength(1);
  });
});
