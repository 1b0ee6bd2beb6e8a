import { TokenRevokedError } from '../errors/errors.ts';
import type { JsonObject } from '../json.ts';
import type { AuthContext } from './auth-context.ts';

/**
 * Asks the store whether the session and the id of a verified access token are alive.
 *
 * @throws TokenRevokedError for every ended or unknown session, whatever ended it
 * @throws StoreUnavailableError
 */
export async function assertLive({ options, store }: AuthContext, claims: JsonObject): Promise<void> {
  const subject = String(claims['sub']);
  const session = { id: String(claims['sid']), subject };
  const token = {
    id: String(claims['jti']),
    subject,
    expiresAt: Number(claims['exp']) * 1000 + options.leeway,
  };
  if (!(await store.isLive({ session, token }, options.clock()))) throw new TokenRevokedError();
}
