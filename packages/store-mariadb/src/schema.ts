import type { Query } from './driver.ts';
import { ER, MariadbStoreError, numberOf } from './errors.ts';
import { decodeNumber } from './literals.ts';

/** The names of the tables of one prefix. */
export interface Tables {
  readonly session: string;
  readonly blacklist: string;
  /** What was ended, in the order in which it was. */
  readonly revocation: string;
  /** One row; whoever writes to the feed holds it until the commit, so that the order of the entries is that of the commits. */
  readonly turn: string;
  /** Rows to lock for the sake of subjects. */
  readonly slot: string;
  readonly schema: string;
}

/** How many rows the subjects share to lock. */
export const SLOTS = 256;

// One entry a version, in order. Every statement can be repeated, as MariaDB commits each by itself and a migration may be cut off. An entry
// that has been released is never changed: add the next one. Names are bytes, which no
// collation compares, and are found by their SHA-256 (`…_key`).
const MIGRATIONS: readonly ((tables: Tables) => readonly string[])[] = [
  ({ session, blacklist, revocation, turn, slot }) => [
    `CREATE TABLE IF NOT EXISTS ${session} (
      id_key       BINARY(32) NOT NULL PRIMARY KEY,
      subject_key  BINARY(32) NOT NULL,
      id           MEDIUMBLOB NOT NULL,
      subject      MEDIUMBLOB NOT NULL,
      created_at   BIGINT NOT NULL,
      auth_time    BIGINT NOT NULL,
      ends_at      BIGINT NOT NULL,
      generation   BIGINT NOT NULL,
      rotated_at   BIGINT NOT NULL,
      rotated_by   BLOB NOT NULL,
      expires_at   BIGINT NOT NULL,
      last_used_at BIGINT NOT NULL,
      epoch        BLOB,
      scope        BLOB,
      data         MEDIUMBLOB,
      client       BOOLEAN,
      client_agent BLOB,
      client_ip    BLOB,
      client_label BLOB,
      revoked_at   BIGINT,
      revoked_for  VARBINARY(32),
      ended_by     BINARY(16),
      KEY subject_key (subject_key, revoked_at, created_at),
      KEY ends_at (ends_at)
    ) ENGINE = InnoDB ROW_FORMAT = DYNAMIC`,
    `CREATE TABLE IF NOT EXISTS ${blacklist} (
      subject_key BINARY(32) NOT NULL,
      id_key      BINARY(32) NOT NULL,
      expires_at  BIGINT NOT NULL,
      PRIMARY KEY (subject_key, id_key),
      KEY expires_at (expires_at)
    ) ENGINE = InnoDB ROW_FORMAT = DYNAMIC`,
    `CREATE TABLE IF NOT EXISTS ${revocation} (
      number  BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
      mark    BINARY(16) NOT NULL,
      session MEDIUMBLOB,
      token   MEDIUMBLOB,
      at      BIGINT NOT NULL,
      until   BIGINT NOT NULL,
      reason  VARBINARY(32) NOT NULL,
      KEY until (until)
    ) ENGINE = InnoDB ROW_FORMAT = DYNAMIC`,
    `CREATE TABLE IF NOT EXISTS ${turn} (only_row BIT(1) NOT NULL PRIMARY KEY, mark BINARY(16) NOT NULL) ENGINE = InnoDB`,
    `INSERT IGNORE INTO ${turn} VALUES (b'1', '')`,
    `CREATE TABLE IF NOT EXISTS ${slot} (number SMALLINT NOT NULL PRIMARY KEY) ENGINE = InnoDB`,
    `INSERT IGNORE INTO ${slot} VALUES ${Array.from({ length: SLOTS }, (_, n) => `(${n})`).join(', ')}`,
  ],
];

/** The version of the tables that this release reads and writes. */
export const SCHEMA_VERSION: number = MIGRATIONS.length;

/** The names of the tables of a prefix. */
export function tablesOf(prefix: string): Tables {
  const named = (name: string): string => `\`${prefix}${name}\``;
  return {
    session: named('session'),
    blacklist: named('blacklist'),
    revocation: named('revocation'),
    turn: named('turn'),
    slot: named('slot'),
    schema: named('schema'),
  };
}

/**
 * Brings the tables to {@link SCHEMA_VERSION}; of several processes one does it and the others wait. Reading their version is all the
 * right that tables that are up to date need.
 *
 * @throws `MariadbStoreError` with code `schema_newer` or `not_migrated`.
 */
export async function migrate(query: Query, tables: Tables): Promise<void> {
  try {
    if (isCurrent(await versionOf(query, tables))) return;
    await query(migration(tables));
  } catch (error) {
    const number = numberOf(error);
    if (number !== ER.deniedToTable && number !== ER.deniedToDatabase) throw error;
    throw new MariadbStoreError('not_migrated', { cause: error });
  }
  isCurrent(await versionOf(query, tables));
}

/** One block, so that it takes one connection, which holds the lock; it goes with the connection too. */
function migration(tables: Tables): string {
  const { schema } = tables;
  const lock = `CONCAT(DATABASE(), '.${schema}')`;
  const steps = MIGRATIONS.map(
    (statements, n) => `IF version < ${n + 1} THEN ${statements(tables).join('; ')}; END IF;`,
  );
  return `
    BEGIN NOT ATOMIC
      DECLARE version INT DEFAULT 0;
      DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN DO RELEASE_LOCK(${lock}); RESIGNAL; END;
      DO GET_LOCK(${lock}, 60);
      CREATE TABLE IF NOT EXISTS ${schema} (only_row BIT(1) NOT NULL PRIMARY KEY, version INT NOT NULL) ENGINE = InnoDB;
      SELECT COALESCE(MAX(${schema}.version), 0) INTO version FROM ${schema};
      ${steps.join('\n')}
      INSERT INTO ${schema} VALUES (b'1', ${SCHEMA_VERSION})
        ON DUPLICATE KEY UPDATE version = GREATEST(${schema}.version, ${SCHEMA_VERSION});
      COMMIT;
      DO RELEASE_LOCK(${lock});
    END`;
}

function isCurrent(version: number): boolean {
  if (version > SCHEMA_VERSION) throw new MariadbStoreError('schema_newer');
  return version === SCHEMA_VERSION;
}

async function versionOf(query: Query, { schema }: Tables): Promise<number> {
  try {
    // Committed, since with autocommit off it would leave a transaction open.
    const [row] = await query(`BEGIN NOT ATOMIC SELECT version FROM ${schema}; COMMIT; END`);
    return row?.[0] ? decodeNumber(row[0]) : 0;
  } catch (error) {
    if (numberOf(error) === ER.noSuchTable) return 0;
    throw error;
  }
}
