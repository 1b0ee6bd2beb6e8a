import { setTimeout as sleep } from 'node:timers/promises';
import type { TokenStore } from '@tokenpair/core/store';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type RedisServer, startRedis } from '../../../tooling/services/redis-server.ts';
import { serviceTest } from '../../../tooling/services/service-test.ts';
import { bucketOf } from '../src/keys.ts';
import {
  DAY,
  ioredisTo,
  NOW,
  openIoredis,
  openIoredisCluster,
  openNodeRedis,
  openNodeRedisCluster,
  openNodeRedisPool,
  openStore,
  sessionOf,
  upTo,
  useCluster,
  useRedis,
} from './support.ts';

const KINDS = {
  ioredis: openIoredis,
  'node-redis': openNodeRedis,
  'a pool of node-redis': openNodeRedisPool,
};
const CLUSTERS = { ioredis: openIoredisCluster, 'node-redis': openNodeRedisCluster };
const RULE = { now: NOW };
const MARK = { at: NOW, reason: 'logout' } as const;
const NEXT = { generation: 1, rotatedAt: NOW + 1, rotatedBy: 'request-1', expiresAt: NOW + DAY };
const TOKEN = { id: 't1', subject: 'user-1', expiresAt: NOW + DAY };
const REFUSED = { name: 'RedisStoreError', code: 'not_replicated' };

