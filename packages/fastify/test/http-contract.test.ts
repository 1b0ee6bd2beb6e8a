import formbody from '@fastify/formbody';
import swagger from '@fastify/swagger';
import type { Auth } from '@tokenpair/core';
import { fastifyAuth } from '@tokenpair/fastify';
import { type HttpServerOptions, httpContract } from '@tokenpair/testkit';
import Fastify, { type FastifyInstance } from 'fastify';
import { describe, it } from 'vitest';
import { addRoutes, serve } from './support.ts';

/** The routes of the contract: those of every test, and the guarded one for POST. */
function addAll(app: FastifyInstance, auth: Auth, options: HttpServerOptions): FastifyInstance {
  const { guard } = fastifyAuth(auth, { ...options, decorate: null });
  app.post('/hello', { onRequest: guard() }, async () => ({ message: 'Hello, World!' }));
  return addRoutes(app, auth, options);
}

describe('without parsers of the app', () => {
  const start = (auth: Auth, options: HttpServerOptions) => serve(addAll(Fastify(), auth, options));
  httpContract({ describe, it, start });
});

// No row is left out: the token routes read bodies themselves whatever the app has registered.
describe('with @fastify/formbody, @fastify/swagger and a parser for everything', () => {
  const start = (auth: Auth, options: HttpServerOptions) => {
    const app = Fastify({ bodyLimit: 100 });
    app.register(formbody);
    app.register(swagger);
    app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
    return serve(addAll(app, auth, options));
  };
  httpContract({ describe, it, start });
});
