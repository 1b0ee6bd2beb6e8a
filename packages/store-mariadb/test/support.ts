import { setTimeout as sleep } from 'node:timers/promises';
import type { CreateRule, Revocation, Session, TokenStore, Watch } from '@tokenpair/core/store';
import { type MariadbPool, type MariadbStoreOptions, mariadbStore } from '@tokenpair/store-mariadb';
import { createPool as createMariadbPool } from 'mariadb';
import { type Connection, createPool as createMysql2Pool } from 'mysql2/promise';
import { onTestFinished } from 'vitest';
import type { MariadbServer } from '../../../tooling/services/mariadb-server.ts';

export const RULE: CreateRule = { now: 1 };
export const MARK = { at: 5, reason: 'logout' } as const;

/** A pool and its end. */
export interface OpenPool {
  readonly pool: MariadbPool;
  end(): Promise<void>;
}

/** Opens pools of each driver. */
export const DRIVERS: Readonly<Record<string, (url: string) => OpenPool>> = {
  mysql2(url) {
    const pool = createMysql2Pool(url);
    return { pool, end: () => pool.end() };
  },
  mariadb(url) {
    const pool = createMariadbPool(url.replace(/^mysql:/, 'mariadb:'));
    return { pool, end: () => pool.end() };
  },
};

/** A pool of mysql2 that ends with the test. */
export function poolOf({ url }: MariadbServer, connectionLimit = 10) {
  const pool = createMysql2Pool({ uri: url, connectionLimit });
  onTestFinished(() => pool.end());
  return pool;
}

let prefixes = 0;

/** Names that no other test uses. */
export function freshPrefix(): string {
  prefixes += 1;
  return `test_${process.pid}_${prefixes}_`;
}

/** A store on a pool of its own. */
export function storeOf(
  server: MariadbServer,
  options?: MariadbStoreOptions,
  connections?: number,
): TokenStore {
  return mariadbStore(poolOf(server, connections), options);
}

/** Waits until a statement of another connection waits for a lock; the connection's id. */
export async function blocked(connection: Connection): Promise<number> {
  for (;;) {
    await sleep(150); // the server makes that table anew only where nobody has asked for 100 ms
    const [rows] = await connection.query(
      "SELECT trx_mysql_thread_id AS id FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'",
    );
    const [row] = rows as { id: number }[];
    if (row) return row.id;
  }
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
