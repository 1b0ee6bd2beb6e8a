/** A parameter as both drivers send it: text, which the statement casts. No type of the driver's own comes between. */
export type Value = string | null;

/** A row by position, every column cast to text in the statement: parsers and transforms that the app set up change nothing. */
export type Row = readonly Value[];

/** Runs one statement; without values it may be several. */
export type Query = (text: string, values?: readonly Value[]) => Promise<Row[]>;

/** Wakes a watcher when a notification on `channel` comes. */
export interface FeedBell {
  readonly channel: string;
  /** Gets the payload; without one the connection was made anew, or lost, and something may have been missed. */
  readonly ring: (payload?: string) => void;
}

/** The connection of a watcher. After a failed query the next one connects anew. */
export interface FeedConnection {
  readonly query: Query;
  readonly close: () => void;
}

/** What the store needs of a client, whichever it is. */
export interface Driver {
  readonly query: Query;
  /** Runs `body` in a transaction at READ COMMITTED, whatever the default of the database is. */
  readonly transaction: <T>(body: (query: Query) => Promise<T>) => Promise<T>;
  /** Without a bell the connection only polls. */
  readonly openFeed: (bell: FeedBell | undefined) => FeedConnection;
}

/** How long a watcher waits for an answer before it takes the connection for dead, in ms. */
const ANSWER_WITHIN_MS = 3_000;

/** Rejects with what `late` makes when the answer does not come in time. Keeps no process alive. */
export function inTime<T>(answer: Promise<T>, late: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(late()), ANSWER_WITHIN_MS).unref();
    answer.finally(() => clearTimeout(timer)).then(resolve, reject);
  });
}
