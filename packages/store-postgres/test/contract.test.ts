import { postgresStore } from '@tokenpair/store-postgres';
import { type StoreFixture, storeContract } from '@tokenpair/testkit';
import type { Pool } from 'pg';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type PostgresServer, startPostgres } from '../../../tooling/services/postgres-server.ts';
import { serviceTest } from '../../../tooling/services/service-test.ts';
import { createPool } from './support.ts';

serviceTest('postgres')('postgresStore', (program) => {
  let server: PostgresServer;
  let pools: Pool[];

  beforeAll(async () => {
    server = await startPostgres({ program });
    pools = [createPool(server), createPool(server)];
    await pools[0]?.query('CREATE DATABASE strict');
    await pools[0]?.query("ALTER DATABASE strict SET default_transaction_isolation = 'serializable'");
  });

  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.end()));
    await server.stop();
  });

  describe('through pg', () => {
    storeContract({ describe, it, makeStore: () => onPg('through_pg') });
  });

  describe('through pg, where transactions are serializable', () => {
    let strict: Pool[];
    beforeAll(() => {
      const connectionString = server.url.replace(/postgres$/, 'strict');
      strict = [createPool(server, { connectionString }), createPool(server, { connectionString })];
    });
    afterAll(async () => void (await Promise.all(strict.map((pool) => pool.end()))));
    storeContract({ describe, it, makeStore: () => onPg('through_pg', strict) });
  });

  describe('through postgres.js', () => {
    let clients: postgres.Sql[];
    beforeAll(() => {
      clients = [0, 1].map(() => postgres(server.url, { onnotice: () => {} }));
    });
    afterAll(async () => void (await Promise.all(clients.map((sql) => sql.end({ timeout: 1 })))));

    async function makeStore(): Promise<StoreFixture> {
      const options = { schema: 'postgres_js' };
      const [own, other] = clients;
      if (!own || !other) throw new Error('no clients');
      const store = postgresStore(own, options);
      await empty(store, (statement) => own.unsafe(statement), options.schema);
      return {
        store,
        peer: () => postgresStore(other, options),
        stranger: () => postgresStore(own, { schema: 'postgres_js_strangers' }),
        reopen: () => postgresStore(other, options),
      };
    }
    storeContract({ describe, it, makeStore });
  });

  async function onPg(schema: string, [own, other] = pools): Promise<StoreFixture> {
    if (!own || !other) throw new Error('no pools');
    const reopened: Pool[] = [];
    const store = postgresStore(own, { schema });
    await empty(store, (statement) => own.query(statement), schema);
    return {
      store,
      peer: () => postgresStore(other, { schema }),
      stranger: () => postgresStore(own, { schema: `${schema}_strangers` }),
      reopen: () => {
        const pool = createPool(server, { connectionString: own.options.connectionString ?? '' });
        reopened.push(pool);
        return postgresStore(pool, { schema });
      },
      close: async () => void (await Promise.all(reopened.map((pool) => pool.end()))),
    };
  }
});

/** Makes the tables if they are not there, and takes everything out of them. */
async function empty(
  store: { find(ref: { id: string; subject: string }, now: number): Promise<unknown> },
  run: (statement: string) => PromiseLike<unknown> | undefined,
  schema: string,
): Promise<void> {
  await store.find({ id: '', subject: '' }, 0);
  const tables = ['session', 'blacklist', 'revocation'].map((name) => `${schema}.tokenpair_${name}`);
  await run(tables.map((table) => `DELETE FROM ${table};`).join(' '));
}
