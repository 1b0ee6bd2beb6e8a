/**
 * The store port: what a store implements and what core asks of it. All policy lives in core; a store keeps records and
 * makes the few steps atomic that have to be.
 *
 * Every time in this file is in milliseconds since the epoch and comes with the call. A store never reads its own clock or
 * its database's; a database's own expiry is garbage collection only, at least {@link COLLECT_AFTER_MS} after the end.
 *
 * @module
 */
import type { JsonObject } from './json.ts';

/** How long, at the least, a record stays after its end before a database may collect it by its own expiry, in ms. */
export const COLLECT_AFTER_MS = 3_600_000;

/** Names one session. The subject comes along so that a store can keep all of a subject's records together. */
export interface SessionRef {
  readonly id: string;
  readonly subject: string;
}

/** Names one token by its `jti`. */
export interface TokenRef {
  readonly id: string;
  readonly subject: string;
  /** When the token is dead whatever the store says, leeway included; ms. */
  readonly expiresAt: number;
}

/** Why a session ended. */
export type RevokeReason =
  | 'logout'
  | 'reuse'
  | 'expired'
  | 'no_active_account'
  | 'password_changed'
  | 'evicted'
  | 'replaced'
  | 'revoked';

/** What is known of the client that holds a session; shown in session lists and events, never judged by a store. */
export interface SessionClient {
  readonly userAgent?: string;
  readonly ip?: string;
  readonly label?: string;
}

/** One login on one device. The store keeps this record and nothing else of the session: never a token. */
export interface Session extends SessionRef {
  readonly createdAt: number;
  /** When the user proved who they are; never moved by a refresh. */
  readonly authTime: number;
  /** Absolute end; nothing ever extends it. */
  readonly endsAt: number;
  /** Generation of the current refresh token; the first is 0, each rotation adds one, it never goes back. */
  readonly generation: number;
  /** When the current refresh token was issued. */
  readonly rotatedAt: number;
  /** Id of the request that issued the current refresh token. */
  readonly rotatedBy: string;
  /** Expiry of the current refresh token. */
  readonly expiresAt: number;
  /** The subject's epoch at login; it changes with the password. */
  readonly epoch?: string;
  /** Scope granted at login, space-separated. */
  readonly scope?: string;
  /** The app's own claims at login. */
  readonly data?: JsonObject;
  readonly client?: SessionClient;
  readonly lastUsedAt: number;
  readonly revokedAt?: number;
  readonly revokedFor?: RevokeReason;
}

/** What a rotation writes. `lastUsedAt` of the record becomes `rotatedAt`. */
export interface Advance {
  /** The new generation; greater than the one advanced from. */
  readonly generation: number;
  readonly rotatedAt: number;
  readonly rotatedBy: string;
  readonly expiresAt: number;
  /** Replaces the record's epoch when present. */
  readonly epoch?: string;
  /** Each member given replaces that of the record's client; the others stay (a label outlives a change of address). */
  readonly client?: SessionClient;
}

/** The limit on live sessions of one subject that {@link TokenStore.create} keeps. */
export interface CreateRule {
  readonly now: number;
  /** Most live sessions of the subject, the new one included. Unlimited when absent. */
  readonly limit?: number;
  /** What happens to a login beyond the limit. @default 'evict-oldest' */
  readonly onLimit?: 'evict-oldest' | 'refuse';
}

/** What a revocation leaves on the record. */
export interface RevokeMark {
  readonly at: number;
  readonly reason: RevokeReason;
}

/** All sessions of a subject, but for the one named by `except`. */
export interface SubjectTarget {
  readonly subject: string;
  readonly except?: string;
}

/** What a guard asks about: a session, a token's id, or both. */
export interface LiveIds {
  readonly session?: SessionRef;
  readonly token?: TokenRef;
}

/** One entry of the revocation feed: a session or a token id that is refused from `at` until `until`. */
export interface Revocation {
  readonly session?: string;
  readonly token?: string;
  readonly at: number;
  readonly until: number;
  readonly reason: RevokeReason;
}

/** A running subscription to the revocation feed. */
export interface Watch {
  /** Stops the subscription; resolves when nothing more will be delivered. */
  close(): Promise<void>;
}

