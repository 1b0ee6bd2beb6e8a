import { migratePostgres, type PgClient, type PgPool, postgresStore } from '@tokenpair/store-postgres';
import { loadDriver } from './load-driver.ts';
import type { OpenOptions, OpenStore } from './opened.ts';
import { assertChangesNoTable } from './unchanged-tables.ts';

const CONNECT_MS = 5_000;
const CONNECTIONS = 2;

/** Opens the store in PostgreSQL. */
export async function openPostgres(
  url: string,
  { migrate = false, schema }: OpenOptions,
): Promise<OpenStore> {
  const { default: pg } = await loadDriver('pg', () => import('pg'));
  const pool = new pg.Pool({ connectionString: url, max: CONNECTIONS, connectionTimeoutMillis: CONNECT_MS });
  pool.on('error', () => undefined); // of a connection that nobody uses at that moment
  const options = schema === undefined ? {} : { schema };
  try {
    if (migrate) await migratePostgres(pool, options);
    const store = postgresStore(migrate ? pool : withoutMigrations(pool), options);
    return { store, close: () => pool.end() };
  } catch (error) {
    await pool.end();
    throw error;
  }
}

/** Migrations are made on connections that are taken for a transaction. */
function withoutMigrations(pool: PgPool): PgPool {
  return {
    options: pool.options,
    totalCount: pool.totalCount,
    async connect() {
      return readOnlyTables(await pool.connect());
    },
  };
}

function readOnlyTables(client: PgClient): PgClient {
  const query: PgClient['query'] = async (one) => {
    assertChangesNoTable(one.text);
    return client.query(one);
  };
  return new Proxy(client, {
    get(target, member) {
      if (member === 'query') return query;
      const value = Reflect.get(target, member, target) as unknown;
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
