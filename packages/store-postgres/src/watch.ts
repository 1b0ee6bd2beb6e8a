import type { RevocationListener, Watch } from '@tokenpair/core/store';
import type { Driver, Query } from './driver.ts';
import { type FeedPosition, readFeed } from './feed.ts';
import type { ResolvedPostgresStoreOptions } from './options.ts';
import { retrying } from './retry.ts';
import type { Tables } from './schema.ts';
import { CHANNEL, type Statements } from './statements.ts';

/** What a watcher reads, and through what. */
export interface WatchSource {
  readonly driver: Driver;
  readonly sql: Statements;
  readonly tables: Tables;
  readonly options: ResolvedPostgresStoreOptions;
}

const SHORTEST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

/**
 * Reads the feed at every notification and each `pollMs`, and calls the listener after every read that succeeded. While reads
 * fail it is not called; each failed one is followed by a longer pause.
 */
export async function startWatch(source: WatchSource, listener: RevocationListener): Promise<Watch> {
  const { driver, sql, tables, options } = source;
  const alarm = createAlarm();
  const connection = driver.openFeed(
    options.listen
      ? { channel: CHANNEL, ring: (payload = tables.schema) => payload === tables.schema && alarm.ring() }
      : undefined,
  );
  const query: Query = (text, values) => retrying(options.retries, () => connection.query(text, values));
  let position: FeedPosition | undefined;
  let closed = false;

  async function deliver(): Promise<void> {
    const asOf = performance.now();
    const read = await readFeed(query, sql.feed, position);
    if (closed) return;
    listener(read.revoked, asOf);
    position = read.position;
  }

  async function run(): Promise<void> {
    let pause = SHORTEST_PAUSE_MS;
    let due = performance.now() + options.pollMs;
    while (!closed) {
      await alarm.wait(Math.max(0, due - performance.now()));
      if (closed) return;
      due = performance.now() + options.pollMs;
      try {
        await deliver();
        pause = SHORTEST_PAUSE_MS;
      } catch {
        position = undefined; // a server that has crashed gives numbers out again: everything is read anew
        if (closed) return;
        await alarm.rest(pause * (0.5 + Math.random() / 2)); // jitter, so that nodes do not come back together
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
        due = 0;
      }
    }
  }

  try {
    await deliver();
  } catch (error) {
    connection.close();
    throw error;
  }
  const ended = run();
  return {
    async close() {
      closed = true;
      alarm.stop();
      connection.close();
      await ended;
    },
  };
}

interface Alarm {
  readonly ring: () => void;
  /** Resolves after `ms` or at the next ring, at once where it rang since the last wait. */
  readonly wait: (ms: number) => Promise<void>;
  /** Resolves after `ms`, whatever rings: a connection that dies as soon as it is made must not be made without a pause. */
  readonly rest: (ms: number) => Promise<void>;
  /** Ends the wait or the rest that is on. */
  readonly stop: () => void;
}

/** Its timers keep no process alive. */
function createAlarm(): Alarm {
  let rang = false;
  let waiting = false;
  let end = (): void => undefined;

  const sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms).unref();
      end = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  return {
    ring() {
      rang = true;
      if (waiting) end();
    },
    async wait(ms) {
      waiting = true;
      if (!rang) await sleep(ms);
      waiting = false;
      rang = false;
    },
    rest: sleep,
    stop: () => end(),
  };
}
