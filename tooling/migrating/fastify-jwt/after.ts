import { createAuth } from '@tokenpair/core';
import { memoryStore } from '@tokenpair/core/memory';
import { fastifyAuth } from '@tokenpair/fastify';
import Fastify, { type FastifyInstance } from 'fastify';
import { checkPassword } from '../people.ts';

export function createApp(secret: string): FastifyInstance {
  const auth = createAuth({
    issuer: 'https://api.example.com',
    audience: 'https://api.example.com',
    keys: { alg: 'HS256', secret },
    store: memoryStore(), // one that outlives the process and that all processes share, in production
    login: ({ username, password }) => {
      const user = checkPassword(username, password);
      return user && { subject: user.id, scope: user.scope };
    },
  });
  const { plugin, guard, routes, getAuth, getOptionalAuth } = fastifyAuth(auth);

  const app = Fastify();
  app.register(plugin);
  app.register(routes(), { prefix: '/api/token' });
  app.get('/me', { onRequest: guard() }, async (request) => ({ id: getAuth(request).subject }));
  app.get('/news', { onRequest: guard({ optional: true }) }, async (request) => ({
    reader: getOptionalAuth(request)?.subject ?? null,
  }));
  app.get('/admin', { onRequest: guard({ scope: 'admin' }) }, async () => ({ hello: 'admin' }));
  return app;
}
