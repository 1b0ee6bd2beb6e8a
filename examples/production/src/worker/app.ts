import type { RequestListener } from 'node:http';
import { type AuthResponse, NotFoundError } from '@tokenpair/core';
import { errorAnswer } from '@tokenpair/core/http';
import { fromNodeRequest } from '@tokenpair/core/node';
import { fastifyAuth } from '@tokenpair/fastify';
import { type Service, toAuthError } from '@tokenpair-examples/shared';
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { NO_ROOM, noRoom, type Room } from './in-progress.ts';

/** Told of every answer: its route as it was declared, without what a client put into the path. */
export type Observe = (answer: {
  readonly route: string;
  readonly method: string;
  readonly status: number;
  readonly seconds: number;
}) => void;

/** What the worker gives the app that it serves. */
export interface Surroundings {
  readonly observe: Observe;
  /** For requests that have passwords hashed: each takes a thread for many times as long as all the others take. */
  readonly loginRoom: Room;
  /** Told of a request for which there was none. */
  readonly onLoginRefused: () => void;
}

/** The routes that hash a password, as they were declared: a path may be written in many ways. */
const HASHING: ReadonlySet<string | undefined> = new Set(['/api/token', '/api/token/', '/api/me/password']);

/** What every app of this service has: its log, its metrics, its errors. */
export function createBareApp({ requestLog, settings }: Service, observe: Observe): FastifyInstance {
  const app = Fastify({
    routerOptions: { ignoreTrailingSlash: true },
    trustProxy: (_address, hop) => hop < settings.trustProxy,
    requestTimeout: 0, // nginx hands over whole requests
  });
  app.addHook('onRequest', async ({ ip, originalUrl, raw }, reply) => {
    const [path = ''] = originalUrl.split('?', 1); // a query may hold what nobody should read
    requestLog.begin(raw, reply.raw, { ip, originalUrl: path });
  });
  app.addHook('onResponse', async ({ method, routeOptions }, { elapsedTime, statusCode }) => {
    observe({ route: routeOptions.url ?? 'none', method, status: statusCode, seconds: elapsedTime / 1000 });
  });
  app.setNotFoundHandler(async () => {
    throw new NotFoundError();
  });
  app.setErrorHandler((thrown, request, reply) => {
    const error = toAuthError(thrown);
    requestLog.fail(request.raw, error);
    return write(errorAnswer(error), reply);
  });
  return app;
}

/** Hands requests to an app, whoever has the connection. */
export async function toListener(app: FastifyInstance): Promise<RequestListener> {
  await app.ready();
  return (request, response) => void app.server.emit('request', request, response);
}

/** What the workers serve. */
export async function createApp(
  service: Service,
  { loginRoom, observe, onLoginRefused }: Surroundings,
): Promise<RequestListener> {
  const { accounts, auth } = service;
  const { plugin, guard, routes, getAuth, getOptionalAuth } = fastifyAuth(auth, { errors: 'forward' });
  const app = createBareApp(service, observe);
  app.addHook('onRequest', async ({ method, routeOptions }, reply) => {
    if (method !== 'POST' || !HASHING.has(routeOptions.url) || loginRoom.enter(reply.raw)) return;
    onLoginRefused();
    reply.header(...NO_ROOM);
    throw noRoom();
  });
  app.register(plugin);
  await app.register(routes(), { prefix: '/api/token' });
  app.get('/api/hello', { onRequest: guard() }, async () => service.hello());
  app.get('/api/me', { onRequest: guard() }, async (request) => service.me(getAuth(request)));
  app.get('/api/whoever', { onRequest: guard({ optional: true }) }, async (request) =>
    service.whoever(getOptionalAuth(request)),
  );
  app.post('/api/me/password', { onRequest: guard() }, async (request, reply) => {
    const { body: parsed, ip, raw } = request;
    const asked = fromNodeRequest(raw, { path: '/', ip, parsed });
    return write(await accounts.changePassword(getAuth(request), asked), reply);
  });
  app.get('/healthz', async (_request, reply) => fresh(reply).send(service.health()));
  app.get('/readyz', async (_request, reply) => fresh(reply).send(await service.ready()));
  app.get('/.well-known/jwks.json', async (_request, reply) =>
    reply.header('cache-control', 'public, max-age=300').send(service.jwks()),
  );
  return toListener(app);
}

/** Fastify itself appends a second `set-cookie`. */
function write({ status, headers, body }: AuthResponse, reply: FastifyReply): FastifyReply {
  reply.code(status);
  for (const [name, value] of headers) reply.header(name, value);
  return reply.send(body);
}

/** For an answer that no cache may keep. */
function fresh(reply: FastifyReply): FastifyReply {
  return reply.header('cache-control', 'no-store');
}
