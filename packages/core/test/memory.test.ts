import { memoryStore } from '@tokenpair/core/memory';
import { COLLECT_AFTER_MS, type Revocation, type Session, type TokenStore } from '@tokenpair/core/store';
import { storeContract } from '@tokenpair/testkit';
import { describe, expect, it, onTestFinished, vi } from 'vitest';

const T0 = 4_102_444_800_000;

describe('memoryStore', () => {
  storeContract({ describe, it, makeStore: () => ({ store: memoryStore() }) });

  describe('its bounds', () => {
    it('refuses a session beyond maxSessions and keeps those it has', async () => {
      const store = memoryStore({ maxSessions: 2 });
      await store.create(sessionOf('a'), { now: T0 });
      await store.create(sessionOf('b'), { now: T0 });
      await expect(store.create(sessionOf('c'), { now: T0 })).rejects.toMatchObject({ code: 'store_full' });
      expect(await idsOf(store)).toEqual(['b', 'a']);
    });

    it('gives up no tombstone for a new session', async () => {
      const store = memoryStore({ maxSessions: 1 });
      await store.create(sessionOf('a'), { now: T0 });
      await store.revoke(sessionOf('a'), { at: T0, reason: 'logout' });
      const now = T0 + 1_000 + COLLECT_AFTER_MS - 1;
      await expect(store.create(sessionOf('b'), { now })).rejects.toMatchObject({ code: 'store_full' });
      expect(await store.find(sessionOf('a'), now)).toMatchObject({ revokedFor: 'logout' });
    });

    it('evicts nobody for a session that it then refuses', async () => {
      const store = memoryStore({ maxSessions: 1 });
      await store.create(sessionOf('a'), { now: T0 });
      await expect(store.create(sessionOf('b'), { now: T0, limit: 1 })).rejects.toMatchObject({
        code: 'store_full',
      });
      expect(await idsOf(store)).toEqual(['a']);
    });

    it('makes room by dropping what has been dead long enough', async () => {
      const store = memoryStore({ maxSessions: 2 });
      const now = T0 + 1_000 + COLLECT_AFTER_MS;
      await store.create(sessionOf('a'), { now: T0 });
      await store.create(sessionOf('b', { endsAt: T0 + 1_001 }), { now: T0 });
      await store.create(sessionOf('c', { endsAt: now + 1 }), { now });
      expect(await store.find(sessionOf('a'), now)).toBeUndefined();
      expect(await store.find(sessionOf('b'), now)).toBeDefined();
      await expect(store.create(sessionOf('d'), { now })).rejects.toMatchObject({ code: 'store_full' });
      await store.create(sessionOf('e'), { now: now + 1 });
    });

    it('refuses a blacklist entry beyond maxBlacklisted, and makes room for it once one is dead', async () => {
      const store = memoryStore({ maxBlacklisted: 1 });
      const token = { id: 'a', subject: 'user-1', expiresAt: T0 };
      await store.blacklist(token, T0);
      const now = T0 + COLLECT_AFTER_MS;
      await expect(store.blacklist({ ...token, id: 'b' }, now - 1)).rejects.toMatchObject({
        code: 'store_full',
      });
      expect(await store.blacklist(token, now - 1)).toBe(false);
      expect(await store.blacklist({ ...token, id: 'b' }, now)).toBe(true);
    });

    it('prunes in several calls when told to', async () => {
      const store = memoryStore();
      for (const id of ['a', 'b', 'c']) await store.create(sessionOf(id), { now: T0 });
      const now = T0 + 1_000 + COLLECT_AFTER_MS;
      expect([await store.prune(now, 2), await store.prune(now, 2), await store.prune(now, 2)]).toEqual([
        2, 1, 0,
      ]);
    });
  });

  describe('its options', () => {
    it.each([
      [{ maxSessions: 0 }, 'ERR_INVALID_ARG_VALUE'],
      [{ maxSessions: 1.5 }, 'ERR_INVALID_ARG_VALUE'],
      [{ maxBlacklisted: Number.NaN }, 'ERR_INVALID_ARG_VALUE'],
      [{ maxSessions: '10' }, 'ERR_INVALID_ARG_TYPE'],
      [{ maxSession: 10 }, 'ERR_INVALID_ARG_VALUE'],
      [{ toString: 10 }, 'ERR_INVALID_ARG_VALUE'],
      [null, 'ERR_INVALID_ARG_TYPE'],
    ])('refuses %j', (options, code) => {
      const make = () => memoryStore(options as object);
      expect(make).toThrow(TypeError);
      expect(make).toThrow(expect.objectContaining({ code }));
    });

    it('takes an option left undefined as absent', () => {
      expect(memoryStore({ maxSessions: undefined } as object).name).toBe('memory');
    });
  });

  describe('its feed', () => {
    it('tells before the step is acknowledged', async () => {
      const store = memoryStore();
      const { heard, close } = await listenTo(store);
      await store.create(sessionOf('a'), { now: T0 });
      const call = store.revoke(sessionOf('a'), { at: T0, reason: 'logout', until: T0 + 5 });
      expect(heard.flat()).toEqual([{ session: 'a', at: T0, until: T0 + 5, reason: 'logout' }]);
      await call;
      await close();
    });

    it('acknowledges the step and tells the others when a listener throws', async () => {
      const store = memoryStore();
      await store.create(sessionOf('a'), { now: T0 });
      const broken = await store.watch?.(() => {
        throw new Error('the listener’s own');
      });
      const { heard, close } = await listenTo(store);
      expect(await store.revoke(sessionOf('a'), { at: T0, reason: 'logout' })).toBe(1);
      expect(heard.flat()).toHaveLength(1);
      await Promise.all([broken?.close(), close()]);
    });

    it('forgets what is pruned', async () => {
      const store = memoryStore();
      await store.create(sessionOf('a'), { now: T0 });
      await store.revoke(sessionOf('a'), { at: T0, reason: 'logout' });
      await store.blacklist({ id: 't', subject: 'user-1', expiresAt: T0 }, T0);
      await store.prune(T0 + COLLECT_AFTER_MS);
      expect(await entriesAtStart(store)).toEqual([expect.objectContaining({ session: 'a' })]);
      await store.prune(T0 + 1_000 + COLLECT_AFTER_MS);
      expect(await entriesAtStart(store)).toEqual([]);
    });

    it('has a timer while somebody listens, and keeps no process alive by it', async () => {
      vi.useFakeTimers();
      onTestFinished(() => void vi.useRealTimers());
      const store = memoryStore();
      expect(vi.getTimerCount()).toBe(0);
      const watch = await store.watch?.(() => {});
      expect(vi.getTimerCount()).toBe(1);
      await watch?.close();
      expect(vi.getTimerCount()).toBe(0);
      vi.useRealTimers();
      const timers = (): number => process.getActiveResourcesInfo().filter((one) => one === 'Timeout').length;
      const before = timers();
      const { close } = await listenTo(store);
      expect(timers()).toBe(before);
      await close();
    });
  });

  it('is named as what it is: not durable', async () => {
    expect(memoryStore()).toMatchObject({ name: 'memory', durable: false });
    expect(await memoryStore().check?.()).toEqual([
      { code: 'not_durable', detail: expect.stringContaining('database') },
    ]);
  });
});

function sessionOf(id: string, members: Partial<Session> = {}): Session {
  const times = {
    createdAt: T0,
    authTime: T0,
    endsAt: T0 + 1_000,
    rotatedAt: T0,
    expiresAt: T0 + 1_000,
    lastUsedAt: T0,
  };
  return { id, subject: 'user-1', ...times, generation: 0, rotatedBy: 'request-0', ...members };
}

async function listenTo(
  store: TokenStore,
): Promise<{ heard: (readonly Revocation[])[]; close(): Promise<void> }> {
  const heard: (readonly Revocation[])[] = [];
  const watch = await store.watch?.((entries) => void heard.push(entries));
  return { heard, close: async () => watch?.close() };
}

async function entriesAtStart(store: TokenStore): Promise<Revocation[]> {
  const { heard, close } = await listenTo(store);
  await close();
  return heard.flat();
}

async function idsOf(store: ReturnType<typeof memoryStore>): Promise<string[]> {
  return (await store.list('user-1', T0)).map(({ id }) => id);
}
