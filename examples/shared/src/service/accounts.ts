import {
  type Auth,
  type AuthAnswer,
  AuthError,
  type AuthErrorCode,
  type Authentication,
  type AuthRequest,
  InvalidCredentialsError,
  NotFoundError,
  type SessionClient,
} from '@tokenpair/core';
import { clientOf, readFields, requireText } from '@tokenpair/core/http';
import type { Users } from '../users/users.ts';

/** A try to change the own password, with why it was refused if it was. */
export interface PasswordChange {
  readonly subject: string;
  readonly session: string;
  readonly client: SessionClient;
  readonly code?: AuthErrorCode;
}

/**
 * What changes a user's account. The user is marked first and the sessions end after it: a login in between sees the mark. When the
 * store fails between the two the answer is 503; the next refresh of those sessions meets the mark and ends them.
 */
export interface Accounts {
  /** `{old, password}` of the user's own; a new pair for this session, the others end. @throws AuthError */
  changePassword(auth: Authentication, request: AuthRequest): Promise<AuthAnswer>;
  /** Sets a user's password and ends all sessions of theirs. @throws AuthError */
  setPassword(name: string, request: AuthRequest): Promise<object>;
  /** Disables a user and ends all sessions of theirs. @throws AuthError */
  disable(name: string): Promise<object>;
  /** Lets a user log in again; sessions that ended stay ended. @throws AuthError */
  enable(name: string): Promise<object>;
}

export function createAccounts(
  auth: Auth,
  users: Users,
  tell: (change: PasswordChange) => void = () => undefined,
): Accounts {
  return Object.freeze({
    async changePassword({ session, subject }, request) {
      const { old, password } = requireText(await readFields(request), ['old', 'password']);
      const replace = async (): Promise<string> => {
        const epoch = await users.changePassword(subject, old, password);
        if (epoch === undefined) throw new InvalidCredentialsError();
        return epoch;
      };
      const client = clientOf(request);
      const epoch = await replace().catch((error: unknown) => {
        if (error instanceof AuthError && error.status < 500)
          tell({ subject, session, client, code: error.code });
        throw error;
      });
      tell({ subject, session, client });
      return auth.answerPair(await auth.sessions.reauthenticate({ id: session, subject }, { epoch, client }));
    },

    async setPassword(name, request) {
      const { password } = requireText(await readFields(request), ['password']);
      const subject = known(await users.setPassword(name, password));
      await auth.sessions.revokeAll(subject, { reason: 'password_changed' });
      return {};
    },

    async disable(name) {
      const subject = known(await users.setActive(name, false));
      await auth.sessions.revokeAll(subject, { reason: 'no_active_account' });
      return {};
    },

    async enable(name) {
      known(await users.setActive(name, true));
      return {};
    },
  } satisfies Accounts);
}

function known(subject: string | undefined): string {
  if (subject === undefined) throw new NotFoundError();
  return subject;
}
