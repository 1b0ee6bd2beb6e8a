import { memoryStore } from '@tokenpair/core/memory';
import type { Revocation, Session, TokenStore } from '@tokenpair/core/store';
import { type FaultyStore, faultyStore, type StoreMethod, storeContract } from '@tokenpair/testkit';
import { describe, expect, it, onTestFinished, vi } from 'vitest';

const NOW = 1_000;
const TOKEN = { id: 't1', subject: 'user-1', expiresAt: 9_000 };
const NEXT = { generation: 1, rotatedAt: NOW, rotatedBy: 'r', expiresAt: 9_000 };
const MARK = { at: NOW, reason: 'logout' } as const;

/** One call of each method. */
const CALLS: Record<StoreMethod, (store: TokenStore) => Promise<unknown> | undefined> = {
  create: (store) => store.create(sessionOf('new'), { now: NOW }),
  find: (store) => store.find(sessionOf('s1'), NOW),
  advance: (store) => store.advance(sessionOf('s1'), 0, NEXT),
  revoke: (store) => store.revoke(sessionOf('s2'), MARK),
  blacklist: (store) => store.blacklist(TOKEN, NOW),
  isLive: (store) => store.isLive({ session: sessionOf('s1') }, NOW),
  list: (store) => store.list('user-1', NOW),
  prune: (store) => store.prune(9e12),
  watch: (store) => store.watch?.(() => {})?.then((watch) => watch?.close()),
  check: (store) => store.check?.(),
};
const METHODS = Object.keys(CALLS) as StoreMethod[];
/** What was written by {@link CALLS}, as the store inside shows it. */
const WRITTEN: Partial<Record<StoreMethod, (store: TokenStore) => Promise<boolean>>> = {
  create: async (store) => (await store.find(sessionOf('new'), NOW)) !== undefined,
  advance: async (store) => (await store.find(sessionOf('s1'), NOW))?.generation === 1,
  revoke: async (store) => (await store.find(sessionOf('s2'), NOW))?.revokedAt !== undefined,
  blacklist: async (store) => !(await store.isLive({ token: TOKEN }, NOW)),
  prune: async (store) => (await store.find(sessionOf('s1'), NOW)) === undefined,
};

