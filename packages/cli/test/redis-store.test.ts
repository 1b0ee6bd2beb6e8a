import { randomUUID } from 'node:crypto';
import { redisStore } from '@tokenpair/store-redis';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RedisServer, startRedis } from '../../../tooling/services/redis-server.ts';
import { serviceTest } from '../../../tooling/services/service-test.ts';
import { expectUnreachable, storeCommandsBehave } from './store-behaves.ts';
import { start } from './support.ts';

serviceTest('redis-server')('the commands on stores, with Redis', (program) => {
  let server: RedisServer;
  let guarded: RedisServer;
  beforeAll(async () => {
    server = await startRedis({ program });
    guarded = await startRedis({ program, settings: ['--appendonly', 'no', '--maxmemory', '50mb'] });
  });
  afterAll(async () => {
    await server?.stop();
    await guarded?.stop();
  });

  storeCommandsBehave({
    name: 'redis',
    hasTables: false,
    fresh() {
      const prefix = randomUUID();
      return {
        url: server.url,
        options: ['--prefix', prefix],
        async open() {
          const client = new Redis(server.url);
          return { store: redisStore(client, { prefix }), close: () => client.disconnect() };
        },
      };
    },
  });

  it('store check finds what the server cannot promise, with exit code 1', async () => {
    const { code, stdout } = await start(['store', 'check', '--store', guarded.url]);
    expect(code).toBe(1);
    expect(stdout).toContain('warning not_durable: ');
    expect(stdout).toContain('the store does what it has to');
  });

  it('a server that is not there, or wants a password, is told of without the password', async () => {
    await expectUnreachable('redis://:hunter2@127.0.0.1:1', 'hunter2');
    const client = new Redis(guarded.url);
    await client.config('SET', 'requirepass', 'correct-horse');
    client.disconnect();
    await expectUnreachable(guarded.url.replace('://', '://:hunter2@'), 'hunter2');
    const url = guarded.url.replace('://', '://:correct-horse@');
    expect((await start(['prune'], { env: { STORE_URL: url } })).code).toBe(0);
  });
});
