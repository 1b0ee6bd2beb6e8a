import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Auth, Guard } from '@tokenpair/core';
import type { VerifiedAuthentication } from '@tokenpair/core/verifier';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { ROOT, runPage, textOf } from '../verifier/docs.ts';
import { request, short } from './support.ts';

interface GuardsPage {
  readonly auth: Auth;
  readonly app: RequestListener;
  readonly users: Map<string, { name: string; active: boolean }>;
  readonly editors: Guard<VerifiedAuthentication>;
  readonly legacyAuth: Auth;
  readonly partners: Guard;
  readonly chatAuth: Auth;
  readonly server: Server;
}

const run = async () => (await runPage('guards')) as unknown as GuardsPage;

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The first cells of the rows of the table below a heading. */
function cellsOf(heading: string): readonly string[] {
  const section = textOf('guards').split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return [...section.matchAll(/^\| `([^|]*)` \|/gm)].map(([, cell = '']) => cell);
}

describe('guards.md', () => {
  beforeEach(() => void vi.stubEnv('TOKENPAIR_SECRET', 'a secret of the documentation, 32 bytes'));
  afterEach(() => vi.unstubAllEnvs());

  it('has an app whose routes say what the page says', async () => {
    const { auth, app, users } = await run();
    const origin = `http://${await listen(createServer(app))}`;
    const { access: ada } = await auth.sessions.issue({ subject: '1', scope: 'reports' });
    const { access: grace } = await auth.sessions.issue({ subject: '2' });
    const ask = async (method: string, path: string, token?: string) => {
      const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const response = await fetch(origin + path, { method, headers });
      const body = await response.text();
      return [response.status, body.startsWith('{') ? (JSON.parse(body).code ?? JSON.parse(body)) : body];
    };
    expect(await ask('GET', '/hello', ada)).toEqual([200, { hello: 'Ada' }]);
    expect(await ask('GET', '/hello')).toEqual([401, 'token_missing']);
    expect(await ask('GET', '/news')).toEqual([200, { for: null }]);
    expect(await ask('GET', '/news', grace)).toEqual([200, { for: '2' }]);
    expect(await ask('GET', '/reports', ada)).toEqual([200, { reports: [] }]);
    expect(await ask('GET', '/reports', grace)).toEqual([403, 'insufficient_scope']);
    expect(await ask('DELETE', '/posts/1', ada)).toEqual([200, {}]);
    expect(await ask('POST', '/me/email', ada)).toEqual([200, {}]);
    expect(await ask('GET', `/export.csv?access_token=${ada}`)).toEqual([200, 'a,b']);
    expect(await ask('GET', '/export.csv', ada)).toEqual([401, 'token_missing']);
    expect(await ask('GET', '/red', ada)).toEqual([200, {}]);
    expect(await ask('GET', '/red', grace)).toEqual([403, 'permission_denied']);
    users.set('1', { name: 'Ada', active: false });
    expect(await ask('GET', '/hello', ada)).toEqual([401, 'no_active_account']);
  });

  it('has a guard that takes a header of its own alone', async () => {
    const { legacyAuth, partners } = await run();
    const { access } = await legacyAuth.sessions.issue({ subject: '1' });
    expect(short(await partners(request([['X-Auth-Token', access]])))).toBe('1');
    expect(short(await partners(request(access)))).toBe('token_missing');
    expect(short(await legacyAuth.guard()(request(access)))).toBe('1');
  });

  it('has a chat that closes with its session', async () => {
    const { chatAuth, server } = await run();
    onTestFinished(() => chatAuth.close());
    const host = await listen(server);
    const { access, refresh } = await chatAuth.sessions.issue({ subject: '1' });
    const socket = new WebSocket(`ws://${host}/?access_token=${access}`);
    onTestFinished(() => socket.terminate());
    const [hello] = await once(socket, 'message');
    expect(String(hello)).toBe('hello 1');
    const closed = once(socket, 'close');
    await chatAuth.logout(String(refresh));
    expect((await closed)[0]).toBe(4401);
  });

  it('has a line for every option of a guard, in the order in which they are asked', () => {
    const source = readFileSync(join(ROOT, 'packages/core/src/guard/guard-options.ts'), 'utf8');
    const body = source.split('export interface GuardOptions')[1]?.split('\n}\n')[0] ?? '';
    const names = [...body.matchAll(/^ {2}readonly (\w+)\?/gm)].map(([, name]) => name);
    expect(names.length).toBe(12);
    expect(cellsOf('Options')).toEqual(names);
  });
});
