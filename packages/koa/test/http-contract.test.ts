import type { Auth } from '@tokenpair/core';
import { type KoaMiddleware, koaAuth } from '@tokenpair/koa';
import { type HttpServerOptions, httpContract } from '@tokenpair/testkit';
import bodyParser from 'koa-bodyparser';
import mount from 'koa-mount';
import { describe, it } from 'vitest';
import { addRoutes, sendAuthError, serve, VERSIONS } from './support.ts';

describe.each(VERSIONS)('%s', (_name, Koa) => {
  const mounted = (routes: KoaMiddleware) => mount('/api/token', routes);

  describe('without a body parser, mounted', () => {
    const start = (auth: Auth, options: HttpServerOptions) =>
      serve(addRoutes(new Koa().use(sendAuthError), auth, options, mounted));
    httpContract({ describe, it, start });
  });

  describe('with a body parser before, mounted', () => {
    const start = (auth: Auth, options: HttpServerOptions) =>
      serve(addRoutes(new Koa().use(sendAuthError).use(bodyParser()), auth, options, mounted));
    httpContract({ describe, it, start, bodyParser: true });
  });

  describe('under a prefix', () => {
    const start = (auth: Auth, options: HttpServerOptions) =>
      serve(
        addRoutes(new Koa().use(sendAuthError), auth, options, () =>
          koaAuth(auth, options).routes({ prefix: '/api/token' }),
        ),
      );
    httpContract({ describe, it, start });
  });
});
