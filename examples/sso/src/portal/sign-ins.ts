/**
 * The sessions that hang on a sign-in at the provider. Each has the provider's `sid` among its claims, which are in the store with it.
 *
 * @module
 */
import {
  type Auth,
  type JsonObject,
  StoreUnavailableError,
  type TokenPair,
  TokenRevokedError,
} from '@tokenpair/core';
import type { SessionClient, TokenRef, TokenStore } from '@tokenpair/core/store';

/** Who has signed in at the provider, and its name for that. */
export interface SignIn {
  readonly subject: string;
  /** `sid` of the ID token. */
  readonly sid: string;
}

export interface SignIns {
  /** Opens a session that ends with the sign-in. @throws TokenRevokedError where that has ended meanwhile */
  open(auth: Auth, signIn: SignIn, client: SessionClient): Promise<TokenPair>;
  /** Ends the sessions of a sign-in, or all of the subject's where the provider names none; those under way to be opened too. */
  end(subject: string, sid: string | undefined): Promise<void>;
}

/** Longer than any session lives. */
const REMEMBERED_MS = 31 * 86_400_000;

export function createSignIns(auth: Auth, store: TokenStore): SignIns {
  /** An ended sign-in is on the blacklist, so that one whose code was exchanged before its end opens nothing after it. */
  const tombstone = ({ sid, subject }: SignIn): TokenRef => ({
    id: `sign-in:${sid}`,
    subject,
    expiresAt: Date.now() + REMEMBERED_MS,
  });

  return Object.freeze({
    async open(opener, signIn, client) {
      const { sid, subject } = signIn;
      const pair = await opener.sessions.issue({ subject, scope: 'read', claims: { op_sid: sid } }, client);
      if (await ask(() => store.isLive({ token: tombstone(signIn) }, Date.now()))) return pair;
      await auth.sessions.revoke(pair.session, 'logout');
      throw new TokenRevokedError();
    },
    async end(subject, sid) {
      if (sid === undefined) {
        await auth.sessions.revokeAll(subject, { reason: 'logout' });
        return;
      }
      await ask(() => store.blacklist(tombstone({ subject, sid }), Date.now()));
      const sessions = await auth.sessions.list(subject);
      const ending = sessions.filter(({ data }) => data?.['op_sid'] === sid);
      await Promise.all(ending.map((session) => auth.sessions.revoke(session, 'logout')));
    },
  } satisfies SignIns);
}

/** What an auth makes of its store's failures. @throws StoreUnavailableError */
export async function ask<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    throw new StoreUnavailableError({ cause });
  }
}

/** The sign-in that a session hangs on, by the claims of its access token. */
export function signInOf(subject: string, claims: JsonObject): SignIn {
  return { subject, sid: String(claims['op_sid']) };
}
