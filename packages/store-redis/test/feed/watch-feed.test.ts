import { setTimeout as sleep } from 'node:timers/promises';
import type { Revocation, RevocationListener, TokenStore, Watch } from '@tokenpair/core/store';
import { redisStore } from '@tokenpair/store-redis';
import type { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type RedisServer, startRedis } from '../../../../tooling/services/redis-server.ts';
import { serviceTest } from '../../../../tooling/services/service-test.ts';
import {
  DAY,
  ioredisTo,
  NOW,
  type OpenClients,
  openIoredis,
  openIoredisCluster,
  openNodeRedis,
  openNodeRedisCluster,
  openNodeRedisPool,
  openStore,
  upTo,
  useCluster,
  useRedis,
} from '../support.ts';

const SINGLE = {
  ioredis: openIoredis,
  'node-redis': openNodeRedis,
  'a pool of node-redis': openNodeRedisPool,
};
const CLUSTERS = { ioredis: openIoredisCluster, 'node-redis': openNodeRedisCluster };

serviceTest('redis-server')('the feed', (program) => {
  describe.each(Object.entries(SINGLE))('by %s on one server', (name, open) => {
    it('misses nothing when its connection is cut off', async () => {
      const { server, raw } = await freshServer(program);
      const [store, other] = [await openStore(() => open(server)), await openStore(() => open(server))];
      const heard = await hearing(store);
      for (const round of upTo(5)) {
        const ids = upTo(20).map((n) => `${round}-${n}`);
        await end(other, ids.slice(0, 10));
        expect(await raw.call('CLIENT', 'KILL', 'TYPE', 'pubsub')).toBe(1);
        await end(other, ids.slice(10));
        await heard.gets(ids);
      }
    });

    it('misses nothing when the server is killed and comes back, and is silent meanwhile', async () => {
      const { server } = await freshServer(program);
      const [store, other] = [await openStore(() => open(server)), await openStore(() => open(server))];
      const heard = await hearing(store);
      await end(other, ['before']);
      await heard.gets(['before']);
      await server.kill();
      await sleep(300);
      const calls = heard.calls();
      await sleep(1_600);
      expect(heard.calls()).toBe(calls);
      await server.restart();
      await expect
        .poll(
          () =>
            end(other, ['after']).then(
              () => true,
              () => false,
            ),
          { timeout: 15_000 },
        )
        .toBe(true);
      await heard.gets(['before', 'after']);
      expect(heard.calls()).toBeGreaterThan(calls);
    });

    it('reads the versions of all buckets in one call', async () => {
      const { server, raw } = await freshServer(program);
      expect(await callsOfProof(raw, () => open(server))).toBeLessThanOrEqual(2);
    });

    it('leaves nothing behind when it is closed', async () => {
      const { server, raw } = await freshServer(program);
      const store = await openStore(() => open(server));
      const connections = async (...type: string[]): Promise<number> =>
        String(await raw.call('CLIENT', 'LIST', ...type)).split(' addr=').length - 1;
      const before = await connections();
      const resources = activeResources();
      const watches = await Promise.all(upTo(3).map(() => store.watch?.(() => undefined)));
      expect(await connections('TYPE', 'pubsub')).toBe(3);
      expect(await connections()).toBeLessThan(before + 20); // a pool makes some, but not one for each bucket
      expect(await raw.pubsub('CHANNELS', '*')).toHaveLength(4);
      const pooled = (await connections()) - before - 3;
      const { sockets, timers } = activeResources(); // an open feed keeps no process alive
      expect(sockets).toBe(resources.sockets + pooled);
      if (name !== 'a pool of node-redis') expect(timers).toBeLessThanOrEqual(resources.timers); // it has some of its own
      await Promise.all(watches.map((watch) => watch?.close()));
      await expect.poll(() => connections('TYPE', 'pubsub')).toBe(0);
      expect(await raw.pubsub('CHANNELS', '*')).toEqual([]);
    });

    it('cannot be had while the server is away, and leaves nothing behind then either', async () => {
      const { server } = await freshServer(program);
      const store = await openStore(() => open(server));
      await server.kill();
      const listener = vi.fn();
      await expect(store.watch?.(listener)).rejects.toThrow();
      await server.restart();
      await sleep(500);
      const raw = rawTo(server);
      expect(await raw.pubsub('CHANNELS', '*')).toEqual([]);
      expect(listener).not.toHaveBeenCalled();
    });

    it('is silent when the server hangs, and catches up', async () => {
      const { server } = await freshServer(program);
      const store = await openStore(() => open(server));
      const heard = await hearing(store);
      process.kill(server.pid, 'SIGSTOP');

      await sleep(1_000);
      const calls = heard.calls();
      await sleep(1_600);
      expect(heard.calls()).toBe(calls);
      process.kill(server.pid, 'SIGCONT');
      await end(await openStore(() => open(server)), ['after']);
      await heard.gets(['after']);
    });
  });

  it('reads the versions one by one where a cluster is behind the one address', async () => {
    const { server, raw } = await freshServer(program, ['--cluster-enabled', 'yes']);
    await raw.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
    await expect.poll(() => raw.set('ready', '1').catch(String), { timeout: 10_000 }).toBe('OK');
    expect(await callsOfProof(raw, () => openIoredis(server))).toBeGreaterThan(200);
  });

  describe('on a server', () => {
    const used = useRedis(program);

    it('delivers 500 revocations quickly', async () => {
      const [store, other] = [
        await openStore(() => openIoredis(used.server)),
        await openStore(() => openNodeRedis(used.server)),
      ];
      const sentAt = new Map<string, number>();
      const delays: number[] = [];
      await watching(store, (revoked) => {
        for (const { token = '' } of revoked) {
          const sent = sentAt.get(token);
          if (sent !== undefined) delays.push(performance.now() - sent);
          sentAt.delete(token);
        }
      });
      for (const n of upTo(500)) {
        sentAt.set(`t${n}`, performance.now());
        await other.blacklist(tokenOf(`t${n}`), NOW);
        if (n % 10 === 0) await sleep(5);
      }
      await expect.poll(() => sentAt.size).toBe(0);
      delays.sort((a, b) => a - b);
      const p99 = delays[Math.floor(delays.length * 0.99)] ?? Number.NaN;
      process.stdout.write(
        `Feed delay of 500 revocations: p50 ${delays[250]?.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms\n`,
      );
      expect(p99).toBeLessThan(1_000);
    });

    it('reads everything again for a listener that threw', async () => {
      const store = await openStore(() => openIoredis(used.server), { prefix: 'throwing' });
      const got: string[] = [];
      let throws = false;
      await watching(store, (revoked) => {
        if (throws && revoked.length > 0) {
          throws = false;
          throw new Error('not now');
        }
        for (const { token = '' } of revoked) got.push(token);
      });
      throws = true;
      await end(store, ['t1']);
      await expect.poll(() => got).toContain('t1');
    });

    it('finds within a second what no message told', async () => {
      const [store, raw] = [
        await openStore(() => openIoredis(used.server), { prefix: 'mute' }),
        rawTo(used.server),
      ];
      await raw.call('ACL', 'SETUSER', 'mute', 'reset', 'on', '>word', '~*', '+@all', 'resetchannels');
      const mute = ioredisTo(used.server.port, { username: 'mute', password: 'word' });
      onTestFinished(() => mute.disconnect());
      const heard = await hearing(store);
      const ids = upTo(30).map((n) => `t${n}`);
      await end(redisStore(mute, { prefix: 'mute' }), ids);
      const acknowledgedAt = performance.now();
      await heard.gets(ids);
      expect(performance.now() - acknowledgedAt).toBeLessThan(1_500);
    });

    it('hears nothing of another database that shares the channel', async () => {
      const store = await openStore(() => openIoredis(used.server), { prefix: 'shared' });
      const elsewhere = ioredisTo(used.server.port, { db: 1 });
      onTestFinished(() => elsewhere.disconnect());
      const heard = await hearing(store);
      await end(redisStore(elsewhere, { prefix: 'shared' }), ['theirs', 'theirs-too']);
      await end(store, ['mine']);
      await heard.gets(['mine']);
      await sleep(1_000);
      expect(heard.names()).toEqual(new Set(['mine']));
    });
  });

  describe('on a cluster', () => {
    const used = useCluster(program);

    it.each(Object.entries(CLUSTERS))(
      'misses nothing when its connection is cut off, by %s',
      async (name, open) => {
        const prefix = `cut-${name}`;
        const [store, other] = [
          await openStore(() => open(used.cluster), { prefix }),
          await openStore(() => open(used.cluster), { prefix }),
        ];
        const raws = used.cluster.servers.map(rawTo);
        const heard = await hearing(store);
        for (const round of upTo(3)) {
          const ids = upTo(40).map((n) => `${round}-${n}`);
          await end(other, ids.slice(0, 20));
          for (const raw of raws) await raw.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
          await end(other, ids.slice(20));
          await heard.gets(ids);
        }
      },
    );

    it.each(Object.entries(CLUSTERS))(
      'leaves nothing behind when it is closed, by %s',
      async (name, open) => {
        const raws = used.cluster.servers.map(rawTo);
        const listeners = async (): Promise<number> => {
          const lists = await Promise.all(raws.map((raw) => raw.call('CLIENT', 'LIST', 'TYPE', 'pubsub')));
          return lists.join('').split('sub=2').length - 1;
        };
        const store = await openStore(() => open(used.cluster), { prefix: `close-${name}` });
        const before = await listeners();
        const watches = await Promise.all(upTo(3).map(() => store.watch?.(() => undefined)));
        expect(await listeners()).toBe(before + 3);
        await Promise.all(watches.map((watch) => watch?.close()));
        await expect.poll(listeners).toBe(before);
      },
    );
  });
});

