import { setTimeout as sleep } from 'node:timers/promises';
import { COLLECT_AFTER_MS, type Revocation, type TokenStore } from '@tokenpair/core/store';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openStore, sessionOf, temporaryFile } from './support.ts';

const MARK = { at: 2, reason: 'logout', until: 100 } as const;

describe('the feed of sqliteStore', () => {
  it('tells its own process before the step is acknowledged', async () => {
    const { store } = openStore(temporaryFile());
    const heard = await listenTo(store);
    await store.create(sessionOf(), { now: 1 });
    const told = vi.fn(() => heard.entries.length);
    await store.revoke(sessionOf(), MARK).then(told);
    expect(told).toHaveReturnedWith(1);
    expect(heard.entries).toEqual([{ session: 's1', at: 2, until: 100, reason: 'logout' }]);
  });

  it('acknowledges the step and tells the others when a listener throws', async () => {
    const { store } = openStore(temporaryFile());
    await store.create(sessionOf(), { now: 1 });
    await listenTo(store, () => {
      throw new Error('the listener’s own');
    });
    const heard = await listenTo(store);
    expect(await store.revoke(sessionOf(), MARK)).toBe(1);
    expect(heard.entries).toHaveLength(1);
  });

  it('is silent while it cannot read, and catches up', async () => {
    const file = temporaryFile();
    const { database, store } = openStore(file);
    const other = openStore(file).store;
    await other.create(sessionOf(), { now: 1 });
    const heard = await listenTo(store);
    database.exec('BEGIN');
    const before = heard.calls;
    await other.revoke(sessionOf(), MARK);
    await sleep(700);
    expect([heard.calls, heard.entries]).toEqual([before, []]);
    database.exec('COMMIT');
    await vi.waitFor(() => expect(heard.entries).toHaveLength(1), { timeout: 5_000 });
  });

  it('is silent for good when its file is closed', async () => {
    const { database, store } = openStore(temporaryFile());
    const heard = await listenTo(store);
    database.close();
    const before = heard.calls;
    await sleep(500);
    expect(heard.calls).toBe(before);
    await expect(store.watch?.(() => {})).rejects.toThrow();
  });

  it('reads on and beats while another connection holds the lock', async () => {
    const file = temporaryFile();
    const { store } = openStore(file);
    const heard = await listenTo(store);
    openStore(file).database.exec('BEGIN IMMEDIATE');
    const before = heard.calls;
    await vi.waitFor(() => expect(heard.calls).toBeGreaterThan(before + 1), { timeout: 5_000 });
  });

  it('goes in pages', async () => {
    const file = temporaryFile();
    const { database, store } = openStore(file);
    database.exec(`
      INSERT INTO tokenpair_feed (token, at, until, reason)
      WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 2500) SELECT 't' || n, 1, 9, 'revoked' FROM n`);
    const heard = await listenTo(store);
    expect([heard.calls, heard.entries.length]).toEqual([1, 2_500]);
    expect(new Set(heard.entries.map(({ token }) => token)).size).toBe(2_500);
  });

  it('forgets what is over for an hour, at most the limit at once, and counts the records alone', async () => {
    const { database, store } = openStore(temporaryFile());
    for (const id of ['a', 'b', 'c']) {
      await store.create(sessionOf({ id }), { now: 1 });
      await store.revoke(sessionOf({ id }), MARK);
    }
    const fed = (): number =>
      Number(database.prepare('SELECT count(*) AS n FROM tokenpair_feed').get()?.['n']);
    expect([await store.prune(MARK.until + COLLECT_AFTER_MS - 1), fed()]).toEqual([0, 3]);
    expect([await store.prune(MARK.until + COLLECT_AFTER_MS, 2), fed()]).toEqual([0, 1]);
    expect([await store.prune(MARK.until + COLLECT_AFTER_MS, 2), fed()]).toEqual([0, 0]);
  });

  it('gives no number twice, so that a listener who has read the last misses nothing after a prune', async () => {
    const file = temporaryFile();
    const { store } = openStore(file);
    const heard = await listenTo(openStore(file).store);
    for (const [n, id] of ['a', 'b'].entries()) {
      await store.blacklist({ id, subject: 'user-1', expiresAt: 5 }, 1);
      await vi.waitFor(() => expect(heard.entries).toHaveLength(n + 1), { timeout: 5_000 });
      await store.prune(5 + COLLECT_AFTER_MS);
    }
  });

  it('keeps no process alive', async () => {
    const { store } = openStore(temporaryFile());
    const timers = (): number => process.getActiveResourcesInfo().filter((one) => one === 'Timeout').length;
    const before = timers();
    await listenTo(store);
    expect(timers()).toBe(before);
  });
});

async function listenTo(
  store: TokenStore,
  also: () => void = () => {},
): Promise<{ readonly entries: readonly Revocation[]; readonly calls: number }> {
  const heard = { entries: [] as Revocation[], calls: 0 };
  const watch = await store.watch?.((entries) => {
    heard.calls += 1;
    heard.entries.push(...entries);
    also();
  });
  onTestFinished(() => watch?.close());
  return heard;
}
