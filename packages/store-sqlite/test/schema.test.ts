import { once } from 'node:events';
import type { Revocation } from '@tokenpair/core/store';
import { sqliteStore } from '@tokenpair/store-sqlite';
import { describe, expect, it } from 'vitest';
import { connect, messageOf, openStore, sessionOf, start, temporaryFile } from './support.ts';

describe('the tables of sqliteStore', () => {
  it('are made in a fresh file, strict and under their own prefix', () => {
    const { database } = openStore(temporaryFile());
    const tables = database.prepare(
      "SELECT name, strict FROM pragma_table_list WHERE name LIKE 'tokenpair%' ORDER BY name",
    );
    expect(tables.all()).toEqual([
      expect.objectContaining({ name: 'tokenpair_blacklist', strict: 1 }),
      expect.objectContaining({ name: 'tokenpair_feed', strict: 1 }),
      expect.objectContaining({ name: 'tokenpair_schema', strict: 1 }),
      expect.objectContaining({ name: 'tokenpair_session', strict: 1 }),
    ]);
  });

  it('hold the members of a session and of a blacklist entry, and nothing more', () => {
    const { database } = openStore(temporaryFile());
    const columns = database.prepare('SELECT count(*) AS n FROM pragma_table_info(?)');
    expect(columns.get('tokenpair_session')).toMatchObject({ n: 16 });
    expect(columns.get('tokenpair_blacklist')).toMatchObject({ n: 3 });
    expect(columns.get('tokenpair_feed')).toMatchObject({ n: 6 });
  });

  it('are kept when the file is opened again', async () => {
    const file = temporaryFile();
    const first = openStore(file);
    await first.store.create(sessionOf(), { now: 1 });
    first.database.close();
    expect(await openStore(file).store.find(sessionOf(), 1)).toEqual(sessionOf());
  });

  it('of the release before the feed get one that names what was ended already', async () => {
    const file = temporaryFile();
    const { database, store } = openStore(file);
    await store.create(sessionOf(), { now: 1 });
    await store.create(sessionOf({ id: 'live' }), { now: 1 });
    await store.revoke(sessionOf(), { at: 2, reason: 'logout', until: 3 });
    await store.blacklist({ id: 't1', subject: 'user-1', expiresAt: 9 }, 1);
    database.exec('DROP TABLE tokenpair_feed; UPDATE tokenpair_schema SET version = 1');
    const entries: Revocation[] = [];
    const watch = await openStore(file).store.watch?.((revoked) => void entries.push(...revoked));
    await watch?.close();
    expect(entries).toEqual([
      { session: 's1', at: 2, until: 9e12, reason: 'logout' },
      { token: 't1', at: 0, until: 9, reason: 'revoked' },
    ]);
  });

  it('live beside the app’s own tables and leave its user_version alone', async () => {
    const file = temporaryFile();
    const app = connect(file);
    app.exec("CREATE TABLE users (name TEXT); INSERT INTO users VALUES ('vitor'); PRAGMA user_version = 42");
    await openStore(file).store.create(sessionOf(), { now: 1 });
    expect(app.prepare('SELECT name FROM users').all()).toEqual([expect.objectContaining({ name: 'vitor' })]);
    expect(app.prepare('PRAGMA user_version').get()).toMatchObject({ user_version: 42 });
  });

  it('are refused when a newer release made them, and stay as they are', () => {
    const file = temporaryFile();
    openStore(file).database.exec('UPDATE tokenpair_schema SET version = version + 1');
    const database = connect(file);
    expect(() => sqliteStore(database)).toThrow(expect.objectContaining({ code: 'schema_newer' }));
    expect(database.isTransaction).toBe(false);
    expect(database.prepare('SELECT version FROM tokenpair_schema').get()).toMatchObject({ version: 3 });
  });

  it('are made whole or not at all', () => {
    const database = connect(temporaryFile());
    database.exec('CREATE TABLE tokenpair_blacklist (something TEXT)'); // so that the migration fails half-way
    expect(() => sqliteStore(database)).toThrow(expect.objectContaining({ code: 'ERR_SQLITE_ERROR' }));
    expect(database.isTransaction).toBe(false);
    expect(
      database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'tokenpair_session'").get(),
    ).toBeUndefined();
  });

  it('are made once when four processes start on one fresh file', { timeout: 30_000 }, async () => {
    const file = temporaryFile();
    const children = [0, 1, 2, 3].map((n) => start('open.mjs', file, `s${n}`));
    await Promise.all(children.map(messageOf));
    const exits = children.map((child) => once(child, 'exit'));
    for (const child of children) child.send('go');
    expect(await Promise.all(exits)).toEqual(children.map(() => [0, null]));
    expect(await openStore(file).store.list('user-1', 1)).toHaveLength(4);
  });

  it('are left alone when another process made them in the meantime', async () => {
    const file = temporaryFile();
    const database = connect(file);
    const exec = (sql: string): void => {
      if (sql === 'BEGIN IMMEDIATE') openStore(file);
      database.exec(sql);
    };
    const store = sqliteStore({ exec, prepare: (sql) => database.prepare(sql) });
    await store.revoke(sessionOf(), { at: 1, reason: 'logout' });
  });

  it('need no lock when they are up to date', () => {
    const file = temporaryFile();
    openStore(file).database.exec('BEGIN IMMEDIATE');
    expect(() => openStore(file)).not.toThrow();
  });

  it('are made at the first call when the file was locked before', async () => {
    const file = temporaryFile();
    const app = connect(file);
    app.exec('CREATE TABLE users (name TEXT); BEGIN EXCLUSIVE');
    const { store } = openStore(file, { lockTimeoutMs: 100 });
    await expect(store.find(sessionOf(), 1)).rejects.toMatchObject({ code: 'locked' });
    app.exec('COMMIT');
    await store.create(sessionOf(), { now: 1 });
    expect(await store.find(sessionOf(), 1)).toEqual(sessionOf());
  });

  describe('have an index for', () => {
    const LIVE = 'subject = 1 AND revoked_at IS NULL';
    it.each([
      ['a session by its id', 'SELECT 1 FROM tokenpair_session WHERE id = 1', /SEARCH .*autoindex/],
      [
        'a subject’s sessions',
        `SELECT * FROM tokenpair_session WHERE ${LIVE} ORDER BY created_at DESC, rowid DESC`,
        /SEARCH .*unrevoked \(subject=\?\)$/,
      ],
      [
        'a subject’s revocation',
        `UPDATE tokenpair_session SET revoked_at = 1 WHERE ${LIVE}`,
        /SEARCH .*unrevoked/,
      ],
      [
        'what may be collected',
        'SELECT 1 FROM tokenpair_session WHERE ends_at <= 1 ORDER BY ends_at',
        /SEARCH .*session_end \(ends_at<\?\)$/,
      ],
      [
        'entries of the feed after a number',
        'SELECT * FROM tokenpair_feed WHERE number > 1 ORDER BY number',
        /SEARCH .*PRIMARY KEY \(rowid>\?\)$/,
      ],
      [
        'entries of the feed that are over',
        'SELECT 1 FROM tokenpair_feed WHERE until <= 1 ORDER BY until',
        /SEARCH .*feed_end \(until<\?\)$/,
      ],
      [
        'dead tokens',
        'SELECT 1 FROM tokenpair_blacklist WHERE expires_at <= 1 ORDER BY expires_at',
        /SEARCH .*blacklist_end \(expires_at<\?\)$/,
      ],
    ])('%s', (_, sql, plan) => {
      const { database } = openStore(temporaryFile());
      const steps = database
        .prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .all()
        .map(({ detail }) => detail);
      expect(steps).toEqual([expect.stringMatching(plan)]);
    });
  });
});
