import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { whileLocked } from '../backends/while-locked.ts';
import { messageOf, StartError } from '../start-error.ts';
import { hashPassword } from './password.ts';

/** A user to begin with. */
export interface Seed {
  readonly name: string;
  readonly password: string;
  readonly scope: string;
}

/** The users of the examples, as weak as a tutorial wants them. */
export const EXAMPLE_USERS: readonly Seed[] = [
  { name: 'vitor', password: '123', scope: 'read' },
  { name: 'admin', password: 'admin', scope: 'read admin' },
];

const START_MS = 10_000;

const TABLE = `
  CREATE TABLE users (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    name   TEXT NOT NULL UNIQUE,
    hash   TEXT NOT NULL,
    scope  TEXT NOT NULL,
    active INTEGER NOT NULL DEFAULT 1,
    epoch  TEXT NOT NULL
  ) STRICT`;

/**
 * Makes the table with its first users, where there is none. Both happen in one transaction: of processes that start at once one
 * seeds, and users that were deleted later stay deleted.
 *
 * @throws StartError when the file stays locked for 10 s
 */
export async function prepareUsersTable(database: DatabaseSync, seeds: readonly Seed[]): Promise<void> {
  try {
    await whileLocked(START_MS, () =>
      database.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL'),
    );
    if (await whileLocked(START_MS, () => hasTable(database))) return;
    const rows = await Promise.all(seeds.map(toRow));
    await whileLocked(START_MS, () => makeTable(database, rows));
  } catch (error) {
    throw new StartError(`STORE_URL: the users' table cannot be made: ${messageOf(error)}`, { cause: error });
  }
}

/** A new epoch; it changes with the password. */
export function newEpoch(): string {
  return randomBytes(12).toString('base64url');
}

type Row = Readonly<Record<'name' | 'hash' | 'scope' | 'epoch', string>>;

async function toRow({ name, password, scope }: Seed): Promise<Row> {
  return { name, hash: await hashPassword(password), scope, epoch: newEpoch() };
}

function makeTable(database: DatabaseSync, rows: readonly Row[]): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    if (!hasTable(database)) insertAll(database, rows);
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

function insertAll(database: DatabaseSync, rows: readonly Row[]): void {
  database.exec(TABLE);
  const insert = database.prepare(
    'INSERT INTO users (name, hash, scope, epoch) VALUES (:name, :hash, :scope, :epoch)',
  );
  for (const row of rows) insert.run(row);
}

function hasTable(database: DatabaseSync): boolean {
  return (
    database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'users'").get() !==
    undefined
  );
}
