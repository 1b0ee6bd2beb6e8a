/** Koa and Fastify apps that take old tokens beside Tokenpair's. */
import fastifyJwt from '@fastify/jwt';
import { type Auth, createAuth } from '@tokenpair/core';
import { memoryStore } from '@tokenpair/core/memory';
import Fastify from 'fastify';
import jwt from 'jsonwebtoken';
import Koa from 'koa';
import { describe, expect, it, onTestFinished } from 'vitest';
import * as fastifyEither from './fastify-jwt/either.ts';
import * as koaEither from './koa-jwt/either.ts';
import { on } from './koa-jwt/on.ts';
import { ask, serve } from './support/http.ts';
import { listenerOf, SECRET } from './support/sides.ts';

const auth: Auth = createAuth({
  issuer: 'https://api.example.com',
  audience: 'https://api.example.com',
  keys: { alg: 'HS256', secret: 'the secret of the new tokens, 32 bytes' },
  store: memoryStore(),
});

function koaApp(): Koa {
  return new Koa().use(
    on('GET /me', koaEither.eitherOf(auth, SECRET), (ctx) => {
      ctx.body = { id: koaEither.idOf(ctx) };
    }),
  );
}

function fastifyApp(): ReturnType<typeof Fastify> {
  const app = Fastify();
  app.register(fastifyJwt, { secret: SECRET });
  app.get('/me', { onRequest: fastifyEither.eitherOf(auth) }, async (request) => ({
    id: fastifyEither.idOf(request),
  }));
  return app;
}

describe.each([
  ['koa-jwt', koaApp],
  ['fastify-jwt', fastifyApp],
] as const)('either.ts of %s', (_peer, createApp) => {
  it('takes both kinds and nothing else', async () => {
    const { url, close } = await serve(await listenerOf(createApp()));
    onTestFinished(close);
    const statusOf = async (token: string): Promise<readonly unknown[]> => {
      const { body, status } = await ask(url, { path: '/me', headers: ['Authorization', `Bearer ${token}`] });
      return [status, status === 200 ? body : undefined];
    };
    const ended = await auth.sessions.issue({ subject: '1' });
    await auth.logout(String(ended.refresh));
    const { access, refresh } = await auth.sessions.issue({ subject: '1' });

    expect(await statusOf(access)).toEqual([200, { id: '1' }]);
    expect(await statusOf(jwt.sign({}, SECRET, { subject: '1', expiresIn: '1h' }))).toEqual([
      200,
      { id: '1' },
    ]);
    expect(await statusOf(ended.access)).toEqual([401, undefined]);
    expect(await statusOf(String(refresh))).toEqual([401, undefined]);
    expect(await statusOf(jwt.sign({}, 'some other key', { subject: '1', expiresIn: '1h' }))).toEqual([
      401,
      undefined,
    ]);
  });
});