/**
 * Where sessions and the blacklist live.
 *
 * **Failure.** A store that cannot answer rejects, with any error; it never answers "not found", `false` or `0` instead.
 * Core turns a rejection into 503 `store_unavailable` and treats the outcome as unknown: the step may or may not have
 * been taken.
 *
 * **Consistency.** Every method is linearizable with respect to the others on one session; `list` and `prune` may lag.
 *
 * **Identity.** A record is found by its id and its subject together: a reference that names another subject finds nothing.
 *
 * **Returned records** are copies: changing one changes nothing in the store.
 */
export interface TokenStore {
  /** For messages and events, such as `'sqlite'`. */
  readonly name: string;
  /** Whether what was acknowledged survives the end of the process. */
  readonly durable: boolean;

  /**
   * Inserts a session, atomically with the limit.
   *
   * Insert only: a record with this id that exists, live, revoked or ended, is never changed or revived; the call then
   * rejects. With `rule.limit`, parallel calls together never leave more live sessions (live as in `list`) of the subject than
   * the limit:
   * `'evict-oldest'` revokes the sessions of earliest `createdAt` with reason `'evicted'` at `rule.now`; `'refuse'` inserts
   * nothing and rejects with {@link SessionLimitError}.
   */
  create(session: Session, rule: CreateRule): Promise<void>;

  /**
   * The record as it stands, strongly consistent: a write acknowledged before the call is seen. Revoked and ended
   * records are returned too, until pruned; `undefined` only where there is none.
   */
  find(ref: SessionRef, now: number): Promise<Session | undefined>;

  /**
   * Moves a session from generation `from` to `next.generation`, atomically: only where the record exists, its generation is
   * `from`, it is not revoked and `next.rotatedAt` lies before its `endsAt`. Returns the record as it then stands, or
   * `undefined` when a condition did not hold (nothing changed then). Of any number of concurrent calls with the same
   * `from`, one at most gets a record.
   */
  advance(ref: SessionRef, from: number, next: Advance): Promise<Session | undefined>;

  /**
   * Ends one session, or all of a subject's but one; returns how many were ended by this call.
   *
   * Idempotent: a session that is revoked already keeps its first mark and is not counted; an unknown one counts 0. The
   * tombstone stays until the longest token that names it is dead. Once the call has resolved, no `advance` that starts
   * later succeeds on a session that existed when the call began.
   */
  revoke(target: SessionRef | SubjectTarget, mark: RevokeMark): Promise<number>;

  /**
   * Puts a token's id on the blacklist until its `expiresAt`, atomically: `true` for the first caller only, `false` for
   * every later one (so it serves single use as well). An id added is refused at least until `expiresAt`.
   */
  blacklist(token: TokenRef, now: number): Promise<boolean>;

  /**
   * A guard's check in one round trip: whether the session (where given) exists, is not revoked and `now` lies before its
   * `endsAt`, and the token's id (where given) is not blacklisted. A lost record reads as dead, never as alive.
   */
  isLive(ids: LiveIds, now: number): Promise<boolean>;

  /** The subject's live sessions (not revoked, `now` before `endsAt` and `expiresAt`), newest `createdAt` first. */
  list(subject: string, now: number): Promise<Session[]>;

  /**
   * Removes at most `limit` records (default 1,000) that no token can name any more: sessions whose `endsAt`, and blacklist
   * entries whose `expiresAt`, lies {@link COLLECT_AFTER_MS} or more before `now`. Returns how many went; a backend that
   * expires records by itself may return 0. A pruned record
   * never revives a token: its session then reads as unknown.
   */
  prune(now: number, limit?: number): Promise<number>;

  /**
   * Subscribes to revocations by any process on this store. Optional; where absent, revocation by feed is refused when the
   * auth is made.
   */
  watch?(listener: (revoked: Revocation[]) => void): Promise<Watch>;
}

/** Thrown by {@link TokenStore.create} under `onLimit: 'refuse'`; core answers it, it is no failure of the store. */
export class SessionLimitError extends Error {
  readonly code = 'session_limit';
  constructor() {
    super('The subject has as many live sessions as the limit allows.');
    this.name = 'SessionLimitError';
  }
}
