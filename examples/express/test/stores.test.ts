/** The service on each store it can be given, two nodes on one. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPostgres } from '../../../tooling/services/postgres-server.ts';
import { startRedis } from '../../../tooling/services/redis-server.ts';
import { serviceTest } from '../../../tooling/services/service-test.ts';
import { type Answer, get, logIn, post, refresh } from '../../shared/test/support/client.ts';
import { type Server, startServer, temporaryFolder } from '../../shared/test/support/server.ts';

interface Backend {
  readonly url: string;
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const REDIS = ['--appendonly', 'yes', '--appendfsync', 'always'];

serviceTest('redis-server')('on redis://', (program) => {
  serves(() => startRedis({ program, settings: REDIS }));
});

serviceTest('postgres')('on postgres://', (program) => {
  serves(() => startPostgres({ program }));
});

function serves(startBackend: () => Promise<Backend>): void {
  let backend: Backend;
  let nodes: readonly Server[];
  const url = (node: number): string => String(nodes[node]?.url);

  beforeAll(async () => {
    backend = await startBackend();
    const folder = temporaryFolder();
    // In a row: the second node finds the keys and the users that the first has made.
    const env = {
      STORE_URL: backend.url,
      REVOCATION: 'feed',
      REFRESH_GRACE: '2s',
      LEEWAY: '0s',
      LOGIN_RATE: '4/m',
    };
    const first = await startServer(env, folder);
    nodes = [first, await startServer(env, folder)];
  }, 60_000);
  afterAll(() => backend?.stop());

  it('lets a session go on at the other node, with one successor for a token', async () => {
    const pair = await logIn(url(0));
    expect((await get(`${url(1)}/hello`, pair.access)).status).toBe(200);
    const answers = await Promise.all([0, 1, 0, 1].map((node) => refresh(url(node), pair.refresh)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(new Set(answers.map(({ body }) => body.refresh)).size).toBe(1);
    expect(
      (await get(`${url(1)}/api/token/sessions`, answers[0]?.body.access)).body.sessions,
    ).not.toHaveLength(0);
  });

  it('refuses at one node what was logged out at the other', async () => {
    const pair = await logIn(url(0));
    await get(`${url(1)}/hello`, pair.access);
    expect((await post(`${url(0)}/api/token/logout`, { refresh: pair.refresh })).status).toBe(200);
    await expect
      .poll(async () => (await get(`${url(1)}/hello`, pair.access)).body.code, {
        timeout: 5_000,
        interval: 10,
      })
      .toBe('token_revoked');
    expect((await refresh(url(1), pair.refresh)).body.code).toBe('token_revoked');
  });

  it('changes a password at one node and ends the others of the user', async () => {
    const [kept, other] = [await logIn(url(0), 'admin', 'admin'), await logIn(url(1), 'admin', 'admin')];
    const changed = await post(`${url(0)}/me/password`, { old: 'admin', password: 'admin' }, kept.access);
    expect(changed.status).toBe(200);
    expect((await refresh(url(1), other.refresh)).body.code).toBe('password_changed');
    expect((await refresh(url(1), changed.body.refresh)).status).toBe(200);
  });

  it('counts the failed logins of both nodes together', async () => {
    const failed: number[] = [];
    for (const node of [0, 1, 0, 1, 0, 1]) {
      const answer = await post(`${url(node)}/api/token/`, { username: 'Stranger', password: 'x' });
      failed.push(answer.status);
    }
    expect(failed).toEqual([401, 401, 401, 401, 429, 429]);
    expect((await post(`${url(1)}/api/token/`, { username: 'stranger', password: 'x' })).status).toBe(429);
    await logIn(url(1));
  });

  it('is 503 while the store is away, for longer than grace, and goes on with the same token', async () => {
    const pair = await logIn(url(0));
    await backend.kill();
    expect((await refresh(url(0), pair.refresh)).status).toBe(503); // the store's, or that of the users in it
    expect((await get(`${url(0)}/readyz`)).status).toBe(503);
    expect((await get(`${url(0)}/healthz`)).status).toBe(200);
    await sleep(2_500);
    await backend.restart();
    const again = await answered(() => refresh(url(0), pair.refresh));
    expect(again.status).toBe(200);
    expect((await answered(() => refresh(url(1), again.body.refresh))).status).toBe(200);
  });

  it('logs no password of the store and no token', () => {
    for (const node of nodes) expect(node.stdout()).not.toMatch(/eyJ[\w-]+\.[\w-]+\.[\w-]+/);
  });
}

/** What an honest client gets: it tries again while the answer is 503. */
async function answered(ask: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    const answer = await ask();
    if (answer.status !== 503) return answer;
    await sleep(200);
  }
}

describe('on memory:', () => {
  it('says that it keeps nothing', async () => {
    const server = await startServer({ STORE_URL: 'memory:' });
    expect(server.logged()).toContainEqual(
      expect.objectContaining({ event: 'store.warning', code: 'not_durable', store: 'memory' }),
    );
  });
});
