import type { TokenRoutes } from '@tokenpair/core';
import type { FastifySchema } from 'fastify';

/** What @fastify/swagger reads beside Fastify's own members. */
export interface EndpointSchema extends FastifySchema {
  readonly hide?: boolean;
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly consumes?: readonly string[];
}

interface Endpoint {
  readonly summary: string;
  /** What a good answer holds. */
  readonly answer: Readonly<Record<string, object>>;
  /** That it reads credentials or a token of its body, and so says which fields it lacks when there are none. */
  readonly takesFields?: true;
}

const TEXT = { type: 'string' };
const SECONDS = { type: 'integer', description: 'Seconds.' };
const PAIR = {
  access: TEXT,
  refresh: TEXT,
  token: { ...TEXT, description: 'In sliding mode, in the place of the two.' },
  token_type: TEXT,
  expires_in: SECONDS,
  refresh_expires_in: SECONDS,
};
const LOGOUT: Endpoint = { summary: 'End the session of a refresh token', answer: {}, takesFields: true };

const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  '/': { summary: 'Log in: credentials for a pair of tokens', answer: PAIR, takesFields: true },
  '/refresh': { summary: 'A refresh token for the next pair', answer: PAIR, takesFields: true },
  '/verify': { summary: 'Whether a token would be accepted now', answer: {}, takesFields: true },
  '/logout': LOGOUT,
  '/blacklist': LOGOUT,
  '/logout-all': {
    summary: 'End all sessions of the user that the access token names',
    answer: { revoked: { type: 'integer' } },
  },
  '/sessions': {
    summary: 'The sessions of the user that the access token names',
    answer: { sessions: { type: 'array', items: { type: 'object' } } },
  },
  '/sessions/:id': { summary: 'End one session of the user that the access token names', answer: {} },
  '/introspect': { summary: 'Token introspection, RFC 7662', answer: { active: { type: 'boolean' } } },
  '/revoke': { summary: 'Token revocation, RFC 7009', answer: {} },
  '/jwks': {
    summary: 'The public keys',
    answer: { keys: { type: 'array', items: { type: 'object' } } },
  },
};

const ERROR = {
  type: 'object',
  properties: {
    error: TEXT,
    code: TEXT,
    detail: TEXT,
    fields: { type: 'object', additionalProperties: TEXT },
  },
};

/** For what the documentation leaves out. */
export const HIDDEN: EndpointSchema = { hide: true };

/** Every path that an auth may answer. */
export const ENDPOINT_PATHS: readonly string[] = Object.keys(ENDPOINTS);

/** The documentation of an endpoint; nothing is validated or serialized by it. */
export async function describeEndpoint(
  handle: TokenRoutes,
  method: string,
  path: string,
): Promise<EndpointSchema> {
  const endpoint = ENDPOINTS[path];
  if (endpoint === undefined) return HIDDEN;
  const { summary, answer, takesFields } = endpoint;
  const good =
    method === 'DELETE'
      ? { 204: { type: 'null', description: 'Done.' } }
      : { 200: { description: 'Done.', type: 'object', properties: answer } };
  return {
    summary,
    tags: ['tokens'],
    response: {
      ...good,
      '4xx': { description: 'Refused.', ...ERROR },
      503: { description: 'Try again.', ...ERROR },
    },
    ...(takesFields ? await describeBody(handle, path) : {}),
  };
}

/** The fields that an endpoint misses in an empty body: those of the app's login, of its mode and transport. */
async function describeBody(handle: TokenRoutes, path: string): Promise<EndpointSchema> {
  const rawHeaders = ['sec-fetch-site', 'same-origin'];
  const answer = await handle({ method: 'POST', path, rawHeaders, body: { parsed: {} } });
  const required = Object.keys(answer?.error?.toJSON().fields ?? {});
  if (required.length === 0) return {};
  return {
    consumes: ['application/json', 'application/x-www-form-urlencoded'],
    body: {
      type: 'object',
      required,
      properties: Object.fromEntries(required.map((name) => [name, TEXT])),
    },
  };
}
