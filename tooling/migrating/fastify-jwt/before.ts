import { randomUUID } from 'node:crypto';
import fastifyJwt from '@fastify/jwt';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { checkPassword } from '../people.ts';

interface Claims {
  readonly sub: string;
  readonly scope: string;
}

export function createApp(secret: string): FastifyInstance {
  const app = Fastify();
  app.register(fastifyJwt, { secret });

  const required = async (request: FastifyRequest): Promise<void> => {
    await request.jwtVerify();
  };
  const optional = async (request: FastifyRequest): Promise<void> => {
    if (request.headers.authorization !== undefined) await request.jwtVerify();
  };
  const claimsOf = (request: FastifyRequest): Claims | undefined => request.user as Claims | undefined;

  app.post<{ Body: Record<string, unknown> }>('/login', async ({ body }, reply) => {
    const user = checkPassword(body['username'], body['password']);
    if (user === undefined) return reply.code(401).send({ code: 'invalid_credentials' });
    const options = { sub: user.id, jti: randomUUID(), expiresIn: '1h' };
    return { token: app.jwt.sign({ scope: user.scope }, options) };
  });
  app.get('/me', { onRequest: required }, async (request) => ({ id: claimsOf(request)?.sub }));
  app.get('/news', { onRequest: optional }, async (request) => ({ reader: claimsOf(request)?.sub ?? null }));
  app.get('/admin', { onRequest: required }, async (request, reply) => {
    if (!claimsOf(request)?.scope.split(' ').includes('admin'))
      return reply.code(403).send({ code: 'permission_denied' });
    return { hello: 'admin' };
  });
  return app;
}
