import { COLLECT_AFTER_MS, type TokenStore } from '@tokenpair/core/store';
import { redisStore } from '@tokenpair/store-redis';
import { Redis } from 'ioredis';
import { createClient, RESP_TYPES } from 'redis';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { serviceTest } from '../../../tooling/services/service-test.ts';
import { startProxy } from './losing-proxy.ts';
import {
  DAY,
  ioredisTo,
  NOW,
  openIoredis,
  openNodeRedis,
  openStore,
  sessionOf,
  upTo,
  useRedis,
} from './support.ts';

const RULE = { now: NOW };
const MARK = { at: NOW, reason: 'logout' } as const;
const KINDS = { ioredis: openIoredis, 'node-redis': openNodeRedis };

serviceTest('redis-server')('redisStore', (program) => {
  const used = useRedis(program);
  let raw: Redis;

  beforeEach(async () => {
    raw = ioredisTo(used.server.port);
    onTestFinished(() => raw.disconnect());
    await raw.flushall();
  });

  describe.each(Object.entries(KINDS))('by %s', (_, open) => {
    it('goes on when the server has forgotten the scripts', async () => {
      const store = await openStore(() => open(used.server));
      await store.create(sessionOf(), RULE);
      await raw.script('FLUSH');
      await Promise.all(upTo(20).map((n) => store.create(sessionOf({ id: `t${n}` }), RULE)));
      await raw.script('FLUSH');
      expect(await store.advance(sessionOf(), 0, nextOf(1))).toMatchObject({ generation: 1 });
      await raw.script('FLUSH');
      expect(await store.list('user-1', NOW)).toHaveLength(21);
    });

    it('asks once for each step', async () => {
      const store = await openStore(() => open(used.server));
      await everyStep(store, 'warm');
      const before = await commandCounts(raw);
      await everyStep(store, 'counted');
      const after = await commandCounts(raw);
      expect(after.get('evalsha')).toBe((before.get('evalsha') ?? 0) + 8);
      expect(after.get('eval')).toBe(before.get('eval'));
    });
  });

  it('sees through a client that sends a call again whose answer it has lost', async () => {
    const once = await openStore(() => openIoredis(used.server));
    const proxy = await startProxy(used.server.port);
    onTestFinished(() => proxy.close());
    const client = new Redis({ port: proxy.port, host: '127.0.0.1', autoResendUnfulfilledCommands: true });
    client.on('error', () => {});
    onTestFinished(() => client.disconnect());
    const store = redisStore(client);
    await everyStep(once, 'warm'); // the server knows the scripts, so each call is one question
    for (const id of ['s1', 's2', 's3']) await store.create(sessionOf({ id }), RULE);
    const lost = async <T>(call: () => Promise<T>): Promise<T> => {
      proxy.loseNextAnswer();
      return call();
    };
    expect(await lost(() => store.advance(sessionOf(), 0, nextOf(1)))).toMatchObject({ generation: 1 });
    expect(await lost(() => store.revoke(sessionOf(), MARK))).toBe(1);
    expect(await lost(() => store.revoke({ subject: 'user-1' }, MARK))).toBe(2);
    expect(
      await lost(() => store.blacklist({ id: 't1', subject: 'user-1', expiresAt: NOW + DAY }, NOW)),
    ).toBe(true);
    await lost(() => store.create(sessionOf({ id: 's4' }), RULE));
    expect(proxy.losses()).toBe(5);
    expect(await once.advance(sessionOf({ id: 's4' }), 0, nextOf(1))).toMatchObject({ generation: 1 });
    expect(await once.advance(sessionOf({ id: 's4' }), 0, nextOf(1))).toBeUndefined();
    expect(await once.blacklist({ id: 't1', subject: 'user-1', expiresAt: NOW + DAY }, NOW)).toBe(false);
    expect(await once.revoke({ subject: 'user-1' }, MARK)).toBe(1);
    await expect(once.create(sessionOf({ id: 's4' }), RULE)).rejects.toMatchObject({
      code: 'session_exists',
    });
  });

  it('reads as dead, never as alive, when all keys are gone', async () => {
    const store = await openStore(() => openIoredis(used.server));
    await store.create(sessionOf(), RULE);
    await raw.flushall();
    expect(await store.isLive({ session: sessionOf() }, NOW)).toBe(false);
    expect(await store.find(sessionOf(), NOW)).toBeUndefined();
    expect(await store.advance(sessionOf(), 0, nextOf(1))).toBeUndefined();
    expect(await store.revoke(sessionOf(), MARK)).toBe(0);
  });

  it('rejects, and finds nothing dead or alive, when the server is away', async () => {
    const client = ioredisTo(1);
    onTestFinished(() => client.disconnect());
    client.options.maxRetriesPerRequest = 0;
    const store = redisStore(client);
    await expect(store.find(sessionOf(), NOW)).rejects.toThrow();
    await expect(store.isLive({ session: sessionOf() }, NOW)).rejects.toThrow();
    await expect(store.revoke(sessionOf(), MARK)).rejects.toThrow();
    await expect(store.watch?.(() => undefined)).rejects.toThrow();
    await expect(store.check?.()).rejects.toThrow();
  });

  it('ends the session inserted first where two were made in one millisecond', async () => {
    const store = await openStore(() => openIoredis(used.server));
    for (const id of ['b', 'c', 'a', 'd']) await store.create(sessionOf({ id }), { now: NOW, limit: 2 });
    expect((await store.list('user-1', NOW)).map(({ id }) => id)).toEqual(['d', 'a']);
  });

  it('asks for session and token of two subjects, wherever they lie', async () => {
    const store = await openStore(() => openIoredis(used.server));
    const token = { id: 't1', subject: 'user-2', expiresAt: NOW + DAY };
    await store.create(sessionOf(), RULE);
    expect(await store.isLive({ session: sessionOf(), token }, NOW)).toBe(true);
    await store.blacklist(token, NOW);
    expect(await store.isLive({ session: sessionOf(), token }, NOW)).toBe(false);
    expect(await store.isLive({ session: sessionOf() }, NOW)).toBe(true);
    await store.revoke(sessionOf(), MARK);
    expect(await store.isLive({ session: sessionOf(), token: { ...token, id: 't2' } }, NOW)).toBe(false);
  });

  describe('what it keeps', () => {
    it('is one record a session, however often it rotates', async () => {
      const store = await openStore(() => openIoredis(used.server));
      await store.create(sessionOf(), RULE);
      const keys = (await raw.keys('*')).sort();
      for (const from of upTo(1_000)) await store.advance(sessionOf(), from, nextOf(from + 1));
      expect((await raw.keys('*')).sort()).toEqual(keys);
      const dump = await everything(raw, keys);
      expect(dump.match(/request-\d+/g)).toEqual(['request-1000']);
    });

    it('goes by the server’s expiry, an hour after its end and not before', async () => {
      const store = await openStore(() => openIoredis(used.server));
      const long = sessionOf({ id: 'long', endsAt: NOW + 60 * DAY });
      for (const session of [sessionOf(), long, sessionOf({ id: 's3' })]) await store.create(session, RULE);
      await store.blacklist({ id: 't1', subject: 'user-1', expiresAt: NOW + 5 }, NOW);
      await store.revoke(sessionOf({ id: 's3' }), { ...MARK, until: NOW + 7 });
      await store.advance(sessionOf(), 0, nextOf(1, { expiresAt: NOW + 2 * DAY }));
      const ends = await expiriesOf(raw);
      expect(ends).toEqual({
        'session s1': sessionOf().endsAt + COLLECT_AFTER_MS,
        'session s3': sessionOf().endsAt + COLLECT_AFTER_MS,
        'session long': long.endsAt + COLLECT_AFTER_MS,
        index: long.endsAt + COLLECT_AFTER_MS,
        'token t1': NOW + 5 + COLLECT_AFTER_MS,
        feed: NOW + 7 + COLLECT_AFTER_MS,
        version: NOW + 7 + COLLECT_AFTER_MS,
      });
      expect(await store.prune(NOW + 90 * DAY)).toBe(0);
      expect(await expiriesOf(raw)).toEqual(ends);
    });

    it('keeps the feed as long as its longest entry', async () => {
      const store = await openStore(() => openIoredis(used.server));
      await store.blacklist({ id: 'long', subject: 'user-1', expiresAt: NOW + 9 * DAY }, NOW);
      await store.blacklist({ id: 'short', subject: 'user-1', expiresAt: NOW + 5 }, NOW);
      expect(await expiriesOf(raw)).toMatchObject({ feed: NOW + 9 * DAY + COLLECT_AFTER_MS });
    });

    it('does not grow with what has ended', async () => {
      const store = await openStore(() => openIoredis(used.server));
      for (const day of upTo(40)) {
        const at = NOW + day * DAY;
        const ended = { createdAt: at, expiresAt: at + 9, endsAt: at + 9 };
        await store.create(sessionOf({ id: `s${day}`, ...ended }), { now: at });
        await store.blacklist({ id: `t${day}`, subject: 'user-1', expiresAt: at + 9 }, at);
      }
      const [index = '', feed = ''] = [await raw.keys('*:index:*'), await raw.keys('*:feed')].flat();
      expect(await raw.zcard(index)).toBe(2); // the last session and the counter
      expect(await raw.zcard(feed)).toBe(1);
    });

    it('is no token and no subject in what is published', async () => {
      const store = await openStore(() => openIoredis(used.server));
      const messages: string[] = [];
      const ear = ioredisTo(used.server.port);
      onTestFinished(() => ear.disconnect());
      ear.on('pmessage', (_pattern, _channel, text) => messages.push(text));
      await ear.psubscribe('*');
      await store.create(sessionOf({ subject: 'somebody', data: { secret: 'no' } }), RULE);
      await store.revoke(sessionOf({ subject: 'somebody' }), MARK);
      await expect.poll(() => messages.length).toBe(1);
      const { bucket, before, version, entries } = JSON.parse(messages[0] ?? '');
      expect([bucket, before, typeof version]).toEqual([expect.any(Number), '', 'string']);
      expect(entries).toEqual([{ session: 's1', at: NOW, until: sessionOf().endsAt, reason: 'logout' }]);
    });
  });

  it('publishes a hundred entries in a message, and of more only that they are there', async () => {
    const store = await openStore(() => openIoredis(used.server));
    const messages: { entries: unknown[] | null }[] = [];
    const ear = ioredisTo(used.server.port);
    onTestFinished(() => ear.disconnect());
    ear.on('message', (_channel, text) => messages.push(JSON.parse(text)));
    await ear.subscribe('tokenpair:feed');
    for (const count of [100, 101]) {
      const ids = upTo(count).map((n) => `${count}-${n}`);
      await Promise.all(ids.map((id) => store.create(sessionOf({ id }), RULE)));
      expect(await store.revoke({ subject: 'user-1' }, MARK)).toBe(count);
    }
    await expect.poll(() => messages.map(({ entries }) => entries?.length)).toEqual([100, undefined]);
  });

  it.each(['{', '}', '{x}', '*', '?', '[a-z]', '\\', 'a b', 'é\u0000', '%7B'])(
    'keeps to itself under the prefix %j',
    async (prefix) => {
      const store = await openStore(() => openIoredis(used.server), { prefix });
      const other = await openStore(() => openNodeRedis(used.server), { prefix: `${prefix}x` });
      const plain = await openStore(() => openNodeRedis(used.server));
      const heard: unknown[] = [];
      const watches = await Promise.all(
        [other, plain].map((one) => one.watch?.((all) => heard.push(...all))),
      );
      await store.create(sessionOf(), RULE);
      for (const one of [other, plain]) {
        expect(await one.find(sessionOf(), NOW)).toBeUndefined();
        expect(await one.list('user-1', NOW)).toEqual([]);
        expect(await one.revoke({ subject: 'user-1' }, MARK)).toBe(0);
      }
      expect(await store.revoke({ subject: 'user-1' }, MARK)).toBe(1);
      const late: unknown[] = [];
      watches.push(await other.watch?.((all) => late.push(...all)));
      for (const watch of watches) await watch?.close();
      expect([heard, late]).toEqual([[], []]);
    },
  );

  it('reads replies whatever the client was told to make of them', async () => {
    const buffers = createClient({
      url: used.server.url,
      commandOptions: { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } },
    });
    const numbers = ioredisTo(used.server.port, { stringNumbers: true, enableAutoPipelining: true });
    const old = ioredisTo(used.server.port, { protocol: 2 });
    onTestFinished(() => {
      numbers.disconnect();
      old.disconnect();
      buffers.destroy();
    });
    for (const [n, client] of [await buffers.connect(), numbers, old].entries()) {
      const store = redisStore(client, { prefix: `p${n}` });
      await everyStep(store, 'any');
      const heard: unknown[] = [];
      const watch = await store.watch?.((all) => heard.push(...all));
      await watch?.close();
      expect(heard).toHaveLength(2);
      expect((await store.check?.())?.map(({ code }) => code)).toEqual(['not_durable']);
    }
  });

  it('gives 500 sessions to 500 winners of 64 racers each, by two clients', { timeout: 60_000 }, async () => {
    const stores = [
      await openStore(() => openIoredis(used.server)),
      await openStore(() => openNodeRedis(used.server)),
    ] as const;
    const sessions = upTo(500).map((n) => sessionOf({ id: `s${n}`, subject: `user-${n}` }));
    await Promise.all(sessions.map((session) => stores[0].create(session, RULE)));
    const started = performance.now();
    const calls = upTo(64).flatMap((racer) =>
      sessions.map((session) =>
        stores[racer % 2 ? 1 : 0].advance(session, 0, nextOf(1, { rotatedBy: `racer-${racer}` })),
      ),
    );
    const winners = (await Promise.all(calls)).filter((record) => record !== undefined);
    const tookMs = performance.now() - started;
    expect(new Set(winners.map(({ id }) => id)).size).toBe(500);
    expect(winners).toHaveLength(500);
    expect(tookMs).toBeLessThan(20_000);
    for (const winner of winners) expect(await stores[1].find(winner, NOW)).toEqual(winner);
  });
});

