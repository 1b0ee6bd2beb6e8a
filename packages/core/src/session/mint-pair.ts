import type { SubjectState } from '../config/hooks.ts';
import type { JsonObject } from '../json.ts';
import type { Session } from '../store.ts';
import type { AuthContext } from './auth-context.ts';
import { randomId } from './random-id.ts';
import { narrowScope } from './scope.ts';
import type { TokenPair } from './token-pair.ts';

/** What a token says beside the session's record. */
export interface TokenContent {
  /** Decides the scope. */
  readonly subject: SubjectState;
  /** The app's own claims, fit to be signed. */
  readonly own: JsonObject;
}

/** Mints the access token for a session, and its current refresh token beside it. */
export async function mintPair(
  context: AuthContext,
  session: Session,
  content: TokenContent,
): Promise<TokenPair> {
  const now = context.options.clock();
  const refresh = refreshClaims(context, session);
  return {
    ...(await mintAccess(context, session, content)),
    refresh: await context.refresh.issue(refresh),
    refreshExpiresIn: Math.max(0, Number(refresh['exp']) - Math.floor(now / 1000)),
  };
}

/** Mints an access token alone. */
export async function mintAccess(
  context: AuthContext,
  session: Session,
  content: TokenContent,
): Promise<TokenPair> {
  const claims = accessClaims(context, session, content);
  const expiresIn = Number(claims['exp']) - Number(claims['iat']);
  return { access: await context.access.issue(claims), expiresIn, session };
}

function accessClaims(
  { options }: AuthContext,
  session: Session,
  { subject, own }: TokenContent,
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
