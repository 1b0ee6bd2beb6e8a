import { retryAfterSeconds } from '../backends/deadline.ts';
import { toOwnClaims } from '../claims/own-claims.ts';
import type { SubjectState } from '../config/hooks.ts';
import { BackendUnavailableError } from '../errors/errors.ts';
import type { JsonObject } from '../json.ts';
import type { Session } from '../store.ts';
import type { AuthContext } from './auth-context.ts';
import { ownClaimsOf } from './session-client-id.ts';

/** Longest JSON of an app's own claims, in bytes of UTF-8: with the rest of a token around it, it still passes our own gate. */
const MAX_CLAIMS_BYTES = 5_000;

/**
 * What holds for a subject now, its claims fit to be signed. Asked before anything is written, so that a hook or a schema that fails
 * moves no session.
 *
 * @throws BackendUnavailableError
 */
export async function currentSubject(context: AuthContext, id: string): Promise<SubjectState> {
  const state = await context.hooks.resolve(id);
  if (!state.active || state.claims === undefined) return state;
  return { ...state, claims: await signableClaims(context, state.claims) };
}

/** The claims of a session's next access token: those of the subject now, else those at login, held to the schema of today. */
export async function claimsToSign(
  context: AuthContext,
  subject: SubjectState,
  session: Pick<Session, 'data'>,
): Promise<JsonObject> {
  return subject.claims ?? (await signableClaims(context, ownClaimsOf(session) ?? {}));
}

/**
 * The app's own claims as they will be signed.
 *
 * @throws BackendUnavailableError when what a hook gave cannot be signed, is too long, or does not fit the app's own schema
 */
export async function signableClaims({ claims, events }: AuthContext, given: unknown): Promise<JsonObject> {
  try {
    const own = toOwnClaims(given);
    if (new TextEncoder().encode(JSON.stringify(own)).length > MAX_CLAIMS_BYTES)
      throw new RangeError(`the claims are longer than ${MAX_CLAIMS_BYTES} bytes`);
    if (!(await claims.fits(own))) throw new TypeError('the claims to be signed do not fit the schema');
    return own;
  } catch (cause) {
    if (cause instanceof BackendUnavailableError) throw cause;
    events.emit('backend.failed', { backend: 'claims', cause });
    throw new BackendUnavailableError({ cause, retryAfter: retryAfterSeconds() });
  }
}
