/**
 * The errors that core throws about credentials, requests and backends, one class a code. A wrong configuration is a
 * `TypeError` instead, thrown when the auth is made.
 *
 * @module
 */
import { AuthError, type AuthErrorOptions } from './auth-error.ts';

/** No credential came with a request that needs one. */
export class TokenMissingError extends AuthError<'token_missing'> {
  constructor(options?: AuthErrorOptions) {
    super('TokenMissingError', 'token_missing', options);
  }
}

/** No token after the scheme, more than one part, or more than one credential. */
export class BadAuthorizationHeaderError extends AuthError<'bad_authorization_header'> {
  constructor(options?: AuthErrorOptions) {
    super('BadAuthorizationHeaderError', 'bad_authorization_header', options);
  }
}

/** Malformed, forged, of another issuer or audience, or of an unknown session. */
export class TokenNotValidError extends AuthError<'token_not_valid'> {
  constructor(options?: AuthErrorOptions) {
    super('TokenNotValidError', 'token_not_valid', options);
  }
}

/** A genuine kind of token in the wrong place, such as a refresh token used as access token. */
export class TokenWrongTypeError extends AuthError<'token_wrong_type'> {
  constructor(options?: AuthErrorOptions) {
    super('TokenWrongTypeError', 'token_wrong_type', options);
  }
}

/** Past `exp` and the leeway. */
export class TokenExpiredError extends AuthError<'token_expired'> {
  constructor(options?: AuthErrorOptions) {
    super('TokenExpiredError', 'token_expired', options);
  }
}

/** Good in itself, but its session or its id is revoked. */
export class TokenRevokedError extends AuthError<'token_revoked'> {
  constructor(options?: AuthErrorOptions) {
    super('TokenRevokedError', 'token_revoked', options);
  }
}

/** A refresh token that was used before, outside the grace; the session has ended. */
export class RefreshTokenReusedError extends AuthError<'refresh_token_reused'> {
  constructor(options?: AuthErrorOptions) {
    super('RefreshTokenReusedError', 'refresh_token_reused', options);
  }
}

/** The absolute end of the session is reached. */
export class SessionExpiredError extends AuthError<'session_expired'> {
  constructor(options?: AuthErrorOptions) {
    super('SessionExpiredError', 'session_expired', options);
  }
}

/** The subject is gone or disabled. */
export class NoActiveAccountError extends AuthError<'no_active_account'> {
  constructor(options?: AuthErrorOptions) {
    super('NoActiveAccountError', 'no_active_account', options);
  }
}

/** The subject's epoch is not that of the session. */
export class PasswordChangedError extends AuthError<'password_changed'> {
  constructor(options?: AuthErrorOptions) {
    super('PasswordChangedError', 'password_changed', options);
  }
}

/** Unknown user, wrong password or disabled account, without telling which. */
export class InvalidCredentialsError extends AuthError<'invalid_credentials'> {
  constructor(options?: AuthErrorOptions) {
    super('InvalidCredentialsError', 'invalid_credentials', options);
  }
}

/** A scope that the guard asks for is not in the token. */
export class InsufficientScopeError extends AuthError<'insufficient_scope'> {
  constructor(options?: AuthErrorOptions) {
    super('InsufficientScopeError', 'insufficient_scope', options);
  }
}

/** A role, permission or predicate of the guard is not met. */
export class PermissionDeniedError extends AuthError<'permission_denied'> {
  constructor(options?: AuthErrorOptions) {
    super('PermissionDeniedError', 'permission_denied', options);
  }
}

/** The login is older than the guard allows (RFC 9470). */
export class FreshLoginRequiredError extends AuthError<'fresh_login_required'> {
  constructor(options?: AuthErrorOptions) {
    super('FreshLoginRequiredError', 'fresh_login_required', options);
  }
}

/** An unsafe request with a cookie credential that did not show its origin. */
export class CsrfFailedError extends AuthError<'csrf_failed'> {
  constructor(options?: AuthErrorOptions) {
    super('CsrfFailedError', 'csrf_failed', options);
  }
}

/** No such session, user or path. */
export class NotFoundError extends AuthError<'not_found'> {
  constructor(options?: AuthErrorOptions) {
    super('NotFoundError', 'not_found', options);
  }
}

/** Missing or wrong fields, or a malformed body; see `fields`. */
export class InvalidRequestError extends AuthError<'invalid_request'> {
  constructor(options?: AuthErrorOptions) {
    super('InvalidRequestError', 'invalid_request', options);
  }
}

/** The path is known, the method is not; see `Allow`. */
export class MethodNotAllowedError extends AuthError<'method_not_allowed'> {
  constructor(options?: AuthErrorOptions) {
    super('MethodNotAllowedError', 'method_not_allowed', options);
  }
}

/** More than 16,384 bytes of body. */
export class PayloadTooLargeError extends AuthError<'payload_too_large'> {
  constructor(options?: AuthErrorOptions) {
    super('PayloadTooLargeError', 'payload_too_large', options);
  }
}

/** Neither JSON nor a form. */
export class UnsupportedMediaTypeError extends AuthError<'unsupported_media_type'> {
  constructor(options?: AuthErrorOptions) {
    super('UnsupportedMediaTypeError', 'unsupported_media_type', options);
  }
}

/** The rate limit of the app; see `Retry-After`. */
export class RateLimitedError extends AuthError<'rate_limited'> {
  constructor(options?: AuthErrorOptions) {
    super('RateLimitedError', 'rate_limited', options);
  }
}

/** A login beyond `session.maxSessions` where none of the others is to go. */
export class SessionLimitReachedError extends AuthError<'session_limit_reached'> {
  constructor(options?: AuthErrorOptions) {
    super('SessionLimitReachedError', 'session_limit_reached', options);
  }
}

/** A stranger at introspection or revocation. */
export class InvalidClientError extends AuthError<'invalid_client'> {
  constructor(options?: AuthErrorOptions) {
    super('InvalidClientError', 'invalid_client', options);
  }
}

/** The store failed or did not answer in time; whether the step was taken is unknown. */
export class StoreUnavailableError extends AuthError<'store_unavailable'> {
  constructor(options?: AuthErrorOptions) {
    super('StoreUnavailableError', 'store_unavailable', options);
  }
}

/** An issuer's keys cannot be had. */
export class KeysUnavailableError extends AuthError<'keys_unavailable'> {
  constructor(options?: AuthErrorOptions) {
    super('KeysUnavailableError', 'keys_unavailable', options);
  }
}

/** A hook of the app threw or did not answer in time, or an issuer's introspection endpoint gave no answer. */
export class BackendUnavailableError extends AuthError<'backend_unavailable'> {
  constructor(options?: AuthErrorOptions) {
    super('BackendUnavailableError', 'backend_unavailable', options);
  }
}

/** Every error of the family, so that `switch (error.code)` narrows. */
export type AnyAuthError =
  | TokenMissingError
  | BadAuthorizationHeaderError
  | TokenNotValidError
  | TokenWrongTypeError
  | TokenExpiredError
  | TokenRevokedError
  | RefreshTokenReusedError
  | SessionExpiredError
  | NoActiveAccountError
  | PasswordChangedError
  | InvalidCredentialsError
  | InsufficientScopeError
  | PermissionDeniedError
  | FreshLoginRequiredError
  | CsrfFailedError
  | SessionLimitReachedError
  | NotFoundError
  | InvalidRequestError
  | MethodNotAllowedError
  | PayloadTooLargeError
  | UnsupportedMediaTypeError
  | RateLimitedError
  | InvalidClientError
  | StoreUnavailableError
  | KeysUnavailableError
  | BackendUnavailableError;
