import formbody from '@fastify/formbody';
import swagger from '@fastify/swagger';
import type { Auth } from '@tokenpair/core';
import { type HttpServerOptions, httpContract } from '@tokenpair/testkit';
import Fastify from 'fastify';
import { describe, it } from 'vitest';
import { addRoutes, serve } from './support.ts';

describe('without parsers of the app', () => {
  const start = (auth: Auth, options: HttpServerOptions) => serve(addRoutes(Fastify(), auth, options));
  httpContract({ describe, it, start });
});

// No row is left out: the token routes read bodies themselves whatever the app has registered.
describe('with @fastify/formbody, @fastify/swagger and a parser for everything', () => {
  const start = (auth: Auth, options: HttpServerOptions) => {
    const app = Fastify({ bodyLimit: 100 });
    app.register(formbody);
    app.register(swagger);
    app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
    return serve(addRoutes(app, auth, options));
  };
  httpContract({ describe, it, start });
});
