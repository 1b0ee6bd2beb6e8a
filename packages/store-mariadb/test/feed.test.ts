import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { type MariadbServer, startMariadb } from '../../../tooling/services/mariadb-server.ts';
import { serviceTest } from '../../../tooling/services/service-test.ts';
import { blocked, freshPrefix, MARK, poolOf, RULE, sessionOf, storeOf, upTo, watching } from './support.ts';

const tokenOf = (id: string) => ({ id, subject: 'user-1', expiresAt: 9e12 });

serviceTest('mariadbd')('the feed in MariaDB', (program) => {
  let server: MariadbServer;
  beforeAll(async () => {
    server = await startMariadb({ program });
  });
  afterAll(() => server.stop());

  it('gives every entry once, in the order of the commits, however many write', async () => {
    const options = { prefix: freshPrefix(), pollMs: 50 };
    const writers = upTo(4).map(() => storeOf(server, options));
    const seen = await watching(storeOf(server, options));
    const ids = upTo(400).map((n) => `t${n}`);
    await Promise.all(ids.map((id, n) => writers[n % 4]?.blacklist(tokenOf(id), 1)));
    await expect.poll(() => new Set(seen.ids()).size, { timeout: 10_000 }).toBe(400);
    expect(seen.ids()).toHaveLength(400);
  });

  it('misses nothing that a slow writer commits after others', async () => {
    const options = { prefix: freshPrefix(), pollMs: 50 };
    const [store, watched] = [storeOf(server, options), storeOf(server, options)];
    await store.create(sessionOf(), RULE);
    const seen = await watching(watched);
    const rival = await poolOf(server).getConnection();
    onTestFinished(() => rival.release());
    await rival.query('BEGIN');
    await rival.query(`SELECT * FROM ${options.prefix}session FOR UPDATE`);
    const slow = store.revoke(sessionOf(), MARK);
    await store.blacklist(tokenOf('quick'), 1);
    await expect.poll(() => seen.ids()).toEqual(['quick']);
    await rival.query('COMMIT');
    await slow;
    await expect.poll(() => seen.ids()).toEqual(['quick', 's1']);
  });

  it('lets nobody commit an entry before one of a lower number', async () => {
    const options = { prefix: freshPrefix(), pollMs: 50 };
    const store = storeOf(server, options);
    const seen = await watching(store);
    const writer = await poolOf(server).getConnection();
    onTestFinished(() => writer.release());
    // The end of a step, as far as the commit.
    await writer.query('BEGIN');
    await writer.query(`UPDATE ${options.prefix}turn SET mark = 'slow'`);
    await writer.query(
      `INSERT INTO ${options.prefix}revocation (mark, token, at, until, reason) VALUES ('slow', 'slow', 1, 9e12, 'revoked')`,
    );
    const quick = store.blacklist(tokenOf('quick'), 1);
    const outcome = await Promise.race([quick, blocked(writer).then(() => 'waits')]);
    await writer.query('COMMIT');
    expect(await quick).toBe(true);
    await expect.poll(() => seen.ids()).toEqual(['slow', 'quick']);
    expect(outcome).toBe('waits');
  });

  it('reads many pages', async () => {
    const options = { prefix: freshPrefix(), pollMs: 50 };
    const store = storeOf(server, options);
    await Promise.all(upTo(2_500).map((n) => store.create(sessionOf({ id: `s${n}` }), RULE)));
    expect(await store.revoke({ subject: 'user-1' }, MARK)).toBe(2_500);
    const seen = await watching(store);
    expect(seen.calls[0]?.revoked).toHaveLength(2_500);
  });

  it('reads everything anew where the server has no longer what was read there', async () => {
    const options = { prefix: freshPrefix(), pollMs: 50 };
    const store = storeOf(server, options);
    const pool = poolOf(server);
    const seen = await watching(store);
    for (const id of ['a', 'b']) await store.blacklist(tokenOf(id), 1);
    await expect.poll(() => seen.ids()).toEqual(['a', 'b']);
    // As a replica that had not got b, and has given its number to another entry since.
    await pool.query(`UPDATE ${options.prefix}revocation SET token = 'c', mark = 'c' WHERE token = 'b'`);
    await pool.query(`UPDATE ${options.prefix}turn SET mark = 'c'`);
    await expect.poll(() => seen.ids()).toEqual(['a', 'b', 'a', 'c']);
  });

  it('goes on where what was read last has been pruned', async () => {
    const options = { prefix: freshPrefix(), pollMs: 50 };
    const store = storeOf(server, options);
    const seen = await watching(store);
    await store.blacklist({ ...tokenOf('old'), expiresAt: 2 }, 1);
    await expect.poll(() => seen.ids()).toEqual(['old']);
    await store.prune(9e9);
    await store.blacklist(tokenOf('new'), 1);
    await expect.poll(() => seen.ids()).toEqual(['old', 'new']);
  });

  it('is silent while the server is away, and catches up', async () => {
    const own = await startMariadb({ program });
    onTestFinished(() => own.stop());
    const store = storeOf(own, { pollMs: 50 });
    const seen = await watching(store);
    await store.blacklist(tokenOf('before'), 1);
    await expect.poll(() => seen.ids()).toContain('before');
    await own.kill();
    const calls = seen.calls.length;
    await expect(store.blacklist(tokenOf('lost'), 1)).rejects.toThrow();
    expect(seen.calls.length).toBeLessThanOrEqual(calls + 1);
    await own.restart();
    await store.blacklist(tokenOf('after'), 1);
    await expect.poll(() => seen.ids(), { timeout: 10_000 }).toContain('after');
  });
});
