/**
 * Sessions that somebody keeps something open for, such as a WebSocket: told when one of them has ended. One loop looks at them all: at what the
 * revocation feed knows each second; and asks the store, each 10 s where there is no feed or it cannot tell, and each 5 minutes where it can, since a
 * feed names neither the absolute end of a session nor what was over before it came back.
 *
 * @module
 */
import { assertFunction, assertText } from '../config/check.ts';
import type { AuthContext } from '../session/auth-context.ts';
import type { SessionRef } from '../store.ts';

const LOOK_MS = 1_000;
const ASK_MS = 10_000;
const ASK_BESIDE_FEED_MS = 300_000;

/** Questions to the store at once. */
const AT_ONCE = 16;

/** Names a session as an {@link Authentication} does. */
export interface WatchableSession {
  readonly subject: string;
  readonly session: string;
}

export interface SessionWatch {
  /** Calls once when the session has ended. Returns what stops that. @throws TypeError */
  on(session: WatchableSession, listener: () => void): () => void;
  /** Ends the loop and forgets everybody. */
  close(): void;
}

interface Watched {
  readonly key: string;
  readonly ref: SessionRef;
  readonly listeners: Set<{ readonly tell: () => unknown }>;
  /** By the monotonic clock. */
  askedAt: number;
}

export function createSessionWatch({
  events,
  feed,
  options,
  store,
}: Pick<AuthContext, 'events' | 'feed' | 'options' | 'store'>): SessionWatch {
  const sessions = new Map<string, Watched>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isListening = false;
  let isAsking = false;
  let isClosed = false;
  let askFrom = Number.NEGATIVE_INFINITY;

  function end(watched: Watched): void {
    if (sessions.get(watched.key) !== watched) return;
    sessions.delete(watched.key);
    for (const { tell } of watched.listeners) callListener(tell);
  }

  async function ask(watched: Watched): Promise<void> {
    // Before the answer: an end that comes while it is under way has to be asked about again.
    watched.askedAt = performance.now();
    try {
      if (!(await store.isLive({ session: watched.ref }, options.clock()))) end(watched);
    } catch (error) {
      watched.askedAt = Number.NEGATIVE_INFINITY;
      throw error;
    }
  }

  /** A store that is away says nothing of any session; it is left alone for a while. */
  async function askAbout(due: readonly Watched[]): Promise<void> {
    const left = due.values();
    const asking = Array.from({ length: AT_ONCE }, async () => {
      for (const watched of left) await ask(watched);
    });
    const results = await Promise.allSettled(asking);
    if (results.some(({ status }) => status === 'rejected')) askFrom = performance.now() + ASK_MS;
  }

  /** What the feed knows is settled at once; the others are those that the store has to be asked about. */
  function look(): readonly Watched[] {
    const now = performance.now();
    return [...sessions.values()].filter((watched) => {
      const known = feed?.isRevoked({ session: watched.ref.id });
      if (known === true) end(watched);
      const pause = known === undefined ? ASK_MS : ASK_BESIDE_FEED_MS;
      return known !== true && now - watched.askedAt >= pause;
    });
  }

  async function run(): Promise<void> {
    timer = undefined;
    const due = look();
    schedule();
    if (isAsking || performance.now() < askFrom) return;
    isAsking = true;
    await askAbout(due);
    isAsking = false;
  }

  function schedule(): void {
    if (timer !== undefined || sessions.size === 0) return;
    timer = setTimeout(run, LOOK_MS);
    unref(timer);
  }

  /** What this process ends itself is known here first; which sessions of a subject were meant, the store knows. */
  function listen(): void {
    if (isListening) return;
    isListening = true;
    events.on('session.revoked', ({ session, subject }) => {
      const isMeant = ({ ref }: Watched): boolean =>
        ref.subject === subject && (session === undefined || ref.id === session);
      return askAbout([...sessions.values()].filter(isMeant));
    });
  }

  function watch(ref: SessionRef): Watched {
    const key = JSON.stringify([ref.subject, ref.id]);
    const watched = sessions.get(key) ?? { key, ref, listeners: new Set(), askedAt: performance.now() };
    sessions.set(key, watched);
    return watched;
  }

  return Object.freeze({
    on({ session: id, subject }, listener) {
      assertText(id, 'session.session');
      assertText(subject, 'session.subject');
      assertFunction(listener, 'listener');
      if (isClosed) return () => undefined;
      const watched = watch({ id, subject });
      const entry = { tell: listener };
      watched.listeners.add(entry);
      listen();
      schedule();
      if (feed?.isRevoked({ session: id }) === true) queueMicrotask(() => end(watched));
      return () => {
        watched.listeners.delete(entry);
        if (watched.listeners.size === 0 && sessions.get(watched.key) === watched)
          sessions.delete(watched.key);
      };
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
      sessions.clear();
    },
  } satisfies SessionWatch);
}

/** What a listener throws, or rejects with, is its own. */
function callListener(tell: () => unknown): void {
  try {
    Promise.resolve(tell()).catch(() => {});
  } catch {
    // The same.
  }
}

/** Timers are objects in Node and its kin, where they would keep the process alive, and numbers elsewhere. */
function unref(timer: unknown): void {
  if (typeof timer !== 'object' || timer === null || !('unref' in timer)) return;
  if (typeof timer.unref === 'function') timer.unref();
}
