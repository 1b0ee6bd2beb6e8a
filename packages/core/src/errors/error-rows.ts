/**
 * The one table of failures: what each code means on the wire. The compiler refuses a code without a row.
 *
 * @module
 */

/** Stable cause of a failure: `code` in every error body. */
export type AuthErrorCode =
  | 'token_missing'
  | 'bad_authorization_header'
  | 'token_not_valid'
  | 'token_wrong_type'
  | 'token_expired'
  | 'token_revoked'
  | 'refresh_token_reused'
  | 'session_expired'
  | 'no_active_account'
  | 'password_changed'
  | 'invalid_credentials'
  | 'insufficient_scope'
  | 'permission_denied'
  | 'fresh_login_required'
  | 'csrf_failed'
  | 'session_limit_reached'
  | 'not_found'
  | 'invalid_request'
  | 'method_not_allowed'
  | 'payload_too_large'
  | 'unsupported_media_type'
  | 'rate_limited'
  | 'invalid_client'
  | 'store_unavailable'
  | 'keys_unavailable'
  | 'backend_unavailable';

/**
 * The word of RFC 6749 §5.2, RFC 6750 §3.1 or RFC 9470 §3 that goes with a code: `error` in every error body. The last two are said by the OAuth 2
 * wire alone, of an `invalid_request`.
 */
export type ErrorWord =
  | 'invalid_request'
  | 'invalid_token'
  | 'invalid_grant'
  | 'invalid_client'
  | 'insufficient_scope'
  | 'insufficient_user_authentication'
  | 'access_denied'
  | 'temporarily_unavailable'
  | 'unsupported_grant_type'
  | 'invalid_scope';

export interface ErrorRow {
  readonly status: number;
  readonly error: ErrorWord;
  /** `error` where a grant was refused (login, refresh, logout); the same word as elsewhere when absent. */
  readonly grant?: ErrorWord;
  /** How the answer challenges: with the error named, with the scheme alone, by Basic; not at all when absent. */
  readonly challenge?: 'named' | 'bare' | 'basic';
  /** The fixed English sentence; never holds input. */
  readonly detail: string;
}

/** A token that was presented and refused. */
function refusedToken(detail: string): ErrorRow {
  return { status: 401, error: 'invalid_token', grant: 'invalid_grant', challenge: 'named', detail };
}

/** A session that a refresh finds ended; no guard gives these. */
function refusedGrant(detail: string): ErrorRow {
  return { status: 401, error: 'invalid_grant', challenge: 'bare', detail };
}

function unavailable(detail: string): ErrorRow {
  return { status: 503, error: 'temporarily_unavailable', detail };
}

export const ERROR_ROWS: Readonly<Record<AuthErrorCode, ErrorRow>> = Object.freeze({
  token_missing: {
    status: 401,
    error: 'invalid_token',
    challenge: 'bare',
    detail: 'Authentication credentials were not provided.',
  },
  bad_authorization_header: {
    status: 400,
    error: 'invalid_request',
    challenge: 'named',
    detail: 'The request must carry exactly one well-formed credential.',
  },
  token_not_valid: refusedToken('The token is not valid.'),
  token_wrong_type: refusedToken('The token is of the wrong type.'),
  token_expired: refusedToken('The token has expired.'),
  token_revoked: refusedToken('The token has been revoked.'),
  refresh_token_reused: refusedGrant('The refresh token has been used before; the session has ended.'),
  session_expired: refusedGrant('The session has reached its end; log in again.'),
  no_active_account: refusedToken('There is no active account for this token.'),
  password_changed: refusedGrant('The password has changed; log in again.'),
  invalid_credentials: {
    status: 401,
    error: 'invalid_grant',
    challenge: 'bare',
    detail: 'No active account matches the credentials given.',
  },
  insufficient_scope: {
    status: 403,
    error: 'insufficient_scope',
    challenge: 'named',
    detail: 'The token does not carry the scope this needs.',
  },
  permission_denied: {
    status: 403,
    error: 'insufficient_scope',
    challenge: 'named',
    detail: 'You do not have permission to do this.',
  },
  fresh_login_required: {
    status: 401,
    error: 'insufficient_user_authentication',
    challenge: 'named',
    detail: 'A more recent login is required.',
  },
  csrf_failed: {
    status: 403,
    error: 'access_denied',
    detail: 'The request did not show that it came from this site.',
  },
  session_limit_reached: {
    status: 403,
    error: 'access_denied',
    detail: 'There are as many sessions as may be; end one first.',
  },
  not_found: { status: 404, error: 'invalid_request', detail: 'There is nothing here.' },
  invalid_request: {
    status: 400,
    error: 'invalid_request',
    detail: 'The request is malformed or lacks a field.',
  },
  method_not_allowed: { status: 405, error: 'invalid_request', detail: 'The method is not allowed here.' },
  payload_too_large: { status: 413, error: 'invalid_request', detail: 'The request body is too large.' },
  unsupported_media_type: {
    status: 415,
    error: 'invalid_request',
    detail: 'The request body must be JSON or a form, in UTF-8 and not compressed.',
  },
  rate_limited: { status: 429, error: 'invalid_request', detail: 'Too many requests; try again later.' },
  invalid_client: {
    status: 401,
    error: 'invalid_client',
    challenge: 'basic',
    detail: 'The client could not be authenticated.',
  },
  store_unavailable: unavailable('The session store is not available; try again.'),
  keys_unavailable: unavailable('The verification keys are not available; try again.'),
  backend_unavailable: unavailable('A service behind this one is not available; try again.'),
} satisfies Record<AuthErrorCode, ErrorRow>);
