/** What went wrong in the SQLite store, as {@link SqliteStoreError.code}. */
export type SqliteStoreErrorCode =
  | 'locked'
  | 'not_durable'
  | 'schema_newer'
  | 'session_exists'
  | 'transaction_open';

const MESSAGES: Readonly<Record<SqliteStoreErrorCode, string>> = {
  locked: 'The database file stayed locked by another connection for longer than lockTimeoutMs.',
  not_durable:
    'The database cannot be made durable: it needs a file, writable, on a local disk (journal_mode WAL, synchronous FULL).',
  schema_newer:
    'The tables in this database were made by a newer @tokenpair/store-sqlite. Update this package.',
  session_exists: 'A session with this id exists already.',
  transaction_open:
    'A transaction is open on the connection of the store, which must not become part of it. Give the store a connection of its own.',
};

/** A failure of the SQLite store itself; whatever SQLite said is its `cause`. Other failures of SQLite come as they are. */
export class SqliteStoreError extends Error {
  readonly code: SqliteStoreErrorCode;

  constructor(code: SqliteStoreErrorCode, options?: ErrorOptions) {
    super(MESSAGES[code], options);
    this.name = 'SqliteStoreError';
    this.code = code;
  }
}
