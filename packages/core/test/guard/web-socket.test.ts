import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { AuthError, type TokenPlace } from '@tokenpair/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type ClientOptions, WebSocket, WebSocketServer } from 'ws';
import { type AuthTestOptions, logIn, makeAuth, type TestAuth } from '../support/auth.ts';
import { COOKIE_OPTIONS, cookieLine, cookieLogin } from '../support/cookies.ts';

const ENDED = 4401;
const HEADER_OR_QUERY: readonly TokenPlace[] = ['bearer', { query: 'access_token' }];

/** A chat on a real server: the upgrade is authenticated, and the socket is closed when its session ends. */
async function serve(
  { auth }: Pick<TestAuth, 'auth'>,
  transport: readonly TokenPlace[] = HEADER_OR_QUERY,
): Promise<string> {
  const sockets = new WebSocketServer({ noServer: true });
  const server = createServer((_request, response) => response.writeHead(426).end());
  server.on('upgrade', async (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    try {
      const who = await auth.authenticate(request, { transport });
      sockets.handleUpgrade(request, stream, head, (socket) => {
        socket.on(
          'close',
          auth.onRevoked(who, () => socket.close(ENDED, 'the session has ended')),
        );
        socket.send(`hello ${who.subject}`);
      });
    } catch (error) {
      const status = error instanceof AuthError ? error.status : 500;
      stream.end(`HTTP/1.1 ${status} refused\r\nConnection: close\r\n\r\n`);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    for (const socket of sockets.clients) socket.terminate();
    sockets.close();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
    await auth.close();
  });
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/chat`;
}

/** What an attempt comes to: the first message, or the status that refused it. */
async function connect(url: string, options: ClientOptions = {}) {
  const socket = new WebSocket(url, options);
  onTestFinished(() => socket.terminate());
  return new Promise<{ socket: WebSocket; first: string } | number | undefined>((resolve, reject) => {
    socket.on('message', (data) => resolve({ socket, first: String(data) }));
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode));
    socket.on('error', reject);
  });
}

async function open(...args: Parameters<typeof connect>) {
  const connected = await connect(...args);
  if (typeof connected !== 'object') throw new Error(`refused: ${connected}`);
  return connected;
}

async function chat(options?: AuthTestOptions) {
  const test = makeAuth(options);
  const login = await logIn(test);
  return { ...test, ...login, url: await serve(test), bearer: { authorization: `Bearer ${login.access}` } };
}

describe('a WebSocket', () => {
  it('is refused without a token and with a bad one', async () => {
    const { url, refresh } = await chat();
    expect(await connect(url)).toBe(401);
    expect(await connect(url, { headers: { authorization: 'Bearer x' } })).toBe(401);
    expect(await connect(url, { headers: { authorization: `Bearer ${refresh}` } })).toBe(401);
    expect(await connect(url, { headers: { authorization: 'Bearer  x' } })).toBe(400);
    expect(await connect(`${url}?access_token=x`)).toBe(401);
  });

  it('opens with a good token, in a header or in the query', async () => {
    const { url, access, bearer } = await chat();
    expect((await open(url, { headers: bearer })).first).toBe('hello 1');
    expect((await open(`${url}?access_token=${access}`)).first).toBe('hello 1');
    expect(await connect(`${url}?access_token=${access}`, { headers: bearer })).toBe(400);
  });

  it('is refused when its session has ended', async () => {
    const { auth, url, bearer, refresh } = await chat();
    await auth.logout(refresh);
    expect(await connect(url, { headers: bearer })).toBe(401);
  });

  it('is closed after the logout of its session, and no other', async () => {
    const test = await chat();
    const other = await logIn(test);
    const { socket } = await open(test.url, { headers: test.bearer });
    const { socket: stays } = await open(test.url, { headers: { authorization: `Bearer ${other.access}` } });
    const closed = once(socket, 'close');
    await test.auth.logout(test.refresh);
    const [code, reason] = await closed;
    expect([code, String(reason)]).toEqual([ENDED, 'the session has ended']);
    expect(stays.readyState).toBe(WebSocket.OPEN);
  });

  it('by the access cookie opens from an origin on the list alone', async () => {
    const { auth, login } = await cookieLogin(makeAuth(COOKIE_OPTIONS));
    const url = await serve({ auth }, ['cookie']);
    const [, cookie] = cookieLine(login, '__Host-access');
    expect((await open(url, { headers: { cookie }, origin: 'https://issuer.test' })).first).toBe('hello 1');
    expect(await connect(url, { headers: { cookie }, origin: 'https://evil.test' })).toBe(403);
    expect(await connect(url, { headers: { cookie } })).toBe(403);
  });
});
