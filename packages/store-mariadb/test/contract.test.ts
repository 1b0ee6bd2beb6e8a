import { mariadbStore } from '@tokenpair/store-mariadb';
import { type StoreFixture, storeContract } from '@tokenpair/testkit';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type MariadbServer, startMariadb } from '../../../tooling/services/mariadb-server.ts';
import { serviceTest } from '../../../tooling/services/service-test.ts';
import { DRIVERS, type OpenPool } from './support.ts';

serviceTest('mariadbd')('mariadbStore', (program) => {
  let server: MariadbServer;

  beforeAll(async () => {
    server = await startMariadb({ program });
  });
  afterAll(() => server.stop());

  describe.each(Object.entries(DRIVERS))('through %s', (name, open) => {
    const prefix = `${name}_`;
    let pools: OpenPool[];
    beforeAll(() => {
      pools = [open(server.url), open(server.url)];
    });
    afterAll(async () => void (await Promise.all(pools.map((each) => each.end()))));

    async function makeStore(): Promise<StoreFixture> {
      const [own, other] = pools;
      if (!own || !other) throw new Error('no pools');
      const reopened: OpenPool[] = [];
      const store = mariadbStore(own.pool, { prefix });
      await store.find({ id: '', subject: '' }, 0); // makes the tables
      for (const table of ['session', 'blacklist', 'revocation'])
        await run(own, `DELETE FROM ${prefix}${table}`);
      return {
        store,
        peer: () => mariadbStore(other.pool, { prefix }),
        stranger: () => mariadbStore(own.pool, { prefix: `${prefix}strangers_` }),
        reopen: () => {
          const again = open(server.url);
          reopened.push(again);
          return mariadbStore(again.pool, { prefix });
        },
        close: async () => void (await Promise.all(reopened.map((each) => each.end()))),
      };
    }

    storeContract({ describe, it, makeStore });
  });
});

async function run({ pool }: OpenPool, sql: string): Promise<void> {
  const connection = await pool.getConnection();
  await connection.query({ sql, rowsAsArray: true, typeCast: (column) => column.buffer() });
  connection.release();
}
