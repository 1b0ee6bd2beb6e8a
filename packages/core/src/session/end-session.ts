import type { RevokeReason, SessionRef, SubjectTarget } from '../store.ts';
import type { AuthContext } from './auth-context.ts';
import { revokeMark } from './revoke-mark.ts';

/** Ends a session, or all of a subject's but one; returns how many ended. */
export async function endSessions(
  { events, options, store }: AuthContext,
  target: SessionRef | SubjectTarget,
  reason: RevokeReason,
): Promise<number> {
  const count = await store.revoke(target, revokeMark(options, reason));
  const session = 'id' in target ? { session: target.id } : {};
  if (count > 0) events.emit('session.revoked', { subject: target.subject, ...session, reason, count });
  return count;
}
