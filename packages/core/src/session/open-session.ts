import { retryAfterSeconds } from '../backends/deadline.ts';
import type { LoginResult, SubjectState } from '../config/hooks.ts';
import { BackendUnavailableError, InvalidCredentialsError } from '../errors/errors.ts';
import type { RevokeReason, Session, SessionClient } from '../store.ts';
import type { AuthContext } from './auth-context.ts';
import { mintPair } from './mint-pair.ts';
import { randomId } from './random-id.ts';
import { signableClaims } from './signable-claims.ts';
import type { TokenPair } from './token-pair.ts';

/**
 * Logs somebody in: the app's hook judges the credentials, then a session opens.
 *
 * @throws InvalidCredentialsError for an unknown user, a wrong password and a disabled account alike
 * @throws BackendUnavailableError, StoreUnavailableError
 */
export async function logIn(
  context: AuthContext,
  credentials: Readonly<Record<string, string>>,
  client: SessionClient,
): Promise<TokenPair> {
  const login = await context.hooks.login(credentials, client);
  const pair = login === undefined ? undefined : await openSession(context, login, client, 'login');
  if (pair === undefined) {
    context.events.emit('login.refused', { client, code: 'invalid_credentials' });
    throw new InvalidCredentialsError();
  }
  return pair;
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
  by: 'login' | 'app' = 'app',
): Promise<TokenPair | undefined> {
  const before = await context.hooks.resolve(login.subject);
  if (!before.active) return undefined;
  if (by === 'login' && login.epoch === undefined && before.epoch !== undefined) throw missingEpoch(context);
  const given = login.claims ?? before.claims;
  const claims = await signableClaims(context, given ?? {});
  const session = newSession(context, { ...login, claims: given && claims }, before, client);
  await context.store.create(session, { now: session.createdAt });
  const after = await resolveOrRevoke(context, session);
  const refused = refusalOf(session, after);
  if (refused !== undefined) {
    await context.store.revoke(session, { at: context.options.clock(), reason: refused });
    return undefined;
  }
  context.events.emit('session.issued', { session: session.id, subject: session.subject, client });
  return mintPair(context, session, { subject: { ...after, scope: session.scope }, own: claims });
}

/** An epoch read after the password was checked could be that of another password: the old one would win the race. */
function missingEpoch({ events }: AuthContext): BackendUnavailableError {
  const cause = new TypeError('the login hook must give the epoch that it read together with the password');
  events.emit('backend.failed', { backend: 'login', cause });
  return new BackendUnavailableError({ cause, retryAfter: retryAfterSeconds() });
}

function newSession(
  { options }: AuthContext,
  login: LoginResult,
  state: SubjectState,
  client: SessionClient,
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
    ...present('data', login.claims),
  };
}

function present<Name extends string, T>(name: Name, value: T | undefined): { readonly [N in Name]?: T } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [N in Name]?: T };
}

async function resolveOrRevoke(context: AuthContext, session: Session): Promise<SubjectState> {
  try {
    return await context.hooks.resolve(session.subject);
  } catch (error) {
    await context.store.revoke(session, { at: context.options.clock(), reason: 'revoked' });
    throw error;
  }
}

function refusalOf(session: Session, { active, epoch }: SubjectState): RevokeReason | undefined {
  if (!active) return 'no_active_account';
  return epoch !== undefined && epoch !== session.epoch ? 'password_changed' : undefined;
}
