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
  /** The app's own claims at login; beside them, as `client_id`, the OAuth 2 client that the session was opened for. */
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
  /** As {@link RevokeMark.until}, for the sessions that are evicted. */
  readonly until?: number;
}

/** What a revocation leaves on the record. */
export interface RevokeMark {
  readonly at: number;
  readonly reason: RevokeReason;
  /**
   * Until when a token that names what this call ends can be presented; ms. The feed has to name it so long, and so long has a store
   * without records to remember it. It changes nothing on a session's record.
   *
   * @default the session's `endsAt`
   */
  readonly until?: number;
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

/** One entry of the revocation feed: a session or a token id that is refused from `at` until `until`. For a token, `at` is the `now` of `blacklist` and `reason` is `'revoked'`. */
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
 * Gets what was revoked; with an empty list it is a heartbeat. A call says more than its entries: **everything revoked and
 * acknowledged before `asOf` has been delivered**, by this call or an earlier one. `asOf` is a time of this process's
 * `performance.now()`, in ms: when the store sent the question whose answer this is, not when the answer came or was handed on. A store that
 * only passes on what it was told, without proof that it is all, gives the `asOf` of its last proof; one that has none does not call.
 *
 * A listener does not throw; what it throws is ignored.
 */
export type RevocationListener = (revoked: readonly Revocation[], asOf: number) => void;

/** How often a {@link RevocationListener} is called with new proof at the least while the feed is well, in ms. */
export const HEARTBEAT_MS = 1_000;

/**
 * What a store can do beyond the least: `'records'`, it keeps a record of each session (`create`, `find`, `advance`); `'subjects'`, it finds all
 * sessions of a subject (`list`, `revoke` by subject, the limit of `create`).
 */
export type StoreCapability = 'records' | 'subjects';

/** Something that a store cannot promise as its backend is set up. */
export interface StoreWarning {
  /**
   * - `not_durable`: what was acknowledged can be lost when the process or its machine ends.
   * - `eviction`: the backend may drop live records for want of memory.
   * - `replication`: what was acknowledged can be lost when a replica takes over.
   */
  readonly code: 'not_durable' | 'eviction' | 'replication';
  /** What is set how, and what to set instead; one sentence for an operator. No secret, no address. */
  readonly detail: string;
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
   * What it can do, where that is not everything. Without `'records'` it needs only `revoke` of one session, `blacklist`,
   * `isLive` and `prune`, and a session unknown to it counts as alive; the other methods reject. `createAuth` refuses what cannot be done with it.
   *
   * @default everything
   */
  readonly capabilities?: readonly StoreCapability[];

  /**
   * Inserts a session, atomically with the limit.
   *
   * Insert only: a record with this id that exists, live, revoked or ended, is never changed or revived; the call then
   * rejects. With `rule.limit`, parallel calls together never leave more live sessions (live as in `list`) of the subject than
   * the limit:
   * `'evict-oldest'` revokes the sessions of earliest `createdAt` with reason `'evicted'` at `rule.now`, and the feed names them; `'refuse'` inserts
   * nothing and rejects with {@link SessionLimitError}. The session being made is never the one evicted, whatever its `createdAt`.
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
   * Idempotent: a session that is revoked already keeps its first mark and is not counted; an unknown one counts 0. By subject, a session past its `endsAt` may be
   * passed over. The
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
   * entries whose `expiresAt`, lies {@link COLLECT_AFTER_MS} or more before `now`. Returns how many went, entries of the feed not counted; a backend that
   * expires records by itself may return 0. A pruned record
   * never revives a token: its session then reads as unknown.
   */
  prune(now: number, limit?: number): Promise<number>;

  /**
   * Subscribes to revocations by any process on this store: what `revoke`, `blacklist` and an eviction end. Optional; where
   * absent, revocation by feed is refused when the auth is made.
   *
   * Entries in force (revoked before, and `until` still to come) are delivered first. Each entry names a session or a token id, and is there
   * from the moment its step is taken: atomically, so that a process killed between the two loses neither. An entry may be delivered again, and in
   * any order. A store has no `now` here: it delivers all that it keeps, and core drops what is over. The listener's first call holds all in force; then it is
   * called at every revocation and each {@link HEARTBEAT_MS} at the latest. While the connection is down it is not called; after a reconnect
   * the store first re-reads what it may have missed, with an overlap longer than any transaction.
   *
   * Rejects when the subscription cannot be made now; core asks the store meanwhile and tries again. The feed keeps no process alive by itself.
   */
  watch?(listener: RevocationListener): Promise<Watch>;

  /**
   * What the backend cannot promise as it is set up, asked once at start-up; empty when all is well. Rejects when it cannot be
   * found out. A setting that the backend does not let the store read is a warning, not a silence.
   */
  check?(): Promise<readonly StoreWarning[]>;
}

/** Thrown by {@link TokenStore.create} under `onLimit: 'refuse'`; core answers it, it is no failure of the store. */
export class SessionLimitError extends Error {
  readonly code = 'session_limit';
  constructor() {
    super('The subject has as many live sessions as the limit allows.');
    this.name = 'SessionLimitError';
  }
}
