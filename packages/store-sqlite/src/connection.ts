import { assertNoTransaction, type SqliteDatabase } from './database.ts';
import { SqliteStoreError } from './errors.ts';
import type { ResolvedSqliteStoreOptions } from './options.ts';

const FULL = 2; // and 3 is EXTRA

/**
 * Makes the connection durable and short of patience, and sees whether it took: SQLite answers a setting that it cannot make
 * with the old one, not with an error.
 *
 * @throws `SqliteStoreError` with code `not_durable` or `transaction_open`.
 */
export function configure(database: SqliteDatabase, { busyTimeoutMs }: ResolvedSqliteStoreOptions): void {
  assertNoTransaction(database); // PRAGMA synchronous does nothing inside one
  database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
  const journal = database.prepare('PRAGMA journal_mode = WAL').get({})?.['journal_mode'];
  database.exec('PRAGMA synchronous = FULL');
  const synchronous = Number(database.prepare('PRAGMA synchronous').get({})?.['synchronous']);
  if (journal !== 'wal' || !(synchronous >= FULL)) throw new SqliteStoreError('not_durable');
}
