import { createAuth } from '@tokenpair/core';
import { memoryStore } from '@tokenpair/core/memory';
import { koaAuth } from '@tokenpair/koa';
import Koa from 'koa';
import { checkPassword } from '../people.ts';
import { on } from './on.ts';

export function createApp(secret: string): Koa {
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
  const { guard, routes, getAuth, getOptionalAuth } = koaAuth(auth);

  return new Koa()
    .use(routes({ prefix: '/api/token' }))
    .use(
      on('GET /me', guard(), (ctx) => {
        ctx.body = { id: getAuth(ctx).subject };
      }),
    )
    .use(
      on('GET /news', guard({ optional: true, onInvalid: 'anonymous' }), (ctx) => {
        ctx.body = { reader: getOptionalAuth(ctx)?.subject ?? null };
      }),
    )
    .use(
      on('GET /admin', guard({ scope: 'admin' }), (ctx) => {
        ctx.body = { hello: 'admin' };
      }),
    );
}
