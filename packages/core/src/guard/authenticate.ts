import { TokenMissingError } from '../errors/errors.ts';
import type { CredentialRequest } from '../http/messages.ts';
import type { JsonObject } from '../json.ts';
import { chain, type MaybePromise } from '../maybe-promise.ts';
import type { AuthContext } from '../session/auth-context.ts';
import { scopeWords } from '../session/scope.ts';
import { assertLive, assertNotRevoked } from '../session/verify-access.ts';
import type { Authentication } from './authentication.ts';
import type { GuardWay, RevocationCheck } from './guard-base.ts';

export type { CredentialRequest } from '../http/messages.ts';

/**
 * From a request to who sent it: finds the one credential, verifies it, and asks for its revocation, both in a guard's way. `undefined` when
 * there is none.
 *
 * @throws BadAuthorizationHeaderError, CsrfFailedError, TokenNotValidError, TokenWrongTypeError, TokenExpiredError,
 * TokenRevokedError, StoreUnavailableError
 */
export function authenticate(
  context: AuthContext,
  request: CredentialRequest,
  { read, revocation }: GuardWay,
): MaybePromise<Authentication | undefined> {
  const token = read(request);
  if (token === undefined) return undefined;
  return chain(context.access.verify(token), (claims) =>
    chain(askRevocation(context, claims, revocation), () => toAuthentication(claims)),
  );
}

function askRevocation(
  context: AuthContext,
  claims: JsonObject,
  revocation: RevocationCheck,
): MaybePromise<void> {
  if (revocation === 'none') return undefined;
  return revocation === 'feed' ? assertNotRevoked(context, claims) : assertLive(context, claims);
}

/** The same for the token endpoints that need to know who asks; they ask the store whatever `revocation` says. */
export async function requireAuthentication(
  context: AuthContext,
  request: CredentialRequest,
): Promise<Authentication> {
  const auth = await authenticate(context, request, { read: context.readCredential, revocation: 'session' });
  if (auth === undefined) throw new TokenMissingError();
  return auth;
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
