import { redisStore } from '@tokenpair/store-redis';
import { loadDriver } from './load-driver.ts';
import type { OpenOptions, OpenStore } from './opened.ts';

const CONNECT_MS = 5_000;

/** Opens the store on one Redis or Valkey. */
export async function openRedis(url: string, { prefix }: OpenOptions): Promise<OpenStore> {
  const { Redis } = await loadDriver('ioredis', () => import('ioredis'));
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  let failure: unknown;
  client.on('error', (error) => {
    failure = error; // the call that fails for it says only that the connection is closed
  });
  try {
    await client.connect();
    const store = redisStore(client, prefix === undefined ? {} : { prefix });
    return { store, close: async () => client.disconnect() };
  } catch (error) {
    client.disconnect();
    throw failure ?? error;
  }
}
