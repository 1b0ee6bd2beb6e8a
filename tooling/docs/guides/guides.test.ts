/** What the programs of the guides are said to do, they do. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import type { Auth } from '@tokenpair/core';
import { expressAuth } from '@tokenpair/express';
import { testAuth } from '@tokenpair/testkit';
import express from 'express';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { importBlocks, writeBlocks } from '../blocks/import-blocks.ts';

beforeEach(() => void vi.stubEnv('TOKENPAIR_SECRET', 'a secret of the documentation, 32 bytes'));
afterEach(() => void vi.unstubAllEnvs());

async function serve(app: RequestListener): Promise<string> {
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('cookies.md', () => {
  type Ask = (
    send: (method: string, path: string) => Promise<Response>,
    lock: <T>(name: string, work: () => Promise<T>) => Promise<T>,
    method: string,
    path: string,
  ) => Promise<{ readonly status: number }>;

  /** A browser as far as cookies go; `origin` is where its page came from. */
  async function browser() {
    const { app, ask } = (await importBlocks('docs/guides/cookies.md')) as { app: RequestListener; ask: Ask };
    const url = await serve(app);
    const jar = new Map<string, string>();
    const send = async (method: string, path: string, body?: object, origin = 'https://app.example.com') => {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
      const headers = { origin, cookie, 'content-type': 'application/json' };
      const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
      const response = await fetch(url + path, init);
      for (const line of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        if (value === '') jar.delete(name);
        else jar.set(name, value);
      }
      return response;
    };
    const logIn = () => send('POST', '/api/token', { username: 'ada', password: 'lovelace' });
    return { ask, jar, logIn, send };
  }

  it('has an app whose login sets three cookies and shows no token', async () => {
    const { jar, logIn, send } = await browser();
    const answer = await logIn();
    expect(await answer.json()).not.toHaveProperty('access');
    expect([...jar.keys()].sort()).toEqual(['__Host-access', '__Host-csrf', '__Secure-refresh']);
    expect(await (await send('GET', '/api/me')).json()).toEqual({ subject: '1' });
    expect((await send('POST', '/api/orders', {})).status).toBe(201);
  });

  it('refuses what another site started, and a login from there too', async () => {
    const { logIn, send } = await browser();
    await logIn();
    for (const path of ['/api/orders', '/api/token', '/api/token/logout']) {
      const answer = await send('POST', path, {}, 'https://evil.example');
      expect([answer.status, await answer.json()]).toEqual([
        403,
        expect.objectContaining({ code: 'csrf_failed' }),
      ]);
    }
  });

  it('has a page that refreshes once and asks again, and sees that somebody is logged out', async () => {
    const { ask, jar, logIn, send } = await browser();
    const lock = <T>(_name: string, work: () => Promise<T>): Promise<T> => work();
    await logIn();
    jar.delete('__Host-access');
    expect((await ask(send, lock, 'GET', '/api/me')).status).toBe(200);
    await send('POST', '/api/token/logout');
    expect((await ask(send, lock, 'GET', '/api/me')).status).toBe(401);
  });
});

describe('mobile.md', () => {
  interface Page {
    createClient(url: string, keychain: object): (path: string) => Promise<Response>;
    readonly LoggedOutError: new () => Error;
    readonly AwayError: new () => Error;
  }

  async function phone() {
    const { createClient, LoggedOutError, AwayError } = (await importBlocks(
      'docs/guides/mobile.md',
    )) as unknown as Page;
    const { auth, store, clock, loginAs } = testAuth();
    const { guard, routes } = expressAuth(auth);
    const refreshed: string[] = [];
    // A replay within grace is an answered refresh too, and one too many.
    for (const name of ['session.refreshed', 'refresh.replayed'] as const)
      auth.events.on(name, () => void refreshed.push(name));
    const app = express();
    app.use('/api/token', routes());
    app.get('/hello', guard(), (_req, res) => void res.json({}));
    const { refresh } = await loginAs('ada');
    let kept: string | undefined = refresh;
    const keychain = {
      load: async () => kept,
      save: async (token: string) => {
        kept = token;
      },
      clear: async () => {
        kept = undefined;
      },
    };
    const ask = createClient(await serve(app), keychain);
    return { ask, auth, clock, keychain, refreshed, store, LoggedOutError, AwayError };
  }

  it('has a client whose requests share one refresh', async () => {
    const { ask, clock, refreshed } = await phone();
    const statuses = async (): Promise<number[]> =>
      (await Promise.all([ask('/hello'), ask('/hello'), ask('/hello')])).map(({ status }) => status);
    expect(await statuses()).toEqual([200, 200, 200]);
    expect(refreshed).toHaveLength(1);
    clock.advance(6 * 60_000);
    expect(await statuses()).toEqual([200, 200, 200]);
    expect(refreshed).toHaveLength(2);
  });

  it('has a client that stays logged in when an answer is lost with the store', async () => {
    const { ask, store } = await phone();
    store.fail('commit-then-throw', { methods: ['advance'], times: 1 });
    expect((await ask('/hello')).status).toBe(200);
  });

  it('has a client that forgets its token when the session has ended, and only then', async () => {
    const { ask, auth, keychain, LoggedOutError } = await phone();
    await ask('/hello');
    await auth.sessions.revokeAll('ada');
    await expect(ask('/hello')).rejects.toThrow(LoggedOutError);
    expect(await keychain.load()).toBeUndefined();
  });
});

describe('custom-store.md', () => {
  it('has a store of two functions that lets a session in, rotate and end', async () => {
    const page = writeBlocks('docs/guides/custom-store.md');
    const { auth } = (await import(page[0] ?? '')) as { auth: Auth };
    const { access, refresh } = await auth.sessions.issue({ subject: '1' });
    const next = await auth.refresh(refresh ?? '');
    expect(next.access).not.toBe(access);
    await expect(auth.refresh(refresh ?? '')).rejects.toMatchObject({ code: 'refresh_token_reused' });
  });
});

describe('testing.md', () => {
  it('has tests that pass under node:test', async () => {
    const files = writeBlocks('docs/guides/testing.md');
    expect(files).toHaveLength(2);
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--test',
      '--test-reporter=tap',
      ...files,
    ]);
    expect(stdout).toMatch(/^# pass 2$/m);
  });
});
