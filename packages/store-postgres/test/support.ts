import type { CreateRule, Revocation, Session, TokenStore, Watch } from '@tokenpair/core/store';
import { type PostgresStoreOptions, postgresStore } from '@tokenpair/store-postgres';
import { Pool, type PoolConfig } from 'pg';
import postgres from 'postgres';
import { onTestFinished } from 'vitest';
import type { PostgresServer } from '../../../tooling/services/postgres-server.ts';

export const RULE: CreateRule = { now: 1 };
export const MARK = { at: 5, reason: 'logout' } as const;

/** A pool that tells nobody of connections that died while idle: the tests kill servers. */
export function createPool(server: PostgresServer, config: PoolConfig = {}): Pool {
  const pool = new Pool({ connectionString: server.url, ...config });
  pool.on('error', () => {});
  return pool;
}

/** A pool that ends with the test. */
export function poolOf(server: PostgresServer, config?: PoolConfig): Pool {
  const pool = createPool(server, config);
  onTestFinished(() => pool.end());
  return pool;
}

/** The text of every statement that the pool's connections, made from now on, are given. */
export function textsOf(pool: Pool): string[] {
  const texts: string[] = [];
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...given: unknown[]) => unknown;
    const record = (...given: unknown[]): unknown => {
      const [first] = given;
      texts.push(typeof first === 'string' ? first : String((first as { text?: string }).text));
      return query(...given);
    };
    Object.assign(client, { query: record });
  });
  return texts;
}

/** The `sql` of postgres.js, silent, as its notices go to the console by default; it ends with the test. */
export function sqlOf(server: PostgresServer, options: postgres.Options<Record<string, never>> = {}) {
  const sql = postgres(server.url, { onnotice: () => {}, ...options });
  onTestFinished(() => sql.end({ timeout: 1 }));
  return sql;
}

/** A store in a schema of its own, on a pool of its own. */
export function storeOf(
  server: PostgresServer,
  options?: PostgresStoreOptions,
  config?: PoolConfig,
): TokenStore {
  return postgresStore(poolOf(server, config), options);
}

let schemas = 0;

/** A name that no other test uses. */
export function freshSchema(): string {
  schemas += 1;
  return `test_${process.pid}_${schemas}`;
}

export function sessionOf(members: Partial<Session> = {}): Session {
  const times = { createdAt: 1, authTime: 1, endsAt: 9e12, rotatedAt: 1, expiresAt: 9e12, lastUsedAt: 1 };
  return { id: 's1', subject: 'user-1', generation: 0, rotatedBy: 'request-0', ...times, ...members };
}

export function advanceTo(generation: number, rotatedBy = `request-${generation}`) {
  return { generation, rotatedAt: 1 + generation, rotatedBy, expiresAt: 9e12 };
}

export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n);
}

export interface Seen {
  readonly calls: { readonly at: number; readonly revoked: readonly Revocation[] }[];
  readonly watch: Watch;
  /** Ids in the order of their delivery, repeats included. */
  ids(): string[];
}

/** Watches until the test ends, and keeps every call with its time. */
export async function watching(store: TokenStore): Promise<Seen> {
  const calls: Seen['calls'] = [];
  const watch = await store.watch?.((revoked) => calls.push({ at: performance.now(), revoked }));
  if (!watch) throw new Error('The store has no feed.');
  onTestFinished(() => watch.close());
  const ids = (): string[] =>
    calls.flatMap(({ revoked }) => revoked.map(({ session, token }) => session ?? token ?? ''));
  return { calls, watch, ids };
}
