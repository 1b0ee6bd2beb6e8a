import { AuthError } from '../errors/auth-error.ts';
import { InvalidClientError } from '../errors/errors.ts';
import type { JsonObject } from '../json.ts';
import type { AuthContext } from '../session/auth-context.ts';
import { endSessions } from '../session/end-session.ts';
import { readRefreshToken } from '../session/read-refresh-token.ts';
import { tokenRef } from '../session/token-ref.ts';
import { assertAcceptable, isForRefresh } from '../session/verify-any.ts';
import { type AuthAnswer, jsonAnswer } from './answer.ts';
import type { Endpoint } from './endpoint.ts';
import type { AuthRequest } from './messages.ts';
import { readFields, requireText } from './read-fields.ts';

/** `POST /introspect`: whether a token is good and what it says (RFC 7662); of a bad one nothing but that. */
export const introspect: Endpoint = async (context, request) => {
  await requireClient(context, request);
  return introspectToken(context, requireText(await readFields(request), ['token']).token);
};

/** What a token is, for a client that may know. */
export async function introspectToken(context: AuthContext, token: string): Promise<AuthAnswer> {
  const claims = await refusedAsUndefined(describe(context, token));
  return jsonAnswer(claims ?? { active: false });
}

/**
 * `POST /revoke`: ends the session of a refresh or sliding token, or blacklists the id of an access token (RFC 7009); an unknown token is
 * no error.
 */
export const revoke: Endpoint = async (context, request) => {
  await requireClient(context, request);
  return revokeToken(context, requireText(await readFields(request), ['token']).token);
};

/** @param admit looks at the claims of a genuine token first, and throws where it may not be revoked */
export async function revokeToken(
  context: AuthContext,
  token: string,
  admit: (claims: JsonObject) => void = () => {},
): Promise<AuthAnswer> {
  await refusedAsUndefined(revokeGenuine(context, token, admit));
  return jsonAnswer({});
}

async function revokeGenuine(
  context: AuthContext,
  token: string,
  admit: (claims: JsonObject) => void,
): Promise<void> {
  if (context.headers.typOf(token) === context.refresh.typ) {
    const { ref, claims } = await readRefreshToken(context, token, { allowExpired: true });
    admit(claims);
    await endSessions(context, ref, 'revoked');
    return;
  }
  const claims = await context.access.verify(token, { asSigned: true });
  admit(claims);
  await context.store.blacklist(tokenRef(context.options, claims), context.options.clock());
}

/** What a token that would be accepted now says, as it was signed; the app's own claims come first and decide nothing. */
async function describe(context: AuthContext, token: string): Promise<JsonObject> {
  await assertAcceptable(context, token);
  const isRefresh = isForRefresh(context, token);
  const signed = await (isRefresh ? context.refresh : context.access).verify(token, { asSigned: true });
  return { ...signed, active: true, token_type: isRefresh ? 'refresh_token' : 'Bearer' };
}

async function requireClient({ hooks }: AuthContext, { rawHeaders }: AuthRequest): Promise<void> {
  if (!(await hooks.authenticateClient(rawHeaders))) throw new InvalidClientError();
}

/** A refused token is an answer here; a failing backend stays an error (a revocation that may not have happened is never 200). */
async function refusedAsUndefined<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof AuthError && error.status === 401) return undefined;
    throw error;
  }
}
