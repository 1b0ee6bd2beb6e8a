import { type Driver, inTime, type Query, type Row, type Value } from './driver.ts';
import { PostgresStoreError } from './errors.ts';

/** What the store uses of a connection or a transaction of postgres.js. */
export interface PostgresJsQueries {
  unsafe(
    text: string,
    values: Value[],
    options: { prepare: boolean },
  ): { values(): PromiseLike<readonly unknown[]> };
}

/** What the store uses of postgres.js: the slice of its `sql`. */
export interface PostgresJsSql extends PostgresJsQueries {
  (...template: never[]): unknown;
  begin(options: string, body: (sql: PostgresJsQueries) => Promise<void>): Promise<unknown>;
  listen(
    channel: string,
    onNotify: (payload: string) => void,
    onListen: () => void,
  ): PromiseLike<{ unlisten(): Promise<void> }>;
}

/** Makes the driver of the `sql` of postgres.js. */
export function postgresJsDriver(sql: PostgresJsSql): Driver {
  const query = queryOn(sql);

  return {
    query,

    async transaction<T>(body: (query: Query) => Promise<T>): Promise<T> {
      const results: T[] = [];
      await sql.begin('isolation level read committed', async (connection) => {
        results.push(await body(queryOn(connection)));
      });
      return results[0] as T;
    },

    openFeed(bell) {
      // It has a connection of its own for this and makes it anew by itself; a failure only means that polling does the work.
      const listening =
        bell &&
        Promise.resolve(sql.listen(bell.channel, bell.ring, () => bell.ring())).catch(() => undefined);
      return {
        query: (text, values) => inTime(query(text, values), () => new PostgresStoreError('feed_timeout')),
        close: () => void listening?.then((listener) => listener?.unlisten()).catch(() => undefined),
      };
    },
  };
}

function queryOn(sql: PostgresJsQueries): Query {
  return async (text, values = []) => {
    // Prepared where the app lets its client prepare: unprepared, postgres.js takes two round trips.
    const rows = await sql.unsafe(text, [...values], { prepare: true }).values();
    return rows as Row[];
  };
}
