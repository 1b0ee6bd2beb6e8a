import { readFileSync } from 'node:fs';
import { migratePostgres, postgresStore } from '@tokenpair/store-postgres';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PostgresServer, startPostgres } from '../../../tooling/services/postgres-server.ts';
import { serviceTest } from '../../../tooling/services/service-test.ts';
import {
  advanceTo,
  createPool,
  freshSchema,
  MARK,
  poolOf,
  RULE,
  sessionOf,
  sqlOf,
  storeOf,
  textsOf,
  upTo,
} from './support.ts';

serviceTest('postgres')('the tables', (program) => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ program });
  });
  afterAll(() => server.stop());

  it('are made once when many start at once, schema and all', async () => {
    const schema = freshSchema();
    const stores = upTo(6).map(() => storeOf(server, { schema }));
    const others = upTo(2).map(() => postgresStore(sqlOf(server), { schema }));
    await Promise.all([
      ...[...stores, ...others].map((store) => store.list('user-1', 1)),
      migratePostgres(poolOf(server), { schema }),
      migratePostgres(sqlOf(server), { schema }),
    ]);
    const { rows } = await poolOf(server).query(`SELECT version FROM ${schema}.tokenpair_schema`);
    expect(rows).toEqual([{ version: 1 }]);
  });

  it('are made once for the first calls of one store, and never looked at again', async () => {
    const schema = freshSchema();
    const pool = poolOf(server);
    const texts = textsOf(pool);
    const store = postgresStore(pool, { schema });
    await Promise.all(upTo(10).map(() => store.list('user-1', 1)));
    await store.list('user-1', 1);
    expect(texts.filter((text) => text.includes('CREATE TABLE'))).toHaveLength(2);
    expect(texts.filter((text) => text.includes('pg_class'))).toHaveLength(2);
  });

  it('are left alone where a newer release made them', async () => {
    const schema = freshSchema();
    await migratePostgres(poolOf(server), { schema });
    await poolOf(server).query(`UPDATE ${schema}.tokenpair_schema SET version = 1000`);
    const newer = { name: 'PostgresStoreError', code: 'schema_newer' };
    await expect(storeOf(server, { schema }).find(sessionOf(), 1)).rejects.toMatchObject(newer);
    await expect(storeOf(server, { schema }).watch?.(() => {})).rejects.toMatchObject(newer);
    await expect(migratePostgres(poolOf(server), { schema })).rejects.toMatchObject(newer);
  });

  it('are looked for again after a failure', async () => {
    const schema = freshSchema();
    const store = storeOf(server, { schema });
    await server.kill();
    await expect(store.find(sessionOf(), 1)).rejects.toThrow();
    await server.restart();
    expect(await store.find(sessionOf(), 1)).toBeUndefined();
  });

  it('can lie in a schema with an awkward name', async () => {
    const schema = `a"b'c; DROP SCHEMA public; é $1`;
    const store = storeOf(server, { schema });
    await store.create(sessionOf(), RULE);
    const heard: unknown[] = [];
    const watch = await store.watch?.((revoked) => heard.push(...revoked));
    expect(await store.revoke(sessionOf(), MARK)).toBe(1);
    await expect.poll(() => heard.length).toBe(1);
    await watch?.close();
  });

  it('keep two schemas apart', async () => {
    const [one, other] = [
      storeOf(server, { schema: freshSchema() }),
      storeOf(server, { schema: freshSchema() }),
    ];
    await one.create(sessionOf(), RULE);
    expect(await other.find(sessionOf(), 1)).toBeUndefined();
  });

  it('take names of 255 characters of four bytes each, and ids beside them', async () => {
    const store = storeOf(server, { schema: freshSchema() });
    const random = (): string =>
      String.fromCodePoint(...upTo(255).map(() => 0x1f300 + Math.floor(Math.random() * 0x2ff)));
    const session = sessionOf({ id: random(), subject: random() });
    await store.create(session, RULE);
    expect(await store.find(session, 1)).toEqual(session);
    expect(await store.blacklist({ id: random(), subject: random(), expiresAt: 9 }, 1)).toBe(true);
  });

  it('are updated in place by an advance: the new version of a row needs no new entry in an index', async () => {
    const schema = freshSchema();
    const pool = poolOf(server, { max: 1 });
    const store = postgresStore(pool, { schema });
    await store.create(sessionOf(), RULE);
    for (const from of upTo(100)) await store.advance(sessionOf(), from, advanceTo(from + 1));
    await pool.query('SELECT pg_stat_force_next_flush()');
    const { rows } = await pool.query(
      'SELECT n_tup_upd::int AS updates, n_tup_hot_upd::int AS hot FROM pg_stat_user_tables WHERE relid = to_regclass($1)',
      [`${schema}.tokenpair_session`],
    );
    expect(rows).toEqual([{ updates: 100, hot: 100 }]);
  });

  describe('for a role that may not make any', () => {
    let owner: Pool;
    const url = (): string => server.url.replace('postgres@', 'app@');

    beforeAll(async () => {
      owner = createPool(server);
      await owner.query('CREATE ROLE app LOGIN');
    });
    afterAll(() => owner.end());

    it('are reported missing, and found when somebody else has made them', async () => {
      const schema = freshSchema();
      const store = storeOf(server, { schema }, { connectionString: url() });
      const missing = { name: 'PostgresStoreError', code: 'not_migrated' };
      await expect(store.find(sessionOf(), 1)).rejects.toMatchObject(missing);
      await expect(
        migratePostgres(poolOf(server, { connectionString: url() }), { schema }),
      ).rejects.toMatchObject(missing);
      await migratePostgres(owner, { schema });
      await expect(store.find(sessionOf(), 1)).rejects.toMatchObject(missing); // no right to look either
      await grant(schema);
      expect(await store.find(sessionOf(), 1)).toBeUndefined();
    });

    it('do with the rights that the documentation names', async () => {
      const schema = freshSchema();
      await migratePostgres(owner, { schema });
      await grant(schema);
      const store = storeOf(server, { schema }, { connectionString: url() });
      await store.create(sessionOf(), RULE);
      await store.create(sessionOf({ id: 's2' }), { now: 1, limit: 1 });
      expect(await store.advance({ id: 's2', subject: 'user-1' }, 0, advanceTo(1))).toBeDefined();
      expect(await store.revoke({ subject: 'user-1' }, MARK)).toBe(1);
      expect(await store.blacklist({ id: 't1', subject: 'user-1', expiresAt: 9 }, 1)).toBe(true);
      expect(await store.isLive({ session: sessionOf() }, 1)).toBe(false);
      expect(await store.list('user-1', 1)).toEqual([]);
      expect(await store.prune(9e15)).toBe(3);
      expect(await store.check?.()).toEqual([]);
      const watch = await store.watch?.(() => {});
      await watch?.close();
    });

    /** As README.md has it for the schema `auth`. */
    async function grant(schema: string): Promise<void> {
      const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
      const [, rights = ''] = /^```sql\n(.*?)^```$/ms.exec(readme) ?? [];
      await owner.query(rights.replaceAll(/\bauth\b/g, schema));
    }
  });
});
