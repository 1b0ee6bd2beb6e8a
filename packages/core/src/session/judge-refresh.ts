/**
 * The refresh table: what a refresh token of generation g means for a session of generation h. One pure function; stores
 * know nothing of it.
 *
 * @module
 */
import type { RevokeReason, Session } from '../store.ts';

/** What the table judges. Times in ms. */
export interface RefreshCase {
  /** g: the generation of the token presented. */
  readonly generation: number;
  /** The session's record as it stands; `undefined` when there is none. */
  readonly session: Session | undefined;
  /** The subject, as `resolve` has it. */
  readonly subject: { readonly active: boolean; readonly epoch?: string | undefined };
  /** Id of this request; a record rotated by it is its own success. */
  readonly requestId: string;
  readonly userAgent: string | undefined;
  readonly now: number;
  /** When this request came. */
  readonly arrivedAt: number;
  /** From when on grace counts, where the store was away since the record's rotation. */
  readonly graceFrom?: number | undefined;
  readonly policy: RefreshPolicy;
}

export interface RefreshPolicy {
  readonly grace: number;
  readonly leeway: number;
  readonly graceFor: 'any-client' | 'same-client';
  readonly rotate: boolean;
}

/** What a refresh is to do; the row of the table in brackets. */
export type RefreshVerdict =
  /** [1] The session is unknown. */
  | { readonly kind: 'unknown' }
  /** [2] The session has ended before, and why. */
  | { readonly kind: 'revoked'; readonly reason: RevokeReason }
  /** [3] to [5], [9] The session ends now. */
  | { readonly kind: 'end'; readonly reason: 'expired' | 'no_active_account' | 'password_changed' | 'reuse' }
  /** [6] Rotate from h. */
  | { readonly kind: 'rotate' }
  /** [6] This request has rotated already. */
  | { readonly kind: 'rotated' }
  /** [6] Without rotation: the generation stays. */
  | { readonly kind: 'keep' }
  /** [7] The same successor again; `afterOutage` where only the store's outage makes up for the time that has passed. */
  | { readonly kind: 'replay'; readonly afterOutage: boolean }
  /**
   * [9] The session has been rotated since this request came: it is an old one that was held up, whose client has gone on by another. Its token
   * was good when it came, so it is no sign of theft.
   */
  | { readonly kind: 'outrun' }
  /** [8] The store lost writes: go forward past g. */
  | { readonly kind: 'recover' };

/** First match wins. */
export function judgeRefresh(given: RefreshCase): RefreshVerdict {
  const { session, subject, generation, now } = given;
  if (session === undefined) return { kind: 'unknown' };
  if (session.revokedAt !== undefined) return { kind: 'revoked', reason: session.revokedFor ?? 'revoked' };
  if (now >= session.endsAt) return { kind: 'end', reason: 'expired' };
  if (!subject.active) return { kind: 'end', reason: 'no_active_account' };
  if (subject.epoch !== undefined && subject.epoch !== session.epoch)
    return { kind: 'end', reason: 'password_changed' };
  if (session.rotatedBy === given.requestId) return { kind: 'rotated' };
  if (generation === session.generation) return { kind: given.policy.rotate ? 'rotate' : 'keep' };
  if (isPredecessor(given, session)) {
    if (isInGrace(given, session.rotatedAt)) return { kind: 'replay', afterOutage: false };
    if (isInGrace(given, given.graceFrom)) return { kind: 'replay', afterOutage: true };
  }
  if (generation > session.generation) return { kind: 'recover' };
  return session.rotatedAt > given.arrivedAt ? { kind: 'outrun' } : { kind: 'end', reason: 'reuse' };
}

/** Only the immediate one is answered again; at grace 0 none is. */
function isPredecessor({ generation, userAgent, policy }: RefreshCase, session: Session): boolean {
  if (policy.grace === 0 || generation !== session.generation - 1) return false;
  return policy.graceFor === 'any-client' || userAgent === session.client?.userAgent;
}

/** Counted from the rotation itself, or later by the time of an outage, so that a window never restarts. A clock that went back reads as no time elapsed. */
function isInGrace({ now, policy }: RefreshCase, since: number | undefined): boolean {
  return since !== undefined && Math.max(0, now - since) <= policy.grace + policy.leeway;
}