serviceTest('redis-server')('waiting for replicas', (program) => {
  const used = useRedis(program, ['--appendonly', 'no', '--repl-diskless-sync-delay', '0']);
  let replica: RedisServer;

  beforeAll(async () => {
    const settings = ['--replicaof', '127.0.0.1', `${used.server.port}`, '--appendonly', 'no'];
    replica = await startRedis({ program, settings });
  });
  afterAll(() => replica.stop());

  beforeEach(async () => {
    const raw = ioredisTo(used.server.port);
    onTestFinished(() => raw.disconnect());
    await raw.flushall();
    await expect.poll(async () => await raw.wait(1, 1_000), { timeout: 10_000 }).toBe(1);
  });

  describe.each(Object.entries(KINDS))('by %s', (_, open) => {
    const opened = (options = {}): Promise<TokenStore> =>
      openStore(() => open(used.server), { waitReplicas: 1, waitMs: 100, ...options });

    it('acknowledges what the replica has', async () => {
      const store = await opened();
      await store.create(sessionOf(), RULE);
      expect(await store.advance(sessionOf(), 0, NEXT)).toMatchObject({ generation: 1 });
      expect(await store.blacklist(TOKEN, NOW)).toBe(true);
      expect(await store.revoke(sessionOf(), MARK)).toBe(1);
      expect(await store.revoke({ subject: 'user-1' }, MARK)).toBe(0);
      const there = ioredisTo(replica.port);
      onTestFinished(() => there.disconnect());
      expect(await there.dbsize()).toBe(6); // session, token, index, feed, version, touch
    });

    it('rejects every write that the replica does not acknowledge', async () => {
      const store = await opened();
      for (const id of ['a', 'b', 'c']) await store.create(sessionOf({ id }), RULE);
      pause(replica);
      const writes = [
        () => store.create(sessionOf({ id: 'new' }), RULE),
        () => store.advance(sessionOf({ id: 'a' }), 0, NEXT),
        () => store.revoke(sessionOf({ id: 'b' }), MARK),
        () => store.revoke({ subject: 'user-1', except: 'a' }, MARK),
        () => store.blacklist(TOKEN, NOW),
      ];
      for (const write of writes) await expect(write()).rejects.toMatchObject(REFUSED);
      expect(await store.find(sessionOf({ id: 'a' }), NOW)).toMatchObject({ generation: 1 });
    });

    it('does not call a step done, when it is asked for again, before the replica has it', async () => {
      const store = await opened();
      await store.create(sessionOf(), RULE);
      await store.create(sessionOf({ subject: 'user-2' }), RULE);
      pause(replica);
      const again = [
        () => store.revoke(sessionOf(), MARK),
        () => store.revoke({ subject: 'user-2' }, MARK),
        () => store.blacklist(TOKEN, NOW),
      ];
      for (const write of [...again, ...again]) await expect(write()).rejects.toMatchObject(REFUSED);
      // On a connection that has written nothing itself.
      const other = await opened();
      await expect(other.revoke(sessionOf(), MARK)).rejects.toMatchObject(REFUSED);
      resume(replica);
      await expect.poll(() => other.revoke(sessionOf(), MARK).catch(() => 'not yet')).toBe(0);
      expect(await store.revoke({ subject: 'user-2' }, MARK)).toBe(0);
      expect(await store.blacklist(TOKEN, NOW)).toBe(false);
    });

    it('says that the limit is reached all the same', async () => {
      const store = await opened({ waitMs: 1_000 });
      await store.create(sessionOf(), RULE);
      const login = store.create(sessionOf({ id: 'new' }), { now: NOW, limit: 1, onLimit: 'refuse' });
      await expect(login).rejects.toMatchObject({ code: 'session_limit' });
    });

    it('waits for each of many calls at once', async () => {
      const store = await opened({ waitMs: 2_000 });
      await Promise.all(upTo(100).map((n) => store.create(sessionOf({ id: `s${n}` }), RULE)));
      pause(replica);
      const calls = upTo(10).map((n) => store.revoke(sessionOf({ id: `s${n}` }), MARK));
      const settled = Promise.allSettled(calls);
      await sleep(200);
      resume(replica);
      const outcomes = await settled;
      expect(outcomes).toEqual(upTo(10).map(() => ({ status: 'fulfilled', value: 1 })));
    });
  });

  describe('on a cluster without replicas', () => {
    const cluster = useCluster(program);

    it.each(Object.entries(CLUSTERS))('says so at once, by %s', async (name, open) => {
      const store = await openStore(() => open(cluster.cluster), {
        prefix: `none-${name}`,
        waitReplicas: 1,
        waitMs: 50,
      });
      for (const n of upTo(6)) {
        const session = sessionOf({ subject: `user-${n}` });
        await expect(store.create(session, RULE)).rejects.toMatchObject(REFUSED);
        expect(await store.find(session, NOW)).toEqual(session);
        await expect(store.revoke(session, MARK)).rejects.toMatchObject(REFUSED);
      }
    });

    it.each(Object.entries(CLUSTERS))('finds a slot that has moved, by %s', async (name, open) => {
      const store = await openStore(() => open(cluster.cluster), {
        prefix: name,
        waitReplicas: 1,
        waitMs: 50,
      });
      for (const subject of ['before', name === 'ioredis' ? 'one' : 'two']) {
        await expect(store.create(sessionOf({ subject }), RULE)).rejects.toMatchObject(REFUSED);
      }
      const subject = name === 'ioredis' ? 'moved-1' : 'moved-2';
      await moveSlot(cluster.cluster.servers, `{${bucketOf(subject)}}`);
      await expect(store.create(sessionOf({ subject }), RULE)).rejects.toMatchObject(REFUSED);
      expect(await store.find(sessionOf({ subject }), NOW)).toEqual(sessionOf({ subject }));
    });
  });
});

function pause({ pid }: RedisServer): void {
  process.kill(pid, 'SIGSTOP');
  onTestFinished(() => {
    process.kill(pid, 'SIGCONT');
  });
}

function resume({ pid }: RedisServer): void {
  process.kill(pid, 'SIGCONT');
}

/** Gives an empty slot to the next master. */
async function moveSlot(servers: readonly RedisServer[], key: string): Promise<void> {
  const nodes = servers.map(({ port }) => ioredisTo(port));
  onTestFinished(() => {
    for (const node of nodes) node.disconnect();
  });
  const [first] = nodes;
  const slot = Number(await first?.cluster('KEYSLOT', key));
  const ids = await Promise.all(nodes.map(async (node) => String(await node.cluster('MYID'))));
  const owner = Math.floor((slot * nodes.length) / 16_384);
  const next = (owner + 1) % nodes.length;
  const target = nodes[next];
  await target?.call('CLUSTER', 'SETSLOT', `${slot}`, 'IMPORTING', ids[owner] ?? '');
  await nodes[owner]?.call('CLUSTER', 'SETSLOT', `${slot}`, 'MIGRATING', ids[next] ?? '');
  for (const node of [target, ...nodes])
    await node?.call('CLUSTER', 'SETSLOT', `${slot}`, 'NODE', ids[next] ?? '');
}
