import { DatabaseSync } from 'node:sqlite';
import { memoryStore } from '@tokenpair/core/memory';
import type { TokenStore } from '@tokenpair/core/store';
import { mariadbStore } from '@tokenpair/store-mariadb';
import { postgresStore } from '@tokenpair/store-postgres';
import { redisStore } from '@tokenpair/store-redis';
import { sqliteStore } from '@tokenpair/store-sqlite';
import { Redis } from 'ioredis';
import { createPool } from 'mysql2/promise';
import { Pool } from 'pg';

/** A store and the connection that belongs to it. */
export interface OpenStore {
  readonly store: TokenStore;
  /** How many records it holds: sessions and blacklist entries; `undefined` where there is no way to tell. */
  count(): Promise<number | undefined>;
  /** Names that the database would keep for ever; only where it collects records by itself. */
  endless?(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** What only some stores take. */
export interface StoreOptions {
  /** Of Redis: how many replicas must have a write before it is acknowledged. */
  readonly waitReplicas?: number;
  /** Of Redis: ioredis sends again by itself what was under way when its connection broke, as it does unless told otherwise. */
  readonly resends?: boolean;
}

/** Opens the store that a URL names: `memory:`, `sqlite:<file>`, `redis://…`, `postgres://…` or `mysql://…`. */
export async function openStore(url: string, options: StoreOptions = {}): Promise<OpenStore> {
  if (url.startsWith('sqlite:')) return openSqlite(url.slice('sqlite:'.length));
  if (url.startsWith('postgres:')) return openPostgres(url);
  if (url.startsWith('mysql:')) return openMariadb(url);
  if (url.startsWith('redis:')) return openRedis(url, options);
  return { store: memoryStore(), count: async () => undefined, close: async () => {} };
}

function openSqlite(file: string): OpenStore {
  const database = new DatabaseSync(file);
  const rowsOf = (table: string): number =>
    Number(database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n']);
  return {
    store: sqliteStore(database),
    count: async () => rowsOf('tokenpair_session') + rowsOf('tokenpair_blacklist'),
    close: async () => database.close(),
  };
}

function openPostgres(url: string): OpenStore {
  const pool = new Pool({ connectionString: url, connectionTimeoutMillis: 2_000, max: 10 });
  pool.on('error', () => {}); // an idle connection died with its server; the pool makes another
  const store = postgresStore(pool);
  return {
    store,
    async count() {
      await store.list('', 0); // makes the tables
      const { rows } = await pool.query<{ n: string }>(
        'SELECT (SELECT count(*) FROM tokenpair_session) + (SELECT count(*) FROM tokenpair_blacklist) AS n',
      );
      return Number(rows[0]?.n);
    },
    close: () => pool.end(),
  };
}

function openMariadb(url: string): OpenStore {
  const pool = createPool({ uri: url, connectTimeout: 2_000, connectionLimit: 10 });
  const store = mariadbStore(pool);
  return {
    store,
    async count() {
      await store.list('', 0); // makes the tables
      const [rows] = await pool.query(
        'SELECT (SELECT COUNT(*) FROM tokenpair_session) + (SELECT COUNT(*) FROM tokenpair_blacklist) AS n',
      );
      return Number((rows as { n: number }[])[0]?.n);
    },
    close: () => pool.end(),
  };
}

function openRedis(url: string, { waitReplicas = 0, resends = false }: StoreOptions): OpenStore {
  const client = new Redis(url, {
    retryStrategy: () => RECONNECT_MS,
    autoResendUnfulfilledCommands: resends,
  });
  client.on('error', () => {}); // it connects again by itself
  return {
    store: redisStore(client, { waitReplicas }),
    count: () => client.dbsize(),
    async endless() {
      const keys = await client.keys('*');
      const ends = await Promise.all(keys.map((key) => client.pttl(key)));
      return keys.filter((_, n) => ends[n] === -1);
    },
    close: async () => client.disconnect(),
  };
}

const RECONNECT_MS = 50;
