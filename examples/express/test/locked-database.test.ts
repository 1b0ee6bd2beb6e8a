import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Answer, get, logIn, post, refresh } from '../../shared/test/support/client.ts';
import { lockFor, startServer } from '../../shared/test/support/server.ts';

describe('a database that another process holds locked for 5 s', () => {
  it('stalls no guard, refuses logins and refreshes with 503, and is used again after', {
    timeout: 60_000,
  }, async () => {
    const { url, database, logged } = await startServer();
    const pair = await logIn(url);
    let locked = true;
    const { released } = await lockFor(database, 5_000);
    void released.then(() => {
      locked = false;
    });

    const refused = Promise.all([
      refresh(url, pair.refresh),
      post(`${url}/api/token/`, { username: 'vitor', password: '123' }),
      post(`${url}/me/password`, { old: '123', password: 'another' }, pair.access),
      get(`${url}/readyz`),
    ]);
    const reads: { status: number; ms: number }[] = [];
    while (locked) {
      const started = performance.now();
      const { status } = await get(`${url}/hello`, pair.access);
      reads.push({ status, ms: performance.now() - started });
      await sleep(5);
    }
    await released;

    expect(reads.length).toBeGreaterThan(50);
    expect(reads.filter(({ status }) => status !== 200)).toEqual([]);
    expect(Math.max(...reads.map(({ ms }) => ms))).toBeLessThan(500);
    const [refreshed, login, password, ready] = (await refused) as [Answer, Answer, Answer, Answer];
    for (const { status, headers, body } of [refreshed, login, password, ready]) {
      expect([status, body.error]).toEqual([503, 'temporarily_unavailable']);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect([refreshed.body.code, login.body.code, ready.body.code]).toEqual(
      Array(3).fill('store_unavailable'),
    );
    await expect.poll(() => logged().find(({ status }) => status === 503)).toHaveProperty('cause');

    expect((await refresh(url, pair.refresh)).status).toBe(200);
    expect((await get(`${url}/readyz`)).status).toBe(200);
    await logIn(url);
  });
});
