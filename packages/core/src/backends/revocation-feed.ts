/**
 * What was revoked lately, in this process's memory: fed by the store's `watch`, asked by guards instead of the store. It
 * answers only while it is sure to know everything; a feed that is down, or has not caught up, knows nothing.
 *
 * @module
 */
import { HEARTBEAT_MS, type Revocation, type TokenStore, type Watch } from '../store.ts';
import type { GuardedStore } from './guarded-store.ts';

/** Silence for longer than this, in ms, counts as down. */
const SILENCE_MS = 3 * HEARTBEAT_MS;

/** The pause before a subscription that could not be made is tried again, in ms. */
const RETRY_MS = 1_000;

/** Entries that are over are let go at most this often, in ms: it looks at all of them. */
const SWEEP_MS = 10_000;

/** Most entries held, some 100 bytes each. Beyond it the feed knows nothing, and the store is asked. */
const MAX_ENTRIES = 500_000;

/** The ids that a guard asks about. */
export interface FeedIds {
  readonly session?: string | undefined;
  readonly token?: string | undefined;
}

export interface RevocationFeed {
  /** Whether one of the ids was revoked; `undefined` while the feed cannot tell. The first call subscribes. */
  isRevoked(ids: FeedIds): boolean | undefined;
  /** What this process has revoked itself: its own guards need not wait for the way round. */
  note(revoked: Revocation): void;
  /** Resolves when the feed can tell. Rejects when the subscription cannot be made now. */
  start(): Promise<void>;
  close(): Promise<void>;
}

export interface FeedOptions {
  readonly clock: () => number;
  readonly onFailure: (cause: unknown) => void;
  /** The feed can tell again, or cannot any more. */
  readonly onChange: (state: 'up' | 'down') => void;
}

export function createRevocationFeed(
  store: Pick<TokenStore, 'watch'>,
  { clock, onFailure, onChange }: FeedOptions,
): RevocationFeed {
  const entries = new Map<string, number>();
  let subscription: Promise<Watch> | undefined;
  let retryAt = 0;
  let heardAt = Number.NEGATIVE_INFINITY;
  let sweptAt = 0;
  let isUp = false;
  let isClosed = false;
  let waiting: (() => void)[] = [];

  function hear(revoked: readonly Revocation[]): void {
    if (isClosed) return;
    for (const each of revoked) keep(each);
    heardAt = performance.now();
    if (heardAt - sweptAt > SWEEP_MS) sweep();
    setUp(entries.size <= MAX_ENTRIES);
    for (const tell of waiting) tell();
    waiting = [];
  }

  function keep({ session, token, until }: Revocation): void {
    if (session !== undefined) hold(`s${session}`, until);
    if (token !== undefined) hold(`t${token}`, until);
  }

  function hold(key: string, until: number): void {
    if (until > (entries.get(key) ?? Number.NEGATIVE_INFINITY)) entries.set(key, until);
  }

  function sweep(): void {
    const now = clock();
    for (const [key, until] of entries) if (until <= now) entries.delete(key);
    sweptAt = performance.now();
  }

  function setUp(next: boolean): void {
    if (next === isUp) return;
    isUp = next;
    onChange(next ? 'up' : 'down');
  }

  function subscribe(): Promise<Watch> {
    if (subscription !== undefined) return subscription;
    const made = Promise.resolve(store.watch?.(hear)).then(orUnsupported);
    subscription = made;
    made.catch((cause: unknown) => {
      subscription = undefined;
      retryAt = performance.now() + RETRY_MS;
      onFailure(cause);
    });
    return made;
  }

  return Object.freeze({
    isRevoked({ session, token }) {
      const now = performance.now();
      if (subscription === undefined && !isClosed && now >= retryAt) subscribe().catch(() => undefined);
      if (now - heardAt > SILENCE_MS) setUp(false);
      if (!isUp) return undefined;
      return (
        (session !== undefined && entries.has(`s${session}`)) ||
        (token !== undefined && entries.has(`t${token}`))
      );
    },
    note: keep,
    async start() {
      await subscribe();
      if (isUp) return;
      await new Promise<void>((resolve) => waiting.push(resolve));
    },
    async close() {
      isClosed = true;
      isUp = false;
      const watch = await subscription?.catch(() => undefined);
      await watch?.close();
    },
  } satisfies RevocationFeed);
}

function orUnsupported(watch: Watch | undefined): Watch {
  if (watch === undefined) throw new TypeError('the store has no watch');
  return watch;
}

/** A store whose revocations of single ids are known to this process's feed as soon as they are made. */
export function notingStore(store: GuardedStore, feed: RevocationFeed): GuardedStore {
  return Object.freeze({
    ...store,
    async revoke(target, mark) {
      const count = await store.revoke(target, mark);
      const { until } = mark;
      if ('id' in target && until !== undefined) feed.note({ session: target.id, ...mark, until });
      return count;
    },
    async blacklist(token, now) {
      const isFirst = await store.blacklist(token, now);
      feed.note({ token: token.id, at: now, until: token.expiresAt, reason: 'revoked' });
      return isFirst;
    },
  } satisfies GuardedStore);
}
