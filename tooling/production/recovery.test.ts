import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serviceTest } from '../services/service-test.ts';
import { type BrowserClient, browserClient } from './browser-client.ts';
import { type Stack, type StackOptions, startStack } from './stack.ts';
import { type SwallowingProxy, startSwallowingProxy } from './swallowing-proxy.ts';

const PASSWORD = 'swordfish-1';
const CLIENTS = 100;
const BROKEN_OFF = 1_000;

/** A stack for the tests of a `describe`, with users named in it. */
function useStack(options: StackOptions, users: readonly string[]): () => Stack {
  let stack: Stack | undefined;
  beforeAll(async () => {
    stack = await startStack(options);
    for (const name of users) stack.addUser(name, PASSWORD);
  }, 60_000);
  afterAll(() => stack?.stop(), 30_000);
  return () => stack as Stack;
}

/** Replaces text that has to be there. */
function edit(conf: string, from: string | RegExp, to: string): string {
  const edited = conf.replace(from, to);
  expect(edited).not.toBe(conf);
  return edited;
}

const accessLog = (stack: Stack): readonly Readonly<Record<string, unknown>>[] =>
  stack
    .nginxLogs()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));

serviceTest('nginx')('production, when answers get lost', () => {
  describe('because clients go away', () => {
    const stack = useStack({}, ['nina']);

    it('1,000 refreshes that were broken off (499) all recover, each with one successor', {
      timeout: 120_000,
    }, async () => {
      const clients = Array.from({ length: CLIENTS }, () => browserClient(stack()));
      for (const client of clients) expect((await client.logIn('nina', PASSWORD)).status).toBe(200);
      let brokenOff = 0;

      while (brokenOff < BROKEN_OFF) {
        const tokens = clients.map((client) => client.cookies.get('__Secure-refresh'));
        const outcomes = await Promise.all(clients.map((client, index) => breakOff(client, index % 4)));
        brokenOff += outcomes.filter(Boolean).length;
        const retried = await Promise.all(clients.map((client) => client.refresh()));
        expect(retried.map(({ status }) => status)).toEqual(clients.map(() => 200));
        // Whoever got no answer still had the old token, and has a new one now.
        for (const [index, client] of clients.entries())
          expect(client.cookies.get('__Secure-refresh')).not.toBe(tokens[index]);
      }

      for (const client of clients) {
        expect((await client.hello()).status).toBe(200);
        client.close();
      }
      // The others went before nginx had asked anybody.
      const gone = accessLog(stack()).filter(
        ({ path, status }) => status === 499 && path === '/api/token/refresh',
      );
      expect(gone.length).toBeGreaterThan(BROKEN_OFF / 2);
      const replayed = stack()
        .logged()
        .filter(({ event }) => event === 'refresh.replayed');
      expect(replayed.length).toBeGreaterThan(BROKEN_OFF / 2);
      expect(
        stack()
          .logged()
          .filter(({ event }) => event === 'refresh.reused'),
      ).toEqual([]);
    });
  });

  describe('because a worker dies between its work and its answer', () => {
    let proxy: SwallowingProxy;
    const stack = useStack(
      {
        async conf(conf, { appPort }) {
          proxy = await startSwallowingProxy(appPort);
          return edit(conf, `server 127.0.0.1:${appPort}`, `server 127.0.0.1:${proxy.port}`);
        },
      },
      ['nina'],
    );
    afterAll(() => proxy?.close());

    /** Every other request goes to the worker that answers. */
    async function untilSwallowed(send: () => Promise<{ status: number }>): Promise<readonly number[]> {
      const before = proxy.swallowed();
      const statuses: number[] = [];
      while (proxy.swallowed() === before && statuses.length < 10) statuses.push((await send()).status);
      expect(proxy.swallowed()).toBe(before + 1);
      return statuses;
    }

    it('nginx asks again for a refresh, which has one successor', async () => {
      const client = browserClient(stack());
      while ((await client.logIn('nina', PASSWORD)).status !== 200);
      const statuses = await untilSwallowed(() => client.refresh());
      expect(new Set(statuses)).toEqual(new Set([200]));
      const askedTwice = () =>
        accessLog(stack()).find(
          ({ path, upstream_status: seen }) => path === '/api/token/refresh' && seen === '502, 200',
        );
      await expect.poll(askedTwice, { timeout: 5_000 }).toMatchObject({ status: 200 });
      await stack().untilLogged(({ event }) => event === 'refresh.replayed');
      const refreshed = stack()
        .logged()
        .filter(({ event }) => event === 'session.refreshed');
      expect(new Set(refreshed.map(({ generation }) => generation)).size).toBe(refreshed.length);
      expect(refreshed).toHaveLength(statuses.length);
      client.close();
    });

    it('nginx asks again for a GET, and never for a login', async () => {
      const client = browserClient(stack());
      while ((await client.logIn('nina', PASSWORD)).status !== 200);
      expect(new Set(await untilSwallowed(() => client.hello()))).toEqual(new Set([200]));
      const logins = await untilSwallowed(() => client.logIn('nina', PASSWORD));
      expect(logins.at(-1)).toBe(503);
      client.close();
    });
  });
});

