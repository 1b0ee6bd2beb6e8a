import { retryAfterSeconds } from '../backends/deadline.ts';
import { isSessionLimit } from '../backends/guarded-store.ts';
import type { LoginResult, SubjectState } from '../config/hooks.ts';
import { AuthError } from '../errors/auth-error.ts';
import type { AuthErrorCode } from '../errors/error-rows.ts';
import {
  BackendUnavailableError,
  InvalidCredentialsError,
  SessionLimitReachedError,
} from '../errors/errors.ts';
import type { JsonObject } from '../json.ts';
import type { RevokeReason, Session, SessionClient, SessionRef } from '../store.ts';
import type { AuthContext } from './auth-context.ts';
import { endSessions } from './end-session.ts';
import { tellFailedLogin, tellLogin } from './login-notices.ts';
import { mintPair } from './mint-pair.ts';
import { revokedUntil, revokeMark } from './revoke-mark.ts';
import { dataOf } from './session-client-id.ts';
import { signableClaims } from './signable-claims.ts';
import type { TokenPair } from './token-pair.ts';

/** How a session comes to be. */
export interface Opening {
  /** A login has to give the epoch that goes with its password. */
  readonly by: 'login' | 'app';
  /** The session that the new one takes the place of. */
  readonly replaced?: SessionRef | undefined;
  /** The OAuth 2 client that its tokens are for. */
  readonly clientId?: string | undefined;
}

/**
 * Logs somebody in: the app's hook judges the credentials, then a session opens, and the one it replaces ends.
 *
 * @throws InvalidCredentialsError for an unknown user, a wrong password and a disabled account alike
 * @throws SessionLimitReachedError, BackendUnavailableError, StoreUnavailableError; what else the hook refuses
 */
export async function logIn(
  context: AuthContext,
  credentials: Readonly<Record<string, string>>,
  client: SessionClient,
  opening: Omit<Opening, 'by'> = {},
): Promise<TokenPair> {
  const refuse = (code: AuthErrorCode) => tellFailedLogin(context, { credentials, client, code });
  try {
    const login = await context.hooks.login(credentials, client);
    const pair = login && (await openSession(context, login, client, { ...opening, by: 'login' }));
    if (pair !== undefined) return pair;
  } catch (error) {
    // The hook's own refusal, such as a rate limit, or the limit of sessions; a backend that fails is no refusal.
    if (error instanceof AuthError && error.status < 500) await refuse(error.code);
    throw error;
  }
  await refuse('invalid_credentials');
  throw new InvalidCredentialsError();
}

/**
 * Opens a session for a subject whose identity is proven; `undefined` when the subject is not active, or its epoch moved
 * meanwhile. What holds for the subject is read again after the session is in the store, so that a password change or a
 * disable that raced the login leaves no live session: either it saw the session and ended it, or it is seen here.
 */
export async function openSession(
  context: AuthContext,
  login: LoginResult,
  client: SessionClient,
  { by, replaced, clientId }: Opening = { by: 'app' },
): Promise<TokenPair | undefined> {
  const before = await context.hooks.resolve(login.subject);
  if (!before.active) return undefined;
  if (by === 'login' && login.epoch === undefined && before.epoch !== undefined) throw missingEpoch(context);
  const given = login.claims ?? before.claims;
  const claims = await signableClaims(context, given ?? {});
  const labelled = login.label === undefined ? client : { ...client, label: login.label };
  const session = newSession(context, login, before, {
    client: labelled,
    data: dataOf(given && claims, clientId),
  });
  // Within a limit its place has to be free for the new one; else it ends when there is one.
  const makesRoom = context.options.session.maxSessions !== undefined && replaced?.subject === login.subject;
  if (replaced !== undefined && makesRoom) await endSessions(context, replaced, 'replaced');
  await keepRecord(context, session);
  const after = await resolveOrRevoke(context, session);
  const refused = refusalOf(session, after);
  if (refused !== undefined) {
    await context.store.revoke(session, revokeMark(context.options, refused));
    return undefined;
  }
  if (replaced !== undefined && !makesRoom) await endSessions(context, replaced, 'replaced');
  await tellLogin(context, session);
  return mintPair(context, session, { subject: { ...after, scope: session.scope }, own: claims });
}

/** An epoch read after the password was checked could be that of another password: the old one would win the race. */
function missingEpoch({ events }: AuthContext): BackendUnavailableError {
  const cause = new TypeError('the login hook must give the epoch that it read together with the password');
  events.emit('backend.failed', { backend: 'login', cause });
  return new BackendUnavailableError({ cause, retryAfter: retryAfterSeconds() });
}

function newSession(
  { options, randomId }: AuthContext,
  login: LoginResult,
  state: SubjectState,
  { client, data }: { readonly client: SessionClient; readonly data: JsonObject | undefined },
): Session {
  const now = options.clock();
  const endsAt = now + options.session.ttl;
  return {
    id: randomId(),
    subject: login.subject,
    createdAt: now,
    authTime: now,
    endsAt,
    generation: 0,
    rotatedAt: now,
    rotatedBy: randomId(),
    expiresAt: Math.min(now + options.refresh.ttl, endsAt),
    lastUsedAt: now,
    client,
    ...present('epoch', login.epoch ?? state.epoch),
    ...present('scope', login.scope ?? state.scope),
    ...present('data', data),
  };
}

function present<Name extends string, T>(name: Name, value: T | undefined): { readonly [N in Name]?: T } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [N in Name]?: T };
}

/** @throws SessionLimitReachedError when the subject has as many sessions as it may, and none is to go for this one */
async function keepRecord({ options, store }: AuthContext, session: Session): Promise<void> {
  if (!options.can.records) return; // its refresh token carries it
  const { maxSessions, onLimit } = options.session;
  const now = session.createdAt;
  const limit = maxSessions === undefined ? {} : { limit: maxSessions, onLimit };
  try {
    await store.create(session, { now, until: revokedUntil(options, now), ...limit });
  } catch (cause) {
    throw isSessionLimit(cause) ? new SessionLimitReachedError({ cause }) : cause;
  }
}

async function resolveOrRevoke(context: AuthContext, session: Session): Promise<SubjectState> {
  try {
    return await context.hooks.resolve(session.subject);
  } catch (error) {
    await context.store.revoke(session, revokeMark(context.options, 'revoked'));
    throw error;
  }
}

function refusalOf(session: Session, { active, epoch }: SubjectState): RevokeReason | undefined {
  if (!active) return 'no_active_account';
  return epoch !== undefined && epoch !== session.epoch ? 'password_changed' : undefined;
}
