import type { Revocation, RevocationListener, RevokeReason, Watch } from '@tokenpair/core/store';
import type { SqliteRow } from './database.ts';
import type { Statements } from './statements.ts';
import { decodeText } from './text.ts';

/** The revocation feed of the processes that share the file. */
export interface Feed {
  watch(listener: RevocationListener): Promise<Watch>;
  /** Tells this process's listeners what has just been committed. */
  tell(): void;
}

/** Runs a step that reads, when its turn has come. */
export type Read = <T>(step: (sql: Statements) => T) => Promise<T>;

interface Subscription {
  /** Reads on; returns whether that was all there is. */
  read(sql: Statements): boolean;
  /** Calls the listener with what has been read and not yet delivered; all of before `asOf` has been read. */
  deliver(asOf: number): void;
  close(): void;
}

const POLL_MS = 200;
const PAGE = 1_000;

/**
 * Makes the feed over the table of what was ended. Its numbers grow in the order of the commits, since SQLite has one writer, so
 * whoever has read up to a number has missed nothing before it. Other processes' entries are found by asking every {@link POLL_MS};
 * an answer is a heartbeat too, and while there is none (a closed file, a lock) nothing is called.
 */
export function createFeed(read: Read, statements: () => Statements): Feed {
  const subscriptions = new Set<Subscription>();

  async function catchUp(subscription: Subscription): Promise<void> {
    const asOf = performance.now();
    while (!(await read((sql) => subscription.read(sql))));
    subscription.deliver(asOf);
  }

  return {
    tell() {
      if (subscriptions.size === 0) return;
      try {
        const sql = statements();
        for (const subscription of subscriptions) {
          const asOf = performance.now();
          while (!subscription.read(sql));
          subscription.deliver(asOf);
        }
      } catch {
        // What was committed stays committed. The next poll finds it, or silence says that the feed is down.
      }
    },

    async watch(listener) {
      const subscription = createSubscription(listener);
      await catchUp(subscription);
      subscriptions.add(subscription);
      const stop = repeat(() => catchUp(subscription));
      return {
        async close() {
          stop();
          subscriptions.delete(subscription);
          subscription.close();
        },
      };
    },
  };
}

function createSubscription(listener: RevocationListener): Subscription {
  let last = 0;
  let ready: Revocation[] = [];
  let open = true;
  return {
    read(sql) {
      const rows = sql.feedAfter.all({ last, page: PAGE });
      ready.push(...rows.map(toRevocation));
      last = Number(rows.at(-1)?.['number'] ?? last);
      return rows.length < PAGE;
    },
    deliver(asOf) {
      const entries = ready;
      ready = [];
      try {
        if (open) listener(entries, asOf);
      } catch {
        // The listener's own; what was ended is ended.
      }
    },
    close() {
      open = false;
    },
  };
}

/** Runs a task every {@link POLL_MS}, never twice at once; a failed one is tried again. Keeps no process alive. */
function repeat(task: () => Promise<void>): () => void {
  let running = false;
  async function run(): Promise<void> {
    if (running) return;
    running = true;
    await task().catch(() => undefined);
    running = false;
  }
  const timer = setInterval(() => void run(), POLL_MS);
  timer.unref();
  return () => clearInterval(timer);
}

function toRevocation({ session, token, at, until, reason }: SqliteRow): Revocation {
  return {
    ...(session !== null && { session: decodeText(String(session)) }),
    ...(token !== null && { token: decodeText(String(token)) }),
    at: Number(at),
    until: Number(until),
    reason: String(reason) as RevokeReason,
  };
}
