import { SessionLimitError, type TokenStore } from '@tokenpair/core/store';
import { postgresStore } from '@tokenpair/store-postgres';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type PostgresServer, startPostgres } from '../../../tooling/services/postgres-server.ts';
import { serviceTest } from '../../../tooling/services/service-test.ts';
import { advanceTo, freshSchema, MARK, poolOf, RULE, sessionOf, sqlOf, storeOf, upTo } from './support.ts';

serviceTest('postgres')('a step that the server does not take', (program) => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ program, settings: { deadlock_timeout: '1s' } });
    const owner = new Client({ connectionString: server.url });
    await owner.connect();
    await owner.query('CREATE DATABASE strict');
    await owner.query("ALTER DATABASE strict SET default_transaction_isolation = 'repeatable read'");
    await owner.end();
  });
  afterAll(() => server.stop());

  describe('for a serialization failure', () => {
    it('is taken again, and judged anew', async () => {
      const { store, other, table } = await strict();
      await store.create(sessionOf(), RULE);
      await other.query('BEGIN');
      await other.query(`UPDATE ${table} SET generation = 1`);
      const lost = store.advance(sessionOf(), 0, advanceTo(1));
      await waiting();
      await other.query('COMMIT');
      expect(await lost).toBeUndefined();
      expect(await store.advance(sessionOf(), 1, advanceTo(2))).toMatchObject({ generation: 2 });
    });

    it('is taken again through postgres.js as well', async () => {
      const { other, table, schema } = await strict();
      const store = postgresStore(sqlOf(server, { database: 'strict' }), { schema });
      await store.create(sessionOf(), RULE);
      await other.query('BEGIN');
      await other.query(`UPDATE ${table} SET rotated_by = 'x'`);
      const call = store.revoke({ subject: 'user-1' }, MARK);
      await waiting();
      await other.query('COMMIT');
      expect(await call).toBe(1);
    });

    it('lets no parallel logins past the limit, though each would see the past', async () => {
      const { store, schema } = await strict();
      const peer = storeOf(
        server,
        { schema },
        { connectionString: server.url.replace(/postgres$/, 'strict') },
      );
      for (const round of upTo(10)) {
        const logins = upTo(8).map((n) =>
          (n % 2 ? store : peer).create(sessionOf({ id: `${round}-${n}` }), { now: 5, limit: 3 }),
        );
        await Promise.all(logins);
        expect(await store.list('user-1', 5)).toHaveLength(3);
      }
    });

    it('rejects when it may not be taken again', async () => {
      const { store, other, table } = await strict({ retries: 0 });
      await store.create(sessionOf(), RULE);
      await other.query('BEGIN');
      await other.query(`UPDATE ${table} SET rotated_by = 'x'`);
      const call = expect(store.advance(sessionOf(), 0, advanceTo(1))).rejects.toMatchObject({
        code: '40001',
      });
      await waiting();
      await other.query('COMMIT');
      await call;
      expect(await store.find(sessionOf(), 1)).toMatchObject({ generation: 0 });
    });
  });

  describe('for a deadlock', () => {
    for (const [name, end] of [
      ['revoke', (store: TokenStore) => store.revoke({ subject: 'user-1' }, MARK)],
      ['create', (store: TokenStore) => store.create(sessionOf({ id: 'new' }), { now: 5, limit: 1 })],
    ] as const) {
      it(`is taken again: ${name}`, async () => {
        const schema = freshSchema();
        const store = storeOf(server, { schema });
        const other = await rival();
        for (const id of ['a', 'b']) await store.create(sessionOf({ id }), RULE);
        await other.query('BEGIN');
        await other.query("SET LOCAL deadlock_timeout = '20s'"); // so that the store is the one that is rolled back
        await other.query(`UPDATE ${schema}.tokenpair_session SET rotated_by = 'x' WHERE id = 'b'`);
        const call = end(store); // holds a, waits for b
        await waiting();
        await other.query(`UPDATE ${schema}.tokenpair_session SET rotated_by = 'x' WHERE id = 'a'`);
        await other.query('COMMIT');
        await call;
        for (const id of ['a', 'b']) {
          expect(await store.find({ id, subject: 'user-1' }, 1)).toMatchObject({
            revokedAt: 5,
            rotatedBy: 'x',
          });
        }
        const { rows } = await other.query(
          'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()',
        );
        expect(Number(rows[0].deadlocks)).toBeGreaterThan(0);
      });
    }

    for (const [name, end] of [
      ['revoke', (store: TokenStore) => store.revoke({ subject: 'user-1' }, MARK)],
      ['create', (store: TokenStore) => store.create(sessionOf({ id: 'new' }), { now: 5, limit: 1 })],
    ] as const) {
      it(`does not come about among the store’s own steps, which lock in the order of the ids: ${name}`, async () => {
        const schema = freshSchema();
        const store = storeOf(server, { schema });
        const [other, third] = [await rival(), await rival()];
        for (const [n, id] of ['c', 'a', 'd', 'b'].entries())
          await store.create(sessionOf({ id, createdAt: n }), RULE);
        await other.query('BEGIN');
        await other.query(`UPDATE ${schema}.tokenpair_session SET rotated_by = 'x' WHERE id = 'c'`);
        const call = end(store); // stops at c
        await waiting();
        const free = `SELECT id FROM ${schema}.tokenpair_session ORDER BY id FOR UPDATE SKIP LOCKED`;
        expect((await third.query(free)).rows).toEqual([{ id: 'd' }]);
        await other.query('COMMIT');
        await call;
      });
    }

    it('does not come about among the store’s own steps on one subject', async () => {
      const schema = freshSchema();
      const [store, peer] = [
        storeOf(server, { schema, retries: 0 }),
        storeOf(server, { schema, retries: 0 }),
      ];
      for (const round of upTo(10)) {
        const ids = upTo(12).map((n) => `${round}-${n}`);
        const order = [...ids].sort(() => Math.random() - 0.5);
        for (const [n, id] of order.entries()) await store.create(sessionOf({ id, createdAt: n }), RULE);
        await Promise.all([
          store.revoke({ subject: 'user-1' }, MARK),
          peer.create(sessionOf({ id: `${round}-new` }), { now: 5, limit: 3 }),
          peer.revoke({ subject: 'user-1', except: ids[0] ?? '' }, MARK),
          store.create(sessionOf({ id: `${round}-newer` }), { now: 5, limit: 2 }),
          ...ids.map((id) => peer.advance({ id, subject: 'user-1' }, 0, advanceTo(1))),
          store.prune(1),
        ]);
      }
    });
  });

  describe('for any other failure', () => {
    it('is not taken again when the connection is lost under it', async () => {
      const schema = freshSchema();
      const store = storeOf(server, { schema }, { application_name: schema });
      const other = await rival();
      await store.create(sessionOf(), RULE);
      await other.query('BEGIN');
      await other.query(`UPDATE ${schema}.tokenpair_session SET rotated_by = 'x'`);
      const calls = [
        store.advance(sessionOf(), 0, advanceTo(1)),
        store.revoke(sessionOf(), MARK),
        store.create(sessionOf({ id: 's2' }), { now: 5, limit: 1 }),
      ].map((call) => expect(call).rejects.toThrow());
      await waiting(3);
      await other.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1',
        [schema],
      );
      await Promise.all(calls);
      await other.query('COMMIT');
      expect(await store.find(sessionOf(), 1)).toEqual(sessionOf({ rotatedBy: 'x' }));
      expect(await store.find(sessionOf({ id: 's2' }), 1)).toBeUndefined();
    });

    it('is not taken again when the server cuts it off', async () => {
      const schema = freshSchema();
      const store = storeOf(server, { schema }, { statement_timeout: 100 });
      const other = await rival();
      await store.create(sessionOf(), RULE);
      await other.query('BEGIN');
      await other.query(`UPDATE ${schema}.tokenpair_session SET rotated_by = 'x'`);
      const cut = { code: '57014' };
      await expect(store.advance(sessionOf(), 0, advanceTo(1))).rejects.toMatchObject(cut);
      await expect(store.create(sessionOf({ id: 'new' }), { now: 5, limit: 1 })).rejects.toMatchObject(cut);
      await other.query('ROLLBACK');
      expect(await store.list('user-1', 1)).toEqual([sessionOf()]);
    });

    it('rejects while the server is away, and works when it is back', async () => {
      const schema = freshSchema();
      const store = storeOf(server, { schema });
      await store.create(sessionOf(), RULE);
      await server.kill();
      await expect(store.find(sessionOf(), 1)).rejects.toThrow();
      await expect(store.isLive({ session: sessionOf() }, 1)).rejects.toThrow();
      await expect(store.create(sessionOf({ id: 'new' }), { now: 5, limit: 1 })).rejects.toThrow();
      await expect(store.prune(1)).rejects.toThrow();
      await server.restart();
      expect(await store.find(sessionOf(), 1)).toEqual(sessionOf());
    });

    it('gives the connection back or closes it', async () => {
      const pool = poolOf(server, { max: 1 });
      const store = postgresStore(pool, { schema: freshSchema() });
      const refusing = { now: 1, limit: 1, onLimit: 'refuse' } as const;
      await store.create(sessionOf(), refusing);
      for (const _ of upTo(3)) {
        await expect(store.create(sessionOf({ id: 's2' }), refusing)).rejects.toThrow(SessionLimitError);
        await expect(
          store.create(sessionOf({ createdAt: Number.NaN }), { now: 1, limit: 5 }),
        ).rejects.toThrow();
        await expect(store.create(sessionOf(), { now: 1, limit: 5 })).rejects.toMatchObject({
          code: 'session_exists',
        });
      }
      expect(await store.list('user-1', 1)).toEqual([sessionOf()]);
    });
  });

  async function strict(options: { retries?: number } = {}) {
    const schema = freshSchema();
    const config = { connectionString: server.url.replace(/postgres$/, 'strict') };
    const store = storeOf(server, { schema, ...options }, config);
    return {
      store,
      schema,
      table: `${schema}.tokenpair_session`,
      other: await rival(config.connectionString),
    };
  }

  async function rival(connectionString = server.url): Promise<Client> {
    const client = new Client({ connectionString });
    await client.connect();
    onTestFinished(() => client.end());
    return client;
  }

  /** Until so many connections wait for a lock. */
  async function waiting(count = 1): Promise<void> {
    const pool = poolOf(server, { max: 1 });
    const blocked = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
    await vi.waitFor(async () => expect((await pool.query(blocked)).rows).toHaveLength(count), {
      interval: 5,
    });
  }
});
