import { redisStore } from '@tokenpair/store-redis';
import type { Redis } from 'ioredis';
import { createClient } from 'redis';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type RedisServer, startRedis } from '../../../tooling/services/redis-server.ts';
import { serviceTest } from '../../../tooling/services/service-test.ts';
import {
  ioredisTo,
  openIoredis,
  openIoredisCluster,
  openNodeRedis,
  openNodeRedisCluster,
  openNodeRedisPool,
  openStore,
  useCluster,
  useRedis,
} from './support.ts';

const KINDS = {
  ioredis: openIoredis,
  'node-redis': openNodeRedis,
  'a pool of node-redis': openNodeRedisPool,
};

serviceTest('redis-server')('the check of the servers', (program) => {
  describe.each(Object.entries(KINDS))('by %s', (_, open) => {
    const used = useRedis(program, []);
    let raw: Redis;

    beforeEach(async () => {
      raw = ioredisTo(used.server.port);
      onTestFinished(() => raw.disconnect());
      await set(raw, { appendonly: 'yes', appendfsync: 'everysec', save: '', maxmemory: '0' });
      await set(raw, { 'maxmemory-policy': 'noeviction' });
    });

    const warnings = async (options = {}) => (await openStore(() => open(used.server), options)).check?.();

    it('is silent where all is well', async () => {
      expect(await warnings()).toEqual([]);
      await set(raw, { appendfsync: 'always', maxmemory: '100mb' });
      expect(await warnings()).toEqual([]);
    });

    it.each(['allkeys-lru', 'allkeys-random', 'volatile-lru', 'volatile-ttl'])(
      'warns of the policy %s where there is a limit to memory',
      async (policy) => {
        await set(raw, { 'maxmemory-policy': policy });
        expect(await warnings()).toEqual([]);
        await set(raw, { maxmemory: '100mb' });
        expect(await warnings()).toEqual([{ code: 'eviction', detail: expect.stringContaining(policy) }]);
      },
    );

    it('warns where there are snapshots alone, and where there is nothing', async () => {
      await set(raw, { appendonly: 'no', save: '60 1' });
      expect(await warnings()).toEqual([
        { code: 'not_durable', detail: expect.stringContaining('since the last snapshot') },
      ]);
      await set(raw, { save: '' });
      expect(await warnings()).toEqual([
        { code: 'not_durable', detail: expect.stringContaining('no snapshots') },
      ]);
    });

    it('warns where the file is left to the system to write', async () => {
      await set(raw, { appendfsync: 'no' });
      expect(await warnings()).toEqual([
        { code: 'not_durable', detail: expect.stringContaining('appendfsync is no') },
      ]);
    });

    it('warns of replicas that no write waits for', async () => {
      await replicaOf(used.server, program, raw);
      expect(await warnings({ waitReplicas: 1 })).toEqual([]);
      expect(await warnings()).toEqual([
        { code: 'replication', detail: expect.stringContaining('waitReplicas') },
      ]);
    });
  });

  describe('without the right to ask', () => {
    const used = useRedis(program, []);

    it.each([
      ['-config', ['not_durable']],
      ['-info', ['replication']],
      ['-config -info', ['eviction', 'not_durable', 'replication']],
    ])('warns of what it cannot know with %s', async (rights, codes) => {
      const raw = ioredisTo(used.server.port);
      await raw.call(
        'ACL',
        'SETUSER',
        'app',
        'reset',
        'on',
        '>word',
        '~*',
        '&*',
        '+@all',
        ...rights.split(' '),
      );
      const user = { username: 'app', password: 'word' };
      const one = ioredisTo(used.server.port, { ...user, enableReadyCheck: false });
      const other = await createClient({ url: used.server.url, ...user }).connect();
      onTestFinished(() => {
        raw.disconnect();
        one.disconnect();
        other.destroy();
      });
      for (const client of [one, other]) {
        const warnings = (await redisStore(client).check?.()) ?? [];
        expect(warnings.map(({ code }) => code)).toEqual(codes);
        for (const { detail } of warnings) expect(detail).toContain('cannot be read');
        for (const { detail } of warnings) expect(detail).not.toMatch(/word|127\.0\.0\.1|\d{5}/);
      }
    });
  });

  describe('on a cluster', () => {
    const used = useCluster(program);

    it.each([
      ['ioredis', openIoredisCluster],
      ['node-redis', openNodeRedisCluster],
    ])('asks every master, by %s', async (_, open) => {
      for (const server of used.cluster.servers) {
        const raw = ioredisTo(server.port);
        onTestFinished(() => raw.disconnect());
        const store = await openStore(() => open(used.cluster));
        expect(await store.check?.()).toEqual([]);
        await set(raw, { appendfsync: 'no' });
        expect(await store.check?.()).toEqual([{ code: 'not_durable', detail: expect.any(String) }]);
        await set(raw, { appendfsync: 'always' });
      }
    });
  });
});

async function set(raw: Redis, settings: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries(settings)) await raw.config('SET', name, value);
}

/** A replica until the test is over. */
async function replicaOf({ port }: RedisServer, program: string, raw: Redis): Promise<void> {
  const settings = ['--replicaof', '127.0.0.1', `${port}`];
  const replica = await startRedis({ program, settings });
  onTestFinished(async () => {
    await replica.stop();
    await expect.poll(async () => raw.info('replication')).toContain('connected_slaves:0');
  });
  await expect.poll(async () => raw.info('replication'), { timeout: 10_000 }).toContain('connected_slaves:1');
}
