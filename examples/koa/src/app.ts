import { type AuthRequest, type AuthResponse, NotFoundError } from '@tokenpair/core';
import { errorAnswer } from '@tokenpair/core/http';
import { fromNodeRequest } from '@tokenpair/core/node';
import { koaAuth } from '@tokenpair/koa';
import { type Service, toAuthError } from '@tokenpair-examples/shared';
import Koa, { type Context } from 'koa';
import { get, nameOf, post } from './router.ts';

/** The example service on Koa. */
export function createApp(service: Service): Koa {
  const { accounts, auth, requestLog, settings } = service;
  const { guard, routes, getAuth, getOptionalAuth } = koaAuth(auth, { errors: 'forward' });
  const app = new Koa({ proxy: settings.trustProxy > 0, maxIpsCount: settings.trustProxy });
  // It prints what breaks with a connection; the log says of that request that it was aborted.
  app.silent = true;

  app.use(async (ctx, next) => {
    requestLog.begin(ctx.req, ctx.res, ctx);
    try {
      await next();
    } catch (thrown) {
      const error = toAuthError(thrown);
      requestLog.fail(ctx.req, error);
      write(errorAnswer(error), ctx);
    }
  });

  app.use(routes({ prefix: '/api/token' }));
  app.use(
    get('/hello', guard(), (ctx) => {
      ctx.body = service.hello();
    }),
  );
  app.use(
    get('/me', guard(), (ctx) => {
      ctx.body = service.me(getAuth(ctx));
    }),
  );
  app.use(
    get('/optional', guard({ optional: true }), (ctx) => {
      ctx.body = service.whoever(getOptionalAuth(ctx));
    }),
  );
  app.use(
    get('/admin', guard({ scope: 'admin' }), (ctx) => {
      ctx.body = service.helloAdmin();
    }),
  );

  app.use(
    post('/me/password', guard(), async (ctx) => {
      write(await accounts.changePassword(getAuth(ctx), toAuthRequest(ctx)), ctx);
    }),
  );
  app.use(
    post('/users/:name/password', guard({ scope: 'admin' }), async (ctx) => {
      ctx.body = await accounts.setPassword(nameOf(ctx), toAuthRequest(ctx));
    }),
  );
  app.use(
    post('/users/:name/disable', guard({ scope: 'admin' }), async (ctx) => {
      ctx.body = await accounts.disable(nameOf(ctx));
    }),
  );
  app.use(
    post('/users/:name/enable', guard({ scope: 'admin' }), async (ctx) => {
      ctx.body = await accounts.enable(nameOf(ctx));
    }),
  );

  app.use(
    get('/healthz', (ctx) => {
      fresh(ctx).body = service.health();
    }),
  );
  app.use(
    get('/readyz', async (ctx) => {
      fresh(ctx).body = await service.ready();
    }),
  );
  app.use(
    get('/.well-known/jwks.json', (ctx) => {
      ctx.set('Cache-Control', 'public, max-age=300');
      ctx.body = service.jwks();
    }),
  );

  app.use(() => {
    throw new NotFoundError();
  });
  return app;
}

function write({ status, headers, body }: AuthResponse, ctx: Context): void {
  ctx.status = status;
  for (const [name, value] of headers) {
    if (name === 'set-cookie') ctx.append(name, value);
    else ctx.set(name, value);
  }
  ctx.body = body;
}

/** For an answer that no cache may keep. */
function fresh(ctx: Context): Context {
  ctx.set('Cache-Control', 'no-store');
  return ctx;
}

/** Core reads bodies itself, so the app needs no body parser. */
function toAuthRequest({ req, path, ip }: Context): AuthRequest {
  return fromNodeRequest(req, { path, ip, parsed: undefined });
}
