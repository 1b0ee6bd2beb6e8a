import swagger from '@fastify/swagger';
import type { Auth } from '@tokenpair/core';
import { fastifyAuth } from '@tokenpair/fastify';
import Fastify from 'fastify';
import { expect, it, onTestFinished } from 'vitest';
import { makeAuth } from './support.ts';

interface Operation {
  readonly summary?: string;
  readonly requestBody?: {
    readonly content: Record<string, { readonly schema: { readonly required: readonly string[] } }>;
  };
  readonly responses?: Record<string, unknown>;
}

/** Each operation as `METHOD path`. */
async function documented(auth: Auth): Promise<ReadonlyMap<string, Operation>> {
  const app = Fastify();
  onTestFinished(() => app.close());
  await app.register(swagger, { openapi: {} });
  await app.register(fastifyAuth(auth).routes(), { prefix: '/api/token' });
  await app.ready();
  const { paths = {} } = app.swagger() as { paths?: Record<string, Record<string, Operation>> };
  return new Map(
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(
        ([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const,
      ),
    ),
  );
}

const fieldsOf = (operation: Operation | undefined) =>
  Object.entries(operation?.requestBody?.content ?? {}).map(([type, { schema }]) => [type, schema.required]);

const bodies = (...fields: string[]) => [
  ['application/json', fields],
  ['application/x-www-form-urlencoded', fields],
];

it('documents the endpoints that there are, once each', async () => {
  expect([...(await documented(makeAuth())).keys()].sort()).toEqual([
    'DELETE /api/token/sessions/{id}',
    'GET /api/token/jwks',
    'GET /api/token/sessions',
    'POST /api/token/',
    'POST /api/token/blacklist',
    'POST /api/token/logout',
    'POST /api/token/logout-all',
    'POST /api/token/refresh',
    'POST /api/token/verify',
  ]);
});

it('documents those that an option adds', async () => {
  const paths = await documented(makeAuth({ authenticateClient: () => true }));
  expect(paths.has('POST /api/token/introspect')).toBe(true);
  expect(paths.has('POST /api/token/revoke')).toBe(true);
});

it('names the fields of a body, as JSON and as a form', async () => {
  const paths = await documented(makeAuth());
  expect(fieldsOf(paths.get('POST /api/token/'))).toEqual(bodies('username', 'password'));
  expect(fieldsOf(paths.get('POST /api/token/refresh'))).toEqual(bodies('refresh'));
  expect(fieldsOf(paths.get('POST /api/token/verify'))).toEqual(bodies('token'));
  expect(fieldsOf(paths.get('POST /api/token/logout-all'))).toEqual([]);
});

it("names those of the app's own login and of its mode", async () => {
  const paths = await documented(
    makeAuth({ login: () => ({ subject: '1' }), loginFields: ['email', 'otp'], mode: 'sliding' } as never),
  );
  expect(fieldsOf(paths.get('POST /api/token/'))).toEqual(bodies('email', 'otp'));
  expect(fieldsOf(paths.get('POST /api/token/refresh'))).toEqual(bodies('token'));
});

it('names none where the token comes in a cookie', async () => {
  const paths = await documented(makeAuth({ transport: 'cookie', cookie: { path: '/api/token' } } as never));
  expect(fieldsOf(paths.get('POST /api/token/'))).toEqual(bodies('username', 'password'));
  expect(fieldsOf(paths.get('POST /api/token/refresh'))).toEqual([]);
  expect(fieldsOf(paths.get('POST /api/token/verify'))).toEqual(bodies('token'));
});

it('documents good answers and refusals', async () => {
  const paths = await documented(makeAuth());
  expect(Object.keys(paths.get('POST /api/token/')?.responses ?? {}).sort()).toEqual(['200', '4XX', '503']);
  expect(Object.keys(paths.get('DELETE /api/token/sessions/{id}')?.responses ?? {}).sort()).toEqual([
    '204',
    '4XX',
    '503',
  ]);
});

it('asks neither the login hook nor the client hook for it', async () => {
  const asked: string[] = [];
  await documented(
    makeAuth({
      login: () => {
        asked.push('login');
        return undefined;
      },
      authenticateClient: () => {
        asked.push('client');
        return true;
      },
    }),
  );
  expect(asked).toEqual([]);
});
