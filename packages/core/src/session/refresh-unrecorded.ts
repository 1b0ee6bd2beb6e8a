import { TokenNotValidError } from '../errors/errors.ts';
import type { Session, SessionClient } from '../store.ts';
import type { AuthContext } from './auth-context.ts';
import { carriedSession } from './carried-session.ts';
import { judgeRefresh, type RefreshVerdict } from './judge-refresh.ts';
import { mintAccess, mintPair } from './mint-pair.ts';
import type { PresentedRefresh } from './read-refresh-token.ts';
import { isRefusal } from './refusals.ts';
import { refuseRefresh } from './refuse-refresh.ts';
import { claimsToSign, currentSubject } from './signable-claims.ts';
import type { TokenPair } from './token-pair.ts';
import { tokenRef } from './token-ref.ts';

/**
 * A refresh over a store without records: each generation is good once, whoever comes second ends the session. The token is used up before the
 * session is looked at, so that no refresh that starts after a logout succeeds (I3).
 *
 * @throws TokenRevokedError, SessionExpiredError, NoActiveAccountError, RefreshTokenReusedError
 * @throws StoreUnavailableError: outcome unknown; without grace a retry may read as reuse
 */
export async function refreshUnrecorded(
  context: AuthContext,
  presented: PresentedRefresh,
  client: SessionClient,
): Promise<TokenPair> {
  const { rotate, ttl } = context.options.refresh;
  const session = carriedOrRefuse(presented);
  const subject = await currentSubject(context, session.subject);
  const own = subject.active ? await claimsToSign(context, subject, session) : {};
  const isFirst = await (rotate ? useUp : isUnused)(context, presented);
  const verdict = await judge(context, session, { isFirst, isActive: subject.active });
  if (isRefusal(verdict)) throw await refuseRefresh(context, { ...presented, client }, verdict, session);
  const now = context.options.clock();
  const generation = rotate ? session.generation + 1 : session.generation;
  const event = { session: session.id, subject: session.subject, client, generation };
  context.events.emit('session.refreshed', event);
  const next: Session = { ...session, generation, rotatedAt: now, expiresAt: now + ttl, client };
  return rotate ? mintPair(context, next, { subject, own }) : mintAccess(context, next, { subject, own });
}

/** The verdict as it stands now, with no effect. */
export async function judgeUnrecorded(
  context: AuthContext,
  presented: PresentedRefresh,
  isActive: boolean,
): Promise<RefreshVerdict> {
  const isFirst = await isUnused(context, presented);
  return judge(context, carriedOrRefuse(presented), { isFirst, isActive });
}

function useUp({ options, store }: AuthContext, { claims }: PresentedRefresh): Promise<boolean> {
  return store.blacklist(tokenRef(options, claims), options.clock());
}

function isUnused({ options, store }: AuthContext, { claims }: PresentedRefresh): Promise<boolean> {
  return store.isLive({ token: tokenRef(options, claims) }, options.clock());
}

/** By the refresh table, on the record that a store would have: of the next generation where the token has been used up. */
async function judge(
  { options, store }: AuthContext,
  carried: Session,
  { isFirst, isActive }: { readonly isFirst: boolean; readonly isActive: boolean },
): Promise<RefreshVerdict> {
  const { id, subject, generation } = carried;
  const now = options.clock();
  const isLive = await store.isLive({ session: { id, subject } }, now);
  const session: Session = {
    ...carried,
    generation: isFirst ? generation : generation + 1,
    ...(isLive ? {} : { revokedAt: now, revokedFor: 'revoked' }),
  };
  return judgeRefresh({
    generation,
    session,
    subject: { active: isActive },
    requestId: '', // nobody has rotated yet
    userAgent: undefined,
    now,
    arrivedAt: Number.POSITIVE_INFINITY, // no rotation is written anywhere
    policy: { ...options.refresh, leeway: options.leeway },
  });
}

/** A token from the time of another store has no session here. */
function carriedOrRefuse({ claims }: PresentedRefresh): Session {
  const session = carriedSession(claims);
  if (session === undefined) throw new TokenNotValidError();
  return session;
}
