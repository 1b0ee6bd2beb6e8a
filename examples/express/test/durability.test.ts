import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { claimsOf, get, logIn, post, refresh } from '../../shared/test/support/client.ts';
import { startAndEnd, startServer, temporaryFolder } from '../../shared/test/support/server.ts';

describe.concurrent('a service that is killed', () => {
  it('keeps what it acknowledged: a login refreshes, a logout stays', async () => {
    const before = await startServer();
    const kept = await logIn(before.url);
    const ended = await logIn(before.url);
    expect((await post(`${before.url}/api/token/logout`, { refresh: ended.refresh })).status).toBe(200);
    await before.kill();

    const after = await startServer({}, before.folder);
    expect((await get(`${after.url}/hello`, kept.access)).status).toBe(200);
    expect((await refresh(after.url, kept.refresh)).status).toBe(200);
    expect(await refresh(after.url, ended.refresh)).toMatchObject({
      status: 401,
      body: { code: 'token_revoked' },
    });
    expect((await get(`${after.url}/hello`, ended.access)).status).toBe(401);
  });
});

describe.concurrent('a refresh token that is used again', () => {
  it('ends the session after grace, the newest token with it', async () => {
    const { url, logged } = await startServer({ REFRESH_GRACE: '1s', LEEWAY: '0s' });
    const first = await logIn(url);
    const second = await refresh(url, first.refresh);
    await sleep(1_100);
    expect(await refresh(url, first.refresh)).toMatchObject({
      status: 401,
      body: { code: 'refresh_token_reused', error: 'invalid_grant' },
    });
    expect(await refresh(url, second.body.refresh)).toMatchObject({
      status: 401,
      body: { code: 'token_revoked' },
    });
    expect((await get(`${url}/hello`, second.body.access)).status).toBe(401);
    // What the service wrote may still be on its way through the pipe.
    await expect.poll(() => logged().filter(({ event }) => event === 'refresh.reused')).toHaveLength(1);
  });
});

describe.concurrent('the absolute end of a session', () => {
  it('is not moved by a refresh', async () => {
    const { url } = await startServer({ SESSION_TTL: '3s', STORE_URL: 'memory:' });
    const pair = await logIn(url);
    const next = await refresh(url, pair.refresh);
    expect(next.body.expires_in).toBeLessThanOrEqual(3);
    expect(claimsOf(next.body.refresh).exp).toBe(claimsOf(pair.refresh).exp);
    await sleep(3_100);
    expect(await refresh(url, next.body.refresh)).toMatchObject({
      status: 401,
      body: { code: 'session_expired' },
    });
  });
});

describe.concurrent('two first starts at once', () => {
  it('share one keys file and one set of users', async () => {
    const folder = temporaryFolder();
    const [one, two] = await Promise.all([startServer({}, folder), startServer({}, folder)]);
    expect(readdirSync(join(folder, 'data')).filter((name) => name.startsWith('keys'))).toEqual([
      'keys.json',
    ]);
    expect(JSON.parse(readFileSync(one.keysFile, 'utf8')).keys).toHaveLength(1);
    const users = new DatabaseSync(one.database, { readOnly: true });
    expect(users.prepare('SELECT count(*) AS n FROM users').get()).toEqual({ n: 2 });
    users.close();

    const pair = await logIn(one.url);
    expect((await get(`${two.url}/hello`, pair.access)).status).toBe(200);
    const next = await refresh(two.url, pair.refresh);
    expect((await refresh(one.url, pair.refresh)).body.refresh).toBe(next.body.refresh);
    expect((await post(`${one.url}/api/token/logout`, { refresh: next.body.refresh })).status).toBe(200);
    expect((await get(`${two.url}/hello`, next.body.access)).status).toBe(401);
  });
});

describe.concurrent('SIGTERM', () => {
  it('lets a request under way finish and ends with 0, idle connections or not', async () => {
    const server = await startServer();
    const { hostname, port } = new URL(server.url);
    const idle = createConnection(Number(port), hostname);
    const busy = createConnection(Number(port), hostname).setEncoding('utf8');
    const body = 'username=vitor&password=123';
    busy.write(
      `POST /api/token/ HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`,
    );
    expect((await once(busy, 'data'))[0]).toContain('100 Continue');
    const started = performance.now();
    server.signal('SIGTERM');
    await sleep(700);
    busy.write(body);
    expect((await once(busy, 'data'))[0]).toContain('200 OK');
    expect(await server.ended).toMatchObject({ code: 0, stderr: '' });
    expect(performance.now() - started).toBeLessThan(5_000);
    idle.destroy();
  });

  it('is answered by SIGINT too', async () => {
    const server = await startServer({ STORE_URL: 'memory:' });
    server.signal('SIGINT');
    expect((await server.ended).code).toBe(0);
  });
});

describe.concurrent('a port that is taken', () => {
  it('ends the start with one line', async () => {
    const { url } = await startServer();
    const { code, stdout, stderr } = await startAndEnd({ PORT: new URL(url).port });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^PORT \d+ on 127\.0\.0\.1 is taken [^\n]*\n$/);
  });
});
