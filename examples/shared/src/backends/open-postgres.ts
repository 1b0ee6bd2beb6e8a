import { postgresStore } from '@tokenpair/store-postgres';
import { Pool } from 'pg';
import { messageOf, StartError } from '../start-error.ts';
import { postgresUsers } from '../users/postgres-users.ts';
import type { Backends } from './backends.ts';
import { postgresLimiter } from './login-limiters.ts';

const CONNECT_MS = 2_000;
const CONNECTIONS = 10;

/** Sessions and users on one pool. @throws StartError when the server cannot be reached */
export async function openPostgres(url: string): Promise<Backends> {
  const pool = new Pool({ connectionString: url, max: CONNECTIONS, connectionTimeoutMillis: CONNECT_MS });
  pool.on('error', () => undefined); // of a connection nobody uses at that moment; the pool replaces it
  try {
    await pool.query('SELECT 1');
  } catch (error) {
    await pool.end();
    throw new StartError(`STORE_URL: the postgres: store cannot be reached: ${messageOf(error)}`, {
      cause: error,
    });
  }
  return {
    store: postgresStore(pool),
    users: postgresUsers(pool),
    loginLimiter: (rate) => postgresLimiter(pool, rate),
    close: () => pool.end(),
  };
}
