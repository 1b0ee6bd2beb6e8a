import { sqliteStore } from '@tokenpair/store-sqlite';
import { describe, expect, it } from 'vitest';
import { connect, openStore, sessionOf, temporaryFile } from './support.ts';

const NEXT = { generation: 1, rotatedAt: 2, rotatedBy: 'r', expiresAt: 9 };
const ids = (count: number): string[] => Array.from({ length: count }, (_, n) => `s${n}`);

describe('writes that wait together', () => {
  it('are committed together', async () => {
    const { store, begins } = counting();
    await Promise.all(ids(64).map((id) => store.create(sessionOf({ id }), { now: 1 })));
    expect(begins()).toBe(1);
    const moved = await Promise.all(ids(64).map((id) => store.advance(sessionOf({ id }), 0, NEXT)));
    expect(begins()).toBe(2);
    expect(moved.map((session) => session?.id)).toEqual(ids(64));
  });

  it('are a hundred at most, so that others get their turn', async () => {
    const { store, begins } = counting();
    let turns = 0;
    const turn = setInterval(() => {
      turns += 1;
    });
    await Promise.all(ids(1_000).map((id) => store.create(sessionOf({ id }), { now: 1 })));
    clearInterval(turn);
    expect(begins()).toBe(10);
    expect(turns).toBeGreaterThan(2);
  });

  it('are judged one by one: one that fails takes back its own part alone', async () => {
    const { store } = openStore(temporaryFile());
    await store.create(sessionOf({ id: 'old' }), { now: 1 });
    const [first, twice, evicting, refused, last] = await Promise.allSettled([
      store.create(sessionOf({ id: 'a', subject: 'user-2' }), { now: 1 }),
      store.create(sessionOf({ id: 'a', subject: 'user-2' }), { now: 1 }),
      store.create(sessionOf({ id: 'old' }), { now: 1, limit: 1 }), // evicts, then finds that the id exists
      store.create(sessionOf({ id: 'b' }), { now: 1, limit: 1, onLimit: 'refuse' }),
      store.advance(sessionOf({ id: 'old' }), 0, NEXT),
    ]);
    expect(first).toMatchObject({ status: 'fulfilled' });
    expect(twice).toMatchObject({ reason: { code: 'session_exists' } });
    expect(evicting).toMatchObject({ reason: { code: 'session_exists' } });
    expect(refused).toMatchObject({ reason: { code: 'session_limit' } });
    expect(last).toMatchObject({ value: { id: 'old', generation: 1 } });
    expect(await store.find(sessionOf({ id: 'a', subject: 'user-2' }), 1)).toBeDefined();
    expect(await store.isLive({ session: sessionOf({ id: 'old' }) }, 1)).toBe(true);
  });

  it('take effect in the order of the calls', async () => {
    const { store } = openStore(temporaryFile());
    const [, advanced, ended, late] = await Promise.all([
      store.create(sessionOf(), { now: 1 }),
      store.advance(sessionOf(), 0, NEXT),
      store.revoke(sessionOf(), { at: 3, reason: 'logout' }),
      store.advance(sessionOf(), 1, { ...NEXT, generation: 2 }),
    ]);
    expect([advanced?.generation, ended, late]).toEqual([1, 1, undefined]);
  });

  it('are all refused when SQLite takes the transaction back for one of them', async () => {
    const { database, store } = openStore(temporaryFile());
    await Promise.all(['a', 'b', 'c'].map((id) => store.create(sessionOf({ id }), { now: 1 })));
    database.exec(`
      CREATE TRIGGER full AFTER UPDATE ON tokenpair_session WHEN new.id = 'b'
      BEGIN SELECT RAISE(ROLLBACK, 'as a full disk does'); END`);
    const calls = ['a', 'b', 'c'].map((id) => store.advance(sessionOf({ id }), 0, NEXT));
    for (const call of await Promise.allSettled(calls))
      expect(call).toMatchObject({ reason: { message: 'as a full disk does' } });
    expect(database.isTransaction).toBe(false);
    for (const id of ['a', 'b', 'c']) expect((await store.find(sessionOf({ id }), 1))?.generation).toBe(0);
    expect((await store.advance(sessionOf({ id: 'a' }), 0, NEXT))?.generation).toBe(1);
  });

  it('are all refused when the commit fails, and none is taken', async () => {
    const { database, store } = openStore(temporaryFile());
    await Promise.all(['a', 'b'].map((id) => store.create(sessionOf({ id }), { now: 1 })));
    database.exec(`
      CREATE TABLE parent (id INTEGER PRIMARY KEY);
      CREATE TABLE child (id INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED);
      CREATE TRIGGER fail AFTER UPDATE ON tokenpair_session BEGIN INSERT INTO child VALUES (1); END`);
    const calls = ['a', 'b'].map((id) => store.advance(sessionOf({ id }), 0, NEXT));
    for (const call of await Promise.allSettled(calls))
      expect(call).toMatchObject({ reason: { code: 'ERR_SQLITE_ERROR' } });
    for (const id of ['a', 'b']) expect((await store.find(sessionOf({ id }), 1))?.generation).toBe(0);
  });

  it('go on once the lock is gone, those that came meanwhile too', async () => {
    const file = temporaryFile();
    const { store } = openStore(file, { lockTimeoutMs: 5_000 });
    const app = connect(file);
    app.exec('BEGIN IMMEDIATE');
    const first = store.create(sessionOf({ id: 'a' }), { now: 1 });
    await new Promise((resolve) => setTimeout(resolve, 60));
    const second = store.create(sessionOf({ id: 'b' }), { now: 1 });
    app.exec('COMMIT');
    await Promise.all([first, second]);
    expect(await store.list('user-1', 1)).toHaveLength(2);
  });
});

/** A store that counts its transactions. */
function counting() {
  const database = connect(temporaryFile());
  let begun = 0;
  const exec = (sql: string): void => {
    if (sql === 'BEGIN IMMEDIATE') begun += 1;
    database.exec(sql);
  };
  const store = sqliteStore({ exec, prepare: (sql) => database.prepare(sql) });
  begun = 0;
  return { store, begins: () => begun };
}
