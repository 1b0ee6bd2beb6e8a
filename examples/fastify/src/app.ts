import { METHODS } from 'node:http';
import { type AuthRequest, type AuthResponse, NotFoundError } from '@tokenpair/core';
import { errorAnswer } from '@tokenpair/core/http';
import { fromNodeRequest } from '@tokenpair/core/node';
import { fastifyAuth } from '@tokenpair/fastify';
import { decodeSegment, type Service, toAuthError } from '@tokenpair-examples/shared';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';

/** As long as Node lets a path be. */
const LONGEST_SEGMENT = 16_384;

/** The example service on Fastify. */
export async function createApp(service: Service): Promise<FastifyInstance> {
  const { accounts, auth, requestLog, settings } = service;
  const { plugin, guard, routes, getAuth, getOptionalAuth } = fastifyAuth(auth, { errors: 'forward' });
  const app = Fastify({
    // Paths are matched as they came, as they are on Express and Koa: without this Fastify decodes them first.
    rewriteUrl: ({ url = '' }) => url.replace(/^[^?]+/, (path) => path.replaceAll('%', '%25')),
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: LONGEST_SEGMENT },
    trustProxy: (_address, hop) => hop < settings.trustProxy,
  });
  // Fastify knows a few methods; a token endpoint answers 405 to all others.
  const isNew = (method: string): boolean => !app.supportedMethods.includes(method);
  for (const method of METHODS.filter(isNew)) app.addHttpMethod(method);

  app.addHook('onRequest', async (request, reply) => requestLog.begin(request.raw, reply.raw, request));
  app.setNotFoundHandler(async () => {
    throw new NotFoundError();
  });
  app.setErrorHandler((thrown, request, reply) => {
    const error = toAuthError(thrown);
    requestLog.fail(request.raw, error);
    return write(errorAnswer(error), reply);
  });

  app.register(plugin);
  await app.register(routes(), { prefix: '/api/token' });
  // Core reads bodies itself, so from here on Fastify looks at none, nor at its type.
  for (const method of METHODS) app.addHttpMethod(method, { hasBody: false, overrideExisting: true });

  app.get('/hello', { onRequest: guard() }, async () => service.hello());
  app.get('/me', { onRequest: guard() }, async (request) => service.me(getAuth(request)));
  app.get('/optional', { onRequest: guard({ optional: true }) }, async (request) =>
    service.whoever(getOptionalAuth(request)),
  );
  app.get('/admin', { onRequest: guard({ scope: 'admin' }) }, async () => service.helloAdmin());

  app.post('/me/password', { onRequest: guard() }, async (request, reply) =>
    write(await accounts.changePassword(getAuth(request), toAuthRequest(request)), reply),
  );
  const named = { onRequest: [decodeName, guard({ scope: 'admin' })] };
  app.post<Named>('/users/:name/password', named, (request) =>
    accounts.setPassword(request.params.name, toAuthRequest(request)),
  );
  app.post<Named>('/users/:name/disable', named, ({ params }) => accounts.disable(params.name));
  app.post<Named>('/users/:name/enable', named, ({ params }) => accounts.enable(params.name));

  app.get('/healthz', async (_request, reply) => fresh(reply).send(service.health()));
  app.get('/readyz', async (_request, reply) => fresh(reply).send(await service.ready()));
  app.get('/.well-known/jwks.json', async (_request, reply) =>
    reply.header('cache-control', 'public, max-age=300').send(service.jwks()),
  );
  return app;
}

interface Named {
  Params: { name: string };
}

/** To Fastify nothing at all is a name too. */
async function decodeName({ params }: FastifyRequest<Named>): Promise<void> {
  if (params.name === '') throw new NotFoundError();
  params.name = decodeSegment(params.name);
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

function toAuthRequest({ raw, ip }: FastifyRequest): AuthRequest {
  return fromNodeRequest(raw, { path: '/', ip, parsed: undefined });
}
