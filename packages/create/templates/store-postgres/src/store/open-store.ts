import { postgresStore } from '@tokenpair/store-postgres';
import { Pool } from 'pg';
import { StartError } from '../start-error.ts';
import { postgresUsers } from '../users/postgres-users.ts';
import type { OpenedStore } from './opened-store.ts';
import type { StoreSettings } from './store-settings.ts';

const CONNECT_MS = 2_000;

/** Sessions and users on one pool. @throws StartError */
export async function openStore({ url }: StoreSettings): Promise<OpenedStore> {
  const pool = new Pool({ connectionString: url, connectionTimeoutMillis: CONNECT_MS });
  pool.on('error', () => {}); // a connection died while nobody used it; the pool makes a new one
  try {
    await pool.query('SELECT 1');
  } catch (error) {
    await pool.end();
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(`STORE_URL: PostgreSQL cannot be used: ${reason}`, { cause: error });
  }
  return { store: postgresStore(pool), usersTable: postgresUsers(pool), close: () => pool.end() };
}
