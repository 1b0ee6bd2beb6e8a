import { createMemoryFeed } from './store/memory-feed.ts';
import { type MemoryStoreOptions, resolveMemoryStoreOptions } from './store/memory-options.ts';
import { createRecords } from './store/records.ts';
import {
  type Advance,
  type CreateRule,
  type Revocation,
  type RevokeMark,
  type Session,
  SessionLimitError,
  type SessionRef,
  type StoreWarning,
  type SubjectTarget,
  type TokenRef,
  type TokenStore,
} from './store.ts';

export type { MemoryStoreOptions } from './store/memory-options.ts';

const PRUNED_AT_ONCE = 1_000;

const NOT_DURABLE: StoreWarning = {
  code: 'not_durable',
  detail:
    'Sessions are kept in this process’s memory and end with it; for anything but tests and development use a store with a database.',
};

/** A session's record, and until when the feed names it where that is not its end. */
interface HeldSession {
  readonly session: Session;
  readonly endedUntil?: number;
}

/**
 * Makes a store that keeps everything in this process's memory: for tests, development and the first minutes of a project.
 *
 * It is bounded. When it is full it first drops what has been dead for an hour, then rejects new sessions and new blacklist
 * entries; it never gives up a live session or a tombstone to make room. Every step is one synchronous block, so all
 * methods are atomic. It prunes nothing by itself: have the app call `auth.prune()` now and then. Its revocation feed calls the listeners
 * before the step is acknowledged; a timer runs only while somebody listens, and keeps no process alive.
 *
 * > [!WARNING]
 * > The end of the process ends every session, and two processes share nothing: a logout on one is unknown to the other.
 *
 * @throws `TypeError` with code `ERR_INVALID_ARG_TYPE` or `ERR_INVALID_ARG_VALUE` for a wrong or unknown option.
 * @example
 * import { memoryStore } from '@tokenpair/core/memory';
 *
 * const store = memoryStore({ maxSessions: 10_000 });
 */
