import { Pool } from 'pg';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { type PostgresServer, startPostgres } from '../../../tooling/services/postgres-server.ts';
import { serviceTest } from '../../../tooling/services/service-test.ts';
import { postgresUsers } from '../src/users/postgres-users.ts';
import { EXAMPLE_USERS } from '../src/users/seeds.ts';
import { createUsers, type Users } from '../src/users/users.ts';
import { usersBehave } from './users-behave.ts';

serviceTest('postgres')('users in PostgreSQL', (program) => {
  let server: PostgresServer;
  let count = 0;
  beforeAll(async () => {
    server = await startPostgres({ program });
  });
  afterAll(() => server?.stop());

  /** A database of its own, as the service is given one. */
  async function newDatabase(): Promise<Pool> {
    count += 1;
    const admin = new Pool({ connectionString: server.url, max: 1 });
    await admin.query(`CREATE DATABASE app${count}`);
    await admin.end();
    const url = new URL(server.url);
    url.pathname = `/app${count}`;
    const pool = new Pool({ connectionString: url.href });
    onTestFinished(() => pool.end());
    return pool;
  }

  const open = (pool: Pool): Promise<Users> => createUsers(postgresUsers(pool), EXAMPLE_USERS);

  usersBehave(async () => open(await newDatabase()));

  it('are seeded once, and stay away when they were deleted', async () => {
    const pool = await newDatabase();
    await Promise.all([open(pool), open(pool), open(pool)]);
    expect((await pool.query('SELECT count(*)::int AS n FROM users')).rows).toEqual([{ n: 2 }]);
    await pool.query('DELETE FROM users');
    await open(pool);
    expect((await pool.query('SELECT count(*)::int AS n FROM users')).rows).toEqual([{ n: 0 }]);
  });

  it('are nobody by a name that no text of the database holds', async () => {
    const users = await open(await newDatabase());
    expect(await users.setPassword('vitor\0', 'x')).toBeUndefined();
    expect(await users.setActive('vitor\0', false)).toBeUndefined();
  });
});
