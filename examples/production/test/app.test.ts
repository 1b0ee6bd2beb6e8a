import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LoginHook } from '@tokenpair/core';
import { createService, type PasswordChange, readSettings } from '@tokenpair-examples/shared';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createApp } from '../src/worker/app.ts';
import { createRoom } from '../src/worker/in-progress.ts';

interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  /** Whether it says that nothing was done. */
  readonly isNotBegun: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into member by member, in assertions
  readonly body: any;
}

interface Parts {
  readonly rate?: string;
  readonly login?: (login: LoginHook) => LoginHook;
  readonly maxLogins?: number;
}

/** The app over a store in memory, with two users whose password is `123` and `admin`; what it was told of password changes. */
async function start({ login = (hook) => hook, maxLogins = 10, rate = 'off' }: Parts) {
  const folder = mkdtempSync(join(tmpdir(), 'tokenpair-app-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const settings = readSettings({
    STORE_URL: 'memory:',
    KEYS_FILE: join(folder, 'keys.json'),
    LOG: 'silent',
    LOGIN_RATE: rate,
  });
  const changes: PasswordChange[] = [];
  const service = await createService(settings, {
    login,
    onPasswordChange: (change) => changes.push(change),
  });
  const loginRoom = createRoom(maxLogins);
  const onLoginRefused = vi.fn();
  const app = await createApp(service, { loginRoom, observe: () => undefined, onLoginRefused });
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await service.close();
  });
  const { port } = server.address() as AddressInfo;

  function ask(method: string, path: string, body?: object, access?: string): Promise<Answer> {
    const headers = {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(access === undefined ? {} : { authorization: `Bearer ${access}` }),
    };
    return new Promise((resolve, reject) => {
      // Not fetch, which would write the path in its own way.
      const sent = request({ port, method, path, headers, agent: false }, async (response) => {
        const text = (await response.setEncoding('utf8').toArray()).join('');
        const retryAfter = response.headers['retry-after'];
        const isNotBegun = 'x-no-room' in response.headers;
        resolve({ status: response.statusCode ?? 0, retryAfter, isNotBegun, body: JSON.parse(text) });
      });
      sent.on('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
  const logIn = (username = 'vitor', password = '123', path = '/api/token/'): Promise<Answer> =>
    ask('POST', path, { username, password });
  const change = (access: string, old: string, password = 'swordfish-1'): Promise<Answer> =>
    ask('POST', '/api/me/password', { old, password }, access);
  return { ask, change, changes, loginRoom, logIn, onLoginRefused };
}

describe('room for logins', () => {
  it('is less than for all requests: one too many is 503 at once, however its path is written, and others go on', async () => {
    const waiting: (() => void)[] = [];
    const hold: Parts['login'] = (login) => async (credentials, client) => {
      if (credentials['username'] === 'vitor') await new Promise<void>((resolve) => waiting.push(resolve));
      return login(credentials, client);
    };
    const { ask, change, logIn, loginRoom, onLoginRefused } = await start({ login: hold, maxLogins: 2 });
    const { access } = (await logIn('admin', 'admin')).body;
    const held = [logIn(), logIn()];
    await vi.waitUntil(() => waiting.length === 2);
    for (const path of ['/api/token/', '/api/token', '/api/token?x=1', '/api/%74oken/'])
      expect([path, await logIn('admin', 'admin', path)]).toMatchObject([
        path,
        { status: 503, retryAfter: '1', isNotBegun: true, body: { code: 'backend_unavailable' } },
      ]);
    expect(await change(access, 'admin')).toMatchObject({ status: 503, isNotBegun: true });
    expect([onLoginRefused.mock.calls.length, loginRoom.count()]).toEqual([5, 2]);
    expect((await ask('GET', '/api/hello', undefined, access)).status).toBe(200);
    expect((await ask('POST', '/api/token/verify', { token: access })).status).toBe(200);
    for (const go of waiting) go();
    expect((await Promise.all(held)).map(({ isNotBegun, status }) => [status, isNotBegun])).toEqual([
      [200, false],
      [200, false],
    ]);
    expect(loginRoom.count()).toBe(0);
    expect((await logIn('admin', 'admin')).status).toBe(200);
  });
});

describe('guesses at the own password', () => {
  it('are counted by subject, whatever the session, and told', async () => {
    const { change, changes, logIn } = await start({ rate: '3/h' });
    const sessions = [(await logIn()).body.access, (await logIn()).body.access];
    const admin = (await logIn('admin', 'admin')).body.access;
    const statuses: number[] = [];
    for (const turn of [0, 1, 0, 1]) statuses.push((await change(sessions[turn], 'wrong')).status);
    expect(statuses).toEqual([401, 401, 401, 429]);
    const right = await change(sessions[0], '123');
    expect(right).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
    expect(Number(right.retryAfter)).toBeGreaterThan(1);
    expect((await change(admin, 'wrong')).status).toBe(401);
    expect(changes.map(({ code }) => code)).toEqual([
      'invalid_credentials',
      'invalid_credentials',
      'invalid_credentials',
      'rate_limited',
      'rate_limited',
      'invalid_credentials',
    ]);
    expect(new Set(changes.map(({ subject }) => subject)).size).toBe(2);
    expect(changes[0]?.client.ip).toBe('127.0.0.1');
  });

  it('do not count when they are right, and a change is told', async () => {
    const { change, changes, logIn } = await start({ rate: '2/h' });
    let { access } = (await logIn()).body;
    let old = '123';
    for (const password of ['swordfish-1', 'swordfish-2', 'swordfish-3']) {
      const changed = await change(access, old, password);
      expect(changed.status).toBe(200);
      ({ access } = changed.body);
      old = password;
    }
    expect(changes.map(({ code }) => code)).toEqual([undefined, undefined, undefined]);
    expect(JSON.stringify(changes)).not.toContain('swordfish');
    expect((await change(access, old, '')).status).toBe(400);
    expect(changes).toHaveLength(3);
  });
});
