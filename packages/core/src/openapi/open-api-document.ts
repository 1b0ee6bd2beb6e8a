import { assertOptions, invalidType } from '../config/check.ts';
import { prefixPath } from '../config/prefix-path.ts';
import type { JsonObject } from '../json.ts';
import type { AuthShape } from './auth-shape.ts';
import { oauth2Operations } from './oauth2-operations.ts';
import type { Operation } from './operation.ts';
import { type Node, schemasOf } from './schemas.ts';
import { sessionOperations } from './session-operations.ts';
import { tokenpairOperations } from './tokenpair-operations.ts';

export interface OpenApiOptions {
  /** Where the token endpoints are, such as `/api/token`; `/` where they are at the root. */
  readonly prefix: string;
  /** URLs that the paths are below. @default none: those of where the document comes from */
  readonly servers?: readonly string[];
}

/** An OpenAPI 3.1 document: plain JSON, to be served as it is or put together with the app's own. */
export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string };
  readonly servers?: readonly { readonly url: string }[];
  /** By path, the prefix included. */
  readonly paths: Readonly<Record<string, JsonObject>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonObject>>;
    readonly securitySchemes: Readonly<Record<string, JsonObject>>;
  };
}

/**
 * Describes the token endpoints that an auth has, as they are set up: every status, and every body as a schema. A hook of the app that
 * throws an `AuthError` of its own choice can add to them.
 *
 * @throws TypeError without the prefix
 * @example
 * ```ts
 * import { createAuth } from '@tokenpair/core';
 * import { memoryStore } from '@tokenpair/core/memory';
 * import { openApiDocument } from '@tokenpair/core/openapi';
 *
 * const auth = createAuth({
 *   issuer: 'https://api.example.com',
 *   audience: 'https://api.example.com',
 *   keys: { alg: 'HS256', secret: crypto.getRandomValues(new Uint8Array(32)) },
 *   store: memoryStore(),
 * });
 * const document = openApiDocument(auth, { prefix: '/api/token' });
 * ```
 */
export function openApiDocument(
  { shape }: { readonly shape: AuthShape },
  options: OpenApiOptions,
): OpenApiDocument {
  assertOptions(options, 'options', ['prefix', 'servers']);
  const { servers } = options;
  const base = prefixPath(options.prefix, 'options.prefix');
  if (servers !== undefined && !(Array.isArray(servers) && servers.every((url) => typeof url === 'string')))
    throw invalidType('options.servers must be a list of URLs');
  const own = shape.wire === 'oauth2' ? oauth2Operations(shape) : tokenpairOperations(shape);
  return {
    openapi: '3.1.0',
    info: { title: 'Token endpoints', version: '1.0.0' },
    ...(servers !== undefined && { servers: servers.map((url) => ({ url })) }),
    paths: pathsOf(base, [...own, ...sessionOperations(shape)]),
    components: { schemas: schemasOf(shape), securitySchemes: securitySchemesOf(shape) },
  };
}

function pathsOf(base: string, operations: readonly Operation[]): Record<string, Node> {
  return Object.fromEntries(
    operations.map(({ path, method, node }) => [
      path === '/' ? base || '/' : base + path,
      { [method]: { tags: ['tokens'], ...node } },
    ]),
  );
}

function securitySchemesOf({ cookies, hasClients, hasSessions }: AuthShape): Record<string, Node> {
  const cookie = (name: string): Node => ({ type: 'apiKey', in: 'cookie', name });
  return {
    ...(hasSessions && { accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } }),
    ...(cookies !== undefined && {
      accessCookie: cookie(cookies.access),
      refreshCookie: cookie(cookies.refresh),
    }),
    ...(hasClients && { client: { type: 'http', scheme: 'basic' } }),
  };
}
