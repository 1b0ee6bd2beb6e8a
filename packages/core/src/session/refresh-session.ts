import { retryAfterSeconds } from '../backends/deadline.ts';
import type { SubjectState } from '../config/hooks.ts';
import { StoreUnavailableError } from '../errors/errors.ts';
import type { JsonObject } from '../json.ts';
import type { Session, SessionClient } from '../store.ts';
import type { AuthContext } from './auth-context.ts';
import { judgeRefresh, type RefreshVerdict } from './judge-refresh.ts';
import { mintAccess, mintPair } from './mint-pair.ts';
import { type PresentedRefresh, readRefreshToken } from './read-refresh-token.ts';
import { judgeUnrecorded, refreshUnrecorded } from './refresh-unrecorded.ts';
import { isRefusal } from './refusals.ts';
import { refuseRefresh } from './refuse-refresh.ts';
import { claimsToSign, currentSubject } from './signable-claims.ts';
import type { TokenPair } from './token-pair.ts';

/** How often a rotation lost to another request is judged anew (row 6 of the refresh table). */
const MAX_LOST_RACES = 3;

/** One refresh under way. */
interface Refresh extends PresentedRefresh {
  readonly subject: SubjectState;
  readonly client: SessionClient;
  readonly requestId: string;
  readonly arrivedAt: number;
}

/**
 * Answers a verified refresh token with a new pair, by the refresh table. The ordinary refresh asks the store once: it rotates at once
 * from the generation presented, and the record that comes back is judged before any token leaves.
 *
 * @throws TokenNotValidError: the session is unknown
 * @throws TokenRevokedError, SessionExpiredError, NoActiveAccountError, PasswordChangedError, RefreshTokenReusedError
 * @throws StoreUnavailableError, BackendUnavailableError: outcome unknown; a retry with the same token is safe within grace
 */
export async function refreshSession(
  context: AuthContext,
  presented: PresentedRefresh,
  client: SessionClient,
): Promise<TokenPair> {
  if (!context.options.can.records) return refreshUnrecorded(context, presented, client);
  const arrivedAt = context.options.clock();
  const subject = await currentSubject(context, presented.ref.subject);
  let refresh: Refresh = { ...presented, subject, client, requestId: context.randomId(), arrivedAt };
  let session = mayRotateAtOnce(context, subject)
    ? await rotate(context, refresh, presented.generation)
    : undefined;
  let stored = presented.generation;
  let isSubjectNew = false;

  for (let tries = 0; tries <= MAX_LOST_RACES; tries++) {
    if (session === undefined && tries === MAX_LOST_RACES) break;
    session ??= await context.store.find(presented.ref, context.options.clock());
    const verdict = judge(context, refresh, session);
    if (isStaleEpoch(verdict) && !isSubjectNew) {
      // The session may have moved to a new epoch after this request asked for the old one.
      refresh = { ...refresh, subject: await currentSubject(context, presented.ref.subject) };
      isSubjectNew = true;
      continue;
    }
    if (isRefusal(verdict)) throw await refuseRefresh(context, refresh, verdict, session);
    if (session === undefined || verdict.kind === 'outrun') break;
    const own = await claimsToSign(context, refresh.subject, session);
    if (verdict.kind !== 'rotate' && verdict.kind !== 'recover')
      return answer(context, refresh, verdict, { session, stored, own });
    stored = session.generation;
    session = await rotate(context, refresh, stored);
  }
  throw new StoreUnavailableError({ retryAfter: retryAfterSeconds() });
}

/** Not where the claims are in the record and have to be held to a schema first: a rotation that cannot be answered helps nobody. */
function mayRotateAtOnce({ options }: AuthContext, { active, claims }: SubjectState): boolean {
  return active && options.refresh.rotate && (claims !== undefined || options.claims === undefined);
}

function isStaleEpoch(verdict: RefreshVerdict): boolean {
  return verdict.kind === 'end' && verdict.reason === 'password_changed';
}

/** The verdict on a refresh token as it stands now, with no effect. */
export async function judgeRefreshToken(context: AuthContext, token: unknown): Promise<JudgedRefresh> {
  const presented = await readRefreshToken(context, token);
  const subject = await context.hooks.resolve(presented.ref.subject);
  if (!context.options.can.records) {
    return { claims: presented.claims, verdict: await judgeUnrecorded(context, presented, subject.active) };
  }
  const session = await context.store.find(presented.ref, context.options.clock());
  // This is a question, not a refresh: nobody has gone on meanwhile, whatever another clock says.
  const asked = { requestId: context.randomId(), arrivedAt: Number.POSITIVE_INFINITY };
  const refresh = { ...presented, subject, client: session?.client ?? {}, ...asked };
  return { claims: presented.claims, verdict: judge(context, refresh, session) };
}

export interface JudgedRefresh {
  readonly claims: JsonObject;
  readonly verdict: RefreshVerdict;
}

function judge(
  { options, outages }: AuthContext,
  refresh: Refresh,
  session: Session | undefined,
): RefreshVerdict {
  const { generation, subject, requestId, client, arrivedAt } = refresh;
  const policy = { ...options.refresh, leeway: options.leeway };
  return judgeRefresh({
    generation,
    session,
    subject,
    requestId,
    userAgent: client.userAgent,
    now: options.clock(),
    arrivedAt,
    graceFrom: session && outages.graceFrom(session.rotatedAt),
    policy,
  });
}

/** Compare-and-set past the generation presented: from the same one, or from an older one that the store fell back to. */
function rotate(
  { options, store }: AuthContext,
  refresh: Refresh,
  from: number,
): Promise<Session | undefined> {
  const now = options.clock();
  return store.advance(refresh.ref, from, {
    // Without rotation a client keeps its token, so recovery stops at the generation that it holds.
    generation: options.refresh.rotate ? refresh.generation + 1 : refresh.generation,
    rotatedAt: now,
    rotatedBy: refresh.requestId,
    expiresAt: now + options.refresh.ttl,
    client: refresh.client,
  });
}

/** A session as it stands, the generation that was stored before, and the claims of its next access token. */
interface Judged {
  readonly session: Session;
  readonly stored: number;
  readonly own: JsonObject;
}

function answer(
  context: AuthContext,
  { ref, subject, client, generation }: Refresh,
  verdict: RefreshVerdict,
  { session, stored, own }: Judged,
): Promise<TokenPair> | TokenPair {
  const event = { session: ref.id, subject: ref.subject, client, generation: session.generation };
  if (verdict.kind === 'replay') {
    const name = verdict.afterOutage ? 'refresh.replayed_after_outage' : 'refresh.replayed';
    context.events.emit(name, { ...event, rotatedFor: session.client });
  } else if (stored < generation) context.events.emit('session.recovered', { ...event, stored });
  else context.events.emit('session.refreshed', event);
  // Whoever holds a predecessor needs the successor, also when rotation has been switched off since.
  const hasSuccessor = verdict.kind === 'replay' || context.options.refresh.rotate;
  return hasSuccessor
    ? mintPair(context, session, { subject, own })
    : mintAccess(context, session, { subject, own });
}
