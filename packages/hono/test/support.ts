import { once } from 'node:events';
import type { Server } from 'node:http';
import { createServer, type Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { type Auth, type AuthOptions, createAuth } from '@tokenpair/core';
import { memoryStore } from '@tokenpair/core/memory';
import { honoAuth } from '@tokenpair/hono';
import type { HttpServer, HttpServerOptions } from '@tokenpair/testkit';
import { Hono } from 'hono';
import { Hono as OldestHono } from 'hono-oldest';

/** The types of the newest serve for what is used of both. */
export const VERSIONS: readonly (readonly [name: string, Newest: typeof Hono])[] = [
  ['the newest Hono', Hono],
  ['the oldest Hono', OldestHono as unknown as typeof Hono],
];

/** Listens on a free port, with HTTP/2 where it is asked for. */
export async function serve({ fetch }: Pick<Hono, 'fetch'>, http2 = false): Promise<HttpServer> {
  const options = http2 ? { fetch, createServer } : { fetch };
  const server = createAdaptorServer(options) as Server | Http2Server;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      if ('closeAllConnections' in server) server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** JSON as the contract has it; Hono's own names no charset. */
const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };

/** The routes of the contract. Errors that are forwarded go to Hono's own handler. */
export function contractApp(auth: Auth, options: HttpServerOptions): Hono {
  const { guard, routes } = honoAuth(auth, options);
  const app = new Hono();
  app.use(routes({ prefix: '/api/token' }));
  app.on(['GET', 'POST'], '/hello', guard(), (c) => c.json({ message: 'Hello, World!' }, 200, JSON_TYPE));
  app.get('/optional', guard({ optional: true }), (c) =>
    c.json({ subject: c.var.auth?.subject ?? null }, 200, JSON_TYPE),
  );
  app.get('/admin', guard({ scope: 'admin' }), (c) => {
    const { scopes } = c.get('auth');
    return c.json({ message: scopes.includes('admin') ? 'Hello, admin!' : '' }, 200, JSON_TYPE);
  });
  return app;
}

export const SECRET: Uint8Array = Uint8Array.from({ length: 32 }, (_, index) => index);
export const T0 = 1_800_000_000_000;

export function makeAuth(options: Partial<AuthOptions> = {}): Auth {
  return createAuth({
    issuer: 'https://issuer.test',
    audience: 'https://api.test',
    keys: { alg: 'HS256', secret: SECRET },
    store: memoryStore(),
    clock: () => T0,
    login: ({ username = '', password }) => (password === 'x' ? { subject: username } : undefined),
    ...options,
  });
}
