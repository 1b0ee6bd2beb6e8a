import { Validator } from '@seriousme/openapi-schema-validator';
import { openApiDocument } from '@tokenpair/core/openapi';
import { describe, expect, it } from 'vitest';
import { ERROR_ROWS } from '../../src/errors/error-rows.ts';
import { makeAuth } from '../support/auth.ts';
import { requestOf } from '../support/requests.ts';
import { COMBINATIONS } from './documents.ts';

const PLACE = { prefix: '/api/token' };
const PATHS = [
  '/',
  '/refresh',
  '/logout',
  '/blacklist',
  '/verify',
  '/token',
  '/introspect',
  '/revoke',
  '/jwks',
  '/logout-all',
  '/sessions',
  '/sessions/:id',
];
/** One for all: it compiles the schema of OpenAPI once. */
const validator = new Validator();
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

describe.each(COMBINATIONS)('the document of an auth: %s', (_name, options) => {
  const { auth } = makeAuth(options);
  const document = openApiDocument(auth, PLACE);

  it('is a valid document of OpenAPI 3.1, made of plain JSON', async () => {
    const copy: Record<string, unknown> = JSON.parse(JSON.stringify(document));
    expect(document).toEqual(copy);
    expect(await validator.validate(copy)).toEqual({ valid: true });
  });

  it('has the endpoints that there are, and no others', async () => {
    const served: string[] = [];
    for (const path of PATHS) {
      for (const method of METHODS) {
        const answer = await auth.handle(requestOf(method, path.replace(':id', 'x')));
        if (answer !== undefined && answer.status !== 405) served.push(`${method} ${path}`);
      }
    }
    const told = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map(
        (method) =>
          `${method.toUpperCase()} ${path.slice(PLACE.prefix.length).replace('{id}', ':id') || '/'}`,
      ),
    );
    expect(told.sort()).toEqual(served.sort());
  });

  it('names no schema and no security scheme that it does not have, and has none that it does not name', () => {
    const text = JSON.stringify(document);
    const named = new Set([...text.matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name));
    expect([...named].sort()).toEqual(Object.keys(document.components.schemas).sort());
    const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
    const security = operations.flatMap((each) => (each as { security: object[] }).security);
    const schemes = new Set(security.flatMap((each) => Object.keys(each)));
    expect(Object.keys(document.components.securitySchemes)).toEqual(expect.arrayContaining([...schemes]));
    const ids = operations.map((each) => (each as { operationId: string }).operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('a document', () => {
  const { auth } = makeAuth();

  it('has every code of the errors', () => {
    const { Error: schema } = openApiDocument(auth, PLACE).components.schemas;
    expect(schema).toMatchObject({
      required: ['error', 'code', 'detail'],
      properties: { code: { enum: Object.keys(ERROR_ROWS) } },
    });
  });

  it.each([
    ['/', ['/', '/refresh']],
    ['/t/', ['/t', '/t/refresh']],
    ['/api/token', ['/api/token', '/api/token/refresh']],
  ])('of the prefix %s has the paths %s', (prefix, paths) => {
    expect(Object.keys(openApiDocument(auth, { prefix }).paths).slice(0, 2)).toEqual(paths);
  });

  it('has the servers that it is given', () => {
    const servers = ['https://api.example.com'];
    expect(openApiDocument(auth, { ...PLACE, servers }).servers).toEqual([{ url: servers[0] }]);
    expect(openApiDocument(auth, PLACE)).not.toHaveProperty('servers');
  });

  it.each([
    undefined,
    {},
    { prefix: 'x' },
    { ...PLACE, x: 1 },
    { ...PLACE, servers: 'x' },
    { ...PLACE, servers: [1] },
  ])('is refused with the options %j', (options) => {
    expect(() => openApiDocument(auth, options as typeof PLACE)).toThrow(TypeError);
  });

  it('would not pass as valid with a mistake in it', async () => {
    const document = openApiDocument(auth, PLACE);
    const wrong = { ...document, paths: { refresh: {}, '/x': { post: { responses: 1 } } } };
    expect((await validator.validate(wrong)).valid).toBe(false);
  });
});
