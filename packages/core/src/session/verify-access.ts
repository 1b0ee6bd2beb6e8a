import { TokenRevokedError } from '../errors/errors.ts';
import type { JsonObject } from '../json.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import type { AuthContext } from './auth-context.ts';
import { tokenRef } from './token-ref.ts';

/**
 * Refuses a verified access token whose session has ended or whose id was revoked: by the feed where there is one and it can tell, at
 * once; else by asking the store.
 *
 * @throws TokenRevokedError, StoreUnavailableError
 */
export function assertNotRevoked(context: AuthContext, claims: JsonObject): MaybePromise<void> {
  const known = context.feed?.isRevoked({ session: String(claims['sid']), token: String(claims['jti']) });
  if (known === undefined) return assertLive(context, claims);
  if (known) throw new TokenRevokedError();
}

/**
 * Asks the store whether the session and the id of a verified access token are alive.
 *
 * @throws TokenRevokedError for every ended or unknown session, whatever ended it
 * @throws StoreUnavailableError
 */
export async function assertLive({ options, store }: AuthContext, claims: JsonObject): Promise<void> {
  const subject = String(claims['sub']);
  const session = { id: String(claims['sid']), subject };
  const token = tokenRef(options, claims);
  if (!(await store.isLive({ session, token }, options.clock()))) throw new TokenRevokedError();
}
