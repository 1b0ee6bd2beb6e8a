import type { LoginResult } from '../config/hooks.ts';
import type { AuthContext } from '../session/auth-context.ts';
import { carriedSession } from '../session/carried-session.ts';
import type { PresentedRefresh } from '../session/read-refresh-token.ts';
import { narrowScope, scopeWords } from '../session/scope.ts';
import { scopeOf } from '../session/token-content.ts';
import { refusedRequest } from './oauth2-error.ts';
import type { Form } from './read-form.ts';

/** Words with one space between them (RFC 6749 §3.3). */
const SCOPE = /^[\x21\x23-\x5B\x5D-\x7E]+(?: [\x21\x23-\x5B\x5D-\x7E]+)*$/;

/** The scope asked for. @throws OAuth2Error (`invalid_scope`) for a malformed one */
export function requestedScope({ scope }: Form): string | undefined {
  if (scope !== undefined && !SCOPE.test(scope)) throw refusedRequest('invalid_scope');
  return scope;
}

/** The same auth, whose logins grant the scope asked for, which may be narrower than what the login would give and never wider. */
export function narrowingLogins(context: AuthContext, wanted: string): AuthContext {
  const { hooks } = context;

  async function narrowed(login: LoginResult): Promise<LoginResult> {
    const state = await hooks.resolve(login.subject);
    // Refused further on, as every bad login is.
    if (!state.active) return login;
    assertWithin(wanted, login.scope ?? state.scope);
    return { ...login, scope: wanted };
  }

  return {
    ...context,
    hooks: {
      ...hooks,
      login: async (credentials, client) => {
        const login = await hooks.login(credentials, client);
        return login && narrowed(login);
      },
    },
  };
}

/**
 * Holds the scope asked for at a refresh to what was granted at login, before anything is rotated. Of a session that has ended nothing is
 * said here: the refresh itself refuses it.
 *
 * @see RFC 6749 §6
 * @throws OAuth2Error (`invalid_scope`), StoreUnavailableError, BackendUnavailableError
 */
export async function assertGranted(
  context: AuthContext,
  { ref, claims }: PresentedRefresh,
  wanted: string,
): Promise<void> {
  const { can, clock } = context.options;
  const now = clock();
  const session = can.records ? await context.store.find(ref, now) : carriedSession(claims);
  if (session === undefined || session.revokedAt !== undefined || now >= session.endsAt) return;
  const state = await context.hooks.resolve(ref.subject);
  if (!state.active) return;
  const current = scopeOf(session, state);
  assertWithin(wanted, [session.scope, current].join(' '));
  // What is left of it today may be nothing, and an answer cannot say that (RFC 6749 §5.1).
  if (narrowScope(wanted, current) === '') throw refusedRequest('invalid_scope');
}

function assertWithin(wanted: string, granted: string | undefined): void {
  const allowed = new Set(scopeWords(granted));
  if (!scopeWords(wanted).every((word) => allowed.has(word))) throw refusedRequest('invalid_scope');
}
