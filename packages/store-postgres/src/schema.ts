import type { Driver, Query } from './driver.ts';
import { PostgresStoreError } from './errors.ts';
import { codeOf, retrying } from './retry.ts';

/** The tables of one schema, quoted and ready for a statement. */
export interface Tables {
  /** The schema's name as it is. */
  readonly name: string;
  readonly schema: string;
  readonly version: string;
  readonly session: string;
  readonly blacklist: string;
  readonly revocation: string;
}

// One entry a version, in order. An entry that has been released is never changed: add the next one.
const MIGRATIONS: readonly ((tables: Tables) => string)[] = [
  // Names compare byte by byte (COLLATE "C"), so an update of the system's collations spoils no index. What advance changes is
  // in no index, and a page keeps room for the new version of a row, so advancing touches the table alone.
  ({ session, blacklist, revocation }) => `
  CREATE TABLE ${session} (
    id           text COLLATE "C" PRIMARY KEY,
    subject      text COLLATE "C" NOT NULL,
    created_at   bigint NOT NULL,
    auth_time    bigint NOT NULL,
    ends_at      bigint NOT NULL,
    generation   bigint NOT NULL,
    rotated_at   bigint NOT NULL,
    rotated_by   text NOT NULL,
    expires_at   bigint NOT NULL,
    last_used_at bigint NOT NULL,
    epoch        text,
    scope        text,
    data         json,
    client       jsonb,
    revoked_at   bigint,
    revoked_for  text
  ) WITH (fillfactor = 70);
  CREATE INDEX tokenpair_session_unrevoked ON ${session} (subject, created_at) WHERE revoked_at IS NULL;
  CREATE INDEX tokenpair_session_end ON ${session} (ends_at);
  CREATE TABLE ${blacklist} (
    subject    text COLLATE "C" NOT NULL,
    id         text COLLATE "C" NOT NULL,
    expires_at bigint NOT NULL,
    PRIMARY KEY (subject, id)
  );
  CREATE INDEX tokenpair_blacklist_end ON ${blacklist} (expires_at);
  CREATE TABLE ${revocation} (
    xid     xid8 NOT NULL DEFAULT pg_current_xact_id(),
    id      bigint GENERATED ALWAYS AS IDENTITY,
    session text,
    token   text,
    at      bigint NOT NULL,
    until   bigint NOT NULL,
    reason  text NOT NULL,
    PRIMARY KEY (xid, id)
  );
  CREATE INDEX tokenpair_revocation_end ON ${revocation} (until);
  `,
];

/** In ms. */
const STALLED_MS = 5_000;

const INSUFFICIENT_PRIVILEGE = '42501';

/** The version of the tables that this release reads and writes. */
export const SCHEMA_VERSION: number = MIGRATIONS.length;

/** The names of the tables in a schema. */
export function tablesIn(schema: string): Tables {
  const quoted = `"${schema.replaceAll('"', '""')}"`;
  return {
    name: schema,
    schema: quoted,
    version: `${quoted}.tokenpair_schema`,
    session: `${quoted}.tokenpair_session`,
    blacklist: `${quoted}.tokenpair_blacklist`,
    revocation: `${quoted}.tokenpair_revocation`,
  };
}

/**
 * Brings the tables to {@link SCHEMA_VERSION}, all steps in one transaction; of several processes one does it and the others
 * wait. Tables that are up to date are not locked, and reading their version is all the right that this needs.
 *
 * @throws `PostgresStoreError` with code `schema_newer` or `not_migrated`.
 */
export async function migrate(driver: Driver, retries: number, tables: Tables): Promise<void> {
  try {
    if (isCurrent(await versionOf(driver.query, tables))) return;
    await retrying(retries, () => driver.transaction((query) => migrateIn(query, tables)));
  } catch (error) {
    if (codeOf(error) !== INSUFFICIENT_PRIVILEGE) throw error;
    throw new PostgresStoreError('not_migrated', { cause: error });
  }
}

async function migrateIn(query: Query, tables: Tables): Promise<void> {
  await lock(query, `tokenpair migration ${tables.schema}`);
  const version = await versionOf(query, tables); // again: another process may have been first
  if (isCurrent(version)) return;
  if (version === 0) await query(await firstSteps(query, tables));
  for (const migration of MIGRATIONS.slice(version)) await query(migration(tables));
  await query(`UPDATE ${tables.version} SET version = $1::text::integer`, [String(SCHEMA_VERSION)]);
}

/** Holds a lock by name until the transaction ends; a process that stalls with it loses its connection, and so the lock, after {@link STALLED_MS}. */
export async function lock(query: Query, name: string): Promise<void> {
  await query(
    "SELECT set_config('idle_in_transaction_session_timeout', $2::text, true), pg_advisory_xact_lock(hashtextextended($1::text, 0))::text",
    [name, String(STALLED_MS)],
  );
}

async function firstSteps(query: Query, { name, schema, version }: Tables): Promise<string> {
  const [known] = await query('SELECT 1::text FROM pg_catalog.pg_namespace WHERE nspname = $1::text', [name]);
  return `
    ${known ? '' : `CREATE SCHEMA ${schema};`}
    CREATE TABLE ${version} (only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row), version integer NOT NULL);
    INSERT INTO ${version} (version) VALUES (0);`;
}

function isCurrent(version: number): boolean {
  if (version > SCHEMA_VERSION) throw new PostgresStoreError('schema_newer');
  return version === SCHEMA_VERSION;
}

// Asked of the catalogue's tables. to_regclass() answers from a cache of the connection, which still says no after the wait for
// somebody else's migration.
const VERSION_TABLE = `
  SELECT 1::text FROM pg_catalog.pg_class JOIN pg_catalog.pg_namespace ON pg_namespace.oid = relnamespace
  WHERE nspname = $1::text AND relname = 'tokenpair_schema'`;

async function versionOf(query: Query, { name, version }: Tables): Promise<number> {
  const [table] = await query(VERSION_TABLE, [name]);
  if (!table) return 0;
  const [row] = await query(`SELECT version::text FROM ${version}`);
  return Number(row?.[0] ?? 0);
}
