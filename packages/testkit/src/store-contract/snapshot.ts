import type { Session, SessionRef, TokenRef, TokenStore } from '@tokenpair/core/store';

/** A store as it stood at one moment: what is about to be written is read and kept first. */
export interface Snapshot extends Pick<TokenStore, 'find' | 'isLive' | 'list'> {
  keepSession(ref: SessionRef, now: number): Promise<void>;
  keepSubject(subject: string, now: number): Promise<void>;
  keepToken(token: TokenRef, now: number): Promise<void>;
}

/** Makes a snapshot of this moment. */
export function createSnapshot(inner: TokenStore): Snapshot {
  const sessions = new Map<string, Session | undefined>();
  const subjects = new Map<string, readonly Session[]>();
  const tokens = new Map<string, boolean>(); // whether they were live

  function keep(session: Session): void {
    if (!sessions.has(keyOf(session))) sessions.set(keyOf(session), session);
  }

  const snapshot: Snapshot = {
    async keepSession(ref, now) {
      await snapshot.keepSubject(ref.subject, now); // a login can end the subject's other sessions
      if (!sessions.has(keyOf(ref))) sessions.set(keyOf(ref), await inner.find(ref, now));
    },
    async keepSubject(subject, now) {
      if (subjects.has(subject)) return;
      const listed = await inner.list(subject, now);
      subjects.set(subject, listed);
      for (const session of listed) keep(session);
    },
    async keepToken(token, now) {
      if (!tokens.has(keyOf(token))) tokens.set(keyOf(token), await inner.isLive({ token }, now));
    },

    async find(ref, now) {
      return sessions.has(keyOf(ref)) ? structuredClone(sessions.get(keyOf(ref))) : inner.find(ref, now);
    },
    async isLive({ session, token }, now) {
      if (token && !(tokens.get(keyOf(token)) ?? (await inner.isLive({ token }, now)))) return false;
      if (!session) return true;
      if (!sessions.has(keyOf(session))) return inner.isLive({ session }, now);
      const found = sessions.get(keyOf(session));
      return found !== undefined && found.revokedAt === undefined && now < found.endsAt;
    },
    async list(subject, now) {
      const listed = subjects.get(subject);
      if (!listed) return inner.list(subject, now);
      return structuredClone(listed.filter(({ endsAt, expiresAt }) => now < endsAt && now < expiresAt));
    },
  };
  return snapshot;
}

function keyOf({ subject, id }: SessionRef): string {
  return JSON.stringify([subject, id]);
}
