import { TokenRevokedError } from '../errors/errors.ts';
import type { JsonObject } from '../json.ts';
import type { AuthContext } from './auth-context.ts';
import { judgeRefreshToken } from './refresh-session.ts';
import { isRefusal, refusalError } from './refusals.ts';
import { assertLive } from './verify-access.ts';

/**
 * The claims of a token, access or refresh, that would be accepted now. Asks the store whatever `revocation` says, and changes
 * nothing: a superseded refresh token outside grace is refused as revoked and ends nothing.
 *
 * @throws TokenNotValidError, TokenExpiredError, TokenRevokedError and what else a refresh would answer
 * @throws StoreUnavailableError, BackendUnavailableError
 */
export async function assertAcceptable(context: AuthContext, token: string): Promise<JsonObject> {
  if (isForRefresh(context, token)) return assertRefreshable(context, token);
  const claims = await context.access.verify(token);
  await assertLive(context, claims);
  return claims;
}

/** Whether a token says that it is for refreshes alone. The one token of sliding mode is not: it is good as long as it is good as access. */
export function isForRefresh({ access, headers, refresh }: AuthContext, token: string): boolean {
  return access.typ !== refresh.typ && headers.typOf(token) === refresh.typ;
}

async function assertRefreshable(context: AuthContext, token: string): Promise<JsonObject> {
  const { claims, verdict } = await judgeRefreshToken(context, token);
  if (!isRefusal(verdict)) return claims;
  throw verdict.kind === 'end' && verdict.reason === 'reuse'
    ? new TokenRevokedError()
    : refusalError(verdict);
}
