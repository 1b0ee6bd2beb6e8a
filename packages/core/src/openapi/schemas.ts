import { ERROR_ROWS } from '../errors/error-rows.ts';
import type { JsonObject } from '../json.ts';
import type { AuthShape } from './auth-shape.ts';

/** JSON Schema, or another object of an OpenAPI document. */
export type Node = JsonObject;

export const TEXT: Node = Object.freeze({ type: 'string', minLength: 1 });
const SECONDS: Node = Object.freeze({ type: 'integer', minimum: 0 });
const TIME: Node = Object.freeze({ type: 'string', format: 'date-time' });
const BEARER: Node = Object.freeze({ const: 'Bearer' });

/** An object schema; `optional` names the members that may be absent. */
export function objectOf(properties: Readonly<Record<string, Node>>, optional: readonly string[] = []): Node {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, ...(required.length > 0 && { required }) };
}

export function refTo(name: string): Node {
  return { $ref: `#/components/schemas/${name}` };
}

/** The schemas that the endpoints of an auth name. */
export function schemasOf(shape: AuthShape): Readonly<Record<string, Node>> {
  return {
    Error: errorSchema(shape),
    Tokens: tokensSchema(shape),
    Keys: KEYS,
    ...(shape.hasSessions && { Session: SESSION }),
    ...(shape.hasClients && { Introspection: INTROSPECTION }),
  };
}

function errorSchema({ wire }: AuthShape): Node {
  const body = objectOf(
    {
      error: { type: 'string', enum: wordsOf(wire) },
      ...(wire === 'oauth2' && {
        error_description: {
          type: 'string',
          description: '`detail` in English. Token endpoints alone have it.',
        },
      }),
      code: { type: 'string', enum: Object.keys(ERROR_ROWS), description: 'The stable cause.' },
      detail: {
        type: 'string',
        description: 'A fixed sentence for the code, in English or in the language of `Content-Language`.',
      },
      fields: {
        type: 'object',
        additionalProperties: { type: 'string' },
        description: 'A sentence for each field at fault.',
      },
    },
    ['fields', 'error_description'],
  );
  return { ...body, description: 'What every refusal says.' };
}

function wordsOf(wire: AuthShape['wire']): string[] {
  const words = Object.values(ERROR_ROWS).flatMap(({ error, grant }) => [error, grant ?? error]);
  const own = wire === 'oauth2' ? ['unsupported_grant_type', 'invalid_scope'] : [];
  return [...new Set([...words, ...own])];
}

/** Without rotation a refresh gives the access token alone; with cookies the body has none of them. */
function tokensSchema({ cookies, mode, rotates, wire }: AuthShape): Node {
  const notAlways = rotates ? [] : ['refresh', 'refresh_token', 'refresh_expires_in'];
  if (wire === 'oauth2') {
    return objectOf(
      { access_token: TEXT, token_type: BEARER, expires_in: SECONDS, refresh_token: TEXT, scope: TEXT },
      [...notAlways, 'scope'],
    );
  }
  const rest = { token_type: BEARER, expires_in: SECONDS, refresh_expires_in: SECONDS };
  if (mode === 'sliding') return objectOf({ token: TEXT, ...rest });
  return objectOf(cookies === undefined ? { access: TEXT, refresh: TEXT, ...rest } : rest, notAlways);
}

const NULLABLE_TEXT: Node = Object.freeze({ type: ['string', 'null'] });

const SESSION: Node = Object.freeze(
  objectOf({
    id: TEXT,
    created_at: TIME,
    last_used_at: TIME,
    expires_at: TIME,
    current: { type: 'boolean', description: 'Whether it is the one asking.' },
    label: NULLABLE_TEXT,
    user_agent: NULLABLE_TEXT,
    ip: NULLABLE_TEXT,
  }),
);

const INTROSPECTION: Node = Object.freeze({
  ...objectOf(
    {
      active: { type: 'boolean' },
      token_type: { type: 'string', enum: ['Bearer', 'refresh_token'] },
      iss: TEXT,
      aud: { anyOf: [TEXT, { type: 'array', items: TEXT }] },
      sub: TEXT,
      sid: TEXT,
      jti: TEXT,
      iat: { type: 'integer' },
      exp: { type: 'integer' },
      scope: { type: 'string' },
      client_id: TEXT,
    },
    ['token_type', 'iss', 'aud', 'sub', 'sid', 'jti', 'iat', 'exp', 'scope', 'client_id'],
  ),
  additionalProperties: true,
  description:
    'Of a token that is not good, `active: false` and nothing else; of a good one, all that it says (RFC 7662).',
});

const KEYS: Node = Object.freeze(
  objectOf({
    keys: {
      type: 'array',
      items: objectOf(
        {
          kty: TEXT,
          kid: TEXT,
          alg: TEXT,
          use: { const: 'sig' },
          n: TEXT,
          e: TEXT,
          crv: TEXT,
          x: TEXT,
          y: TEXT,
        },
        ['n', 'e', 'crv', 'x', 'y'],
      ),
    },
  }),
);