describe('faultyStore', () => {
  describe('with no fault planned', () => {
    storeContract({ describe, it, makeStore: () => ({ store: faultyStore(memoryStore()) }) });
  });

  it('has what the store inside has, and no more', () => {
    const { watch: _, check: __, ...bare } = memoryStore();
    const store = faultyStore({ ...bare, name: 'inside', durable: true, capabilities: ['records'] });
    expect(store).toMatchObject({ name: 'inside', durable: true, capabilities: ['records'] });
    expect('watch' in store || 'check' in store).toBe(false);
  });

  it('names the methods called', async () => {
    const { store } = await filled();
    for (const method of METHODS) await CALLS[method](store);
    expect(store.calls).toEqual(METHODS);
  });

  describe.each(METHODS)('in %s', (method) => {
    it('throws before the step', async () => {
      const { store, inner } = await filled();
      store.fail('throw', { methods: [method] });
      await expect(CALLS[method](store)).rejects.toThrow('away');
      expect(await WRITTEN[method]?.(inner)).not.toBe(true);
    });

    it('never answers, and takes no step', async () => {
      const { store, inner } = await filled();
      store.fail('hang', { methods: [method] });
      const settled = vi.fn();
      CALLS[method](store)?.then(settled, settled);
      await new Promise((resolve) => setTimeout(resolve, 5));
      expect(settled).not.toHaveBeenCalled();
      expect(await WRITTEN[method]?.(inner)).not.toBe(true);
    });

    it('takes the step and loses the answer', async () => {
      const { store, inner } = await filled();
      store.fail('commit-then-throw', { methods: [method] });
      await expect(CALLS[method](store)).rejects.toThrow('lost');
      expect((await WRITTEN[method]?.(inner)) ?? true).toBe(true);
    });

    it('takes the step and answers what no store may answer', async () => {
      const { store, inner } = await filled();
      const right = await CALLS[method]((await filled()).store);
      store.fail('wrong-type', { methods: [method] });
      const wrong = await CALLS[method](store);
      if (method !== 'watch') expect(kindOf(wrong)).not.toBe(kindOf(right));
      expect((await WRITTEN[method]?.(inner)) ?? true).toBe(true);
    });

    it('fails as often as it is told, and until it is healed', async () => {
      const { store } = await filled();
      store.fail('throw', { methods: [method], times: 2 });
      await expect(CALLS[method](store)).rejects.toThrow();
      await expect(CALLS[method](store)).rejects.toThrow();
      await CALLS[method](store);
      store.fail('throw', { methods: [method] });
      for (const _ of [1, 2, 3]) await expect(CALLS[method](store)).rejects.toThrow();
      store.heal();
      if (method !== 'create') await CALLS[method](store);
    });
  });

  it('fails in all methods when none is named', async () => {
    const { store } = await filled();
    store.fail('throw');
    for (const method of METHODS) await expect(CALLS[method](store)).rejects.toThrow('away');
  });

  it('lets the last plan for a method hold', async () => {
    const { store } = await filled();
    store.fail('throw');
    store.fail('commit-then-throw', { methods: ['advance'], times: 1 });
    await expect(CALLS.advance(store)).rejects.toThrow('lost');
    expect(await CALLS.advance(store)).toBeUndefined();
    await expect(CALLS.find(store)).rejects.toThrow('away');
  });

  describe('with stale reads', () => {
    it('finds a session as it was, while it is advanced', async () => {
      const { store, inner } = await filled();
      store.fail('stale-read');
      expect((await CALLS.advance(store)) as Session).toMatchObject({ generation: 1 });
      expect(await store.find(sessionOf('s1'), NOW)).toEqual(sessionOf('s1'));
      expect((await inner.find(sessionOf('s1'), NOW))?.generation).toBe(1);
      store.heal();
      expect((await store.find(sessionOf('s1'), NOW))?.generation).toBe(1);
    });

    it('does not find a session made since, and still finds those it evicted', async () => {
      const { store } = await filled();
      store.fail('stale-read');
      await store.create(sessionOf('new'), { now: NOW, limit: 1 });
      expect(await store.find(sessionOf('new'), NOW)).toBeUndefined();
      expect(await store.isLive({ session: sessionOf('new') }, NOW)).toBe(false);
      expect((await store.list('user-1', NOW)).map(({ id }) => id)).toEqual(['s2', 's1']);
      expect(await store.isLive({ session: sessionOf('s1') }, NOW)).toBe(true);
    });

    it('takes what was ended since for live, until its own end', async () => {
      const { store } = await filled();
      store.fail('stale-read');
      await store.revoke({ subject: 'user-1' }, MARK);
      await store.blacklist(TOKEN, NOW);
      expect(await store.isLive({ session: sessionOf('s1'), token: TOKEN }, NOW)).toBe(true);
      expect(await store.isLive({ session: sessionOf('s1') }, 9e12)).toBe(false);
      expect(await store.list('user-1', 9e12)).toEqual([]);
      store.heal();
      expect(await store.isLive({ session: sessionOf('s1') }, NOW)).toBe(false);
      expect(await store.isLive({ token: TOKEN }, NOW)).toBe(false);
    });

    it('shows what was written before, and what was never written', async () => {
      const { store } = await filled();
      await CALLS.revoke(store);
      await store.blacklist(TOKEN, NOW);
      store.fail('stale-read');
      expect(await store.isLive({ session: sessionOf('s2') }, NOW)).toBe(false);
      expect(await store.isLive({ token: TOKEN }, NOW)).toBe(false);
      expect(await store.find(sessionOf('unknown'), NOW)).toBeUndefined();
    });

    it('is stale in the methods named alone', async () => {
      const { store } = await filled();
      store.fail('stale-read', { methods: ['isLive', 'revoke'] });
      await CALLS.revoke(store);
      expect(await store.isLive({ session: sessionOf('s2') }, NOW)).toBe(true);
      expect((await store.find(sessionOf('s2'), NOW))?.revokedFor).toBe('logout');
    });

    it('is refused over a store that keeps less than everything', () => {
      const store = faultyStore({ ...memoryStore(), capabilities: [] });
      expect(() => store.fail('stale-read')).toThrow(
        expect.objectContaining({ name: 'TypeError', code: 'ERR_INVALID_ARG_VALUE' }),
      );
    });
  });

  it('silences a feed that runs, and has it deliver afterwards what it missed', async () => {
    const { store } = await filled();
    const heard: (readonly Revocation[])[] = [];
    const watch = await store.watch?.((revoked) => void heard.push(revoked));
    onTestFinished(() => watch?.close());
    heard.length = 0;
    store.fail('throw', { methods: ['watch'] });
    await CALLS.revoke(store);
    await expect(CALLS.watch(store)).rejects.toThrow('away');
    expect(heard).toEqual([]);
    store.heal();
    await CALLS.blacklist(store);
    expect(heard.flat()).toEqual([
      expect.objectContaining({ session: 's2' }),
      expect.objectContaining({ token: 't1' }),
    ]);
  });

  it('leaves no feed running behind a watch whose answer was lost', async () => {
    const { store } = await filled();
    const listener = vi.fn();
    store.fail('commit-then-throw', { methods: ['watch'], times: 1 });
    await expect(store.watch?.(listener)).rejects.toThrow('lost');
    listener.mockClear();
    await CALLS.revoke(store);
    expect(listener).not.toHaveBeenCalled();
  });
});

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** A faulty store over one with two sessions. */
async function filled(): Promise<{ store: FaultyStore; inner: TokenStore }> {
  const inner = memoryStore();
  for (const id of ['s1', 's2']) await inner.create(sessionOf(id), { now: NOW });
  return { store: faultyStore(inner), inner };
}

function sessionOf(id: string): Session {
  const times = { createdAt: 1, authTime: 1, endsAt: 9e9, rotatedAt: 1, expiresAt: 9e9, lastUsedAt: 1 };
  return { id, subject: 'user-1', generation: 0, rotatedBy: 'request-0', ...times };
}
