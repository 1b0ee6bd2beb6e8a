import { DatabaseSync } from 'node:sqlite';
import { sqliteStore } from '@tokenpair/store-sqlite';
import { storeContract } from '@tokenpair/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connect, openStore, sessionOf, temporaryFile } from './support.ts';

describe('sqliteStore', () => {
  storeContract({
    describe,
    it,
    makeStore: () => {
      const file = temporaryFile();
      const { database, store } = openStore(file);
      return {
        store,
        peer: () => openStore(file).store,
        stranger: () => openStore(temporaryFile()).store,
        reopen: () => {
          database.close();
          return openStore(file).store;
        },
      };
    },
  });

  describe('its connection', () => {
    it('is set to WAL, synchronous FULL and a short busy timeout', () => {
      const { database } = openStore(temporaryFile(), { busyTimeoutMs: 7 });
      expect(database.prepare('PRAGMA journal_mode').get()).toMatchObject({ journal_mode: 'wal' });
      expect(database.prepare('PRAGMA synchronous').get()).toMatchObject({ synchronous: 2 });
      expect(database.prepare('PRAGMA busy_timeout').get()).toMatchObject({ timeout: 7 });
    });

    it('is found out when somebody has set it to less', async () => {
      const { database, store } = openStore(temporaryFile());
      expect(await store.check?.()).toEqual([]);
      database.exec('PRAGMA synchronous = NORMAL');
      expect(await store.check?.()).toEqual([
        { code: 'not_durable', detail: expect.stringContaining('synchronous FULL') },
      ]);
      database.close();
      await expect(store.check?.()).rejects.toThrow();
    });

    it('is refused when it is to memory', () => {
      const database = connect(':memory:');
      expect(() => sqliteStore(database)).toThrow(expect.objectContaining({ code: 'not_durable' }));
    });

    it('is refused when it may only read', () => {
      const file = temporaryFile();
      openStore(file);
      const database = new DatabaseSync(file, { readOnly: true });
      // What is there already serves for reading; the first write says so.
      return expect(sqliteStore(database).create(sessionOf(), { now: 1 }))
        .rejects.toMatchObject({ code: 'ERR_SQLITE_ERROR' })
        .finally(() => database.close());
    });

    it('is the app’s to close, and a closed one is a failure, not an absent session', async () => {
      const { database, store } = openStore(temporaryFile());
      database.close();
      await expect(store.find(sessionOf(), 1)).rejects.toThrow();
      await expect(store.isLive({ session: sessionOf() }, 1)).rejects.toThrow();
      await expect(store.revoke(sessionOf(), { at: 1, reason: 'logout' })).rejects.toThrow();
    });
  });

  describe('beside an open transaction on its connection', () => {
    it('rejects every call, and its writes are not rolled back with the transaction', async () => {
      const { database, store } = openStore(temporaryFile());
      const refused = { code: 'transaction_open' };
      const next = { generation: 1, rotatedAt: 2, rotatedBy: 'r', expiresAt: 9 };
      await store.create(sessionOf(), { now: 1 });
      database.exec('BEGIN');
      await expect(store.create(sessionOf({ id: 's2' }), { now: 1 })).rejects.toMatchObject(refused);
      await expect(store.create(sessionOf({ id: 's2' }), { now: 1, limit: 1 })).rejects.toMatchObject(
        refused,
      );
      await expect(store.advance(sessionOf(), 0, next)).rejects.toMatchObject(refused);
      await expect(store.revoke(sessionOf(), { at: 1, reason: 'logout' })).rejects.toMatchObject(refused);
      await expect(store.blacklist({ id: 't', subject: 'u', expiresAt: 9 }, 1)).rejects.toMatchObject(
        refused,
      );
      await expect(store.prune(9e15)).rejects.toMatchObject(refused);
      await expect(store.isLive({ session: sessionOf() }, 1)).rejects.toMatchObject(refused);
      await expect(store.find(sessionOf(), 1)).rejects.toMatchObject(refused);
      await expect(store.list('user-1', 1)).rejects.toMatchObject(refused);
      await expect(store.watch?.(() => {})).rejects.toMatchObject(refused);
      await expect(store.check?.()).rejects.toMatchObject(refused);
      expect(database.isTransaction).toBe(true);
      database.exec('ROLLBACK');
      expect(await store.find(sessionOf(), 1)).toEqual(sessionOf());
    });

    it('finds the transaction by itself where the driver does not tell, as before Node 22.16', async () => {
      const database = connect(temporaryFile());
      const old = { exec: database.exec.bind(database), prepare: database.prepare.bind(database) };
      const store = sqliteStore(old);
      await store.create(sessionOf(), { now: 1 });
      database.exec('BEGIN');
      await expect(store.revoke(sessionOf(), { at: 1, reason: 'logout' })).rejects.toMatchObject({
        code: 'transaction_open',
      });
      database.exec('COMMIT');
      expect(await store.revoke(sessionOf(), { at: 1, reason: 'logout' })).toBe(1);
    });

    it('is not made at all', () => {
      const database = connect(temporaryFile());
      database.exec('BEGIN');
      expect(() => sqliteStore(database)).toThrow(expect.objectContaining({ code: 'transaction_open' }));
    });
  });

  it('leaves no transaction open behind a refused create', async () => {
    const { database, store } = openStore(temporaryFile());
    await store.create(sessionOf(), { now: 1 });
    await expect(store.create(sessionOf(), { now: 1, limit: 5 })).rejects.toMatchObject({
      code: 'session_exists',
    });
    const refusal = store.create(sessionOf({ id: 's2' }), { now: 1, limit: 1, onLimit: 'refuse' });
    await expect(refusal).rejects.toMatchObject({ code: 'session_limit' });
    expect(database.isTransaction).toBe(false);
  });

  it('rejects an advance whose commit failed, and has not taken it', async () => {
    const { database, store } = openStore(temporaryFile());
    await store.create(sessionOf(), { now: 1 });
    database.exec(`
      CREATE TABLE parent (id INTEGER PRIMARY KEY);
      CREATE TABLE child (id INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED);
      CREATE TRIGGER fail AFTER UPDATE ON tokenpair_session BEGIN INSERT INTO child VALUES (1); END`);
    const next = { generation: 1, rotatedAt: 2, rotatedBy: 'r', expiresAt: 9 };
    await expect(store.advance(sessionOf(), 0, next)).rejects.toMatchObject({ code: 'ERR_SQLITE_ERROR' });
    expect(await store.find(sessionOf(), 1)).toEqual(sessionOf());
  });

  it('keeps text that UTF-8 or the driver cannot hold, apart from what it would become', async () => {
    const { store } = openStore(temporaryFile());
    const texts = [
      'a\u0000b',
      'a',
      'a\\0000b',
      'a\\u0000b',
      '\ud800',
      '\\d800',
      '\ufffd',
      '\ude00\ud83d',
      '\u{1f600}',
      '\\',
    ];
    const sessions = texts.map((text) =>
      sessionOf({ id: text, subject: text, rotatedBy: text, epoch: text, scope: text }),
    );
    for (const session of sessions) await store.create(session, { now: 1 });
    for (const session of sessions) expect(await store.list(session.subject, 1)).toEqual([session]);
    for (const { id, subject } of sessions) {
      expect(await store.revoke({ subject, except: id }, { at: 1, reason: 'logout' })).toBe(0);
    }
  });

  describe('its arguments', () => {
    it.each([
      [{ busyTimeoutMs: 21 }, 'ERR_INVALID_ARG_VALUE'],
      [{ busyTimeoutMs: -1 }, 'ERR_INVALID_ARG_VALUE'],
      [{ busyTimeoutMs: 1.5 }, 'ERR_INVALID_ARG_VALUE'],
      [{ busyTimeoutMs: '5' }, 'ERR_INVALID_ARG_TYPE'],
      [{ lockTimeoutMs: 9 }, 'ERR_INVALID_ARG_VALUE'],
      [{ lockTimeoutMs: 60_001 }, 'ERR_INVALID_ARG_VALUE'],
      [{ timeout: 5 }, 'ERR_INVALID_ARG_VALUE'],
      [null, 'ERR_INVALID_ARG_TYPE'],
    ])('are refused as options when they are %j', (options, code) => {
      const database = connect(temporaryFile());
      expect(() => sqliteStore(database, options as object)).toThrow(
        expect.objectContaining({ name: 'TypeError', code }),
      );
    });

    it.each([undefined, null, 'test.db', {}])('are refused as a database when it is %j', (database) => {
      const make = () => sqliteStore(database as unknown as DatabaseSync);
      expect(make).toThrow(expect.objectContaining({ name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' }));
    });
  });
});

it('answers the same on a connection that reads big integers', async () => {
  const database = new DatabaseSync(temporaryFile(), { readBigInts: true } as object);
  onTestFinished(() => database.close());
  const store = sqliteStore(database);
  const times = { createdAt: 1, authTime: 1, rotatedAt: 1, lastUsedAt: 1, endsAt: 100, expiresAt: 100 };
  const session = { id: 's1', subject: 'u1', generation: 0, rotatedBy: 'r', ...times };
  await store.create(session, { now: 1 });
  expect(await store.find(session, 2)).toEqual(session);
  expect(await store.isLive({ session }, 2)).toBe(true);
  await expect(store.create(session, { now: 1 })).rejects.toMatchObject({ code: 'session_exists' });
  const token = { id: 't1', subject: 'u1', expiresAt: 100 };
  expect([await store.blacklist(token, 2), await store.blacklist(token, 2)]).toEqual([true, false]);
});
