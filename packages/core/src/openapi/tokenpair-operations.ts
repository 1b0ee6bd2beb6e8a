import type { AuthErrorCode } from '../errors/error-rows.ts';
import type { AuthShape } from './auth-shape.ts';
import {
  BACKEND_CODES,
  BODY_CODES,
  jsonOrForm,
  type Operation,
  originCodes,
  originParameters,
  texts,
} from './operation.ts';
import { cookieHeaders, good, OWN_WORDING, refusals } from './responses.ts';
import { type Node, refTo } from './schemas.ts';

/** What a genuine refresh token can be refused for. */
export const GRANT_CODES: readonly AuthErrorCode[] = Object.freeze([
  'token_not_valid',
  'token_wrong_type',
  'token_expired',
  'token_revoked',
  'refresh_token_reused',
  'session_expired',
  'no_active_account',
  'password_changed',
]);

const EMPTY: Node = Object.freeze({ type: 'object' });

/** The endpoints of the wire `'tokenpair'` that the other one has not, or has in other words. */
export function tokenpairOperations(shape: AuthShape): readonly Operation[] {
  return [
    ...(shape.loginFields === undefined ? [] : [logIn(shape, shape.loginFields)]),
    refresh(shape),
    logOut(shape, '/logout', 'logOut'),
    logOut(shape, '/blacklist', 'blacklist'),
    verify(shape),
    ...(shape.hasClients ? [introspect(), revoke()] : []),
  ];
}

function logIn(shape: AuthShape, fields: readonly string[]): Operation {
  const codes: AuthErrorCode[] = ['invalid_credentials', 'rate_limited', ...BACKEND_CODES];
  if (shape.limitsSessions) codes.push('session_limit_reached');
  return unsafe(shape, '/', {
    operationId: 'logIn',
    summary: 'Credentials for tokens',
    security: [],
    requestBody: jsonOrForm(texts(...fields)),
    responses: { 200: handsOut(shape), ...refused(shape, codes) },
  });
}

function refresh(shape: AuthShape): Operation {
  return unsafe(shape, '/refresh', {
    operationId: 'refreshTokens',
    summary: 'A refresh token for new tokens',
    ...presents(shape),
    responses: {
      200: handsOut(shape),
      ...refused(shape, [...GRANT_CODES, ...missing(shape), ...BACKEND_CODES]),
    },
  });
}

function logOut(shape: AuthShape, path: string, operationId: string): Operation {
  const codes: AuthErrorCode[] = [
    'token_not_valid',
    'token_wrong_type',
    ...missing(shape),
    'store_unavailable',
  ];
  return unsafe(shape, path, {
    operationId,
    summary: 'Ends the session of a refresh token',
    ...presents(shape),
    responses: {
      200: good('It has ended, now or before.', EMPTY, cookieHeaders(shape)),
      ...refused(shape, codes),
    },
  });
}

function verify(shape: AuthShape): Operation {
  const codes = GRANT_CODES.filter((code) => code !== 'refresh_token_reused');
  return unsafe(shape, '/verify', {
    operationId: 'verifyToken',
    summary: 'Whether a token would be accepted now',
    security: [],
    requestBody: jsonOrForm(texts('token')),
    responses: { 200: good('It would.', EMPTY), ...refused(shape, [...codes, ...BACKEND_CODES]) },
  });
}

function introspect(): Operation {
  return forClients('/introspect', {
    operationId: 'introspectToken',
    summary: 'What a token is (RFC 7662)',
    answer: good('What it says, if it is good.', refTo('Introspection')),
  });
}

function revoke(): Operation {
  return forClients('/revoke', {
    operationId: 'revokeToken',
    summary: 'Ends a token (RFC 7009)',
    answer: good('It is not good any more, or never was.', EMPTY),
  });
}

function forClients(
  path: string,
  { answer, ...rest }: { readonly operationId: string; readonly summary: string; readonly answer: Node },
): Operation {
  const codes: AuthErrorCode[] = [...BODY_CODES, 'invalid_client', ...BACKEND_CODES];
  const node = {
    ...rest,
    security: [{ client: [] }],
    requestBody: jsonOrForm(texts('token')),
    responses: { 200: answer, ...refusals(codes, OWN_WORDING) },
  };
  return { path, method: 'post', node };
}

function unsafe(shape: AuthShape, path: string, node: Node): Operation {
  const parameters = originParameters(shape);
  return { path, method: 'post', node: parameters.length > 0 ? { ...node, parameters } : node };
}

/** How a refresh token is presented: in the body, or in its cookie and then not there. */
function presents({ cookies, mode }: AuthShape): Node {
  if (cookies !== undefined) return { security: [{ refreshCookie: [] }] };
  return { security: [], requestBody: jsonOrForm(texts(mode === 'sliding' ? 'token' : 'refresh')) };
}

function missing({ cookies }: AuthShape): readonly AuthErrorCode[] {
  return cookies === undefined ? [] : ['token_missing'];
}

function handsOut(shape: AuthShape): Node {
  return good('The tokens.', refTo('Tokens'), cookieHeaders(shape));
}

function refused(shape: AuthShape, codes: readonly AuthErrorCode[]): Readonly<Record<string, Node>> {
  return refusals([...BODY_CODES, ...codes, ...originCodes(shape)], OWN_WORDING);
}
