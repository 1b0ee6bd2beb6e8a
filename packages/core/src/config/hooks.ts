/**
 * What core asks of the app: who somebody is, and what holds for a subject now. A hook that throws, or is silent for longer than
 * `hookTimeoutMs`, is a failing backend: 503 `backend_unavailable`, never an acceptance. Those that are only told of something (`onLogin`,
 * `onLoginFailed`) decide nothing, not even by failing.
 *
 * @module
 */
import type { AuthErrorCode } from '../errors/error-rows.ts';
import type { Authentication } from '../guard/authentication.ts';
import type { JsonObject } from '../json.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import type { SessionClient } from '../store.ts';

/** Who logged in. */
export interface LoginResult {
  /** The user's id, as text; `sub` of the tokens. 1 to 255 characters. */
  readonly subject: string;
  /**
   * The subject's epoch, read together with the password hash, before the password was checked. It changes with the password, so that a
   * login that races a password change is refused. Needed where `resolve` gives one: a login without it is then 503.
   */
  readonly epoch?: string | undefined;
  /** Scope granted, space-separated. @default what `resolve` says */
  readonly scope?: string | undefined;
  /** The app's own claims of the access token. @default what `resolve` says */
  readonly claims?: JsonObject | undefined;
  /** What the user calls this device, 1 to 255 characters: shown in the list of sessions (`client.label` of the record). */
  readonly label?: string | undefined;
}

/**
 * Checks the credentials of a login. `undefined` or `null` for an unknown user, a wrong password and a disabled account
 * alike; the answer does not tell which. Take the same time for all three.
 */
export type LoginHook = (
  credentials: Readonly<Record<string, string>>,
  client: SessionClient,
) => MaybePromise<LoginResult | undefined | null>;

/** A session that was opened. */
export interface LoginNotice {
  readonly subject: string;
  /** The session's id. */
  readonly session: string;
  readonly client: SessionClient;
  /** ms since the epoch. */
  readonly at: number;
}

/**
 * Told of every session that opens, once it is in the store and before its tokens leave: for a column that keeps the last login. It is
 * bookkeeping, which must lock nobody out: when it throws, or is silent for longer than `hookTimeoutMs`, that is an event
 * (`backend.failed`) and the login goes on. To refuse a login, use `login` or `resolve`.
 */
export type LoginListener = (login: LoginNotice) => MaybePromise<void>;

/** A login that was refused. */
export interface FailedLogin {
  /**
   * The fields of `loginFields`. The first, which says who it is about, as it came; every other exactly 20 asterisks, whatever was in it. A login by one
   * field alone has nothing but a secret, so that is asterisks too.
   */
  readonly credentials: Readonly<Record<string, string>>;
  readonly client: SessionClient;
  /** `invalid_credentials`; or the code of the `AuthError` that the `login` hook threw, such as `rate_limited`. */
  readonly code: AuthErrorCode;
  /** ms since the epoch. */
  readonly at: number;
}

/**
 * Told of every login that is refused for its credentials or by the `login` hook's own `AuthError`, before it is answered; never of
 * one that a failing backend ends. When it throws, or is silent for longer than `hookTimeoutMs`, that is an event (`backend.failed`) and the answer
 * stays what it was. An unknown user and a wrong password are told alike; so take the same time for both, or a client can tell them apart.
 *
 * > [!WARNING]
 * > People type passwords into the wrong field: what is kept of the first one may be a secret.
 */
export type FailedLoginListener = (attempt: FailedLogin) => MaybePromise<void>;

/** What holds for a subject now. */
export interface SubjectState {
  /** False when the subject is gone or disabled: its sessions end. */
  readonly active: boolean;
  /**
   * Changes whenever the password does; sessions of another epoch end. So do sessions opened before there were epochs: give them from the
   * first login on.
   */
  readonly epoch?: string | undefined;
  /** Scope of the new access token, space-separated; cut to the scope granted at login. @default the scope at login */
  readonly scope?: string | undefined;
  /** Takes `scope` as it is, even where it is wider than at login. @default false */
  readonly widenScope?: boolean | undefined;
  /** The app's own claims of the new access token. @default the claims at login */
  readonly claims?: JsonObject | undefined;
}

/** Says what holds for a subject; asked at login and at every refresh. */
export type ResolveHook = (subject: string) => MaybePromise<SubjectState>;

/**
 * Whether a request to `/introspect` or `/revoke`, and with `wire: 'oauth2'` to `/token`, comes from a client of the app's, by its raw header lines.
 * There it is asked about credentials of clients alone, and sees HTTP Basic also where they came in the form. `basicClients` makes one from ids and
 * secrets.
 */
export type ClientHook = (rawHeaders: readonly string[]) => MaybePromise<boolean>;

/**
 * The app's own user for who a good access token speaks for; asked once by every guard that a request with a token meets, and put on `auth.user`.
 * `undefined` or `null`, and a user whose `active` is false, is 401 `no_active_account`. `active`, where the user has it, is true or false; `roles` and
 * `permissions`, where it has them, are what guards go by.
 */
export type LoadUserHook<User = unknown, Claims extends object = JsonObject> = (
  auth: Authentication<Claims>,
) => MaybePromise<User | undefined | null>;
