import type { RequestListener } from 'node:http';
import { fastifyAuth } from '@tokenpair/fastify';
import Fastify from 'fastify';
import { errorAnswer, NOT_FOUND } from './errors.ts';
import type { Service } from './service.ts';

/** The routes of the app. */
export async function createListener(service: Service): Promise<RequestListener> {
  const { plugin, guard, routes, getAuth } = fastifyAuth(service.auth);
  const { trustProxy } = service.settings;
  const app = Fastify({ trustProxy: (_address, hop) => hop < trustProxy });

  app.setErrorHandler((thrown, _request, reply) => {
    const { status, body } = errorAnswer(thrown);
    return reply.code(status).send(body);
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).send(NOT_FOUND));

  app.register(plugin);
  app.register(routes(), { prefix: '/api/token' });
  app.get('/hello', { onRequest: guard() }, async (request) => ({
    message: `Hello, user ${getAuth(request).subject}!`,
  }));

  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const isReady = await service.isReady();
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'ready' : 'unavailable' });
  });

  await app.ready();
  return (request, response) => app.routing(request, response);
}
