import { retryAfterSeconds } from '../backends/deadline.ts';
import { toOwnClaims } from '../claims/own-claims.ts';
import { BackendUnavailableError } from '../errors/errors.ts';
import type { JsonObject } from '../json.ts';
import type { AuthContext } from './auth-context.ts';

/**
 * The app's own claims as they will be signed.
 *
 * @throws BackendUnavailableError when what a hook gave cannot be signed, or does not fit the app's own schema
 */
export async function signableClaims({ claims, events }: AuthContext, given: unknown): Promise<JsonObject> {
  try {
    const own = toOwnClaims(given);
    if (!(await claims.fits(own))) throw new TypeError('the claims to be signed do not fit the schema');
    return own;
  } catch (cause) {
    if (cause instanceof BackendUnavailableError) throw cause;
    events.emit('backend.failed', { backend: 'claims', cause });
    throw new BackendUnavailableError({ cause, retryAfter: retryAfterSeconds() });
  }
}
