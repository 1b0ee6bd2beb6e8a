import type { Pool } from 'pg';
import type { UserRow, UsersTable } from './users-table.ts';

/** Any number of the app's own: processes that start at once make the table one after the other. */
const START_LOCK = 5_120_417;

const SET_UP = `
  BEGIN;
  SELECT pg_advisory_xact_lock(${START_LOCK});
  CREATE TABLE IF NOT EXISTS users (
    id    integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    name  text NOT NULL UNIQUE,
    hash  text NOT NULL,
    scope text NOT NULL,
    epoch text NOT NULL
  );
  COMMIT`;

const COLUMNS = 'id, hash, scope, epoch';

/** The users in PostgreSQL, beside the sessions. */
export function postgresUsers(pool: Pool): UsersTable {
  async function one(sql: string, ...values: (string | number)[]): Promise<UserRow | undefined> {
    return (await pool.query<UserRow>(sql, values)).rows[0];
  }

  return {
    async prepare() {
      await pool.query(SET_UP);
    },
    byName: async (name) =>
      isText(name) ? one(`SELECT ${COLUMNS} FROM users WHERE name = $1`, name) : undefined,
    byId: (id) => one(`SELECT ${COLUMNS} FROM users WHERE id = $1`, id),
    async add({ name, hash, scope, epoch }) {
      const sql =
        'INSERT INTO users (name, hash, scope, epoch) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING id';
      return (await one(sql, name, hash, scope, epoch)) !== undefined;
    },
    setPassword: async (name, hash, epoch) =>
      (await one('UPDATE users SET hash = $1, epoch = $2 WHERE name = $3 RETURNING id', hash, epoch, name))
        ?.id,
    remove: async (name) => (await one('DELETE FROM users WHERE name = $1 RETURNING id', name))?.id,
  };
}

/** PostgreSQL has no NUL in text and calls it an error; nobody has such a name. */
function isText(name: string): boolean {
  return !name.includes('\0');
}
