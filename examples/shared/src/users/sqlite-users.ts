import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { whileLocked } from '../backends/while-locked.ts';
import type { SeedRow, UserRow, UserRows } from './user-rows.ts';

const START_MS = 10_000;
const LOCK_MS = 500;

const TABLE = `
  CREATE TABLE users (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    name   TEXT NOT NULL UNIQUE,
    hash   TEXT NOT NULL,
    scope  TEXT NOT NULL,
    active INTEGER NOT NULL DEFAULT 1,
    epoch  TEXT NOT NULL
  ) STRICT`;

const SQL = {
  add: 'INSERT INTO users (name, hash, scope, epoch) VALUES (:name, :hash, :scope, :epoch) ON CONFLICT DO NOTHING RETURNING id',
  byName: 'SELECT id, hash, scope, active, epoch FROM users WHERE name = :name',
  byId: 'SELECT id, hash, scope, active, epoch FROM users WHERE id = :id',
  replace: 'UPDATE users SET hash = :hash, epoch = :epoch WHERE id = :id AND epoch = :before AND active = 1',
  setPassword: 'UPDATE users SET hash = :hash, epoch = :epoch WHERE name = :name RETURNING id',
  setActive: 'UPDATE users SET active = :active WHERE name = :name RETURNING id',
} as const;

/** The users in a SQLite file, which another process may lock: a call is tried for half a second, without blocking the thread. */
export function sqliteUsers(database: DatabaseSync): UserRows {
  const ask = <T>(step: () => T): Promise<T> => whileLocked(LOCK_MS, step);
  const prepared = new Map<keyof typeof SQL, StatementSync>(); // the table may not be there yet

  function run(name: keyof typeof SQL): StatementSync {
    const statement = prepared.get(name) ?? database.prepare(SQL[name]);
    prepared.set(name, statement);
    return statement;
  }

  return Object.freeze({
    async prepare(seeds) {
      await whileLocked(START_MS, () =>
        database.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL'),
      );
      if (await whileLocked(START_MS, () => hasTable(database))) return;
      const rows = await seeds();
      await whileLocked(START_MS, () => makeTable(database, rows));
    },
    byName: (name) => ask(() => toUser(run('byName').get({ name }))),
    byId: (id) => ask(() => toUser(run('byId').get({ id }))),
    replacePassword: (id, before, next) =>
      ask(() => run('replace').run({ ...next, id, before }).changes === 1),
    add: (user) => ask(() => toId(run('add').all({ ...user }))),
    setPassword: (name, next) => ask(() => toId(run('setPassword').all({ ...next, name }))),
    setActive: (name, active) => ask(() => toId(run('setActive').all({ active: Number(active), name }))),
  } satisfies UserRows);
}

function makeTable(database: DatabaseSync, rows: readonly SeedRow[]): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    if (!hasTable(database)) insertAll(database, rows);
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

function insertAll(database: DatabaseSync, rows: readonly SeedRow[]): void {
  database.exec(TABLE);
  const insert = database.prepare(
    'INSERT INTO users (name, hash, scope, epoch) VALUES (:name, :hash, :scope, :epoch)',
  );
  for (const row of rows) insert.run({ ...row });
}

function hasTable(database: DatabaseSync): boolean {
  return (
    database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'users'").get() !==
    undefined
  );
}

function toUser(row: Record<string, unknown> | undefined): UserRow | undefined {
  return row && ({ ...row, active: row['active'] === 1 } as UserRow);
}

/** From `all()`, not `get()`: that one stops at the row and never learns whether the commit after it succeeded. */
function toId([row]: readonly Record<string, unknown>[]): number | undefined {
  return row && Number(row['id']);
}
