import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { postgresStore } from '@tokenpair/store-postgres';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type PostgresServer, startPostgres } from '../../../tooling/services/postgres-server.ts';
import { serviceTest } from '../../../tooling/services/service-test.ts';
import { proxyTo } from './proxy.ts';
import {
  freshSchema,
  MARK,
  poolOf,
  RULE,
  sessionOf,
  sqlOf,
  storeOf,
  textsOf,
  upTo,
  watching,
} from './support.ts';

const tokenOf = (id: string) => ({ id, subject: 'user-1', expiresAt: 9e12 });
const UNTIL = { timeout: 20_000, interval: 5 };

serviceTest('postgres')('the revocation feed', (program) => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ program });
  });
  afterAll(() => server.stop());

  it('reaches another node at once: 500 revocations, each well before the next poll', async ({
    annotate,
  }) => {
    const schema = freshSchema();
    const [near, far] = [storeOf(server, { schema }), storeOf(server, { schema, pollMs: 1_000 })];
    await Promise.all(upTo(500).map((n) => near.create(sessionOf({ id: `s${n}` }), RULE)));
    const seen = await watching(far);
    const delays: number[] = [];
    for (const n of upTo(500)) {
      await near.revoke(sessionOf({ id: `s${n}` }), MARK);
      const acknowledgedAt = performance.now();
      await vi.waitFor(() => expect(seen.ids()).toHaveLength(n + 1), { timeout: 5_000, interval: 1 });
      delays.push(
        Math.max(0, (seen.calls.findLast(({ revoked }) => revoked.length)?.at ?? 0) - acknowledgedAt),
      );
    }
    delays.sort((a, b) => a - b);
    const [median = 0, p99 = 0, max = 0] = [250, 495, 499].map((n) => delays[n]);
    await annotate(`ms: median ${median.toFixed(1)}, p99 ${p99.toFixed(1)}, max ${max.toFixed(1)}`);
    expect(median).toBeLessThan(50);
    expect(p99).toBeLessThan(500); // on a machine with nothing else to do it is 5
    expect(seen.ids()).toEqual(upTo(500).map((n) => `s${n}`));
  });

  it('reaches a node on postgres.js at once, and goes on after its connections were ended', async () => {
    const schema = freshSchema();
    const near = storeOf(server, { schema });
    const far = postgresStore(sqlOf(server, { connection: { application_name: schema } }), { schema });
    const seen = await watching(far);
    await listenerOf(schema);
    await near.blacklist(tokenOf('first'), 1);
    await vi.waitFor(() => expect(seen.ids()).toEqual(['first']), UNTIL);
    await terminate(schema);
    await near.blacklist(tokenOf('second'), 1);
    await vi.waitFor(() => expect(seen.ids()).toContain('second'), UNTIL);
    await listenerOf(schema);
  });

  it('names all 1,000 sessions of a subject that are ended by one call, in one delivery', async () => {
    const schema = freshSchema();
    const [near, far] = [storeOf(server, { schema }), storeOf(server, { schema })];
    await Promise.all(upTo(1_000).map((n) => near.create(sessionOf({ id: `s${n}` }), RULE)));
    const seen = await watching(far);
    expect(await near.revoke({ subject: 'user-1' }, MARK)).toBe(1_000);
    await vi.waitFor(() => expect(seen.ids()).toHaveLength(1_000), UNTIL);
    expect(new Set(seen.ids())).toEqual(new Set(upTo(1_000).map((n) => `s${n}`)));
    expect(seen.calls.filter(({ revoked }) => revoked.length)).toHaveLength(1);
  });

  describe('beside transactions that stay open', () => {
    it('misses nothing of one that took its number first and commits last', async () => {
      const schema = freshSchema();
      const store = storeOf(server, { schema, pollMs: 50 });
      const seen = await watching(store);
      const late = await begun();
      await late.query(`
        INSERT INTO ${schema}.tokenpair_revocation (token, at, until, reason) VALUES ('late', 1, 9e12, 'revoked')`);
      for (const n of upTo(20)) {
        await store.blacklist(tokenOf(`t${n}`), 1);
        await vi.waitFor(() => expect(seen.ids()).toContain(`t${n}`), UNTIL);
      }
      const { length } = seen.calls;
      await vi.waitFor(() => expect(seen.calls.length).toBeGreaterThan(length + 3), UNTIL); // read over it again and again
      expect(seen.ids()).not.toContain('late');
      await late.query('COMMIT');
      await vi.waitFor(() => expect(seen.ids()).toContain('late'), UNTIL);
      expect(seen.ids()).toHaveLength(21);
    });

    it('misses nothing of many that commit in any order, and delivers each once', async () => {
      const schema = freshSchema();
      const store = storeOf(server, { schema, pollMs: 50 });
      const seen = await watching(store);
      const open = await Promise.all(upTo(20).map(() => begun()));
      for (const [n, client] of open.entries()) {
        await client.query(
          `INSERT INTO ${schema}.tokenpair_revocation (token, at, until, reason) VALUES ($1, 1, 9, 'revoked')`,
          [`open${n}`],
        );
      }
      for (const n of upTo(20)) {
        await store.blacklist(tokenOf(`t${n}`), 1);
        await open[(n * 7) % 20]?.query(n % 10 === 9 ? 'ROLLBACK' : 'COMMIT');
        if (n % 3 === 0) await vi.waitFor(() => expect(seen.ids()).toContain(`t${n}`), UNTIL);
      }
      const rolledBack = [9, 19].map((n) => `open${(n * 7) % 20}`);
      const expected = upTo(20).flatMap((n) => [`open${n}`, `t${n}`]);
      await vi.waitFor(() => expect(seen.ids()).toHaveLength(38), UNTIL);
      expect(new Set(seen.ids())).toEqual(new Set(expected.filter((id) => !rolledBack.includes(id))));
    });

    it('delivers nothing again and again while one that has nothing to do with it stays open', async () => {
      const schema = freshSchema();
      const store = storeOf(server, { schema, pollMs: 50 });
      const seen = await watching(store);
      const elsewhere = await begun();
      await elsewhere.query('SELECT pg_current_xact_id()');
      await Promise.all(upTo(2_500).map((n) => store.blacklist(tokenOf(`t${n}`), 1)));
      await vi.waitFor(() => expect(new Set(seen.ids()).size).toBe(2_500), UNTIL);
      const { length } = seen.calls;
      await vi.waitFor(() => expect(seen.calls.length).toBeGreaterThan(length + 5), UNTIL);
      expect(seen.ids()).toHaveLength(2_500);
    });

    it('delivers entries from a restored dump once, although their numbers are still to come here', async () => {
      const schema = freshSchema();
      const store = storeOf(server, { schema, pollMs: 50 });
      await store.blacklist(tokenOf('kept'), 1);
      await poolOf(server).query(`UPDATE ${schema}.tokenpair_revocation SET xid = '999999999'`);
      const seen = await watching(store);
      await vi.waitFor(() => expect(seen.calls.length).toBeGreaterThan(4), UNTIL);
      expect(seen.ids()).toEqual(['kept']);
    });
  });

  describe('when connections are lost', () => {
    it('goes on at once after its connection was ended, and listens again', async () => {
      const schema = freshSchema();
      const near = storeOf(server, { schema });
      const pool = poolOf(server, { application_name: schema });
      const texts = textsOf(pool);
      const seen = await watching(postgresStore(pool, { schema, pollMs: 1_000 }));
      for (const n of upTo(3)) {
        expect(await terminate(schema)).toBeGreaterThan(0);
        const endedAt = performance.now();
        await near.blacklist(tokenOf(`t${n}`), 1);
        await vi.waitFor(() => expect(seen.ids()).toContain(`t${n}`), UNTIL);
        expect(performance.now() - endedAt).toBeLessThan(600); // well before the next poll
        expect(texts.filter((text) => text.startsWith('LISTEN'))).toHaveLength(n + 2);
      }
    });

    for (const [name, makeStore] of [
      ['pg', (schema: string) => storeOf(server, { schema, pollMs: 50 })],
      ['postgres.js', (schema: string) => postgresStore(sqlOf(server), { schema, pollMs: 50 })],
    ] as const) {
      it(`is silent while the server is away, and then has everything acknowledged before: ${name}`, async () => {
        const schema = freshSchema();
        const near = storeOf(server, { schema });
        const seen = await watching(makeStore(schema));
        await near.blacklist(tokenOf('before'), 1);
        await server.kill();
        await sleep(100); // what was on its way is here
        const { length } = seen.calls;
        await sleep(600);
        expect(seen.calls).toHaveLength(length);
        await server.restart();
        await vi.waitFor(() => expect(seen.calls.length).toBeGreaterThan(length), UNTIL);
        expect(seen.ids()).toContain('before');
        await near.blacklist(tokenOf('after'), 1);
        await vi.waitFor(() => expect(seen.ids()).toContain('after'), UNTIL);
      });
    }

    it('catches up in its first call with what was revoked while it was cut off', async () => {
      const schema = freshSchema();
      const proxy = await proxyTo(server.port);
      const near = storeOf(server, { schema });
      const far = storeOf(server, { schema, pollMs: 50 }, through(proxy.port));
      const seen = await watching(far);
      proxy.cut();
      await sleep(50);
      const { length } = seen.calls;
      for (const n of upTo(50)) await near.blacklist(tokenOf(`t${n}`), 1);
      await sleep(300);
      expect(seen.calls).toHaveLength(length);
      proxy.restore();
      await vi.waitFor(() => expect(seen.calls.length).toBeGreaterThan(length), UNTIL);
      expect(seen.calls[length]?.revoked).toHaveLength(50);
    });

    it('gives up a connection on which nothing comes any more', async () => {
      const schema = freshSchema();
      const proxy = await proxyTo(server.port);
      const near = storeOf(server, { schema });
      const far = storeOf(server, { schema, pollMs: 50 }, through(proxy.port));
      const seen = await watching(far);
      proxy.freeze();
      await near.blacklist(tokenOf('meanwhile'), 1);
      const frozenAt = performance.now();
      await vi.waitFor(() => expect(seen.ids()).toEqual(['meanwhile']), UNTIL);
      expect(performance.now() - frozenAt).toBeLessThan(6_000);
    });

    it('rejects when it cannot be made, leaves nothing held, and can be made later', async () => {
      const proxy = await proxyTo(server.port);
      const pool = poolOf(server, { ...through(proxy.port), max: 2 });
      const store = postgresStore(pool, { schema: freshSchema() });
      await store.check?.();
      proxy.cut();
      for (const _ of upTo(3)) await expect(store.watch?.(() => {})).rejects.toThrow();
      proxy.restore();
      const seen = await watching(store);
      await store.blacklist(tokenOf('t1'), 1);
      await vi.waitFor(() => expect(seen.ids()).toEqual(['t1']), UNTIL);
      expect(pool.totalCount - pool.idleCount).toBe(1); // it listens, as the first one would have
    });

    it('reads everything anew from another server, whose transactions are numbered anew', async () => {
      const other = await startPostgres({ program });
      onTestFinished(() => other.stop());
      const schema = freshSchema();
      await storeOf(other, { schema }).blacklist(tokenOf('there'), 1);
      const proxy = await proxyTo(server.port);
      const store = storeOf(server, { schema, pollMs: 50 }, through(proxy.port));
      for (const n of upTo(100)) await store.blacklist(tokenOf(`t${n}`), 1); // so that this one's numbers are higher
      const seen = await watching(store);
      proxy.turnTo(other.port);
      await vi.waitFor(() => expect(seen.ids()).toContain('there'), UNTIL);
    });

    it('refuses a standby, which may not have what the primary acknowledged', async () => {
      const standby = await startPostgres({ program });
      onTestFinished(() => standby.stop());
      const schema = freshSchema();
      const store = storeOf(standby, { schema, pollMs: 50 });
      const seen = await watching(store);
      await standby.kill();
      writeFileSync(`${standby.folder}/data/standby.signal`, '');
      const { length } = seen.calls;
      await standby.restart();
      await expect(store.watch?.(() => {})).rejects.toMatchObject({ code: 'standby' });
      await sleep(300);
      expect(seen.calls).toHaveLength(length);
    });
  });

  describe('without LISTEN', () => {
    it('delivers by polling, announces nothing and keeps the connection free of it', async () => {
      const schema = freshSchema();
      const pool = poolOf(server);
      const texts = textsOf(pool);
      const store = postgresStore(pool, { schema, listen: false, pollMs: 50 });
      const ears = new Client({ connectionString: server.url });
      await ears.connect();
      onTestFinished(() => ears.end());
      const heard: unknown[] = [];
      ears.on('notification', (message) => heard.push(message));
      await ears.query('LISTEN tokenpair_revoked');
      const seen = await watching(store);
      await store.blacklist(tokenOf('t1'), 1);
      await vi.waitFor(() => expect(seen.ids()).toEqual(['t1']), UNTIL);
      await ears.query('SELECT 1');
      expect(heard).toEqual([]);
      expect(texts.filter((text) => text.startsWith('LISTEN'))).toEqual([]);
    });

    it('polls when a pooler lies between, told by the process that it names', async () => {
      const schema = freshSchema();
      const pool = poolOf(server);
      const texts = textsOf(pool);
      pool.on('connect', (client) => Object.assign(client, { processID: 1 })); // as a pooler makes up its own
      const store = postgresStore(pool, { schema, pollMs: 50 });
      const seen = await watching(store);
      await storeOf(server, { schema }).blacklist(tokenOf('t1'), 1);
      await vi.waitFor(() => expect(seen.ids()).toEqual(['t1']), UNTIL);
      expect(texts.filter((text) => text.startsWith('LISTEN'))).toEqual([]);
    });

    it('leaves a pool of one connection to the calls', async () => {
      const schema = freshSchema();
      const store = storeOf(server, { schema, pollMs: 50 }, { max: 1 });
      const seen = await watching(store);
      for (const n of upTo(20)) {
        await store.create(sessionOf({ id: `s${n}` }), { now: 1, limit: 1 });
        expect(await store.revoke(sessionOf({ id: `s${n}` }), MARK)).toBe(1);
      }
      await vi.waitFor(() => expect(new Set(seen.ids()).size).toBe(20), UNTIL);
    });

    it('leaves a pool of two to the calls when two watch', async () => {
      const schema = freshSchema();
      const store = storeOf(server, { schema, pollMs: 50 }, { max: 2 });
      const seen = [await watching(store), await watching(store)];
      await store.blacklist(tokenOf('t1'), 1);
      for (const each of seen) await vi.waitFor(() => expect(each.ids()).toEqual(['t1']), UNTIL);
    });
  });

  it('is pruned with the records, by the same limit, and counts for none', async () => {
    const schema = freshSchema();
    const store = storeOf(server, { schema });
    const pool = poolOf(server, { max: 1 });
    const entries = async () => (await pool.query(`SELECT FROM ${schema}.tokenpair_revocation`)).rowCount;
    for (const n of upTo(5)) await store.create(sessionOf({ id: `s${n}` }), RULE);
    await store.revoke({ subject: 'user-1' }, { ...MARK, until: 10 });
    expect(await store.prune(10 + 3_600_000 - 1)).toBe(0);
    expect(await entries()).toBe(5);
    expect(await store.prune(10 + 3_600_000, 3)).toBe(0);
    expect(await entries()).toBe(2);
    expect(await store.prune(10 + 3_600_000)).toBe(0);
    expect(await entries()).toBe(0);
  });

  it('lets go of everything when it is closed, also while the server is away', async () => {
    const schema = freshSchema();
    const pool = poolOf(server);
    const store = postgresStore(pool, { schema });
    const watch = await store.watch?.(() => {});
    expect(pool.totalCount - pool.idleCount).toBe(1);
    await watch?.close();
    expect(pool.totalCount - pool.idleCount).toBe(0);
    const other = await watching(store);
    await server.kill();
    await sleep(100); // a read fails and the pause after it begins
    const closing = performance.now();
    await other.watch.close();
    await other.watch.close();
    expect(performance.now() - closing).toBeLessThan(500);
    await server.restart();
    expect(pool.totalCount - pool.idleCount).toBe(0);
  });

  it('calls nobody who closed while a read was under way', async () => {
    const schema = freshSchema();
    for (const store of [
      storeOf(server, { schema, pollMs: 50 }),
      postgresStore(sqlOf(server), { schema, pollMs: 50 }),
    ]) {
      const seen = await watching(store);
      const other = await begun();
      await other.query(`LOCK TABLE ${schema}.tokenpair_revocation`);
      await sleep(200);
      const { length } = seen.calls;
      const closed = seen.watch.close();
      await other.query('COMMIT');
      await closed;
      await sleep(100);
      expect(seen.calls).toHaveLength(length);
    }
  });

  it('delivers again what the listener threw at', async () => {
    const store = storeOf(server, { schema: freshSchema(), pollMs: 50 });
    const heard: string[] = [];
    let isBroken = true;
    const watch = await store.watch?.((revoked) => {
      heard.push(...revoked.map(({ token }) => `${token}`));
      if (!revoked.length || !isBroken) return;
      isBroken = false;
      throw new Error('listener');
    });
    onTestFinished(() => watch?.close());
    await store.blacklist(tokenOf('t1'), 1);
    await vi.waitFor(() => expect(heard).toEqual(['t1', 't1']), UNTIL);
  });

  it('keeps no process alive', async () => {
    const fixtures = new URL('fixtures/', import.meta.url);
    const child = fork(fileURLToPath(new URL('watch.mjs', fixtures)), [server.url], {
      execArgv: ['--no-warnings', '--import', new URL('sources.mjs', fixtures).href],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const signal = AbortSignal.timeout(10_000);
    const [[message], [code]] = await Promise.all([
      once(child, 'message', { signal }),
      once(child, 'exit', { signal }),
    ]);
    expect([message, code]).toEqual(['watching', 0]);
  });

  async function begun(): Promise<Client> {
    const client = new Client({ connectionString: server.url });
    await client.connect();
    onTestFinished(() => client.end());
    await client.query('BEGIN');
    return client;
  }

  /** Waits until postgres.js has its connection that listens. */
  async function listenerOf(application: string): Promise<void> {
    const listening = "SELECT 1 FROM pg_stat_activity WHERE application_name = $1 AND query ILIKE 'listen%'";
    const pool = poolOf(server, { max: 1 });
    await vi.waitFor(
      async () => expect((await pool.query(listening, [application])).rows).toHaveLength(1),
      UNTIL,
    );
  }

  async function terminate(application: string): Promise<number> {
    const { rows } = await poolOf(server, { max: 1 }).query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1',
      [application],
    );
    return rows.length;
  }

  function through(port: number) {
    return { connectionString: server.url.replace(`:${server.port}/`, `:${port}/`) };
  }
});