function nextOf(generation: number, members: object = {}) {
  const rotatedAt = NOW + generation;
  return {
    generation,
    rotatedAt,
    rotatedBy: `request-${generation}`,
    expiresAt: rotatedAt + DAY,
    ...members,
  };
}

/** Eight calls, one of each kind. */
async function everyStep(store: TokenStore, id: string): Promise<void> {
  const session = sessionOf({ id, subject: id, client: { ip: '192.0.2.1' } });
  const token = { id: `token-${id}`, subject: id, expiresAt: NOW + DAY };
  const next = nextOf(1, { client: { label: 'Ä "b" \u0000' } });
  await store.create(session, { now: NOW, limit: 5 });
  expect(await store.find(session, NOW)).toEqual(session);
  expect(await store.advance(session, 0, next)).toMatchObject({
    generation: 1,
    client: { ip: '192.0.2.1', label: 'Ä "b" \u0000' },
  });
  expect(await store.isLive({ session, token }, NOW)).toBe(true);
  expect(await store.list(id, NOW)).toHaveLength(1);
  expect(await store.revoke(session, MARK)).toBe(1);
  expect(await store.revoke({ subject: id }, MARK)).toBe(0);
  expect(await store.blacklist(token, NOW)).toBe(true);
}

async function commandCounts(raw: Redis): Promise<Map<string, number>> {
  const lines = (await raw.info('commandstats')).matchAll(/^cmdstat_(\w+):calls=(\d+)/gm);
  return new Map([...lines].map(([, name = '', calls]) => [name, Number(calls)]));
}

/** When the server collects each key, by what the key is of. */
async function expiriesOf(raw: Redis): Promise<Record<string, number>> {
  const keys = await raw.keys('*');
  const named = keys.map(async (key) => {
    const [, kind, id = ''] = /^tokenpair:\{\d+\}:(\w+)(?::6:user-1:(.*))?$/.exec(key) ?? [];
    return [`${kind} ${id}`.trim(), Number(await raw.call('PEXPIRETIME', key))] as const;
  });
  return Object.fromEntries(await Promise.all(named));
}

/** Every name and value in the database, as one text. */
async function everything(raw: Redis, keys: readonly string[]): Promise<string> {
  const values = await Promise.all(
    keys.map(async (key) => {
      const type = await raw.type(key);
      if (type === 'hash') return raw.hgetall(key);
      return type === 'zset' ? raw.zrange(key, '0', '-1') : raw.get(key);
    }),
  );
  return JSON.stringify([keys, values]);
}
