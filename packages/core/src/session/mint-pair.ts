import type { JsonObject } from '../json.ts';
import type { Session } from '../store.ts';
import type { AuthContext } from './auth-context.ts';
import { carrySession } from './carried-session.ts';
import { mintSliding } from './mint-sliding.ts';
import { clientClaim } from './session-client-id.ts';
import { scopeOf, type TokenContent, toTimes } from './token-content.ts';
import type { TokenPair } from './token-pair.ts';

/** Mints the access token for a session, and its current refresh token beside it; in sliding mode the one token that is both. */
export async function mintPair(
  context: AuthContext,
  session: Session,
  content: TokenContent,
): Promise<TokenPair> {
  if (context.options.mode === 'sliding') return mintSliding(context, session, content);
  const now = context.options.clock();
  const claims = refreshClaims(context, session);
  // Keys that sign in the thread pool sign both at once. This comes first, since it may throw on the spot: nobody would wait for the other.
  const signing = context.refresh.issue(claims);
  const [access, refresh] = await Promise.all([mintAccess(context, session, content), signing]);
  return {
    ...access,
    refresh,
    refreshExpiresIn: Math.max(0, Number(claims['exp']) - Math.floor(now / 1000)),
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
  { options, randomId }: AuthContext,
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
    ...toTimes(now, Math.min(now + options.access.ttl, session.endsAt)),
    auth_time: Math.floor(session.authTime / 1000),
    ...(scope === undefined ? {} : { scope }),
    ...clientClaim(session),
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
    ...toTimes(session.rotatedAt, Math.min(session.expiresAt, session.endsAt)),
    ...clientClaim(session),
    ...(options.can.records ? {} : carrySession(session)),
  };
}
