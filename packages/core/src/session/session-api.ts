import { retryAfterSeconds } from '../backends/deadline.ts';
import { invalidValue } from '../config/check.ts';
import { assertLogin } from '../config/check-hooks.ts';
import type { LoginResult, SubjectState } from '../config/hooks.ts';
import { NoActiveAccountError, StoreUnavailableError, TokenRevokedError } from '../errors/errors.ts';
import type { RevokeReason, Session, SessionClient, SessionRef } from '../store.ts';
import type { AuthContext } from './auth-context.ts';
import { endSessions } from './end-session.ts';
import { mintPair } from './mint-pair.ts';
import { openSession } from './open-session.ts';
import { clientIdOf, ownClaimsOf } from './session-client-id.ts';
import { claimsToSign, currentSubject } from './signable-claims.ts';
import type { TokenPair } from './token-pair.ts';

/** Sessions from the app's side: for logins proven elsewhere, device lists, password changes, disabled users. */
export interface SessionApi {
  /**
   * Opens a session for a subject whose identity the app has proven, and gives its pair.
   *
   * @throws TypeError for a subject that is no text of 1 to 255 characters, and for claims that are reserved
   * @throws NoActiveAccountError when `resolve` says so, or the epoch moved meanwhile
   * @throws SessionLimitReachedError
   * @throws StoreUnavailableError, BackendUnavailableError
   */
  issue(login: LoginResult, client?: SessionClient): Promise<TokenPair>;
  /** The subject's live sessions, newest first. */
  list(subject: string): Promise<Session[]>;
  /** Ends one session. False when it was ended before, or is not the subject's. @param reason @default 'revoked' */
  revoke(ref: SessionRef, reason?: RevokeReason): Promise<boolean>;
  /** Ends all of a subject's sessions, but for `except`; returns how many. */
  revokeAll(subject: string, options?: RevokeAllOptions): Promise<number>;
  /**
   * A password change that keeps this session: it moves to the new epoch with a new pair, all others of the subject end.
   * Save the password with its new epoch first.
   *
   * @throws TypeError without `epoch` where `resolve` gives one
   * @throws TokenRevokedError when the session has ended; NoActiveAccountError
   * @throws StoreUnavailableError: outcome unknown; calling again is safe
   */
  reauthenticate(ref: SessionRef, options?: ReauthenticateOptions): Promise<TokenPair>;
}

export interface RevokeAllOptions {
  /** Id of a session that lives on. */
  readonly except?: string;
  /** @default 'revoked' */
  readonly reason?: RevokeReason;
}

export interface ReauthenticateOptions {
  /** The subject's new epoch. */
  readonly epoch?: string;
  readonly client?: SessionClient;
}

const MAX_TRIES = 4;

export function createSessionApi(context: AuthContext): SessionApi {
  return Object.freeze({
    issue: async (login, client = {}) => {
      assertLogin(login);
      if (login.epoch !== undefined && !context.options.can.records)
        throw invalidValue('epochs cannot be had: the store keeps no records of sessions');
      const pair = await openSession(context, login, client);
      if (pair === undefined) throw new NoActiveAccountError();
      return pair;
    },
    list: async (subject) => needSubjects(context, 'list').store.list(subject, context.options.clock()),
    revoke: async (ref, reason = 'revoked') => (await endSessions(context, toRef(ref), reason)) > 0,
    revokeAll: async (subject, { except, reason = 'revoked' } = {}) =>
      endSessions(
        needSubjects(context, 'revokeAll'),
        { subject, ...(except === undefined ? {} : { except }) },
        reason,
      ),
    reauthenticate: async (ref, options = {}) =>
      reauthenticate(needSubjects(context, 'reauthenticate'), toRef(ref), options),
  } satisfies SessionApi);
}

function needSubjects(context: AuthContext, method: keyof SessionApi): AuthContext {
  if (context.options.can.subjects) return context;
  throw invalidValue(`sessions.${method} cannot be had: the store cannot find the sessions of a subject`);
}

/** A whole session record serves as a reference; only its identity goes on. */
function toRef({ id, subject }: SessionRef): SessionRef {
  return { id, subject };
}

/** The current session first, so that whatever happens after it the others can only die: their epoch is the old one. */
async function reauthenticate(
  context: AuthContext,
  ref: SessionRef,
  options: ReauthenticateOptions,
): Promise<TokenPair> {
  const subject = await currentSubject(context, ref.subject);
  if (!subject.active) throw new NoActiveAccountError();
  if (subject.epoch !== undefined && options.epoch === undefined) {
    throw invalidValue(
      'reauthenticate needs the new epoch where resolve gives one; the session would end at its next refresh',
    );
  }
  const session = await moveToEpoch(context, ref, subject, options);
  if (session.revokedAt !== undefined) return openAgain(context, session, options);
  await endSessions(context, { subject: ref.subject, except: ref.id }, 'password_changed');
  return mintPair(context, session, { subject, own: await claimsToSign(context, subject, session) });
}

/** The session under its new epoch; or as it ended, when the change of epoch itself has ended it. */
async function moveToEpoch(
  context: AuthContext,
  ref: SessionRef,
  subject: SubjectState,
  next: ReauthenticateOptions,
): Promise<Session> {
  const { clock, refresh } = context.options;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const now = clock();
    const found = await context.store.find(ref, now);
    if (found === undefined || now >= found.endsAt) throw new TokenRevokedError();
    if (found.revokedFor === 'password_changed' && next.epoch !== undefined) return found;
    if (found.revokedAt !== undefined) throw new TokenRevokedError();
    await claimsToSign(context, subject, found);
    const moved = await context.store.advance(ref, found.generation, {
      ...next,
      generation: found.generation + 1,
      rotatedAt: now,
      rotatedBy: context.randomId(),
      expiresAt: now + refresh.ttl,
    });
    if (moved !== undefined) return moved;
  }
  throw new StoreUnavailableError({ retryAfter: retryAfterSeconds() });
}

/**
 * A refresh of the same session that fell between the saving of the password and this call has met the new epoch and ended the session. Whoever
 * calls has just proven the old password, so they get a session in its place.
 */
async function openAgain(
  context: AuthContext,
  ended: Session,
  { client = ended.client ?? {}, epoch }: ReauthenticateOptions,
): Promise<TokenPair> {
  await endSessions(context, { subject: ended.subject }, 'password_changed');
  const { scope, subject } = ended;
  const label = client.label ?? ended.client?.label;
  const login = { subject, epoch, scope, claims: ownClaimsOf(ended), label };
  const pair = await openSession(context, login, client, { by: 'app', clientId: clientIdOf(ended) });
  if (pair === undefined) throw new NoActiveAccountError();
  return pair;
}
