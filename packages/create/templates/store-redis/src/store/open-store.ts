import { redisStore } from '@tokenpair/store-redis';
import { Redis } from 'ioredis';
import { StartError } from '../start-error.ts';
import { openDatabase } from '../users/open-database.ts';
import { sqliteUsers } from '../users/sqlite-users.ts';
import type { OpenedStore } from './opened-store.ts';
import type { StoreSettings } from './store-settings.ts';

const CONNECT_MS = 5_000;

/** Sessions in Redis, users in a SQLite file. A call that loses its connection fails at once: kept for later it would come too late. @throws StartError */
export async function openStore({ url, usersFile }: StoreSettings): Promise<OpenedStore> {
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
  });
  client.on('error', () => {}); // every call that fails for it says so itself
  try {
    await client.connect();
  } catch (error) {
    client.disconnect();
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(`STORE_URL: Redis cannot be reached: ${reason}`, { cause: error });
  }
  const users = openDatabase(usersFile);
  return {
    store: redisStore(client),
    usersTable: sqliteUsers(users),
    async close() {
      client.disconnect();
      users.close();
    },
  };
}
