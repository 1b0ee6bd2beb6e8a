import type { JsonObject } from '../json.ts';
import type { Session } from '../store.ts';
import type { AuthContext } from './auth-context.ts';
import { scopeOf, type TokenContent, toTimes } from './token-content.ts';
import type { TokenPair } from './token-pair.ts';

/**
 * Mints the one token of sliding mode: access until `exp`, renewable until `refresh_exp`. Its times and its id are those of the record, so that the
 * successor of a renewal can be minted again, equal claim for claim. Scope and the app's own claims are what holds now, as in every access token: if
 * the subject changed within grace, they alone differ.
 */
export async function mintSliding(
  context: AuthContext,
  session: Session,
  content: TokenContent,
): Promise<TokenPair> {
  const { times, claims } = slidingClaims(context, session, content);
  const token = await context.access.issue(claims);
  const now = Math.floor(context.options.clock() / 1000);
  return {
    access: token,
    expiresIn: Math.max(0, times.exp - now),
    refresh: token,
    refreshExpiresIn: Math.max(0, times.refresh_exp - now),
    session,
  };
}

interface SlidingTimes {
  readonly iat: number;
  readonly exp: number;
  readonly refresh_exp: number;
}

function slidingClaims(
  { options }: AuthContext,
  session: Session,
  { subject, own }: TokenContent,
): { readonly times: SlidingTimes; readonly claims: JsonObject } {
  const { audience, issuer } = options;
  const times = slidingTimes(session, options.access.ttl);
  const scope = scopeOf(session, subject);
  const claims = {
    iss: issuer,
    // The API takes it as access, the issuer itself as the grant of a renewal.
    aud: audience === issuer ? issuer : [audience, issuer],
    sub: session.subject,
    sid: session.id,
    gen: session.generation,
    jti: session.rotatedBy,
    ...times,
    auth_time: Math.floor(session.authTime / 1000),
    ...(scope === undefined ? {} : { scope }),
    ...own,
  };
  return { times, claims };
}

function slidingTimes({ rotatedAt, expiresAt, endsAt }: Session, ttl: number): SlidingTimes {
  const access = toTimes(rotatedAt, Math.min(rotatedAt + ttl, endsAt));
  return { ...access, refresh_exp: Math.floor(Math.min(expiresAt, endsAt) / 1000) };
}
