import { TokenMissingError } from '../errors/errors.ts';
import type { CredentialRequest } from '../http/messages.ts';
import { chain, type MaybePromise } from '../maybe-promise.ts';
import type { AuthContext } from '../session/auth-context.ts';
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
  return chain(context.readAccess(token), (auth) =>
    chain(askRevocation(context, auth, revocation), () => auth),
  );
}

function askRevocation(
  context: AuthContext,
  { claims }: Authentication,
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
