import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { type Auth, AuthError, type AuthOptions, createAuth } from '@tokenpair/core';
import { memoryStore } from '@tokenpair/core/memory';
import { type KoaMiddleware, koaAuth } from '@tokenpair/koa';
import type { HttpServer, HttpServerOptions } from '@tokenpair/testkit';
import Koa3 from 'koa';
// @ts-expect-error Koa 2 comes under a second name, without types of its own; those of 3 serve for what is used here.
import Koa2 from 'koa2';

export const VERSIONS: readonly (readonly [name: string, Koa: typeof Koa3])[] = [
  ['Koa 3', Koa3],
  ['Koa 2', Koa2 as typeof Koa3],
];

/** Listens on a free port. */
export function serve(app: Koa3): Promise<HttpServer> {
  return listen(createServer(app.callback() as RequestListener));
}

export async function listen(server: Server | Http2Server): Promise<HttpServer> {
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

/** How an app sends an error that was forwarded to it. */
export const sendAuthError: Koa3.Middleware = async (ctx, next) => {
  try {
    await next();
  } catch (error) {
    if (!(error instanceof AuthError)) throw error;
    ctx.set(error.headers);
    ctx.status = error.status;
    ctx.body = error;
  }
};

/** Middleware for one path: the guard, then what it answers. */
export function get(path: string, ...chain: readonly Koa3.Middleware[]): Koa3.Middleware {
  return async (ctx, next) => {
    if (ctx.path !== path) return next();
    const run = (at: number): Promise<unknown> => Promise.resolve(chain[at]?.(ctx, () => run(at + 1)));
    await run(0);
  };
}

/** The routes of the contract on an app. */
export function addRoutes(
  app: Koa3,
  auth: Auth,
  options: HttpServerOptions,
  mountRoutes: (routes: KoaMiddleware) => Koa3.Middleware,
): Koa3 {
  const { guard, routes, getAuth, getOptionalAuth } = koaAuth(auth, options);
  app.use(mountRoutes(routes()));
  app.use(
    get('/hello', guard(), (ctx) => {
      ctx.body = { message: 'Hello, World!' };
    }),
  );
  app.use(
    get('/optional', guard({ optional: true }), (ctx) => {
      ctx.body = { subject: getOptionalAuth(ctx)?.subject ?? null };
    }),
  );
  app.use(
    get('/admin', guard({ scope: 'admin' }), (ctx) => {
      ctx.body = { message: getAuth(ctx).scopes.includes('admin') ? 'Hello, admin!' : '' };
    }),
  );
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
