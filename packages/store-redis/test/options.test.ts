import { type RedisStoreClient, redisStore } from '@tokenpair/store-redis';
import { Cluster, Redis } from 'ioredis';
import { createClient, createClientPool, createCluster, createSentinel } from 'redis';
import { describe, expect, it } from 'vitest';

const client = createClient();

describe('the arguments of redisStore', () => {
  it.each([
    [{ prefix: '' }, 'ERR_INVALID_ARG_VALUE'],
    [{ prefix: 'x'.repeat(201) }, 'ERR_INVALID_ARG_VALUE'],
    [{ prefix: 1 }, 'ERR_INVALID_ARG_TYPE'],
    [{ waitReplicas: -1 }, 'ERR_INVALID_ARG_VALUE'],
    [{ waitReplicas: 101 }, 'ERR_INVALID_ARG_VALUE'],
    [{ waitReplicas: 0.5 }, 'ERR_INVALID_ARG_VALUE'],
    [{ waitReplicas: '1' }, 'ERR_INVALID_ARG_TYPE'],
    [{ waitMs: 0 }, 'ERR_INVALID_ARG_VALUE'],
    [{ waitMs: 60_001 }, 'ERR_INVALID_ARG_VALUE'],
    [{ keyPrefix: 'x' }, 'ERR_INVALID_ARG_VALUE'],
    [null, 'ERR_INVALID_ARG_TYPE'],
  ])('are refused as options when they are %j', (options, code) => {
    expect(() => redisStore(client, options as object)).toThrow(
      expect.objectContaining({ name: 'TypeError', code }),
    );
  });

  it('are taken at the ends of their ranges', () => {
    for (const options of [
      { prefix: 'x', waitReplicas: 0, waitMs: 1 },
      { prefix: 'x'.repeat(200), waitReplicas: 100, waitMs: 60_000 },
      { prefix: undefined as never },
    ])
      expect(redisStore(client, options)).toMatchObject({ name: 'redis', durable: true });
  });

  it('are each kind of client', () => {
    const lazy = { lazyConnect: true };
    const clients = [
      new Redis(lazy),
      new Cluster([{ port: 1 }], lazy),
      client,
      createClientPool(),
      createCluster({ rootNodes: [{}] }),
    ];
    for (const one of clients) expect(redisStore(one).name).toBe('redis');
  });

  it.each([
    ['undefined', undefined],
    ['null', null],
    ['an address', 'redis://127.0.0.1'],
    ['an object', {}],
    ['a function', () => client],
    [
      'a Sentinel client of node-redis',
      createSentinel({ name: 'main', sentinelRootNodes: [{ host: '127.0.0.1', port: 1 }] }),
    ],
  ])('are refused as a client when it is %s', (_, wrong) => {
    expect(() => redisStore(wrong as unknown as RedisStoreClient)).toThrow(
      expect.objectContaining({ name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' }),
    );
  });

  it('are refused as a client of ioredis that puts a prefix before keys but not before channels', () => {
    const lazy = { lazyConnect: true, keyPrefix: 'app:' };
    const cluster = new Cluster([{ port: 1 }], { lazyConnect: true, redisOptions: { keyPrefix: 'app:' } });
    for (const one of [new Redis(lazy), cluster])
      expect(() => redisStore(one)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARG_VALUE' }));
  });
});