/** Sends a refresh and breaks it off; whether that was in time. */
async function breakOff(client: BrowserClient, afterMs: number): Promise<boolean> {
  const abort = new AbortController();
  const jar = new Map(client.cookies);
  const answer = client.refresh(abort.signal).then(
    () => false,
    () => true,
  );
  await sleep(afterMs);
  abort.abort();
  const isBrokenOff = await answer;
  if (isBrokenOff) expect(client.cookies).toEqual(jar);
  return isBrokenOff;
}

serviceTest('nginx')('production with another nginx configuration', () => {
  describe('with the buffers that nginx has by itself', () => {
    const stack = useStack(
      {
        env: { ALG: 'RS256' },
        conf: (conf) => edit(conf, /^ *proxy_(?:busy_)?buffer(?:s|_size|s_size) .*\n/gm, ''),
      },
      ['nina'],
    );

    it('has room for both cookies', async () => {
      const client = browserClient(stack());
      const login = await client.logIn('nina', PASSWORD);
      expect([login.status, (await client.refresh()).status, (await client.hello()).status]).toEqual([
        200, 200, 200,
      ]);
      expect(String(login.headers['set-cookie']).length).toBeGreaterThan(1_000);
      await expect
        .poll(() => accessLog(stack()).map(({ upstream_status: seen }) => seen), { timeout: 5_000 })
        .toEqual(['200', '200', '200']);
      client.close();
    });
  });

  describe('with a cache in front of the app', () => {
    const stack = useStack(
      {
        conf: (conf, { folder }) =>
          edit(
            edit(
              conf,
              'proxy_cache off;',
              'proxy_cache shared; proxy_cache_valid any 10m; add_header X-Cache $upstream_cache_status always;',
            ),
            'upstream tokenpair {',
            `proxy_cache_path ${folder}/cache keys_zone=shared:1m;\nproxy_cache_key $uri;\n\nupstream tokenpair {`,
          ),
      },
      ['nina', 'otto'],
    );

    it('nobody sees what was answered to another', async () => {
      const nina = browserClient(stack());
      const otto = browserClient(stack());
      const nobody = browserClient(stack());
      await nina.logIn('nina', PASSWORD);
      await otto.logIn('otto', PASSWORD);
      for (const path of ['/api/me', '/api/hello', '/api/whoever', '/api/token/sessions']) {
        const asked = [];
        for (const client of [nina, otto, nobody, nina, otto, nobody]) asked.push(await client.send(path));
        expect([path, ...asked.map(({ headers }) => headers['x-cache'])]).not.toContain('HIT');
        const [ofNina, ofOtto, ofNobody] = asked;
        if (path !== '/api/hello') expect(ofNina?.body).not.toEqual(ofOtto?.body);
        expect(JSON.stringify(ofNobody?.body)).toMatch(/token_missing|"subject":null/);
        expect(asked.slice(3).map(({ body }) => body)).toEqual([ofNina?.body, ofOtto?.body, ofNobody?.body]);
      }
      for (const client of [nina, otto, nobody]) client.close();
    });

    it('while what is for everybody comes from the cache', async () => {
      const client = browserClient(stack());
      await client.send('/.well-known/jwks.json');
      expect((await client.send('/.well-known/jwks.json')).headers['x-cache']).toBe('HIT');
      client.close();
    });
  });
});
