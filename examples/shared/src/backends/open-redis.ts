import { redisStore } from '@tokenpair/store-redis';
import { Redis } from 'ioredis';
import { messageOf, StartError } from '../start-error.ts';
import { sqliteUsers } from '../users/sqlite-users.ts';
import type { Backends } from './backends.ts';
import { redisLimiter } from './login-limiters.ts';
import { openFile } from './open-sqlite.ts';

const CONNECT_MS = 5_000;

/**
 * The client gives up on a call when the connection is lost, instead of keeping it for later: the caller has had its 503 by then.
 *
 * @throws StartError when the server cannot be reached
 */
export async function openRedis(url: string, usersFile: string): Promise<Backends> {
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
  });
  client.on('error', () => undefined); // every call that fails for it says so itself
  try {
    await client.connect();
    const database = openFile(usersFile);
    const close = async (): Promise<void> => {
      database.close();
      client.disconnect();
    };
    return {
      store: redisStore(client),
      users: sqliteUsers(database),
      loginLimiter: (rate) => redisLimiter(client, rate),
      close,
    };
  } catch (error) {
    client.disconnect();
    if (error instanceof StartError) throw error;
    throw new StartError(`STORE_URL: the redis: store cannot be reached: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
