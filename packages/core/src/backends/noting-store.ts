import type { RevokeMark, SessionRef, SubjectTarget } from '../store.ts';
import type { GuardedStore } from './guarded-store.ts';
import type { RevocationFeed } from './revocation-feed.ts';

/**
 * A store whose revocations are known to this process's own feed as soon as they are made. Only what the store has ended is noted: an
 * id from a request may be anybody's.
 */
export function notingStore(store: GuardedStore, feed: RevocationFeed): GuardedStore {
  async function idsOf(target: SessionRef | SubjectTarget, at: number): Promise<readonly string[]> {
    if ('id' in target) return [target.id];
    const sessions = await store.list(target.subject, at);
    return sessions.map(({ id }) => id).filter((id) => id !== target.except);
  }

  async function revoke(target: SessionRef | SubjectTarget, mark: RevokeMark): Promise<number> {
    const ids = await idsOf(target, mark.at);
    const count = await store.revoke(target, mark);
    const { until = Number.POSITIVE_INFINITY } = mark;
    if (count > 0) for (const session of ids) feed.note({ ...mark, session, until });
    return count;
  }

  return Object.freeze({
    ...store,
    revoke,
    async blacklist(token, now) {
      const isFirst = await store.blacklist(token, now);
      feed.note({ token: token.id, at: now, until: token.expiresAt, reason: 'revoked' });
      return isFirst;
    },
  } satisfies GuardedStore);
}
