/**
 * What was revoked lately, in this process's memory: fed by the store's `watch`, asked by guards instead of the store. It
 * answers only while it is sure to know everything; a feed that is down, or has not caught up, knows nothing.
 *
 * @module
 */
import { HEARTBEAT_MS, type Revocation, type TokenStore, type Watch } from '../store.ts';
import { withDeadline } from './deadline.ts';
import { createEndingIds } from './ending-ids.ts';

/** Proof older than this, in ms, counts as down. */
const SILENCE_MS = 3 * HEARTBEAT_MS;

/** The pause before a subscription that could not be made is tried again, in ms. */
const RETRY_MS = 1_000;

/** The same for one that brought more than can be held. */
const RETRY_FULL_MS = 60_000;

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
  /** Resolves when the feed can tell, or is closed. Rejects when the subscription cannot be made now. */
  start(): Promise<void>;
  /** Ends the subscription, in the time that the store may take. */
  close(): Promise<void>;
}

export interface FeedOptions {
  /** Milliseconds since the epoch, as in `until`. */
  readonly clock: () => number;
  /** How long the store may take to subscribe, in ms. */
  readonly timeoutMs: number;
  /** Longest life of a token that a guard takes, in ms, with all that is added to it: no entry is held for longer. */
  readonly longestMs: number;
  readonly onFailure: (cause: unknown) => void;
  /** The feed can tell again, or cannot any more; noticed when a guard asks or the store calls. */
  readonly onChange: (state: 'up' | 'down') => void;
}

/** Whether a subscription still counts: one that was given up may yet be made, or call. */
interface Life {
  isOver: boolean;
}

interface Subscription {
  readonly watch: Promise<Watch>;
  readonly life: Life;
}

export function createRevocationFeed(
  store: Pick<TokenStore, 'watch'>,
  { clock, timeoutMs, longestMs, onFailure, onChange }: FeedOptions,
): RevocationFeed {
  const sessions = createEndingIds();
  const tokens = createEndingIds();
  let subscription: Subscription | undefined;
  let retryAt = 0;
  let proof = { at: Number.NEGATIVE_INFINITY, clock: Number.NEGATIVE_INFINITY };
  let isUp = false;
  let isClosed = false;
  let waiting: (() => void)[] = [];

  function hear(revoked: readonly Revocation[], asOf: number): void {
    for (const each of revoked) keep(each);
    if (isFull()) {
      giveUp();
      return;
    }
    const now = performance.now();
    if (asOf > proof.at) proof = { at: asOf, clock: clock() - (now - asOf) };
    setUp(isFresh(now));
    if (isUp) release();
  }

  /** Never longer than a token can live, and as long as that where the store does not say. */
  function keep({ session, token, until }: Revocation): void {
    const left = until - clock();
    const end = performance.now() + (left <= longestMs ? left : longestMs);
    sessions.sweep();
    tokens.sweep();
    if (session !== undefined) sessions.add(session, end);
    if (token !== undefined) tokens.add(token, end);
  }

  /** By both clocks: one of them may have stood still, in a suspended machine, and the other may have been set. */
  function isFresh(now: number): boolean {
    return now - proof.at <= SILENCE_MS && clock() - proof.clock <= SILENCE_MS;
  }

  function setUp(next: boolean): void {
    if (next === isUp) return;
    isUp = next;
    onChange(next ? 'up' : 'down');
  }

  function release(): void {
    for (const tell of waiting) tell();
    waiting = [];
  }

  /** More is in force than can be held: what was not kept has to be delivered anew, when there is less. */
  function giveUp(): void {
    onFailure(new RangeError('more is revoked than the feed can hold'));
    setUp(false);
    retryAt = performance.now() + RETRY_FULL_MS;
    end().catch(() => undefined);
    forget();
  }

  function isFull(): boolean {
    return sessions.isFull() || tokens.isFull();
  }

  function forget(): void {
    sessions.clear();
    tokens.clear();
  }

  function subscribe(): Promise<Watch> {
    if (subscription !== undefined) return subscription.watch;
    const life = { isOver: false };
    const watch = withDeadline(() => watching(life), timeoutMs);
    subscription = { watch, life };
    watch.catch((cause: unknown) => {
      if (life.isOver) return;
      end().catch(() => undefined);
      retryAt = performance.now() + RETRY_MS;
      onFailure(cause);
    });
    return watch;
  }

  /** One that is made after its time was up, or after it was given up, is closed again. */
  async function watching(life: Life): Promise<Watch> {
    const watch = await store.watch?.((revoked, asOf) => {
      if (!life.isOver) hear(revoked, asOf);
    });
    if (watch === undefined) throw new TypeError('the store has no watch');
    if (life.isOver) await watch.close();
    return watch;
  }

  /** Ends the subscription that is on, in the time that the store may take. */
  async function end(): Promise<void> {
    const ending = subscription;
    subscription = undefined;
    if (ending === undefined) return;
    ending.life.isOver = true;
    const watch = await ending.watch.catch(() => undefined);
    await withDeadline(async () => watch?.close(), timeoutMs);
  }

  return Object.freeze({
    isRevoked({ session, token }) {
      const now = performance.now();
      if (subscription === undefined && !isClosed && now >= retryAt) subscribe().catch(() => undefined);
      if (!isFresh(now)) setUp(false);
      if (!isUp) return undefined;
      return (session !== undefined && sessions.has(session)) || (token !== undefined && tokens.has(token));
    },
    note(revoked) {
      if (!isUp) return;
      keep(revoked);
      if (isFull()) giveUp();
    },
    async start() {
      if (isClosed) return;
      await subscribe();
      if (!isUp && !isClosed) await new Promise<void>((resolve) => waiting.push(resolve));
    },
    async close() {
      isClosed = true;
      isUp = false;
      release();
      forget();
      await end().catch(onFailure);
    },
  } satisfies RevocationFeed);
}