export function memoryStore(options: MemoryStoreOptions = {}): TokenStore {
  const { maxSessions, maxBlacklisted } = resolveMemoryStoreOptions(options);
  const unrevoked = new Map<string, Set<string>>(); // session ids by subject, in the order of their making
  const sessions = createRecords<HeldSession>({
    max: maxSessions,
    what: 'sessions',
    endOf: ({ session }) => session.endsAt,
    onCollected: ({ session }) => forget(session),
  });
  const blacklisted = createRecords<Revocation>({
    max: maxBlacklisted,
    what: 'blacklisted tokens',
    endOf: ({ until }) => until,
  });
  const feed = createMemoryFeed(() => [
    ...Array.from(sessions.all()).flatMap(entriesOf),
    ...blacklisted.all(),
  ]);

  function forget({ id, subject }: SessionRef): void {
    const ids = unrevoked.get(subject);
    ids?.delete(id);
    if (ids?.size === 0) unrevoked.delete(subject);
  }

  function remember({ id, subject }: SessionRef): void {
    const ids = unrevoked.get(subject);
    if (ids) ids.add(id);
    else unrevoked.set(subject, new Set([id]));
  }

  function own({ id, subject }: SessionRef): Session | undefined {
    const session = sessions.get(id)?.session;
    return session?.subject === subject ? session : undefined;
  }

  function unrevokedOf(subject: string): Session[] {
    return Array.from(unrevoked.get(subject) ?? [], (id) => sessions.get(id)?.session).filter(
      (session) => session !== undefined,
    );
  }

  function aimedAt(target: SessionRef | SubjectTarget): Session[] {
    if (!('id' in target)) return unrevokedOf(target.subject).filter(({ id }) => id !== target.except);
    const session = own(target);
    return session ? [session] : [];
  }

  function liveOf(subject: string, now: number): Session[] {
    return unrevokedOf(subject)
      .filter((session) => now < session.endsAt && now < session.expiresAt)
      .reverse()
      .sort((a, b) => b.createdAt - a.createdAt);
  }

  function end(session: Session, { at, reason, until }: RevokeMark): Revocation[] {
    const held: HeldSession = {
      session: { ...session, revokedAt: at, revokedFor: reason },
      ...(until !== undefined && { endedUntil: until }),
    };
    sessions.set(session.id, held);
    forget(session);
    return entriesOf(held);
  }

  function beyondLimit(subject: string, { now, limit, onLimit = 'evict-oldest' }: CreateRule): Session[] {
    if (limit === undefined) return [];
    const beyond = liveOf(subject, now).slice(Math.max(0, limit - 1));
    if (beyond.length > 0 && onLimit === 'refuse') throw new SessionLimitError();
    return beyond;
  }

  return {
    name: 'memory',
    durable: false,

    async create(session, rule) {
      if (sessions.get(session.id)) throw sessionExists();
      sessions.makeRoom(rule.now);
      const mark: RevokeMark = {
        at: rule.now,
        reason: 'evicted',
        ...(rule.until !== undefined && { until: rule.until }),
      };
      const ended = beyondLimit(session.subject, rule).flatMap((one) => end(one, mark));
      sessions.set(session.id, { session: copyOf(session) });
      if (session.revokedAt === undefined) remember(session);
      feed.tell(ended);
    },

    async find(ref) {
      const session = own(ref);
      return session && copyOf(session);
    },

    async advance(ref, from, next) {
      const session = own(ref);
      if (session?.generation !== from || session.revokedAt !== undefined) return undefined;
      if (next.rotatedAt >= session.endsAt) return undefined;
      const advanced = copyOf({ ...session, ...movedBy(session, next) });
      sessions.set(session.id, { session: advanced });
      return copyOf(advanced);
    },

    async revoke(target, mark) {
      const ending = aimedAt(target).filter((session) => session.revokedAt === undefined);
      feed.tell(ending.flatMap((session) => end(session, mark)));
      return ending.length;
    },

    async blacklist(token, now) {
      const key = keyOf(token);
      if (blacklisted.get(key) !== undefined) return false;
      blacklisted.makeRoom(now);
      const entry: Revocation = { token: token.id, at: now, until: token.expiresAt, reason: 'revoked' };
      blacklisted.set(key, entry);
      feed.tell([entry]);
      return true;
    },

    async isLive({ session: ref, token }, now) {
      if (token && blacklisted.get(keyOf(token)) !== undefined) return false;
      if (!ref) return true;
      const session = own(ref);
      return session !== undefined && session.revokedAt === undefined && now < session.endsAt;
    },

    async list(subject, now) {
      return liveOf(subject, now).map(copyOf);
    },

    async prune(now, limit = PRUNED_AT_ONCE) {
      const gone = sessions.collect(now, limit);
      return gone + blacklisted.collect(now, limit - gone);
    },

    watch: async (listener) => feed.watch(listener),

    check: async () => [NOT_DURABLE],
  };
}

function entriesOf({ session, endedUntil: until = session.endsAt }: HeldSession): Revocation[] {
  const { id, revokedAt: at, revokedFor: reason = 'revoked' } = session;
  return at === undefined ? [] : [{ session: id, at, until, reason }];
}

function movedBy(
  session: Session,
  { generation, rotatedAt, rotatedBy, expiresAt, epoch, client }: Advance,
): Partial<Session> {
  const moved = { generation, rotatedAt, rotatedBy, expiresAt, lastUsedAt: rotatedAt };
  const known = client && { client: { ...session.client, ...client } };
  return { ...moved, ...(epoch !== undefined && { epoch }), ...known };
}

function copyOf(session: Session): Session {
  const { client, data } = session;
  return {
    ...session,
    ...(client && { client: { ...client } }),
    ...(data && { data: structuredClone(data) }),
  };
}

// The length keeps ('a', 'bc') and ('ab', 'c') apart, whatever characters either holds.
function keyOf({ subject, id }: TokenRef): string {
  return `${subject.length}:${subject}${id}`;
}

function sessionExists(): Error {
  return Object.assign(new Error('A session with this id exists already.'), { code: 'session_exists' });
}
