import { type BlacklistService, BlacklistStoreError, fromBlacklist } from '@tokenpair/core/blacklist';
import { COLLECT_AFTER_MS } from '@tokenpair/core/store';
import { storeContract } from '@tokenpair/testkit';
import { describe, expect, it, vi } from 'vitest';

const SESSION = { id: 's1', subject: 'user-1' };
const TOKEN = { id: 't1', subject: 'user-1', expiresAt: 5_000 };
const MARK = { at: 1_000, reason: 'logout', until: 9_000 } as const;

describe('fromBlacklist', () => {
  storeContract({
    describe,
    it,
    makeStore: () => {
      const names = new Map<string, number>();
      return { store: fromBlacklist(serviceOver(names)), peer: () => fromBlacklist(serviceOver(names)) };
    },
    capabilities: [],
    feed: false,
    nativeExpiry: true,
  });

  it('has the service remember a session until no token names it, and a token until it expires, for an hour more', async () => {
    const names = new Map<string, number>();
    const store = fromBlacklist(serviceOver(names));
    await store.revoke(SESSION, MARK);
    await store.blacklist(TOKEN, 1_000);
    expect([...names]).toEqual([
      ['session["user-1","s1"]', MARK.until + COLLECT_AFTER_MS],
      ['token["user-1","t1"]', TOKEN.expiresAt + COLLECT_AFTER_MS],
    ]);
  });

  it('gives the service names that UTF-8 can carry', async () => {
    const names = new Map<string, number>();
    const store = fromBlacklist(serviceOver(names));
    for (const id of ['\ud800', '\ufffd', 'a\u0000b']) await store.revoke({ ...SESSION, id }, MARK);
    const carried = [...names.keys()].map((name) => new TextDecoder().decode(new TextEncoder().encode(name)));
    expect(new Set(carried).size).toBe(3);
    expect(carried.some((name) => name.includes('\0'))).toBe(false);
  });

  it('asks for session and token at the same time, and for what is named alone', async () => {
    let waiting = 0;
    const answers: (() => void)[] = [];
    const has = vi.fn(() => {
      waiting += 1;
      return new Promise<boolean>((resolve) => answers.push(() => resolve(false)));
    });
    const store = fromBlacklist({ add: async () => true, has });
    const live = store.isLive({ session: SESSION, token: TOKEN }, 0);
    expect(waiting).toBe(2);
    for (const answer of answers) answer();
    expect(await live).toBe(true);
    expect(await store.isLive({}, 0)).toBe(true);
    expect(has).toHaveBeenCalledTimes(2);
  });

  it('rejects an end of which nobody says how long it holds', async () => {
    const add = vi.fn(async () => true);
    const call = fromBlacklist({ add, has: async () => false }).revoke(SESSION, { at: 1, reason: 'logout' });
    await expect(call).rejects.toMatchObject({ name: 'BlacklistStoreError', code: 'until_missing' });
    expect(add).not.toHaveBeenCalled();
  });

  it('rejects what needs records with an error that says so', async () => {
    const store = fromBlacklist(serviceOver(new Map()));
    for (const call of [
      store.find(SESSION, 0),
      store.list('user-1', 0),
      store.revoke({ subject: 'user-1' }, MARK),
      store.create({} as never, { now: 0 }),
      store.advance(SESSION, 0, {} as never),
    ]) {
      const error = await call.then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(BlacklistStoreError);
      expect(error).toMatchObject({ code: 'not_supported' });
    }
  });

  it('takes no answer but true and false for one', async () => {
    for (const answer of [undefined, null, 0, 1, 'OK', 'false', {}]) {
      const say = async () => answer as boolean;
      const store = fromBlacklist({ add: say, has: say });
      const noAnswer = { code: 'no_answer' };
      await expect(store.revoke(SESSION, MARK)).rejects.toMatchObject(noAnswer);
      await expect(store.blacklist(TOKEN, 0)).rejects.toMatchObject(noAnswer);
      await expect(store.isLive({ session: SESSION }, 0)).rejects.toMatchObject(noAnswer);
      await expect(store.isLive({ token: TOKEN }, 0)).rejects.toMatchObject(noAnswer);
    }
  });

  it('hands on what the service throws, and does not answer with the half that it knows', async () => {
    const away = new Error('away');
    const store = fromBlacklist({
      add: () => {
        throw away;
      },
      has: (name) => (name.startsWith('token') ? Promise.resolve(false) : Promise.reject(away)),
    });
    await expect(store.blacklist(TOKEN, 0)).rejects.toBe(away);
    await expect(store.isLive({ session: SESSION, token: TOKEN }, 0)).rejects.toBe(away);
  });

  describe('its arguments', () => {
    it('are a name and whether it is durable, which it cannot know', () => {
      const service = serviceOver(new Map());
      expect(fromBlacklist(service)).toMatchObject({ name: 'blacklist', durable: false, capabilities: [] });
      expect(fromBlacklist(service, { name: 'etcd', durable: true })).toMatchObject({
        name: 'etcd',
        durable: true,
      });
    });

    it.each([
      [{ name: 1 }, 'ERR_INVALID_ARG_TYPE'],
      [{ name: '' }, 'ERR_INVALID_ARG_VALUE'],
      [{ durable: 'yes' }, 'ERR_INVALID_ARG_TYPE'],
      [{ durability: true }, 'ERR_INVALID_ARG_VALUE'],
      [null, 'ERR_INVALID_ARG_TYPE'],
    ])('are refused as options when they are %j', (options, code) => {
      const make = () => fromBlacklist(serviceOver(new Map()), options as object);
      expect(make).toThrow(expect.objectContaining({ name: 'TypeError', code }));
    });

    it.each([undefined, null, {}, { add: async () => true }, { has: async () => true }])(
      'are refused as a service when it is %j',
      (service) => {
        const make = () => fromBlacklist(service as BlacklistService);
        expect(make).toThrow(expect.objectContaining({ name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' }));
      },
    );
  });
});

function serviceOver(names: Map<string, number>): BlacklistService {
  return {
    async add(name, forgetAt) {
      if (names.has(name)) return false;
      names.set(name, forgetAt);
      return true;
    },
    has: async (name) => names.has(name),
  };
}
