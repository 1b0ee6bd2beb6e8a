import { limitLogins } from '@tokenpair/core/login-limits';
import { Redis } from 'ioredis';
import { RateLimiterRedis } from 'rate-limiter-flexible';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type RedisServer, startRedis } from '../../../../tooling/services/redis-server.ts';
import { serviceTest } from '../../../../tooling/services/service-test.ts';
import { failureOf } from '../support/outcome.ts';
import { type Desk, deskOf, HOME, PASSWORD, tries, WINDOW } from './support.ts';

const RIGHT = { password: PASSWORD };

serviceTest('redis-server')('login limits on Redis, for two nodes', (program) => {
  let server: RedisServer;
  let clients: readonly Redis[];
  let nodes: readonly [Desk, Desk];

  const limiter = (client: Redis | undefined, keyPrefix: string, points: number): RateLimiterRedis =>
    new RateLimiterRedis({ storeClient: client, keyPrefix, points, duration: WINDOW });
  const limitsOn = (client: Redis | undefined) => ({
    network: limiter(client, 'network', 100),
    pair: limiter(client, 'pair', 4),
    account: limiter(client, 'account', 6),
    known: { limiter: limiter(client, 'known', 1) },
  });

  beforeAll(async () => {
    server = await startRedis({ program });
    const options = { enableOfflineQueue: false, maxRetriesPerRequest: 0, lazyConnect: true };
    clients = [new Redis(server.url, options), new Redis(server.url, options)];
    for (const client of clients) client.on('error', () => undefined);
    await Promise.all(clients.map((client) => client.connect()));
  });
  beforeEach(async () => {
    await clients[0]?.flushall();
    nodes = [deskOf(limitsOn(clients[0])), deskOf(limitsOn(clients[1]))];
  });
  afterAll(async () => {
    for (const client of clients ?? []) client.disconnect();
    await server?.stop();
  });

  it('share a count', async () => {
    const [one, two] = nodes;
    expect([...(await tries(one, 2)), ...(await tries(two, 3))]).toEqual([
      ...new Array(4).fill('wrong'),
      'rate_limited',
    ]);
    expect(await one.try(RIGHT)).toBe('rate_limited');
    expect(one.looks() + two.looks()).toBe(4);
  });

  it('let no more parallel attempts through than there are', async () => {
    const attempts = Array.from({ length: 40 }, (_, n) => nodes[n % 2 === 0 ? 0 : 1].try());
    const outcomes = await Promise.all(attempts);
    expect(outcomes.filter((outcome) => outcome === 'wrong')).toHaveLength(4);
    expect(nodes[0].looks() + nodes[1].looks()).toBe(4);
  });

  it('know a network that has logged in at the other', async () => {
    const [one, two] = nodes;
    expect(await one.try(RIGHT)).toBe('in');
    for (let n = 0; n < 8; n += 1) await two.try({ ip: `198.51.100.${n}` });
    expect(await two.try({ ip: '192.0.2.1', ...RIGHT })).toBe('rate_limited');
    expect(await two.try(RIGHT)).toBe('in');
  });

  it('say how long to wait, and leave keys of one length that end', async () => {
    const login = limitLogins(() => undefined, limitsOn(clients[0]));
    const ask = async () => login({ username: 'ada' }, { ip: HOME });
    for (let n = 0; n < 4; n += 1) await ask();
    const seconds = Number((await failureOf(ask)).headers['retry-after']);
    expect(seconds).toBeGreaterThan(WINDOW - 60);
    expect(seconds).toBeLessThanOrEqual(WINDOW);

    const keys = (await clients[0]?.keys('*')) ?? [];
    expect(keys.sort().map((key) => key.replace(/:[\w-]{43}$/, ':…'))).toEqual([
      'account:…',
      'network:…',
      'pair:…',
    ]);
    for (const key of keys) expect(await clients[0]?.ttl(key)).toBeGreaterThan(0);
  });

  it('let nobody in while it is away', async () => {
    const [one] = nodes;
    await server.kill();
    await expect(one.try(RIGHT)).rejects.toThrow();
    expect(one.looks()).toBe(0);
  });
});
