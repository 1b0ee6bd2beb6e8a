import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Auth, AuthError, type AuthOptions, createAuth } from '@tokenpair/core';
import { memoryStore } from '@tokenpair/core/memory';
import { expressAuth } from '@tokenpair/express';
import type { HttpServer, HttpServerOptions } from '@tokenpair/testkit';
import express5, { type ErrorRequestHandler, type Express } from 'express';
// @ts-expect-error Express 4 comes under a second name, without types of its own; those of 5 serve for what is used here.
import express4 from 'express4';

export const VERSIONS: readonly (readonly [name: string, express: typeof express5])[] = [
  ['Express 5', express5],
  ['Express 4', express4 as typeof express5],
];

/** Listens on a free port. */
export async function serve(app: RequestListener): Promise<HttpServer> {
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** How an app sends an error that was forwarded to it. */
export const sendAuthError: ErrorRequestHandler = (error, _req, res, next) => {
  if (!(error instanceof AuthError)) return next(error);
  res.status(error.status).set(error.headers).json(error);
};

/** The routes of the contract on an app. */
export function addRoutes(
  app: Express,
  auth: Auth,
  options: HttpServerOptions,
  prefix = '/api/token',
): Express {
  const { guard, routes, getAuth, getOptionalAuth } = expressAuth(auth, options);
  app.use(prefix, routes());
  app.get('/hello', guard(), (_req, res) => void res.json({ message: 'Hello, World!' }));
  app.get(
    '/optional',
    guard({ optional: true }),
    (req, res) => void res.json({ subject: getOptionalAuth(req)?.subject ?? null }),
  );
  app.get(
    '/admin',
    guard({ scope: 'admin' }),
    (req, res) => void res.json({ message: getAuth(req).scopes.includes('admin') ? 'Hello, admin!' : '' }),
  );
  app.use(sendAuthError);
  return app;
}

export const SECRET = Uint8Array.from({ length: 32 }, (_, index) => index);
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
