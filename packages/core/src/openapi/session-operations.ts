import type { AuthErrorCode } from '../errors/error-rows.ts';
import type { AuthShape } from './auth-shape.ts';
import {
  accessSecurity,
  BACKEND_CODES,
  BODY_CODES,
  jsonOrForm,
  type Operation,
  originCodes,
  originParameters,
} from './operation.ts';
import { cookieHeaders, good, OWN_WORDING, refusals } from './responses.ts';
import { objectOf, refTo, TEXT } from './schemas.ts';

const ACCESS_CODES: readonly AuthErrorCode[] = Object.freeze([
  'token_missing',
  'bad_authorization_header',
  'token_not_valid',
  'token_wrong_type',
  'token_expired',
  'token_revoked',
  ...BACKEND_CODES,
]);

/** The endpoints that both wires have: the keys, and the sessions of whoever asks. */
export function sessionOperations(shape: AuthShape): readonly Operation[] {
  return shape.hasSessions ? [keys(), list(shape), end(shape), endAll(shape)] : [keys()];
}

function keys(): Operation {
  const node = {
    operationId: 'getKeys',
    summary: 'The public keys that tokens are verified with',
    security: [],
    responses: { 200: good('The key set (RFC 7517).', refTo('Keys')) },
  };
  return { path: '/jwks', method: 'get', node };
}

function list(shape: AuthShape): Operation {
  const node = {
    operationId: 'listSessions',
    summary: 'The live sessions of the user',
    security: accessSecurity(shape),
    responses: {
      200: good('Newest first.', objectOf({ sessions: { type: 'array', items: refTo('Session') } })),
      ...refusals(ACCESS_CODES, OWN_WORDING),
    },
  };
  return { path: '/sessions', method: 'get', node };
}

function end(shape: AuthShape): Operation {
  const id = { name: 'id', in: 'path', required: true, description: 'The id of a session.', schema: TEXT };
  const node = {
    operationId: 'endSession',
    summary: 'Ends one of the sessions of the user',
    security: accessSecurity(shape),
    parameters: [id, ...originParameters(shape)],
    responses: {
      204: good('It has ended.', undefined, cookieHeaders(shape)),
      ...refusals([...ACCESS_CODES, ...originCodes(shape), 'not_found'], OWN_WORDING),
    },
  };
  return { path: '/sessions/{id}', method: 'delete', node };
}

function endAll(shape: AuthShape): Operation {
  const parameters = originParameters(shape);
  const keep = { type: 'boolean', default: false, description: 'Ends the others alone.' };
  const node = {
    operationId: 'endAllSessions',
    summary: 'Ends all sessions of the user',
    security: accessSecurity(shape),
    ...(parameters.length > 0 && { parameters }),
    requestBody: jsonOrForm(objectOf({ keep_current: keep }, ['keep_current']), false),
    responses: {
      200: good(
        'How many have ended.',
        objectOf({ revoked: { type: 'integer', minimum: 0 } }),
        cookieHeaders(shape),
      ),
      ...refusals([...ACCESS_CODES, ...BODY_CODES, ...originCodes(shape)], OWN_WORDING),
    },
  };
  return { path: '/logout-all', method: 'post', node };
}
