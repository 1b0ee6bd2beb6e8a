import { type Driver, type FeedBell, type FeedConnection, inTime } from './driver.ts';
import { PostgresStoreError } from './errors.ts';
import type { PgClient, PgPool } from './pg-client.ts';
import { namedStatements, runOn } from './pg-statements.ts';

/** Makes the driver of a `pg.Pool`. */
export function pgDriver(pool: PgPool): Driver {
  const runNamed = namedStatements();
  let held = 0; // connections that watchers keep

  return {
    // Those without parameters may be several at once, and are no part of what a service does all day.
    query: (text, values = []) =>
      withClient(pool, (client) =>
        values.length > 0 ? runNamed(client, text, values) : runOn(client)(text),
      ),

    transaction: (body) =>
      withClient(pool, async (client) => {
        const query = runOn(client);
        await query('BEGIN ISOLATION LEVEL READ COMMITTED');
        const result = await body(query);
        await query('COMMIT');
        return result;
      }),

    openFeed(bell) {
      if (pool.options.max - held <= 1) return borrowingFeed(pool); // one is left for the calls
      held += 1;
      return holdingFeed(pool, bell, () => {
        held -= 1;
      });
    },
  };
}

/** Borrows a connection for every read, like a call: for a pool that has none to spare. */
function borrowingFeed(pool: PgPool): FeedConnection {
  return {
    query: (text, values) => withClient(pool, (client) => inTime(runOn(client)(text, values), timedOut)),
    close: () => undefined,
  };
}

/** Keeps one connection, which listens where it can and reads; it is the only one of the pool that LISTEN is sent on. */
function holdingFeed(pool: PgPool, bell: FeedBell | undefined, onClose: () => void): FeedConnection {
  let current: PgClient | undefined;
  let closed = false;

  function drop(client: PgClient): void {
    if (client !== current) return;
    current = undefined;
    client.release(true); // destroyed: nobody else gets a connection that listens
  }

  async function open(): Promise<PgClient> {
    const client = await pool.connect();
    if (closed) {
      client.release();
      throw new PostgresStoreError('feed_closed');
    }
    current = client;
    const lost = (): void => {
      if (client !== current) return;
      drop(client);
      bell?.ring();
    };
    client.on('error', lost);
    client.on('end', lost);
    await listen(client, bell);
    return client;
  }

  return {
    async query(text, values) {
      try {
        const client = current ?? (await open());
        const rows = await inTime(runOn(client)(text, values), timedOut);
        client.unref?.(); // not before: who waits for the first read keeps the process alive
        return rows;
      } catch (error) {
        if (current) drop(current);
        throw error;
      }
    },

    close() {
      if (closed) return;
      closed = true;
      if (current) drop(current);
      onClose();
    },
  };
}

async function listen(client: PgClient, bell: FeedBell | undefined): Promise<void> {
  if (!bell) return;
  const query = runOn(client);
  const state = query('SELECT pg_backend_pid()::text, pg_is_in_recovery()::text');
  const [[pid, standby] = []] = await inTime(state, timedOut);
  // Behind a pooler the next statement may run on another server connection, and the LISTEN would stay behind on this one.
  if (pid !== String(client.processID) || standby === 'true') return;
  client.on('notification', ({ channel, payload }) => {
    if (channel === bell.channel) bell.ring(payload ?? '');
  });
  await inTime(query(`LISTEN ${bell.channel}`), timedOut);
}

/** A connection after a failure is closed, never given back: that also rolls back what it had begun. */
async function withClient<T>(pool: PgPool, body: (client: PgClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  const ignore = (): void => undefined; // the query that fails says it
  client.on('error', ignore);
  let failed = true;
  try {
    const result = await body(client);
    failed = false;
    return result;
  } finally {
    client.removeListener('error', ignore);
    client.release(failed);
  }
}

function timedOut(): Error {
  return new PostgresStoreError('feed_timeout');
}
