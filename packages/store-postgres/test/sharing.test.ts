import { type PgPool, postgresStore } from '@tokenpair/store-postgres';
import pg, { Client, type Pool } from 'pg';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type PostgresServer, startPostgres } from '../../../tooling/services/postgres-server.ts';
import { serviceTest } from '../../../tooling/services/service-test.ts';
import { advanceTo, freshSchema, MARK, poolOf, RULE, sessionOf, sqlOf, storeOf, upTo } from './support.ts';

const FULL = sessionOf({
  epoch: 'e\0\ud800',
  scope: 'read',
  data: { n: 9_007_199_254_740_991, text: '\\u0000 \\ud800', list: [1e-7, null] },
  client: { label: 'a\0b\ud800', ip: '192.0.2.1' },
});

serviceTest('postgres')('a client that is the app’s too', (program) => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ program });
  });
  afterAll(() => server.stop());

  it('may give every call another connection, cleaned between any two, as a pooler does', async () => {
    const clients: Client[] = [];
    for (const _ of upTo(4)) clients.push(await connected());
    const left: unknown[] = [];
    let turn = 0;
    let cleaned = Promise.resolve();
    const take = async (): Promise<Client> => {
      await cleaned;
      turn += 1;
      return clients[turn % clients.length] as Client;
    };
    const giveBack = async (client: Client): Promise<void> => {
      left.push(...(await stateOf(client)));
      await client.query('DISCARD ALL');
    };
    const pool: PgPool = {
      options: { max: 1 }, // whoever watches borrows, too
      totalCount: clients.length,
      async connect() {
        const client = await take();
        return {
          query: (query) => client.query(query),
          on: () => undefined,
          removeListener: () => undefined,
          release: () => {
            const [before, given] = [cleaned, giveBack(client)];
            cleaned = before.then(() => given);
          },
        };
      },
    };
    const store = postgresStore(pool, { schema: freshSchema(), pollMs: 50 });
    const heard: unknown[] = [];
    const watch = await store.watch?.((revoked) => heard.push(...revoked));
    await watch?.close();
    await store.create(sessionOf(), RULE);
    await store.create(sessionOf({ id: 's2' }), { now: 1, limit: 5 });
    for (const from of upTo(8))
      expect(await store.advance(sessionOf(), from, advanceTo(from + 1))).toBeDefined();
    expect(await store.find(sessionOf(), 1)).toMatchObject({ generation: 8 });
    const together = [
      store.advance(sessionOf(), 8, advanceTo(9)),
      store.advance(sessionOf({ id: 's2' }), 0, advanceTo(1)),
    ];
    expect(await Promise.all(together)).toMatchObject([{ generation: 9 }, { generation: 1 }]);
    expect(await store.blacklist({ id: 't1', subject: 'user-1', expiresAt: 9 }, 1)).toBe(true);
    expect(await store.revoke({ subject: 'user-1', except: 's2' }, MARK)).toBe(1);
    expect(await store.revoke({ subject: 'user-1' }, MARK)).toBe(1);
    expect(await store.isLive({ session: sessionOf() }, 1)).toBe(false);
    expect(await store.list('user-1', 1)).toEqual([]);
    expect(await store.check?.()).toEqual([]);
    expect(await store.prune(9e15)).toBe(3);
    await cleaned;
    expect(left).toEqual([]);
  });

  it('may parse types in its own way', async () => {
    const { types } = pg;
    const before = [types.builtins.INT8, types.builtins.JSON, types.builtins.JSONB].map(
      (oid) => [oid, types.getTypeParser(oid)] as const,
    );
    onTestFinished(() => {
      for (const [oid, parser] of before) types.setTypeParser(oid, parser);
    });
    for (const [oid] of before) types.setTypeParser(oid, () => 'the app’s own');
    const store = storeOf(server, { schema: freshSchema() });
    await store.create(FULL, RULE);
    expect(await store.find(FULL, 1)).toEqual(FULL);
    expect(await store.revoke(FULL, MARK)).toBe(1);
  });

  it('may rename columns and parse types in its own way, through postgres.js', async () => {
    const options = { transform: postgres.toPascal, types: { bigint: postgres.BigInt }, prepare: false };
    const store = postgresStore(sqlOf(server, options as never), { schema: freshSchema() });
    await store.create(FULL, { now: 1, limit: 2 });
    expect(await store.find(FULL, 1)).toEqual(FULL);
    expect(await store.advance(FULL, 0, { ...advanceTo(1), client: { label: '\0' } })).toMatchObject({
      generation: 1,
      client: { label: '\0', ip: '192.0.2.1' },
    });
    expect(await store.revoke(FULL, MARK)).toBe(1);
  });

  it('takes one round trip for an advance, a find and a guard’s check', async () => {
    const pool = poolOf(server, { max: 1 });
    const store = postgresStore(pool, { schema: freshSchema() });
    await store.create(sessionOf(), RULE);
    let count = 0;
    const client = await pool.connect();
    const query = client.query.bind(client) as (...given: unknown[]) => unknown;
    Object.assign(client, {
      query: (...given: unknown[]) => {
        count += 1;
        return query(...given);
      },
    });
    client.release();
    await store.advance(sessionOf(), 0, advanceTo(1));
    await store.find(sessionOf(), 1);
    await store.isLive({ session: sessionOf(), token: { id: 't', subject: 'user-1', expiresAt: 9 } }, 1);
    await store.revoke(sessionOf(), MARK);
    expect(count).toBe(4);
  });

  describe('whose connections are the server’s own', () => {
    it('has the store’s statements parsed once a connection', async () => {
      const { pool, store, advance } = await withSession();
      await store.find(sessionOf(), 1);
      await advance();
      await advance();
      const before = await namesOn(pool);
      await store.find(sessionOf(), 1);
      await advance();
      expect(before.length).toBeGreaterThan(1);
      expect(await namesOn(pool)).toEqual(before);
      expect(before).toEqual(before.map(() => expect.stringMatching(/^tokenpair_[0-9a-f]{32}$/)));
    });

    it('may be two stores’', async () => {
      const { pool, advance } = await withSession();
      const other = await withSession(pool);
      await advance();
      await other.advance();
      await advance();
    });

    it('may be emptied by the app, after which the store leaves no names', async () => {
      const { pool, store, advance } = await withSession();
      await advance();
      await pool.query('DISCARD ALL');
      await advance();
      await advance();
      await store.find(sessionOf(), 1);
      expect(await namesOn(pool)).toEqual([]);
    });

    it('may have a name already', async () => {
      const { pool: one, advance: advanceOnOne } = await withSession();
      await advanceOnOne();
      const names = await namesOn(one);
      const pool = poolOf(server, { max: 1 });
      for (const name of names) await pool.query(`PREPARE ${name} AS SELECT 1`);
      const { advance } = await withSession(pool);
      await advance();
    });

    it('may be behind a pooler, which says another process', async () => {
      const pool = poolOf(server, { max: 1 });
      pool.on('connect', (client) => Object.assign(client, { processID: 1 }));
      const { advance } = await withSession(pool);
      await advance();
      expect(await namesOn(pool)).toEqual([]);
    });

    /** A session in tables of its own, and what advances it from where it stands. */
    async function withSession(pool = poolOf(server, { max: 1 })) {
      const store = postgresStore(pool, { schema: freshSchema() });
      await store.create(sessionOf(), RULE);
      let from = 0;
      const advance = async (): Promise<void> => {
        expect(await store.advance(sessionOf(), from, advanceTo(from + 1))).toMatchObject({
          generation: from + 1,
        });
        from += 1;
      };
      return { pool, store, advance };
    }

    async function namesOn(pool: Pool): Promise<string[]> {
      const { rows } = await pool.query('SELECT name FROM pg_prepared_statements ORDER BY name');
      return rows.map(({ name }) => String(name));
    }
  });

  describe('with many at work', () => {
    it('gives each of 500 sessions one winner among 64 advances over two pools', {
      timeout: 60_000,
    }, async () => {
      const schema = freshSchema();
      const stores = [
        storeOf(server, { schema }, { max: 16 }),
        storeOf(server, { schema }, { max: 16 }),
      ] as const;
      const sessions = upTo(500).map((n) => sessionOf({ id: `s${n}`, subject: `user-${n % 50}` }));
      await Promise.all(sessions.map((session, n) => stores[n % 2 ? 1 : 0].create(session, RULE)));
      const winners = await Promise.all(
        sessions.map(async (session) => {
          const calls = upTo(64).map((n) =>
            stores[n % 2 ? 1 : 0].advance(session, 0, advanceTo(1, `racer-${n}`)),
          );
          return (await Promise.all(calls)).filter((record) => record !== undefined);
        }),
      );
      expect(winners.map(({ length }) => length)).toEqual(sessions.map(() => 1));
      for (const [n, session] of sessions.entries()) {
        expect(await stores[0].find(session, 1)).toEqual(winners[n]?.[0]);
      }
    });
  });

  async function connected(): Promise<Client> {
    const client = new Client({ connectionString: server.url });
    await client.connect();
    onTestFinished(() => client.end());
    return client;
  }

  /** What would stay behind on a connection: statements, LISTENs, locks, settings of its own, an open transaction. */
  async function stateOf(client: Client): Promise<unknown[]> {
    const { rows } = await client.query(`
      SELECT 'statement' AS what, name FROM pg_prepared_statements
      UNION ALL SELECT 'listen', pg_listening_channels()
      UNION ALL SELECT 'lock', objid::text FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory'
      UNION ALL SELECT 'setting', name FROM pg_settings WHERE source = 'session'
      UNION ALL SELECT 'transaction', pg_current_xact_id_if_assigned()::text WHERE pg_current_xact_id_if_assigned() IS NOT NULL`);
    return rows;
  }
});
