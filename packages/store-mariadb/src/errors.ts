/** What went wrong in the MariaDB store, as {@link MariadbStoreError.code}. */
export type MariadbStoreErrorCode =
  | 'damaged'
  | 'no_answer'
  | 'not_migrated'
  | 'read_only'
  | 'schema_newer'
  | 'session_exists'
  | 'transaction_open';

const MESSAGES: Readonly<Record<MariadbStoreErrorCode, string>> = {
  damaged: 'A row that was made with the tables is gone. Restore the tables as a whole.',
  no_answer: 'The pool gave no connection, or the server no answer, within timeoutMs.',
  not_migrated:
    'The tables are missing or older than this release, and the account may not make them. Run migrateMariadb with one that may.',
  read_only: 'The server is read-only, as a replica is. The store needs the primary.',
  schema_newer: 'The tables were made by a newer @tokenpair/store-mariadb. Update this package.',
  session_exists: 'A session with this id exists already.',
  transaction_open:
    'A transaction was open on a connection of the pool: it was given back before its transaction ended.',
};

/** A failure of the MariaDB store itself; whatever MariaDB said is its `cause`. */
export class MariadbStoreError extends Error {
  readonly code: MariadbStoreErrorCode;

  constructor(code: MariadbStoreErrorCode, options?: ErrorOptions) {
    super(MESSAGES[code], options);
    this.name = 'MariadbStoreError';
    this.code = code;
  }
}

/** The server's numbers of what the store tells apart. */
export const ER = {
  deniedToDatabase: 1_044,
  duplicate: 1_062,
  deniedToTable: 1_142,
  noSuchTable: 1_146,
  deadlock: 1_213,
  transactionInProgress: 1_568,
  signalled: 1_644,
} as const;

/** The number of the server's error, where it was the server that failed. */
export function numberOf(error: unknown): number | undefined {
  return error instanceof Error && 'errno' in error && typeof error.errno === 'number'
    ? error.errno
    : undefined;
}

/** A driver's error without the statement, which both put on it, and with it all that was to be stored. */
export function withoutStatement(error: unknown): unknown {
  if (!(error instanceof Error && 'sql' in error)) return error;
  const { code, errno, sqlState } = error as { code?: unknown; errno?: unknown; sqlState?: unknown };
  return Object.assign(new Error(`MariaDB failed a statement: ${String(code)}`), { code, errno, sqlState });
}
