/**
 * What was measured, in bytes and a second: session sizes as in docs/stores.md, rotations with 64 in flight, and the feed by
 * `measure-feed.ts`. All of it on a machine with two cores, loaded, that
 * servers and clients shared. A new figure here changes docs/production.md.
 *
 * @module
 */

/** What the limits are in the code. */
export const LIMITS = {
  /** Ids of one kind that the feed holds; `MOST` in core's ending-ids.ts. */
  ids: 500_000,
  bytesPerId: 100,
  /** Until a feed that could not hold everything is subscribed again; `RETRY_FULL_MS` in core's revocation-feed.ts. */
  retrySeconds: 60,
  /** What a revocation is held for beyond `access.maxLife`: the greatest leeway, the clock skew and the store's time, by default. */
  beyondLifeSeconds: 122,
  /** A dead record goes so much later. */
  afterEndSeconds: 3_600,
} as const;

export interface StoreCost {
  readonly name: string;
  readonly bytesPerSession: number;
  /** Rotations a second of one server. */
  readonly refreshes: number;
  /** More servers take more of them. */
  readonly spreads: boolean;
}

export const STORES: readonly StoreCost[] = [
  { name: 'SQLite', bytesPerSession: 350, refreshes: 34_000, spreads: false },
  { name: 'Redis', bytesPerSession: 1_320, refreshes: 12_000, spreads: true },
  { name: 'PostgreSQL', bytesPerSession: 580, refreshes: 8_000, spreads: false },
];

export interface FeedCost {
  readonly name: string;
  /** Out of the store, for a watcher that hears nothing, in bytes a second. */
  readonly idleBytes: number;
  /** What a watcher asks the store a second by itself. */
  readonly idleQuestions: number;
  /** Out of the store for an entry and a watcher, in bytes. */
  readonly entryBytes: number;
  /** Most questions a second that entries make a watcher ask; of LISTEN it is assumed that one takes 5 ms. */
  readonly entryQuestions: number;
  /** Out of the store for a question that entries made it ask, in bytes. */
  readonly questionBytes: number;
  /** Of an entry that is read again, with all that is in force. */
  readonly rereadBytes: number;
}

export const FEEDS: readonly [FeedCost, ...FeedCost[]] = [
  {
    name: 'Redis',
    idleBytes: 9_500,
    idleQuestions: 1.3,
    entryBytes: 350,
    entryQuestions: 0,
    questionBytes: 0,
    rereadBytes: 110,
  },
  {
    name: 'PostgreSQL, LISTEN',
    idleBytes: 760,
    idleQuestions: 2,
    entryBytes: 130,
    entryQuestions: 200,
    questionBytes: 345,
    rereadBytes: 130,
  },
  {
    name: 'PostgreSQL, polls',
    idleBytes: 760,
    idleQuestions: 2,
    entryBytes: 130,
    entryQuestions: 0,
    questionBytes: 0,
    rereadBytes: 130,
  },
];
