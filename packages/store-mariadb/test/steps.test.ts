import { MariadbStoreError, mariadbStore } from '@tokenpair/store-mariadb';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { type MariadbServer, startMariadb } from '../../../tooling/services/mariadb-server.ts';
import { serviceTest } from '../../../tooling/services/service-test.ts';
import {
  advanceTo,
  blocked,
  DRIVERS,
  freshPrefix,
  MARK,
  poolOf,
  RULE,
  sessionOf,
  storeOf,
  upTo,
} from './support.ts';

const TOKEN = { id: 't1', subject: 'user-1', expiresAt: 9e12 };

serviceTest('mariadbd')('a step in MariaDB', (program) => {
  let server: MariadbServer;
  beforeAll(async () => {
    server = await startMariadb({ program });
  });
  afterAll(() => server.stop());

  async function other() {
    const connection = await createConnection(server.url);
    onTestFinished(() => connection.end());
    return connection;
  }

  it('is taken again after a deadlock', async () => {
    const prefix = freshPrefix();
    const store = storeOf(server, { prefix });
    for (const id of ['s1', 's2']) await store.create(sessionOf({ id }), RULE);
    const rival = await other();
    // Holds one and then wants the other, while the store holds that and wants this.
    await rival.query(`SET SESSION innodb_lock_wait_timeout = 20`);
    await rival.query(`UPDATE ${prefix}turn SET mark = ''`).then(() => rival.query('BEGIN'));
    await rival.query(`UPDATE ${prefix}turn SET mark = 'x'`);
    const ending = store.revoke({ subject: 'user-1' }, MARK);
    await blocked(rival);
    const clash = rival.query(`UPDATE ${prefix}session SET rotated_by = 'x' ORDER BY id_key`);
    const outcome = await clash.then(
      () => 'taken',
      ({ code }) => code,
    );
    await rival.query('ROLLBACK');
    expect(['taken', 'ER_LOCK_DEADLOCK']).toContain(outcome);
    expect(await ending).toBe(2);
    expect(await store.list('user-1', 1)).toEqual([]);
  });

  it('leaves no lock and no open transaction behind when its query is killed', async () => {
    const prefix = freshPrefix();
    const store = storeOf(server, { prefix }, 1);
    await store.create(sessionOf(), RULE);
    const rival = await other();
    await rival.query('BEGIN');
    await rival.query(`SELECT * FROM ${prefix}turn FOR UPDATE`);
    const ending = store.revoke(sessionOf(), MARK); // has the session by then, and waits for its turn
    const failing = expect(ending).rejects.toMatchObject({ errno: 1317 });
    await rival.query(`KILL QUERY ${await blocked(rival)}`);
    await failing;
    await rival.query('COMMIT');
    expect(await store.advance(sessionOf(), 0, advanceTo(1))).toMatchObject({ generation: 1 });
    expect(await store.revoke(sessionOf(), MARK)).toBe(1);
  });

  it('becomes no part of a transaction that was left open on a connection', async () => {
    const pool = poolOf(server, 1);
    const prefix = freshPrefix();
    const store = mariadbStore(pool, { prefix });
    await store.create(sessionOf(), RULE);
    await pool.query('BEGIN');
    await pool.query(`UPDATE ${prefix}session SET rotated_by = 'app'`);
    await expect(store.find(sessionOf(), 1)).rejects.toEqual(new MariadbStoreError('transaction_open'));
    // That connection is closed, and what was open on it is undone.
    expect(await store.find(sessionOf(), 1)).toMatchObject({ rotatedBy: 'request-0' });
    await pool.query('BEGIN');
    await pool.query(`UPDATE ${prefix}session SET rotated_by = 'app'`);
    await expect(store.revoke(sessionOf(), MARK)).rejects.toEqual(new MariadbStoreError('transaction_open'));
    expect(await store.revoke(sessionOf(), MARK)).toBe(1);
  });

  it.each(Object.entries(DRIVERS))('works where autocommit is off, through %s', async (_, open) => {
    const owner = await other();
    await owner.query('SET GLOBAL autocommit = OFF');
    onTestFinished(() => void owner.query('SET GLOBAL autocommit = ON'));
    const { pool, end } = open(server.url);
    onTestFinished(end);
    const prefix = freshPrefix();
    const [store, peer] = [mariadbStore(pool, { prefix }), storeOf(server, { prefix })];
    await store.create(sessionOf(), RULE);
    for (const n of upTo(3)) expect(await store.find(sessionOf(), n)).toBeDefined();
    expect(await peer.revoke(sessionOf(), MARK)).toBe(1);
    expect(await store.isLive({ session: sessionOf() }, 1)).toBe(false);
  });

  it('is given up where the pool or the server has no answer in time, and not taken later', async () => {
    const prefix = freshPrefix();
    const pool = poolOf(server, 1);
    const store = mariadbStore(pool, { prefix, timeoutMs: 300 });
    await store.create(sessionOf(), RULE);
    const noAnswer = new MariadbStoreError('no_answer');
    const held = await pool.getConnection();
    await expect(store.advance(sessionOf(), 0, advanceTo(1))).rejects.toEqual(noAnswer);
    held.release();
    const rival = await other();
    await rival.query('BEGIN');
    await rival.query(`SELECT * FROM ${prefix}session FOR UPDATE`);
    await expect(store.revoke(sessionOf(), MARK)).rejects.toEqual(noAnswer);
    await rival.query('COMMIT');
    expect(await store.find(sessionOf(), 1)).toMatchObject({ generation: 0 });
  });

  it('tells no statement when it fails', async () => {
    const prefix = freshPrefix();
    const store = storeOf(server, { prefix });
    await store.create(sessionOf({ subject: 'secret-subject' }), RULE);
    await (await other()).query(`DROP TABLE ${prefix}session`);
    const failure: unknown = await store
      .find(sessionOf({ subject: 'secret-subject' }), 1)
      .catch((error) => error);
    expect(failure).toMatchObject({ message: 'MariaDB failed a statement: ER_NO_SUCH_TABLE', errno: 1146 });
    expect(Object.keys(failure as object)).toEqual(['code', 'errno', 'sqlState']);
  });

  it('is refused where a row that orders the steps is gone', async () => {
    const prefix = freshPrefix();
    const pool = poolOf(server);
    const store = mariadbStore(pool, { prefix });
    await store.create(sessionOf(), RULE);
    await pool.query(`DELETE FROM ${prefix}turn`);
    const damaged = { code: 'damaged' };
    await expect(store.revoke(sessionOf(), MARK)).rejects.toMatchObject(damaged);
    await expect(store.watch?.(() => undefined)).rejects.toMatchObject(damaged);
    await pool.query(`DELETE FROM ${prefix}slot`);
    await expect(store.create(sessionOf({ id: 's2' }), { now: 1, limit: 1 })).rejects.toMatchObject(damaged);
    expect(await store.list('user-1', 1)).toEqual([sessionOf()]);
  });

  it('takes no limit of a prune that is no number', async () => {
    const store = storeOf(server, { prefix: freshPrefix() });
    const limit = '1; DROP TABLE x; --' as unknown as number;
    await expect(store.prune(1, limit)).rejects.toThrow(SyntaxError);
  });

  it('takes whatever isolation and sql_mode the app has set', async () => {
    const pool = poolOf(server, 1);
    await pool.query('SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE');
    await pool.query("SET SESSION sql_mode = 'ANSI,NO_BACKSLASH_ESCAPES,NO_AUTO_VALUE_ON_ZERO'");
    const store = mariadbStore(pool, { prefix: freshPrefix() });
    const subject = `o'b"rien\\ '; DROP TABLE x; --`;
    await store.create(sessionOf({ subject }), { now: 1, limit: 1 });
    await store.create(sessionOf({ subject, id: 's2' }), { now: 1, limit: 1 });
    expect(await store.list(subject, 1)).toEqual([sessionOf({ subject, id: 's2' })]);
    expect(await store.blacklist(TOKEN, 1)).toBe(true);
    expect(await store.blacklist(TOKEN, 1)).toBe(false);
  });

  it('never lets parallel logins past the limit', async () => {
    const prefix = freshPrefix();
    const stores = [storeOf(server, { prefix }), storeOf(server, { prefix })];
    for (const round of upTo(5)) {
      await Promise.all(
        upTo(8).map((n) => stores[n % 2]?.create(sessionOf({ id: `${round}-${n}` }), { now: 5, limit: 3 })),
      );
      expect(await stores[0]?.list('user-1', 5)).toHaveLength(3);
    }
  });

  it('is refused by a server that is read-only, reads too', async () => {
    const store = storeOf(server, { prefix: freshPrefix() });
    await store.create(sessionOf(), RULE);
    const owner = await other();
    await owner.query('SET GLOBAL read_only = ON');
    onTestFinished(() => void owner.query('SET GLOBAL read_only = OFF'));
    const readOnly = new MariadbStoreError('read_only');
    await expect(store.find(sessionOf(), 1)).rejects.toEqual(readOnly);
    await expect(store.isLive({ session: sessionOf() }, 1)).rejects.toEqual(readOnly);
    await expect(store.list('user-1', 1)).rejects.toEqual(readOnly);
    await expect(store.watch?.(() => undefined)).rejects.toEqual(readOnly);
    await owner.query('SET GLOBAL read_only = OFF');
    expect(await store.find(sessionOf(), 1)).toEqual(sessionOf());
  });

  it('keeps what it acknowledged when the server is killed', async () => {
    const own = await startMariadb({ program });
    onTestFinished(() => own.stop());
    const store = storeOf(own);
    for (const n of upTo(5)) await store.create(sessionOf({ id: `s${n}` }), RULE);
    await store.advance({ id: 's0', subject: 'user-1' }, 0, advanceTo(1));
    await store.revoke({ id: 's1', subject: 'user-1' }, MARK);
    await store.blacklist(TOKEN, 1);
    await own.kill();
    await expect(store.find({ id: 's0', subject: 'user-1' }, 1)).rejects.toThrow();
    await own.restart();
    expect(await store.find({ id: 's0', subject: 'user-1' }, 1)).toMatchObject({ generation: 1 });
    expect((await store.list('user-1', 1)).map(({ id }) => id).sort()).toEqual(['s0', 's2', 's3', 's4']);
    expect(await store.blacklist(TOKEN, 1)).toBe(false);
    expect(await store.check?.()).toEqual([]);
  });

  it('warns of a server that flushes late', async () => {
    const lazy = await startMariadb({
      program,
      settings: { 'innodb-flush-log-at-trx-commit': '2', 'innodb-doublewrite': 'OFF' },
    });
    onTestFinished(() => lazy.stop());
    const warnings = (await storeOf(lazy).check?.()) ?? [];
    expect(warnings.map(({ code }) => code)).toEqual(['not_durable', 'not_durable']);
    expect(warnings.map(({ detail }) => detail).join()).toMatch(
      /innodb_flush_log_at_trx_commit.*innodb_doublewrite/,
    );
  });
});
