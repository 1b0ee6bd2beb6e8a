import type { StoreWarning } from '@tokenpair/core/store';
import { assertNoTransaction, type SqliteDatabase } from './database.ts';
import { SqliteStoreError } from './errors.ts';
import type { ResolvedSqliteStoreOptions } from './options.ts';

const FULL = 2; // and 3 is EXTRA
const NOT_DURABLE: StoreWarning = {
  code: 'not_durable',
  detail:
    'The connection of the store no longer has journal_mode WAL and synchronous FULL; set no pragma on it and give it to nobody else.',
};

/**
 * Makes the connection durable and short of patience, and sees whether it took: SQLite answers a setting that it cannot make
 * with the old one, not with an error.
 *
 * @throws `SqliteStoreError` with code `not_durable` or `transaction_open`.
 */
export function configure(database: SqliteDatabase, { busyTimeoutMs }: ResolvedSqliteStoreOptions): void {
  assertNoTransaction(database); // PRAGMA synchronous does nothing inside one
  database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
  database.exec('PRAGMA journal_mode = WAL');
  database.exec('PRAGMA synchronous = FULL');
  if (!isDurable(database)) throw new SqliteStoreError('not_durable');
}

/** Whether what is committed on this connection outlives a loss of power. */
export function isDurable(database: SqliteDatabase): boolean {
  const journal = database.prepare('PRAGMA journal_mode').get({})?.['journal_mode'];
  const synchronous = Number(database.prepare('PRAGMA synchronous').get({})?.['synchronous']);
  return journal === 'wal' && synchronous >= FULL;
}

/** Finds out whether somebody has changed since what {@link configure} set. */
export function checkConnection(database: SqliteDatabase): StoreWarning[] {
  return isDurable(database) ? [] : [NOT_DURABLE];
}
