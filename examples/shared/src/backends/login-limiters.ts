import type { LoginLimiter } from '@tokenpair/core/login-limits';
import type { Redis } from 'ioredis';
import type { Pool } from 'pg';
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRedis } from 'rate-limiter-flexible';
import type { Rate } from '../settings/settings.ts';
import { messageOf, StartError } from '../start-error.ts';

const NAME = 'login_failures';

/** Counts in this process alone. */
export async function memoryLimiter({ count, seconds }: Rate): Promise<LoginLimiter> {
  return new RateLimiterMemory({ points: count, duration: seconds });
}

/** Counts for all nodes of a Redis. */
export async function redisLimiter(client: Redis, { count, seconds }: Rate): Promise<LoginLimiter> {
  return new RateLimiterRedis({ storeClient: client, keyPrefix: NAME, points: count, duration: seconds });
}

/** Counts for all nodes of a PostgreSQL, in a table that is made where there is none. @throws StartError */
export async function postgresLimiter(pool: Pool, { count, seconds }: Rate): Promise<LoginLimiter> {
  const options = { storeClient: pool, tableName: NAME, keyPrefix: '', points: count, duration: seconds };
  return new Promise((resolve, reject) => {
    const limiter = new RateLimiterPostgres(options, (error) => {
      if (error === undefined) resolve(limiter);
      else
        reject(
          new StartError(`STORE_URL: the table of logins cannot be made: ${messageOf(error)}`, {
            cause: error,
          }),
        );
    });
  });
}
