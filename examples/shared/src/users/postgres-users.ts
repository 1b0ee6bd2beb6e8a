import type { Pool, PoolClient } from 'pg';
import type { SeedRow, UserRow, UserRows } from './user-rows.ts';

/** Any number of its own: processes that start at once make the table one after the other. */
const START_LOCK = 7_031_982;

const TABLE = `
  CREATE TABLE users (
    id     integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    name   text NOT NULL UNIQUE,
    hash   text NOT NULL,
    scope  text NOT NULL,
    active boolean NOT NULL DEFAULT true,
    epoch  text NOT NULL
  )`;

const COLUMNS = 'id, hash, scope, active, epoch';

/** The users in PostgreSQL, beside the sessions. */
export function postgresUsers(pool: Pool): UserRows {
  async function one<Row extends object>(sql: string, values: readonly unknown[]): Promise<Row | undefined> {
    return (await pool.query<Row>(sql, [...values])).rows[0];
  }

  const idOf = async (sql: string, values: readonly unknown[]): Promise<number | undefined> =>
    (await one<Pick<UserRow, 'id'>>(sql, values))?.id;

  return Object.freeze({
    async prepare(seeds) {
      if (await hasTable(pool)) return;
      const rows = await seeds();
      await inTransaction(pool, (client) => makeTable(client, rows));
    },
    byName: async (name) =>
      isText(name) ? one(`SELECT ${COLUMNS} FROM users WHERE name = $1`, [name]) : undefined,
    byId: (id) => one(`SELECT ${COLUMNS} FROM users WHERE id = $1`, [id]),
    async replacePassword(id, before, { hash, epoch }) {
      const sql =
        'UPDATE users SET hash = $1, epoch = $2 WHERE id = $3 AND epoch = $4 AND active RETURNING id';
      return (await idOf(sql, [hash, epoch, id, before])) !== undefined;
    },
    add: ({ name, hash, scope, epoch }) =>
      idOf(
        'INSERT INTO users (name, hash, scope, epoch) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING id',
        [name, hash, scope, epoch],
      ),
    setPassword: async (name, { hash, epoch }) =>
      isText(name)
        ? idOf('UPDATE users SET hash = $1, epoch = $2 WHERE name = $3 RETURNING id', [hash, epoch, name])
        : undefined,
    setActive: async (name, active) =>
      isText(name)
        ? idOf('UPDATE users SET active = $1 WHERE name = $2 RETURNING id', [active, name])
        : undefined,
  } satisfies UserRows);
}

/** PostgreSQL has no NUL in text and calls it an error; nobody has such a name. */
function isText(name: string): boolean {
  return !name.includes('\0');
}

async function makeTable(client: PoolClient, rows: readonly SeedRow[]): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock($1)', [START_LOCK]);
  if (await hasTable(client)) return;
  await client.query(TABLE);
  for (const { name, hash, scope, epoch } of rows)
    await client.query('INSERT INTO users (name, hash, scope, epoch) VALUES ($1, $2, $3, $4)', [
      name,
      hash,
      scope,
      epoch,
    ]);
}

async function hasTable(client: Pick<Pool, 'query'>): Promise<boolean> {
  // Not to_regclass: after the wait for the lock it may still answer from what this connection knew before.
  const { rows } = await client.query(
    "SELECT FROM pg_catalog.pg_tables WHERE schemaname = current_schema() AND tablename = 'users'",
  );
  return rows.length > 0;
}

async function inTransaction(pool: Pool, body: (client: PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await body(client);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined); // the first error is the one to show
    throw error;
  } finally {
    client.release();
  }
}
