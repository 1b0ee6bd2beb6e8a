/**
 * What core asks of the app: who somebody is, and what holds for a subject now. A hook that throws, or is silent for longer than
 * `hookTimeoutMs`, is a failing backend: 503 `backend_unavailable`, never an acceptance.
 *
 * @module
 */
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
}

/**
 * Checks the credentials of a login. `undefined` or `null` for an unknown user, a wrong password and a disabled account
 * alike; the answer does not tell which. Take the same time for all three.
 */
export type LoginHook = (
  credentials: Readonly<Record<string, string>>,
  client: SessionClient,
) => MaybePromise<LoginResult | undefined | null>;

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
 * Whether a request to `/introspect` or `/revoke` comes from a client of the app's, by its raw header lines. `basicClients` makes one from
 * ids and secrets.
 */
export type ClientHook = (rawHeaders: readonly string[]) => MaybePromise<boolean>;
