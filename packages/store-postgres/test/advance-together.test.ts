import type { Session, TokenStore } from '@tokenpair/core/store';
import { postgresStore } from '@tokenpair/store-postgres';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type PostgresServer, startPostgres } from '../../../tooling/services/postgres-server.ts';
import { serviceTest } from '../../../tooling/services/service-test.ts';
import { proxyTo } from './proxy.ts';
import {
  advanceTo,
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

const TOGETHER = 'SKIP LOCKED';

serviceTest('postgres')('advances that come together', (program) => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ program, settings: { deadlock_timeout: '50ms' } });
    const owner = new Client({ connectionString: server.url });
    await owner.connect();
    await owner.query('CREATE DATABASE strict');
    await owner.query("ALTER DATABASE strict SET default_transaction_isolation = 'serializable'");
    await owner.end();
  });
  afterAll(() => server.stop());

  describe.each(['pg', 'postgres.js', 'pg, serializable'])('through %s', (way) => {
    it('each get the answer that they would have got alone, and leave the same records', async () => {
      const [{ store: together, texts }, { store: alone }] = [await prepared(way), await prepared(way)];
      const answers = await Promise.all(CASES.map(({ call }) => call(together)));
      expect(texts).toHaveLength(1);
      for (const [n, { name, call }] of CASES.entries())
        expect({ name, answer: answers[n] }).toEqual({ name, answer: await call(alone) });
      for (const { id } of SESSIONS) expect(await read(together, id)).toEqual(await read(alone, id));
      expect(answers.map((answer) => answer !== undefined)).toEqual(CASES.map(({ holds }) => holds));
    });

    it('are taken in order where they are on one session, each from where the one before left it', async () => {
      const { store } = await prepared(way);
      const ref = { id: 'plain', subject: 'user-1' };
      const answers = await Promise.all([
        store.advance(ref, 0, advanceTo(1, 'first')),
        store.advance({ id: 'other', subject: 'user-2' }, 0, advanceTo(1)),
        store.advance(ref, 0, advanceTo(1, 'rival')),
        store.advance(ref, 1, advanceTo(2, 'next')),
        store.advance(ref, 1, advanceTo(2, 'late')),
      ]);
      expect(answers.map((answer) => answer?.rotatedBy)).toEqual([
        'first',
        'request-1',
        undefined,
        'next',
        undefined,
      ]);
      expect(await read(store, 'plain')).toMatchObject({ generation: 2, rotatedBy: 'next' });
    });

    it('fail alone where the server takes one of them not', async () => {
      const { store } = await prepared(way);
      const outcomes = await Promise.allSettled([
        store.advance({ id: 'plain', subject: 'user-1' }, 0, advanceTo(1)),
        store.advance({ id: 'other', subject: 'user-2' }, 0, advanceTo(Number.NaN)),
        store.advance({ id: 'third', subject: 'user-2' }, 0, advanceTo(1)),
        store.advance({ id: 'nobody', subject: 'user-2' }, 0, advanceTo(1)),
      ]);
      expect(outcomes).toMatchObject([
        { value: { id: 'plain', generation: 1 } },
        { status: 'rejected', reason: { code: '22P02' } },
        { value: { id: 'third', generation: 1 } },
        { status: 'fulfilled', value: undefined },
      ]);
      expect(await read(store, 'other')).toMatchObject({ generation: 0 });
    });
  });

  it('are one statement, of 64 sessions at most', async () => {
    const { store, texts } = await fleetOf(100);
    await Promise.all(upTo(100).map((n) => store.advance(refOf(n), 0, advanceTo(1))));
    expect(texts.filter((text) => text.includes(TOGETHER))).toHaveLength(2);
    // The second goes on a connection that is new, which is asked once whose it is.
    expect(texts.filter((text) => !text.includes('pg_backend_pid'))).toHaveLength(2);
    await store.advance(refOf(0), 1, advanceTo(2));
    expect(texts.filter((text) => text.includes(TOGETHER))).toHaveLength(2);
  });

  it('of two nodes never get two records of one generation, and never wait in a circle', async () => {
    const { store, schema } = await fleetOf(40);
    const peer = storeOf(server, { schema, retries: 0 });
    for (const from of upTo(15)) {
      const calls = upTo(40).flatMap((n) => {
        const rivals = [store, peer].map((node) => node.advance(refOf(n), from, advanceTo(from + 1)));
        return n % 2 ? rivals : rivals.reverse();
      });
      const answers = await Promise.all(calls);
      expect(answers.filter((answer) => answer !== undefined)).toHaveLength(40);
    }
  });

  it('hold up nobody when somebody else has the row of one', async () => {
    const { store, schema } = await fleetOf(4);
    const other = await rival();
    await other.query('BEGIN');
    await other.query(`UPDATE ${schema}.tokenpair_session SET rotated_by = 'x' WHERE id = 's1'`);
    const [first, held, third] = upTo(3).map((n) => store.advance(refOf(n), 0, advanceTo(1)));
    expect(await first).toMatchObject({ generation: 1 });
    expect(await third).toMatchObject({ generation: 1 });
    await waiting();
    await other.query('COMMIT');
    expect(await held).toMatchObject({ id: 's1', generation: 1 });
  });

  it('pass those that wait alone for somebody else’s lock', async () => {
    const { store, schema } = await fleetOf(6);
    const other = await rival();
    await other.query('BEGIN');
    await other.query(`UPDATE ${schema}.tokenpair_session SET rotated_by = 'x' WHERE id IN ('s0', 's1')`);
    const held: Promise<unknown>[] = [];
    for (const n of [0, 1]) {
      held.push(store.advance(refOf(n), 0, advanceTo(1)));
      await waiting(n + 1);
    }
    const free = await Promise.all([2, 3, 4].map((n) => store.advance(refOf(n), 0, advanceTo(1))));
    expect(free).toMatchObject([{ generation: 1 }, { generation: 1 }, { generation: 1 }]);
    await other.query('ROLLBACK');
    expect(await Promise.all(held)).toMatchObject([{ id: 's0' }, { id: 's1' }]);
  });

  it('are judged anew alone after a serialization failure of one', async () => {
    const { store, schema, texts } = await fleetOf(3, 'strict');
    const other = await rival('strict');
    await other.query('BEGIN');
    await other.query(`LOCK TABLE ${schema}.tokenpair_session`);
    const calls = upTo(3).map((n) => store.advance(refOf(n), 0, advanceTo(1)));
    await waiting(); // the statement sees the past by now
    await other.query(`UPDATE ${schema}.tokenpair_session SET generation = 1 WHERE id = 's1'`);
    await other.query('COMMIT');
    expect(await Promise.all(calls)).toMatchObject([{ generation: 1 }, undefined, { generation: 1 }]);
    expect(texts.filter((text) => !text.includes(TOGETHER)).length).toBeGreaterThanOrEqual(3);
  });

  it('reject together when the connection is lost before the server has taken them, and change nothing', async () => {
    const { store, schema } = await fleetOf(3);
    const other = await rival();
    await other.query('BEGIN');
    await other.query(`LOCK TABLE ${schema}.tokenpair_session`);
    const outcomes = Promise.allSettled(upTo(3).map((n) => store.advance(refOf(n), 0, advanceTo(1))));
    await waiting();
    await other.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'",
    );
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    await other.query('COMMIT');
    for (const n of upTo(3)) expect(await read(store, `s${n}`)).toMatchObject({ generation: 0 });
    expect(await store.advance(refOf(0), 0, advanceTo(1))).toMatchObject({ generation: 1 });
  });

  it('reject together when their answer is lost, and each finds its own name on its record', async () => {
    const proxy = await proxyTo(server.port);
    const { store, schema } = await fleetOf(3, 'postgres', proxy.port);
    const other = await rival();
    await other.query('BEGIN');
    await other.query(`LOCK TABLE ${schema}.tokenpair_session`);
    const outcomes = Promise.allSettled(
      upTo(3).map((n) => store.advance(refOf(n), 0, advanceTo(1, `call-${n}`))),
    );
    await waiting();
    proxy.freeze();
    await other.query('COMMIT');
    await vi.waitFor(async () => {
      const { rows } = await other.query(`SELECT 1 FROM ${schema}.tokenpair_session WHERE generation = 1`);
      expect(rows).toHaveLength(3);
    });
    proxy.cut();
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    proxy.restore();
    for (const n of upTo(3)) {
      expect(await store.advance(refOf(n), 0, advanceTo(1, `again-${n}`))).toBeUndefined();
      expect(await read(store, `s${n}`)).toMatchObject({ generation: 1, rotatedBy: `call-${n}` });
    }
  });

  it('reject together while the tables cannot be made', async () => {
    const store = postgresStore(poolOf(server, { port: 1, connectionString: '', host: '127.0.0.1' }));
    const outcomes = await Promise.allSettled(upTo(3).map((n) => store.advance(refOf(n), 0, advanceTo(1))));
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  });

  /** Sessions s0 to s… in tables of their own, and the texts of what is sent from then on. */
  async function fleetOf(count: number, database = 'postgres', port = server.port) {
    const schema = freshSchema();
    const connectionString = server.url
      .replace(/postgres$/, database)
      .replace(`:${server.port}/`, `:${port}/`);
    const pool = poolOf(server, { connectionString });
    const texts = textsOf(pool);
    const store = postgresStore(pool, { schema });
    for (const n of upTo(count)) await store.create(sessionOf(refOf(n)), RULE);
    texts.length = 0;
    return { store, schema, texts };
  }

  /** The sessions in tables of their own, and the texts of what is sent from then on. */
  async function prepared(way: string) {
    const { client, texts } = clientFor(way);
    const store = postgresStore(client, { schema: freshSchema() });
    for (const session of SESSIONS) await store.create(session, RULE);
    await store.revoke({ id: 'revoked', subject: 'user-1' }, MARK);
    texts.length = 0;
    return { store, texts };
  }

  function clientFor(way: string) {
    if (way === 'postgres.js') {
      const texts: string[] = [];
      return { client: sqlOf(server, { debug: (_, text) => texts.push(text) }), texts };
    }
    const database = way === 'pg' ? 'postgres' : 'strict';
    const client = poolOf(server, { connectionString: server.url.replace(/postgres$/, database) });
    return { client, texts: textsOf(client) };
  }

  async function rival(database = 'postgres'): Promise<Client> {
    const client = new Client({ connectionString: server.url.replace(/postgres$/, database) });
    client.on('error', () => {});
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

const AWKWARD = 'a"b\\c{d},e\0f\ud800 NULL';

const SESSIONS: Session[] = [
  sessionOf({ id: 'plain' }),
  sessionOf({ id: 'other', subject: 'user-2' }),
  sessionOf({ id: 'third', subject: 'user-2', generation: 0 }),
  sessionOf({ id: 'revoked' }),
  sessionOf({ id: 'ended', endsAt: 2 }),
  sessionOf({ id: 'ahead', generation: 5 }),
  sessionOf({ id: AWKWARD, subject: AWKWARD, epoch: 'old', client: { label: 'kept', ip: 'old' } }),
  sessionOf({ id: 'full', epoch: 'e', scope: 'read', data: { n: [1, null] }, client: { label: 'x' } }),
  sessionOf({ id: 'null' }),
];

interface Case {
  readonly name: string;
  readonly holds: boolean;
  readonly call: (store: TokenStore) => Promise<Session | undefined>;
}

const CASES: Case[] = [
  caseOf('one that stands there', true, 'plain', 0),
  caseOf('one of another subject', false, 'other', 0, 'user-1'),
  caseOf('one that is revoked', false, 'revoked', 0),
  caseOf('one past its end', false, 'ended', 0),
  caseOf('one that is ahead', false, 'ahead', 4),
  caseOf('one that goes far ahead', true, 'third', 0, 'user-2', { generation: 9_007_199_254_740_991 }),
  caseOf('one that is not there', false, 'nobody', 0),
  caseOf('one with names that need care', true, AWKWARD, 0, AWKWARD, {
    rotatedBy: AWKWARD,
    epoch: AWKWARD,
    client: { userAgent: AWKWARD, ip: 'new' },
  }),
  caseOf('one whose client stays as it was', true, 'full', 0, 'user-1', { client: {} }),
  caseOf('one that gets an epoch called null', true, 'null', 0, 'user-1', { epoch: 'NULL' }),
];

function caseOf(name: string, holds: boolean, id: string, from: number, subject = 'user-1', next = {}): Case {
  const call: Case['call'] = (store) =>
    store.advance({ id, subject }, from, { ...advanceTo(from + 1), ...next });
  return { name, holds, call };
}

function refOf(n: number) {
  return { id: `s${n}`, subject: `user-${n % 3}` };
}

async function read(store: TokenStore, id: string): Promise<Session | undefined> {
  const session = SESSIONS.find((each) => each.id === id);
  const n = Number(id.slice(1));
  return store.find(session ?? refOf(n), 1);
}
