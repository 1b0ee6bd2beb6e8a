import { AuthError } from '../errors/auth-error.ts';
import { InvalidRequestError, TokenMissingError } from '../errors/errors.ts';
import { FIELD_SENTENCES } from '../errors/sentences.ts';
import type { AuthContext } from '../session/auth-context.ts';
import { type PresentedRefresh, readRefreshToken } from '../session/read-refresh-token.ts';
import type { SessionRef } from '../store.ts';
import type { VerifyTokenOptions } from '../token/token-kind.ts';
import type { AuthRequest } from './messages.ts';
import { readFields, requireText } from './read-fields.ts';

/**
 * The verified refresh token of a request: from the body (`refresh`, in sliding mode `token`), or with cookie transport from its cookie alone.
 *
 * @throws InvalidRequestError, TokenMissingError (no cookie), CsrfFailedError (a cookie without that of its session beside it)
 * @throws TokenNotValidError, TokenExpiredError, TokenWrongTypeError
 */
export async function takeRefreshToken(
  context: AuthContext,
  request: AuthRequest,
  options?: VerifyTokenOptions,
): Promise<PresentedRefresh> {
  const fields = await readFields(request);
  const { cookies } = context;
  if (cookies === undefined) {
    const name = context.options.mode === 'sliding' ? 'token' : 'refresh';
    return readRefreshToken(context, requireText(fields, [name])[name], options);
  }
  if (Object.hasOwn(fields, 'refresh')) {
    throw new InvalidRequestError({ fields: { refresh: FIELD_SENTENCES.field_refused } });
  }
  const token = cookies.readRefresh(request.rawHeaders);
  if (token === undefined) throw new TokenMissingError();
  const presented = await readRefreshToken(context, token, options);
  await cookies.assertBelongs(request.rawHeaders, presented.ref.id);
  return presented;
}

/** The session that a login replaces: that of the good refresh cookie it came with. A bad one is nobody's. */
export async function takeReplacedSession(
  context: AuthContext,
  { rawHeaders }: AuthRequest,
): Promise<SessionRef | undefined> {
  const { cookies } = context;
  if (cookies === undefined) return undefined;
  try {
    const { ref } = await readRefreshToken(context, cookies.readRefresh(rawHeaders));
    await cookies.assertBelongs(rawHeaders, ref.id);
    return ref;
  } catch (error) {
    if (error instanceof AuthError) return undefined;
    throw error;
  }
}
