import { type ServerType, serve as serveHono } from '@hono/node-server';
import { type Auth, AuthError } from '@tokenpair/core';
import { fetchAuth } from '@tokenpair/core/fetch';
import type { HttpServer, HttpServerOptions } from '@tokenpair/testkit';
import { Hono } from 'hono';

/** Listens on a free port. */
export async function serve(app: {
  fetch: (request: Request) => Response | Promise<Response>;
}): Promise<HttpServer> {
  let server: ServerType | undefined;
  const port = await new Promise<number>((resolve) => {
    server = serveHono({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, (info) => resolve(info.port));
  });
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise<void>((resolve) => {
        if (server === undefined) return resolve();
        if ('closeAllConnections' in server) server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** JSON as the contract has it; `Response.json` and Hono's own name no charset. */
export function json(body: object, status = 200): Response {
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  return new Response(JSON.stringify(body), { status, headers });
}

/** How an app sends an error that was thrown to it. */
export function toErrorResponse(error: unknown): Response {
  if (!(error instanceof AuthError)) throw error;
  const headers = new Headers({ 'content-type': 'application/json; charset=utf-8' });
  for (const [name, value] of error.headerLines) headers.append(name, value);
  return new Response(JSON.stringify(error), { status: error.status, headers });
}

/** The routes of the contract on Hono. */
export function honoApp(auth: Auth, options: HttpServerOptions): Hono {
  const { guard, routes } = fetchAuth(auth, options);
  const tokens = routes({ prefix: '/api/token' });
  const [member, visitor, admin] = [guard(), guard({ optional: true }), guard({ scope: 'admin' })];
  const app = new Hono();
  app.onError((error) => toErrorResponse(error));
  app.all('/api/token/*', async (c) => (await tokens(c.req.raw)) ?? c.notFound());
  app.get('/hello', (c) => member(c.req.raw, () => json({ message: 'Hello, World!' })));
  app.get('/optional', (c) => visitor(c.req.raw, (who) => json({ subject: who?.subject ?? null })));
  app.get('/admin', (c) =>
    admin(c.req.raw, ({ scopes }) => json({ message: scopes.includes('admin') ? 'Hello, admin!' : '' })),
  );
  return app;
}

/** The same without a framework. */
export function plainApp(
  auth: Auth,
  options: HttpServerOptions,
): { fetch: (request: Request) => Promise<Response> } {
  const { guard, routes } = fetchAuth(auth, options);
  const tokens = routes({ prefix: '/api/token' });
  const guarded: Readonly<Record<string, (request: Request) => Promise<Response>>> = {
    '/hello': (request) => member(request, () => json({ message: 'Hello, World!' })),
    '/optional': (request) => visitor(request, (who) => json({ subject: who?.subject ?? null })),
    '/admin': (request) => admin(request, () => json({ message: 'Hello, admin!' })),
  };
  const [member, visitor, admin] = [guard(), guard({ optional: true }), guard({ scope: 'admin' })];
  const answer = async (request: Request): Promise<Response> => {
    const handler = guarded[new URL(request.url).pathname];
    return (await tokens(request)) ?? (await handler?.(request)) ?? json({}, 404);
  };
  return { fetch: (request) => answer(request).catch(toErrorResponse) };
}
