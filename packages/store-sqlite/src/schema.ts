import { inTransaction, type SqliteDatabase } from './database.ts';
import { SqliteStoreError } from './errors.ts';

// One entry a version, in order. An entry that has been released is never changed: add the next one.
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE tokenpair_session (
    id           TEXT PRIMARY KEY NOT NULL,
    subject      TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    auth_time    INTEGER NOT NULL,
    ends_at      INTEGER NOT NULL,
    generation   INTEGER NOT NULL,
    rotated_at   INTEGER NOT NULL,
    rotated_by   TEXT NOT NULL,
    expires_at   INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    epoch        TEXT,
    scope        TEXT,
    data         TEXT,
    client       TEXT,
    revoked_at   INTEGER,
    revoked_for  TEXT
  ) STRICT;
  CREATE INDEX tokenpair_session_unrevoked ON tokenpair_session (subject, created_at) WHERE revoked_at IS NULL;
  CREATE INDEX tokenpair_session_end ON tokenpair_session (ends_at);
  CREATE TABLE tokenpair_blacklist (
    subject    TEXT NOT NULL,
    id         TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (subject, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX tokenpair_blacklist_end ON tokenpair_blacklist (expires_at);
  `,
  // AUTOINCREMENT, so that no number comes twice when the newest rows are pruned: readers ask for what is above the last they saw.
  `
  CREATE TABLE tokenpair_feed (
    number  INTEGER PRIMARY KEY AUTOINCREMENT,
    session TEXT,
    token   TEXT,
    at      INTEGER NOT NULL,
    until   INTEGER NOT NULL,
    reason  TEXT NOT NULL
  ) STRICT;
  CREATE INDEX tokenpair_feed_end ON tokenpair_feed (until);
  INSERT INTO tokenpair_feed (session, at, until, reason)
    SELECT id, revoked_at, ends_at, revoked_for FROM tokenpair_session WHERE revoked_at IS NOT NULL;
  INSERT INTO tokenpair_feed (token, at, until, reason) SELECT id, 0, expires_at, 'revoked' FROM tokenpair_blacklist;
  `,
];

/** The version of the tables that this release reads and writes. */
export const SCHEMA_VERSION: number = MIGRATIONS.length;

/**
 * Brings the tables to {@link SCHEMA_VERSION}, all steps in one transaction. Tables that are up to date are not locked, so a
 * process can start while another one writes. The version is in a table of its own, since the file may be the app's too.
 *
 * @throws `SqliteStoreError` with code `schema_newer`.
 */
export function migrate(database: SqliteDatabase): void {
  if (isCurrent(versionOf(database))) return;
  inTransaction(database, () => {
    const version = versionOf(database); // again: another process may have been first
    if (isCurrent(version)) return;
    for (const migration of MIGRATIONS.slice(version)) database.exec(migration);
    setVersion(database, version);
  });
}

function isCurrent(version: number): boolean {
  if (version > SCHEMA_VERSION) throw new SqliteStoreError('schema_newer');
  return version === SCHEMA_VERSION;
}

function versionOf(database: SqliteDatabase): number {
  const table = database
    .prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'tokenpair_schema'")
    .get({});
  if (!table) return 0;
  return Number(database.prepare('SELECT version FROM tokenpair_schema').get({})?.['version'] ?? 0);
}

function setVersion(database: SqliteDatabase, from: number): void {
  if (from === 0) {
    database.exec(
      'CREATE TABLE tokenpair_schema (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), version INTEGER NOT NULL) STRICT',
    );
  }
  const write =
    'INSERT INTO tokenpair_schema VALUES (1, :version) ON CONFLICT DO UPDATE SET version = excluded.version';
  database.prepare(write).run({ version: SCHEMA_VERSION });
}
