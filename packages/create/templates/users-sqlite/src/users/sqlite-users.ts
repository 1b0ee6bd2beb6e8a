import type { DatabaseSync } from 'node:sqlite';
import type { UserRow, UsersTable } from './users-table.ts';

const SET_UP = `
  PRAGMA busy_timeout = 1000;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  CREATE TABLE IF NOT EXISTS users (
    id    INTEGER PRIMARY KEY AUTOINCREMENT,
    name  TEXT NOT NULL UNIQUE,
    hash  TEXT NOT NULL,
    scope TEXT NOT NULL,
    epoch TEXT NOT NULL
  ) STRICT`;

const COLUMNS = 'id, hash, scope, epoch';

/** The users in SQLite; ids are never used again, or a new user would have the sessions of an old one. */
export function sqliteUsers(database: DatabaseSync): UsersTable {
  const one = (sql: string, ...values: (string | number)[]): UserRow | undefined =>
    database.prepare(sql).all(...values)[0] as unknown as UserRow | undefined;

  return {
    async prepare() {
      database.exec(SET_UP);
    },
    byName: async (name) => one(`SELECT ${COLUMNS} FROM users WHERE name = ?`, name),
    byId: async (id) => one(`SELECT ${COLUMNS} FROM users WHERE id = ?`, id),
    async add({ name, hash, scope, epoch }) {
      const sql = 'INSERT INTO users (name, hash, scope, epoch) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING';
      return database.prepare(sql).run(name, hash, scope, epoch).changes === 1;
    },
    setPassword: async (name, hash, epoch) =>
      one('UPDATE users SET hash = ?, epoch = ? WHERE name = ? RETURNING id', hash, epoch, name)?.id,
    remove: async (name) => one('DELETE FROM users WHERE name = ? RETURNING id', name)?.id,
  };
}
