import { isUnsafe } from '../cookie/origin.ts';
import { BadAuthorizationHeaderError, TokenMissingError } from '../errors/errors.ts';
import { readBearer } from '../http/bearer.ts';
import type { AuthRequest } from '../http/messages.ts';
import type { JsonObject } from '../json.ts';
import { chain, type MaybePromise } from '../maybe-promise.ts';
import type { AuthContext } from '../session/auth-context.ts';
import { scopeWords } from '../session/scope.ts';
import { assertLive, assertNotRevoked } from '../session/verify-access.ts';

/** The claims that every access token has, beside the app's own. */
export interface RegisteredClaims {
  readonly iss: string;
  readonly aud: string | readonly string[];
  readonly sub: string;
  readonly sid: string;
  readonly jti: string;
  readonly iat: number;
  readonly exp: number;
  readonly auth_time: number;
  readonly scope?: string;
}

/** Who a request comes from. Frozen. */
export interface Authentication<Claims extends object = JsonObject> {
  /** The user's id: `sub`. */
  readonly subject: string;
  /** The session's id: `sid`. */
  readonly session: string;
  readonly scopes: readonly string[];
  /** The verified payload; its objects have no prototype. */
  readonly claims: RegisteredClaims & Claims;
}

/** What is looked at of a request. */
export type CredentialRequest = Pick<AuthRequest, 'method' | 'rawHeaders'>;

/**
 * From a request to who sent it: finds the one credential, verifies it, and asks for its revocation by `check`. `undefined` when
 * there is none.
 *
 * @throws BadAuthorizationHeaderError, CsrfFailedError, TokenNotValidError, TokenWrongTypeError, TokenExpiredError,
 * TokenRevokedError, StoreUnavailableError
 */
export function authenticate(
  context: AuthContext,
  request: CredentialRequest,
  check: AuthContext['options']['revocation'],
): MaybePromise<Authentication | undefined> {
  const token = readAccessToken(context, request);
  if (token === undefined) return undefined;
  return chain(context.access.verify(token), (claims) =>
    chain(askRevocation(context, claims, check), () => toAuthentication(claims)),
  );
}

function askRevocation(
  context: AuthContext,
  claims: JsonObject,
  check: AuthContext['options']['revocation'],
): MaybePromise<void> {
  if (check === 'none') return undefined;
  return check === 'feed' ? assertNotRevoked(context, claims) : assertLive(context, claims);
}

/** The same for the token endpoints that need to know who asks; they ask the store whatever `revocation` says. */
export async function requireAuthentication(
  context: AuthContext,
  request: CredentialRequest,
): Promise<Authentication> {
  const auth = await authenticate(context, request, 'session');
  if (auth === undefined) throw new TokenMissingError();
  return auth;
}

/** Exactly one credential; one that a browser adds by itself has to show its origin before it changes anything. */
function readAccessToken(
  { cookies }: AuthContext,
  { method, rawHeaders }: CredentialRequest,
): string | undefined {
  const bearer = readBearer(rawHeaders);
  const cookie = cookies?.readAccess(rawHeaders);
  if (cookie === undefined) return bearer;
  if (bearer !== undefined) throw new BadAuthorizationHeaderError();
  if (isUnsafe(method)) cookies?.assertOrigin(rawHeaders);
  return cookie;
}

function toAuthentication(claims: JsonObject): Authentication {
  const scopes = Object.freeze(scopeWords(claims['scope']));
  return Object.freeze({
    subject: String(claims['sub']),
    session: String(claims['sid']),
    scopes,
    claims: claims as unknown as Authentication['claims'],
  });
}
