import { SqliteStoreError } from './errors.ts';

/** What SQLite takes and gives as a column's value here. */
export type SqliteValue = string | number | null;

/** A row as the driver gives it. */
export type SqliteRow = Record<string, unknown>;

/** What the store uses of a prepared statement: the slice of `StatementSync` of node:sqlite. */
export interface SqliteStatement {
  run(parameters: Record<string, SqliteValue>): { readonly changes: number | bigint };
  get(parameters: Record<string, SqliteValue>): SqliteRow | undefined;
  all(parameters: Record<string, SqliteValue>): SqliteRow[];
  setReadBigInts?(enabled: boolean): void;
}

/** What the store uses of a connection: the slice of `DatabaseSync` of node:sqlite. */
export interface SqliteDatabase {
  /** Absent before Node 22.16; the store then finds out by trying. */
  readonly isTransaction?: boolean;
  exec(sql: string): void;
  prepare(sql: string): SqliteStatement;
}

/**
 * Refuses to go on inside a transaction that somebody else opened on this connection: a write would be rolled back with
 * it (I4), and a read would see the past.
 */
export function assertNoTransaction(database: SqliteDatabase): void {
  if (hasTransaction(database)) throw new SqliteStoreError('transaction_open');
}

/** Whether a transaction is open on the connection, whosever it is. */
export function hasTransaction(database: SqliteDatabase): boolean {
  return database.isTransaction ?? isInTransaction(database);
}

/** Runs `body` in a transaction that holds the write lock from its start. */
export function inTransaction<T>(database: SqliteDatabase, body: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = body();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    rollback(database);
    throw error;
  }
}

function rollback(database: SqliteDatabase): void {
  try {
    database.exec('ROLLBACK');
  } catch {
    // A full disk or a failed write has ended the transaction already. The error that led here is the one to show.
  }
}

function isInTransaction(database: SqliteDatabase): boolean {
  try {
    database.exec('BEGIN'); // takes no lock
  } catch {
    return true;
  }
  database.exec('ROLLBACK');
  return false;
}
