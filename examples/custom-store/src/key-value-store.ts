import { COLLECT_AFTER_MS, type Session, SessionLimitError, type TokenStore } from '@tokenpair/core/store';
import type { KeyValue } from './key-value.ts';

/** All that is kept of one subject, under one key: what the port wants atomic is one compare-and-swap. */
interface Held {
  readonly sessions: readonly Session[];
  readonly tokens: Readonly<Record<string, number>>; // blacklisted ids and when they expire
}

/** What a call makes of that, and its answer; without `next` nothing is written. */
type Step<T> = (held: Held) => { readonly next?: Partial<Held>; readonly answer: T };

const isOpen = (session: Session): boolean => session.revokedAt === undefined;
const isLive = (session: Session, now: number): boolean =>
  isOpen(session) && now < session.endsAt && now < session.expiresAt;
const byAge = (one: Session, other: Session): number => other.createdAt - one.createdAt;

/** A store over a key-value service with compare-and-swap. It has everything but a revocation feed. */
export function keyValueStore(service: KeyValue): TokenStore {
  async function read(subject: string): Promise<Held & { version: number }> {
    const found = await service.get(keyOf(subject));
    if (!found) return { sessions: [], tokens: {}, version: 0 };
    return { ...(JSON.parse(found.value) as Held), version: found.version };
  }

  /** Changes what is held of a subject, again from the start whenever another process was faster. */
  async function swap<T>(subject: string, step: Step<T>): Promise<T> {
    for (;;) {
      const { version, ...held } = await read(subject);
      const { next, answer } = step(held);
      if (!next) return answer;
      const changed = { ...held, ...next };
      if (await service.put(keyOf(subject), JSON.stringify(changed), version, endOf(changed))) return answer;
    }
  }

  /** Within this process one change of a subject waits for the other, instead of trying against it. */
  const turns = new Map<string, Promise<unknown>>();
  function change<T>(subject: string, step: Step<T>): Promise<T> {
    const turn = (turns.get(subject) ?? Promise.resolve()).then(() => swap(subject, step));
    const settled: Promise<void> = Promise.allSettled([turn]).then(() => {
      if (turns.get(subject) === settled) turns.delete(subject);
    });
    turns.set(subject, settled);
    return turn;
  }

  return {
    name: 'key-value',
    durable: true, // the service keeps what it acknowledged when this process ends

    create: (session, { now, limit = Number.POSITIVE_INFINITY, onLimit }) =>
      change(session.subject, (held) => {
        if (held.sessions.some(({ id }) => id === session.id)) throw new Error('The session exists already.');
        const beyond = held.sessions
          .filter((one) => isLive(one, now))
          .sort(byAge)
          .slice(Math.max(0, limit - 1));
        if (beyond.length > 0 && onLimit === 'refuse') throw new SessionLimitError();
        const kept = held.sessions
          .filter(({ endsAt }) => endsAt + COLLECT_AFTER_MS > now)
          .map((one) =>
            beyond.includes(one) ? { ...one, revokedAt: now, revokedFor: 'evicted' as const } : one,
          );
        return { next: { sessions: [...kept, session] }, answer: undefined };
      }),

    async find({ subject, id }) {
      return (await read(subject)).sessions.find((session) => session.id === id);
    },

    advance: ({ subject, id }, from, next) =>
      change(subject, ({ sessions }) => {
        const session = sessions.find((one) => one.id === id);
        if (session?.generation !== from || !isOpen(session) || next.rotatedAt >= session.endsAt)
          return { answer: undefined };
        const client = next.client && { client: { ...session.client, ...next.client } };
        const moved: Session = { ...session, ...next, ...client, lastUsedAt: next.rotatedAt };
        return { next: { sessions: sessions.map((one) => (one === session ? moved : one)) }, answer: moved };
      }),

    revoke: (target, { at, reason }) =>
      change(target.subject, ({ sessions }) => {
        const isMeant = ({ id }: Session): boolean =>
          'id' in target ? id === target.id : id !== target.except;
        const ended = sessions.filter((session) => isOpen(session) && isMeant(session));
        if (ended.length === 0) return { answer: 0 };
        const marked = sessions.map((one) =>
          ended.includes(one) ? { ...one, revokedAt: at, revokedFor: reason } : one,
        );
        return { next: { sessions: marked }, answer: ended.length };
      }),

    blacklist: ({ subject, id, expiresAt }, now) =>
      change(subject, ({ tokens }) => {
        if (Object.hasOwn(tokens, id)) return { answer: false };
        const kept = Object.entries(tokens).filter(([, end]) => end + COLLECT_AFTER_MS > now);
        return { next: { tokens: Object.fromEntries([...kept, [id, expiresAt]]) }, answer: true };
      }),

    async isLive({ session: ref, token }, now) {
      // Mostly of one subject, and then one question.
      const subjects = new Set([ref?.subject, token?.subject].filter((subject) => subject !== undefined));
      const held = new Map(
        await Promise.all([...subjects].map(async (one) => [one, await read(one)] as const)),
      );
      if (token && Object.hasOwn(held.get(token.subject)?.tokens ?? {}, token.id)) return false;
      if (!ref) return true;
      const session = held.get(ref.subject)?.sessions.find(({ id }) => id === ref.id);
      return session !== undefined && isOpen(session) && now < session.endsAt;
    },

    async list(subject, now) {
      return (await read(subject)).sessions.filter((session) => isLive(session, now)).sort(byAge);
    },

    prune: async () => 0, // the service drops a subject's key, and each login what is dead of it
  };
}

// JSON escapes what UTF-8 cannot carry, so that no two subjects share a key.
function keyOf(subject: string): string {
  return `tokenpair/${JSON.stringify(subject)}`;
}

/** When a subject's last record has been over for an hour. */
function endOf({ sessions, tokens }: Held): number {
  const ends = [...sessions.map(({ endsAt }) => endsAt), ...Object.values(tokens)];
  return Math.max(0, ...ends) + COLLECT_AFTER_MS;
}
