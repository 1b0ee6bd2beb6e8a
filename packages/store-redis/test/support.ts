import { randomUUID } from 'node:crypto';
import type { Session, TokenStore } from '@tokenpair/core/store';
import { type RedisStoreClient, type RedisStoreOptions, redisStore } from '@tokenpair/store-redis';
import type { StoreFixture } from '@tokenpair/testkit';
import { Cluster, Redis } from 'ioredis';
import { createClient, createClientPool, createCluster } from 'redis';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import {
  type RedisCluster,
  type RedisServer,
  startRedis,
  startRedisCluster,
} from '../../../tooling/services/redis-server.ts';

/** A client of one of the kinds that the store takes, and its end. */
export interface OpenClient {
  readonly client: RedisStoreClient;
  close(): Promise<void>;
}

/** Makes clients of one kind, connected to one server or cluster. */
export type OpenClients = () => Promise<OpenClient>;

/** A server for all tests of a suite. */
export function useRedis(
  program: string,
  settings: readonly string[] = ['--appendonly', 'no'],
): { readonly server: RedisServer } {
  const used: { server: RedisServer } = { server: undefined as never }; // until beforeAll is over
  beforeAll(async () => {
    used.server = await startRedis({ program, settings });
  });
  afterAll(() => used.server?.stop());
  return used;
}

/** A cluster for all tests of a suite. */
export function useCluster(program: string): { readonly cluster: RedisCluster } {
  const used: { cluster: RedisCluster } = { cluster: undefined as never };
  beforeAll(async () => {
    used.cluster = await startRedisCluster({ program });
  });
  afterAll(() => used.cluster?.stop());
  return used;
}

export async function openIoredis({ port }: { readonly port: number }): Promise<OpenClient> {
  const client = ioredisTo(port);
  return { client, close: async () => client.disconnect() };
}

/** An ioredis client that does not complain of a server that is down. */
export function ioredisTo(port: number, options: object = {}): Redis {
  const client = new Redis(port, '127.0.0.1', options);
  client.on('error', () => undefined);
  return client;
}

export async function openIoredisCluster({ ports }: RedisCluster): Promise<OpenClient> {
  const client = new Cluster(ports.map((port) => ({ host: '127.0.0.1', port })));
  client.on('error', () => undefined);
  return { client, close: async () => client.disconnect() };
}

export async function openNodeRedis({ url }: { readonly url: string }): Promise<OpenClient> {
  const client = await createClient({ url })
    .on('error', () => undefined)
    .connect();
  return { client, close: async () => client.destroy() };
}

export async function openNodeRedisPool({ url }: { readonly url: string }): Promise<OpenClient> {
  const client = createClientPool({ url }).on('error', () => undefined);
  await client.connect();
  return { client, close: async () => client.destroy() };
}

export async function openNodeRedisCluster({ ports }: RedisCluster): Promise<OpenClient> {
  const client = createCluster({ rootNodes: ports.map((port) => ({ url: `redis://127.0.0.1:${port}` })) });
  client.on('error', () => undefined);
  await client.connect();
  return { client, close: async () => client.destroy() };
}

/** A fixture for the contract: data of its own, by a prefix of its own, on a server shared by all tests. */
export async function fixtureOn(open: OpenClients): Promise<StoreFixture> {
  const opened: OpenClient[] = [];
  const prefix = `t-${randomUUID()}`;
  const make = async (options: RedisStoreOptions): Promise<TokenStore> => {
    const one = await open();
    opened.push(one);
    return redisStore(one.client, options);
  };
  return {
    store: await make({ prefix }),
    peer: () => make({ prefix }),
    stranger: () => make({ prefix: `${prefix}2` }),
    reopen: async () => {
      await Promise.all(opened.splice(0).map((one) => one.close()));
      return make({ prefix });
    },
    close: async () => {
      await Promise.all(opened.map((one) => one.close()));
    },
  };
}

/** A store through a client of its own that ends with the test. */
export async function openStore(open: OpenClients, options?: RedisStoreOptions): Promise<TokenStore> {
  const { client, close } = await open();
  onTestFinished(close);
  return redisStore(client, options);
}

/** A day ahead of the real clock, since the server collects by it. */
export const NOW: number = Date.now();
export const DAY = 86_400_000;

export function sessionOf(members: Partial<Session> = {}): Session {
  const times = { createdAt: NOW, authTime: NOW, rotatedAt: NOW, lastUsedAt: NOW };
  const ends = { endsAt: NOW + 30 * DAY, expiresAt: NOW + DAY };
  return {
    id: 's1',
    subject: 'user-1',
    generation: 0,
    rotatedBy: 'request-0',
    ...times,
    ...ends,
    ...members,
  };
}

/** The numbers from 0 to `count` - 1. */
export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n);
}
