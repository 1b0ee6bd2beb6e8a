import { type Auth, AuthError, type AuthOptions, createAuth } from '@tokenpair/core';
import { memoryStore } from '@tokenpair/core/memory';
import { fastifyAuth } from '@tokenpair/fastify';
import type { HttpServer, HttpServerOptions } from '@tokenpair/testkit';
import type { FastifyInstance } from 'fastify';

/** Listens on a free port. */
export async function serve(app: FastifyInstance): Promise<HttpServer> {
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    url,
    close: async () => {
      app.server.closeAllConnections();
      await app.close();
    },
  };
}

/** Lets an app send the errors that are forwarded to it. */
export function sendAuthErrors(app: FastifyInstance): void {
  app.setErrorHandler((error, _request, reply) => {
    if (!(error instanceof AuthError)) throw error;
    return reply.code(error.status).headers(error.headers).send(error.toJSON());
  });
}

/** The routes of the contract on an app. */
export function addRoutes<App extends FastifyInstance>(
  app: App,
  auth: Auth,
  options: HttpServerOptions,
  prefix = '/api/token',
): App {
  const { plugin, guard, routes, getAuth, getOptionalAuth } = fastifyAuth(auth, options);
  app.register(plugin);
  app.register(routes(), { prefix });
  app.get('/hello', { onRequest: guard() }, async () => ({ message: 'Hello, World!' }));
  app.get('/optional', { onRequest: guard({ optional: true }) }, async (request) => ({
    subject: getOptionalAuth(request)?.subject ?? null,
  }));
  app.get('/admin', { onRequest: guard({ scope: 'admin' }) }, async (request) => ({
    message: getAuth(request).scopes.includes('admin') ? 'Hello, admin!' : '',
  }));
  sendAuthErrors(app);
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
