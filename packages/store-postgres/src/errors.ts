/** What went wrong in the PostgreSQL store, as {@link PostgresStoreError.code}. */
export type PostgresStoreErrorCode =
  | 'feed_closed'
  | 'feed_timeout'
  | 'not_migrated'
  | 'schema_newer'
  | 'session_exists'
  | 'standby';

const MESSAGES: Readonly<Record<PostgresStoreErrorCode, string>> = {
  feed_closed: 'The subscription to the revocation feed has been closed.',
  feed_timeout: 'The server did not answer a read of the revocation feed in time.',
  not_migrated:
    'The tables are missing or older than this release, and the role may not make them. Run migratePostgres with a role that may.',
  schema_newer:
    'The tables in this schema were made by a newer @tokenpair/store-postgres. Update this package.',
  session_exists: 'A session with this id exists already.',
  standby: 'The server is a standby in recovery. The store needs the primary.',
};

/** A failure of the PostgreSQL store itself; whatever PostgreSQL said is its `cause`. Other failures of the driver come as they are. */
export class PostgresStoreError extends Error {
  readonly code: PostgresStoreErrorCode;

  constructor(code: PostgresStoreErrorCode, options?: ErrorOptions) {
    super(MESSAGES[code], options);
    this.name = 'PostgresStoreError';
    this.code = code;
  }
}
