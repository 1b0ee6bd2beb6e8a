import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TokenStore } from '@tokenpair/core/store';
import { postgresStore } from '@tokenpair/store-postgres';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type PostgresServer, startPostgres } from '../../../tooling/services/postgres-server.ts';
import { findProgram, serviceTest } from '../../../tooling/services/service-test.ts';
import { advanceTo, MARK, poolOf, RULE, sessionOf, storeOf } from './support.ts';

// Nothing but a synchronous commit writes the log to disk in these ten seconds.
const LAZY = {
  synchronous_commit: 'off',
  wal_writer_delay: '10000',
  wal_writer_flush_after: '1GB',
  autovacuum: 'off',
  checkpoint_timeout: '3600',
  bgwriter_lru_maxpages: '0',
};
const TOKEN = { id: 't1', subject: 'user-1', expiresAt: 9e12 };
const ref = { id: 's1', subject: 'user-1' };

const WRITES: Record<string, (store: TokenStore) => Promise<unknown>> = {
  create: (store) => store.create(sessionOf({ id: 'new' }), RULE),
  'create with a limit': (store) => store.create(sessionOf({ id: 'new' }), { now: 1, limit: 1 }),
  advance: (store) => store.advance(ref, 0, advanceTo(1)),
  'few advances together': (store) =>
    Promise.all(['s1', 's2'].map((id) => store.advance({ ...ref, id }, 0, advanceTo(1)))),
  revoke: (store) => store.revoke(ref, MARK),
  'revoke by subject': (store) => store.revoke({ subject: 'user-1' }, MARK),
  blacklist: (store) => store.blacklist(TOKEN, 1),
};

serviceTest('postgres')('durability', (program) => {
  describe('where synchronous_commit is off', () => {
    let server: PostgresServer;
    let pool: Pool;
    let store: TokenStore;

    beforeAll(async () => {
      server = await startPostgres({ program, settings: LAZY });
    });
    afterAll(() => server.stop());

    async function prepare(): Promise<void> {
      pool = poolOf(server);
      store = storeOf(server);
      await store.prune(9e15);
      await store.create(sessionOf(), RULE);
    }

    for (const [name, write] of Object.entries(WRITES)) {
      it(`has the log of a ${name} on disk when it resolves`, async () => {
        await prepare();
        await pool.query('CREATE TABLE IF NOT EXISTS noise (n int)');
        await leaveUnflushed('INSERT INTO noise VALUES (1)');
        await write(store);
        expect(await isFlushed()).toBe(true);
      });
    }

    it('has after a crash what it acknowledged, where an ordinary commit is lost', async () => {
      await prepare();
      await store.create(sessionOf({ id: 's2' }), RULE);
      await store.advance(ref, 0, advanceTo(1));
      await store.revoke({ id: 's2', subject: 'user-1' }, MARK);
      await store.blacklist(TOKEN, 1);
      await leaveUnflushed('UPDATE tokenpair_session SET generation = 77');
      await server.kill();
      await server.restart();
      expect(await store.find(ref, 1)).toMatchObject({ generation: 1, rotatedBy: 'request-1' });
      expect(await store.isLive({ session: { id: 's2', subject: 'user-1' } }, 1)).toBe(false);
      expect(await store.blacklist(TOKEN, 1)).toBe(false);
    });

    it('leaves the setting of the connection as it was', async () => {
      await prepare();
      const one = poolOf(server, { max: 1 });
      const own = postgresStore(one);
      await own.advance(ref, 0, advanceTo(1));
      await own.create(sessionOf({ id: 'new' }), { now: 1, limit: 1 });
      expect((await one.query('SHOW synchronous_commit')).rows).toEqual([{ synchronous_commit: 'off' }]);
    });

    it('is not warned of, as nothing of the store’s is lost', async () => {
      await prepare();
      expect(await store.check?.()).toEqual([]);
    });

    /** An ordinary commit leaves the log in memory here; again, should the ten seconds end at this very moment. */
    async function leaveUnflushed(statement: string): Promise<void> {
      await expect
        .poll(async () => {
          await pool.query(statement);
          return isFlushed();
        })
        .toBe(false);
    }

    async function isFlushed(): Promise<boolean> {
      const { rows } = await pool.query(
        'SELECT pg_current_wal_flush_lsn() >= pg_current_wal_insert_lsn() AS is',
      );
      return rows[0].is;
    }
  });

  describe('check', () => {
    it('finds nothing to say of a server as it comes', async () => {
      const server = await started({});
      expect(await storeOf(server).check?.()).toEqual([]);
    });

    it('warns of fsync and full_page_writes', async () => {
      const server = await started({ fsync: 'off', full_page_writes: 'off' });
      const warnings = await storeOf(server).check?.();
      expect(warnings?.map(({ code }) => code)).toEqual(['not_durable', 'not_durable']);
      expect(warnings?.map(({ detail }) => detail).join()).toMatch(/fsync.*full_page_writes/);
    });

    it('warns of a standby that no commit waits for, whoever asks', async () => {
      const server = await started({});
      await poolOf(server).query('CREATE ROLE stranger LOGIN; GRANT ALL ON DATABASE postgres TO stranger');
      await attachStandby(server);
      const asked = [
        storeOf(server),
        storeOf(
          server,
          { schema: 'strangers' },
          { connectionString: server.url.replace('postgres@', 'stranger@') },
        ),
      ];
      for (const store of asked) {
        await vi.waitFor(async () => {
          expect((await store.check?.())?.map(({ code }) => code)).toEqual(['replication']);
        });
      }
    });

    it('warns of commits that do not wait for the standby that is named', async () => {
      const server = await started({ synchronous_standby_names: 'other', synchronous_commit: 'local' });
      expect((await storeOf(server).check?.())?.map(({ code }) => code)).toEqual(['replication']);
    });

    it('rejects when the server cannot be asked', async () => {
      const server = await started({});
      const store = storeOf(server);
      await store.check?.();
      await server.kill();
      await expect(store.check?.()).rejects.toThrow();
    });
  });

  async function started(settings: Record<string, string>): Promise<PostgresServer> {
    const server = await startPostgres({ program, settings });
    onTestFinished(() => server.stop());
    return server;
  }

  /** A receiver of the log, which is a standby as far as the server can tell. */
  async function attachStandby(server: PostgresServer): Promise<ChildProcess> {
    const folder = mkdtempSync(join(tmpdir(), 'tokenpair-standby-'));
    const receiver = spawn(
      findProgram('pg_receivewal') ?? 'pg_receivewal',
      ['-d', server.url.replace(/\/postgres$/, ''), '-D', folder, '--no-loop', '--no-sync'],
      { stdio: 'ignore' },
    );
    onTestFinished(() => {
      receiver.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    });
    return receiver;
  }
});
