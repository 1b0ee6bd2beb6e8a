import type { AuthErrorCode } from '../errors/error-rows.ts';
import type { AuthShape } from './auth-shape.ts';
import { BACKEND_CODES, BODY_CODES, formOnly, type Operation } from './operation.ts';
import { good, OAUTH2_WORDING, refusals } from './responses.ts';
import { type Node, objectOf, refTo, TEXT } from './schemas.ts';
import { GRANT_CODES } from './tokenpair-operations.ts';

const CLIENT_FIELDS: Readonly<Record<string, Node>> = Object.freeze({ client_id: TEXT, client_secret: TEXT });
const CLIENT_NAMES: readonly string[] = Object.freeze(Object.keys(CLIENT_FIELDS));
const REFUSED: readonly AuthErrorCode[] = Object.freeze([...BODY_CODES, 'invalid_client', ...BACKEND_CODES]);

/** The endpoints of the wire `'oauth2'`. */
export function oauth2Operations(shape: AuthShape): readonly Operation[] {
  return [token(shape), revoke(shape), ...(shape.hasClients ? [introspect()] : [])];
}

function token(shape: AuthShape): Operation {
  const codes: AuthErrorCode[] = [...REFUSED, ...GRANT_CODES];
  if (shape.loginFields !== undefined) codes.push('invalid_credentials', 'rate_limited');
  if (shape.limitsSessions) codes.push('session_limit_reached');
  return post('/token', {
    operationId: 'token',
    summary: 'A grant for tokens (RFC 6749 §3.2)',
    security: clients(shape),
    requestBody: formOnly({ oneOf: grants(shape) }),
    responses: { 200: good('The tokens.', refTo('Tokens')), ...refusals(codes, OAUTH2_WORDING) },
  });
}

function grants({ hasClients, loginFields }: AuthShape): readonly Node[] {
  const grant = (type: string, fields: readonly string[]): Node =>
    objectOf(
      {
        grant_type: { const: type },
        ...Object.fromEntries(fields.map((name) => [name, TEXT])),
        scope: TEXT,
        ...(hasClients && CLIENT_FIELDS),
      },
      ['scope', ...CLIENT_NAMES],
    );
  const refresh = grant('refresh_token', ['refresh_token']);
  return loginFields === undefined ? [refresh] : [grant('password', loginFields), refresh];
}

function revoke(shape: AuthShape): Operation {
  return post('/revoke', {
    operationId: 'revokeToken',
    summary: 'Ends a token; of a refresh token, the session (RFC 7009)',
    security: clients(shape),
    requestBody: formOnly(tokenForm()),
    responses: {
      200: good('It is not good any more, or never was.', { type: 'object' }),
      ...refusals([...REFUSED, 'token_not_valid'], OAUTH2_WORDING),
    },
  });
}

function introspect(): Operation {
  return post('/introspect', {
    operationId: 'introspectToken',
    summary: 'What a token is (RFC 7662)',
    security: [{ client: [] }],
    requestBody: formOnly(tokenForm()),
    responses: {
      200: good('What it says, if it is good.', refTo('Introspection')),
      ...refusals(REFUSED, OAUTH2_WORDING),
    },
  });
}

function tokenForm(): Node {
  const fields = { token: TEXT, token_type_hint: { type: 'string' }, ...CLIENT_FIELDS };
  return objectOf(fields, ['token_type_hint', ...CLIENT_NAMES]);
}

/** Public clients may come without. */
function clients({ hasClients }: AuthShape): readonly Node[] {
  return hasClients ? [{}, { client: [] }] : [];
}

function post(path: string, node: Node): Operation {
  return { path, method: 'post', node };
}
