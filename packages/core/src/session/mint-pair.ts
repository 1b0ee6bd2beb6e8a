import { retryAfterSeconds } from '../backends/deadline.ts';
import type { SubjectState } from '../config/hooks.ts';
import { BackendUnavailableError } from '../errors/errors.ts';
import type { JsonObject } from '../json.ts';
import type { Session } from '../store.ts';
import { MAX_TOKEN_LENGTH } from '../token/gate.ts';
import type { AuthContext } from './auth-context.ts';
import { randomId } from './random-id.ts';
import { narrowScope } from './scope.ts';
import { signableClaims } from './signable-claims.ts';
import type { TokenPair } from './token-pair.ts';

/** Mints the access token for a session, and its current refresh token beside it. */
export async function mintPair(
  context: AuthContext,
  session: Session,
  subject: SubjectState,
): Promise<TokenPair> {
  const now = context.options.clock();
  const refresh = refreshClaims(context, session);
  return {
    ...(await mintAccess(context, session, subject)),
    refresh: await context.refresh.issue(refresh),
    refreshExpiresIn: Math.max(0, Number(refresh['exp']) - Math.floor(now / 1000)),
  };
}

/** Mints an access token alone. @throws BackendUnavailableError when the hook's claims do not fit the app's own schema */
export async function mintAccess(
  context: AuthContext,
  session: Session,
  subject: SubjectState,
): Promise<TokenPair> {
  const own = await signableClaims(context, subject.claims ?? session.data ?? {});
  const claims = accessClaims(context, session, subject, own);
  const expiresIn = Number(claims['exp']) - Number(claims['iat']);
  const access = await context.access.issue(claims);
  if (access.length > MAX_TOKEN_LENGTH) throw tooLarge(context);
  return { access, expiresIn, session };
}

/** A token that our own gate would refuse is not handed out. */
function tooLarge({ events }: AuthContext): BackendUnavailableError {
  const cause = new RangeError(`the claims make a token of more than ${MAX_TOKEN_LENGTH} characters`);
  events.emit('backend.failed', { backend: 'claims', cause });
  return new BackendUnavailableError({ cause, retryAfter: retryAfterSeconds() });
}

function accessClaims(
  { options }: AuthContext,
  session: Session,
  subject: SubjectState,
  own: JsonObject,
): JsonObject {
  const now = options.clock();
  const scope = scopeOf(session, subject);
  return {
    iss: options.issuer,
    aud: options.audience,
    sub: session.subject,
    sid: session.id,
    jti: randomId(),
    ...times(now, Math.min(now + options.access.ttl, session.endsAt)),
    auth_time: Math.floor(session.authTime / 1000),
    ...(scope === undefined ? {} : { scope }),
    ...own,
  };
}

/**
 * "Generation `gen` of session `sid`", signed. Made of the record alone, so that the successor of a rotation can be minted again, equal
 * claim for claim, and no token has to be stored.
 */
function refreshClaims({ options }: AuthContext, session: Session): JsonObject {
  return {
    iss: options.issuer,
    aud: options.issuer,
    sub: session.subject,
    sid: session.id,
    gen: session.generation,
    jti: `${session.id}.${session.generation}`,
    ...times(session.rotatedAt, Math.min(session.expiresAt, session.endsAt)),
  };
}

/** Whole seconds that never reach past the end, with at least one second between them. */
function times(from: number, until: number): { iat: number; exp: number } {
  const exp = Math.floor(until / 1000);
  return { iat: Math.min(Math.floor(from / 1000), exp - 1), exp };
}

function scopeOf(session: Session, subject: SubjectState): string | undefined {
  if (subject.scope === undefined || subject.widenScope === true) return subject.scope ?? session.scope;
  return narrowScope(subject.scope, session.scope) || undefined;
}
