/** A stage of each store: an empty backend of its own, which goes with it. @module */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { memoryStore } from '@tokenpair/core/memory';
import { postgresStore } from '@tokenpair/store-postgres';
import { redisStore } from '@tokenpair/store-redis';
import { sqliteStore } from '@tokenpair/store-sqlite';
import { Redis } from 'ioredis';
import { Pool } from 'pg';
import { startPostgres } from '../../../services/postgres-server.ts';
import { startRedis } from '../../../services/redis-server.ts';
import { fillByCreate, fillerOf, type Stage } from './stage.ts';

export const STAGES: Readonly<Record<string, () => Promise<Stage>>> = {
  memory: openMemory,
  sqlite: openSqlite,
  redis: openRedis,
  postgres: openPostgres,
};

async function openMemory(): Promise<Stage> {
  const before = heapUsed();
  const store = memoryStore({ maxSessions: 4_000_000 });
  const bytes = async (): Promise<number> => heapUsed() - before;
  return { store, fill: fillByCreate(store), bytes, close: async () => undefined };
}

async function openSqlite(): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'tokenpair-bench-'));
  const database = new DatabaseSync(join(folder, 'sessions.db'));
  const store = sqliteStore(database);
  const pragma = (name: string): number =>
    Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
  return {
    store,
    fill: fillByCreate(store),
    bytes: async () => pragma('page_count') * pragma('page_size'),
    async close() {
      database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function openRedis(): Promise<Stage> {
  const server = await startRedis({ settings: ['--appendonly', 'no'] });
  const client = new Redis(server.url);
  const store = redisStore(client);
  const used = async (): Promise<number> =>
    Number(/^used_memory:(\d+)/m.exec(await client.info('memory'))?.[1]);
  const before = await used();
  return {
    store,
    fill: fillByCreate(store),
    bytes: async () => (await used()) - before,
    async close() {
      client.disconnect();
      await server.stop();
    },
  };
}

// As the store's own insert leaves a row, but a million in one statement: one commit each would take minutes.
const COPIES = `
  INSERT INTO tokenpair_session
  SELECT left(md5(random()::text), 22), left(md5(random()::text), 12), created_at, auth_time, ends_at, generation, rotated_at,
    rotated_by, expires_at, last_used_at, epoch, scope, data, client
  FROM tokenpair_session, generate_series(1, $2::integer) WHERE id = $1`;

async function openPostgres(): Promise<Stage> {
  const server = await startPostgres({ settings: { shared_buffers: '256MB', max_wal_size: '4GB' } });
  const pool = new Pool({ connectionString: server.url, max: 10 });
  const store = postgresStore(pool);
  return {
    store,
    async fill(count, data) {
      const model = fillerOf(data);
      await store.create(model, { now: 1 });
      await pool.query(COPIES, [model.id, count - 1]);
      await pool.query('VACUUM ANALYZE tokenpair_session');
      await pool.query('CHECKPOINT');
    },
    async bytes() {
      const { rows } = await pool.query("SELECT pg_total_relation_size('tokenpair_session') AS size");
      return Number(rows[0]?.size);
    },
    async close() {
      await pool.end();
      await server.stop();
    },
  };
}

function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}
