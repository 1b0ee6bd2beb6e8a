import { MariadbStoreError, mariadbStore, migrateMariadb } from '@tokenpair/store-mariadb';
import { createPool } from 'mysql2/promise';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { type MariadbServer, startMariadb } from '../../../tooling/services/mariadb-server.ts';
import { serviceTest } from '../../../tooling/services/service-test.ts';
import { freshPrefix, poolOf, RULE, sessionOf, storeOf, upTo } from './support.ts';

const ref = { id: 's1', subject: 'user-1' };

serviceTest('mariadbd')('the tables in MariaDB', (program) => {
  let server: MariadbServer;
  beforeAll(async () => {
    server = await startMariadb({ program });
  });
  afterAll(() => server.stop());

  it('are made once, however many begin at once', async () => {
    const prefix = freshPrefix();
    const stores = upTo(8).map(() => storeOf(server, { prefix }));
    await Promise.all(stores.map((store, n) => store.create(sessionOf({ id: `s${n}` }), RULE)));
    expect(await stores[0]?.list('user-1', 1)).toHaveLength(8);
    const [rows] = await poolOf(server).query(`SELECT COUNT(*) AS n FROM ${prefix}slot`);
    expect(rows).toEqual([{ n: 256 }]);
  });

  it('are made whole where a migration was cut off', async () => {
    const prefix = freshPrefix();
    const pool = poolOf(server);
    await migrateMariadb(pool, { prefix });
    await pool.query(`DROP TABLE ${prefix}slot`);
    await pool.query(`DELETE FROM ${prefix}turn`);
    await pool.query(`DELETE FROM ${prefix}schema`);
    const store = mariadbStore(pool, { prefix });
    await store.create(sessionOf(), { now: 1, limit: 1 });
    expect(await store.revoke(ref, { at: 1, reason: 'logout' })).toBe(1);
  });

  it('of a newer release are refused', async () => {
    const prefix = freshPrefix();
    const pool = poolOf(server);
    await migrateMariadb(pool, { prefix });
    await pool.query(`UPDATE ${prefix}schema SET version = 99`);
    await expect(storeOf(server, { prefix }).find(ref, 1)).rejects.toEqual(
      new MariadbStoreError('schema_newer'),
    );
    await expect(migrateMariadb(pool, { prefix })).rejects.toEqual(new MariadbStoreError('schema_newer'));
  });

  it('may be made by another account than the one that uses them', async () => {
    const prefix = freshPrefix();
    const owner = poolOf(server);
    await owner.query("CREATE USER IF NOT EXISTS app@'127.0.0.1' IDENTIFIED BY 'app-password'");
    const app = createPool(server.url.replace('root@', 'app:app-password@'));
    onTestFinished(() => app.end());
    await owner.query("REVOKE ALL PRIVILEGES, GRANT OPTION FROM app@'127.0.0.1'");
    await owner.query("GRANT SELECT ON test.* TO app@'127.0.0.1'");
    const store = mariadbStore(app, { prefix });
    await expect(store.find(ref, 1)).rejects.toMatchObject({ code: 'not_migrated' });
    await migrateMariadb(owner, { prefix });
    await owner.query("GRANT INSERT, UPDATE, DELETE ON test.* TO app@'127.0.0.1'");
    await store.create(sessionOf(), { now: 1, limit: 1 });
    expect(await store.find(ref, 1)).toEqual(sessionOf());
    expect(await store.check?.()).toEqual([]);
  });
});
