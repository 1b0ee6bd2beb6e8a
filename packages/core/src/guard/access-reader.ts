import type { ClaimsReader } from '../claims/claims-reader.ts';
import type { ResolvedAuthOptions } from '../config/resolve-auth-options.ts';
import type { JsonObject } from '../json.ts';
import { chain, type MaybePromise } from '../maybe-promise.ts';
import { scopeWords } from '../session/scope.ts';
import type { TokenKind } from '../token/token-kind.ts';
import { createTokenReader, type Known, type Proof } from '../token/token-reader.ts';
import { createVerifiedTokens } from '../token/verified-tokens.ts';
import type { Authentication } from './authentication.ts';

/**
 * From an access token to who it speaks for, revoked or not.
 *
 * @throws TokenNotValidError, TokenWrongTypeError, TokenExpiredError, BackendUnavailableError
 */
export type AccessReader = (token: unknown) => MaybePromise<Authentication>;

/** Tokens that were verified lately are known until a key changes. */
export function createAccessReader(
  { cache, clock, keys, leeway }: ResolvedAuthOptions,
  access: TokenKind,
  claims: ClaimsReader,
): AccessReader {
  const verified = cache && createVerifiedTokens<Known<Proof, Authentication>>(cache);
  if (verified !== undefined) keys.onChange(verified.forget);
  return createTokenReader(
    {
      verify: (token) => chain(access.verify(token, { asSigned: true }), (signed) => ({ signed })),
      read: ({ signed }) => chain(claims.read(signed), toAuthentication),
      asksApp: () => claims.asksApp,
    },
    { verified, clock, leeway },
  );
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