const tokenOf = (id: string) => ({ id, subject: `user-${id}`, expiresAt: NOW + DAY });

async function end(store: TokenStore, ids: readonly string[]): Promise<void> {
  await Promise.all(ids.map((id) => store.blacklist(tokenOf(id), NOW)));
}

async function freshServer(
  program: string,
  settings: readonly string[] = [],
): Promise<{ server: RedisServer; raw: Redis }> {
  const server = await startRedis({ program, settings });
  onTestFinished(() => server.stop());
  return { server, raw: rawTo(server) };
}

function rawTo({ port }: RedisServer): Redis {
  const raw = ioredisTo(port);
  onTestFinished(() => raw.disconnect());
  return raw;
}

/** How many scripts a watcher runs for each proof of its feed. */
async function callsOfProof(raw: Redis, open: OpenClients): Promise<number> {
  const calls = async (): Promise<number> =>
    Number(/cmdstat_evalsha:calls=(\d+)/.exec(String(await raw.info('commandstats')))?.[1] ?? 0);
  const heard = await hearing(await openStore(open));
  const [proofs, before] = [heard.calls(), await calls()];
  await expect.poll(() => heard.calls(), { timeout: 5_000 }).toBeGreaterThanOrEqual(proofs + 2);
  return ((await calls()) - before) / (heard.calls() - proofs);
}

/** Watches until the test is over. */
async function watching(store: TokenStore, listener: RevocationListener): Promise<Watch | undefined> {
  const watch = await store.watch?.(listener);
  onTestFinished(() => watch?.close());
  return watch;
}

/** Watches, and notes what comes. */
async function hearing(store: TokenStore) {
  const entries: Revocation[] = [];
  let calls = 0;
  await watching(store, (revoked) => {
    entries.push(...revoked);
    calls += 1;
  });
  const names = () => new Set(entries.map(({ token }) => token));
  return {
    calls: () => calls,
    names,
    /** Waits for tokens of these ids. */
    gets: async (ids: readonly string[]) => {
      const missing = () => ids.filter((id) => !names().has(id));
      await expect.poll(missing, { timeout: 15_000 }).toEqual([]);
    },
  };
}

/** What keeps this process alive, connections and timers. */
function activeResources(): { sockets: number; timers: number } {
  const kinds = process.getActiveResourcesInfo();
  return {
    sockets: kinds.filter((kind) => kind.startsWith('TCP')).length,
    timers: kinds.filter((kind) => kind === 'Timeout').length,
  };
}
