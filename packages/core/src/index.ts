/**
 * Login tokens for Node servers: verifies JWTs and issues, rotates and revokes access/refresh pairs over a store.
 *
 * @module
 */
export { type Auth, createAuth } from './auth.ts';
export type { StandardSchema } from './claims/standard-schema.ts';
export { type AdapterOptions, resolveAdapterOptions } from './config/adapter-options.ts';
export type { AccessOptions, AuthOptions, RefreshOptions, SessionOptions } from './config/auth-options.ts';
export type { CacheOptions } from './config/cache-options.ts';
export type { ConfigurationError } from './config/check.ts';
export type { CookieOptions, CsrfOptions } from './config/cookie-options.ts';
export type { Duration } from './config/duration.ts';
export type { AppTokenPlace, GuardDefaults } from './config/guard-defaults.ts';
export type {
  ClientHook,
  FailedLogin,
  FailedLoginListener,
  LoadUserHook,
  LoginHook,
  LoginListener,
  LoginNotice,
  LoginResult,
  ResolveHook,
  SubjectState,
} from './config/hooks.ts';
export type { HeaderPlace, QueryPlace, TokenPlace } from './config/token-places.ts';
export type { Jwk } from './engine/port.ts';
export { AuthError, type AuthErrorOptions, type ErrorBody, type ErrorPlace } from './errors/auth-error.ts';
export type { AuthErrorCode, ErrorWord } from './errors/error-rows.ts';
export {
  type AnyAuthError,
  BackendUnavailableError,
  BadAuthorizationHeaderError,
  CsrfFailedError,
  FreshLoginRequiredError,
  InsufficientScopeError,
  InvalidClientError,
  InvalidCredentialsError,
  InvalidRequestError,
  KeysUnavailableError,
  MethodNotAllowedError,
  NoActiveAccountError,
  NotFoundError,
  PasswordChangedError,
  PayloadTooLargeError,
  PermissionDeniedError,
  RateLimitedError,
  RefreshTokenReusedError,
  SessionExpiredError,
  SessionLimitReachedError,
  StoreUnavailableError,
  TokenExpiredError,
  TokenMissingError,
  TokenNotValidError,
  TokenRevokedError,
  TokenWrongTypeError,
  UnsupportedMediaTypeError,
} from './errors/errors.ts';
export type { Translation, Translator } from './errors/translation.ts';
export type { AuthEvent, AuthEventName, AuthEventSource, AuthEvents } from './events/events.ts';
export type { AnyRequest, HeadersLike } from './guard/any-request.ts';
export type { AuthGuards } from './guard/auth-guards.ts';
export type { AuthSeam } from './guard/auth-seam.ts';
export type {
  Authentication,
  GuardedAuthentication,
  RegisteredClaims,
  UserAuthentication,
} from './guard/authentication.ts';
export { GUARDED_HEADERS, type Guard, type GuardOptions, type GuardOutcome } from './guard/guard.ts';
export type { RevocationCheck } from './guard/guard-base.ts';
export type { WatchableSession } from './guard/session-watch.ts';
export type { AuthAnswer } from './http/answer.ts';
export { belowPrefix, type RoutesOptions } from './http/below-prefix.ts';
export { mergeVary } from './http/merge-vary.ts';
export type {
  AuthRequest,
  AuthResponse,
  CredentialRequest,
  HeaderLine,
  RequestBody,
} from './http/messages.ts';
export { type PairBody, toPairBody } from './http/pair-body.ts';
export type { TokenRoutes } from './http/serve-routes.ts';
export type { JsonObject, JsonValue } from './json.ts';
export type { Algorithm } from './keys/algorithms.ts';
export type { Jwks } from './keys/jwks.ts';
export type { KeyInput, PrivateKeyInput, PublicKeyInput, SecretKeyInput } from './keys/key-input.ts';
export type { KeyManager } from './keys/key-ring.ts';
export type { KindOptions, Message, MessageContent, MessageKind } from './kinds/create-kind.ts';
export type { MaybePromise } from './maybe-promise.ts';
export type { AuthorizationServerMetadata, MetadataOptions } from './oauth2/metadata.ts';
export type { OAuth2ErrorBody } from './oauth2/oauth2-error.ts';
export type { OAuth2Body } from './oauth2/token-answer.ts';
export type { AuthShape } from './openapi/auth-shape.ts';
export type { ReauthenticateOptions, RevokeAllOptions, SessionApi } from './session/session-api.ts';
export type { TokenPair } from './session/token-pair.ts';
export type { RevokeReason, Session, SessionClient, SessionRef, StoreWarning, TokenStore } from './store.ts';
