import type { RequestListener } from 'node:http';
import Router from '@koa/router';
import { koaAuth } from '@tokenpair/koa';
import Koa from 'koa';
import { errorAnswer, NOT_FOUND } from './errors.ts';
import type { Service } from './service.ts';

/** The routes of the app. */
export async function createListener(service: Service): Promise<RequestListener> {
  const { guard, routes, getAuth } = koaAuth(service.auth);
  const { trustProxy } = service.settings;
  const app = new Koa({ proxy: trustProxy > 0, maxIpsCount: trustProxy });
  const router = new Router();

  app.use(async (ctx, next) => {
    try {
      await next();
    } catch (thrown) {
      const { status, body } = errorAnswer(thrown);
      Object.assign(ctx, { status, body });
    }
  });

  app.use(routes({ prefix: '/api/token' }));
  router.get('/hello', guard(), (ctx) => {
    ctx.body = { message: `Hello, user ${getAuth(ctx).subject}!` };
  });

  router.get('/healthz', (ctx) => {
    ctx.body = { status: 'ok' };
  });
  router.get('/readyz', async (ctx) => {
    const isReady = await service.isReady();
    ctx.status = isReady ? 200 : 503;
    ctx.body = { status: isReady ? 'ready' : 'unavailable' };
  });

  app.use(router.routes());
  app.use((ctx) => {
    ctx.status = 404;
    ctx.body = NOT_FOUND;
  });
  const handle = app.callback();
  return (request, response) => void handle(request, response);
}
