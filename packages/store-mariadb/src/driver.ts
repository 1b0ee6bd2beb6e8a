import { ER, MariadbStoreError, numberOf, withoutStatement } from './errors.ts';

/** A row by position; every value as the bytes that the server sent, so that no parser that the app set up changes anything. */
export type Row = readonly (Uint8Array | null)[];

/**
 * Runs one statement and gives the rows of its first result.
 *
 * @throws MariadbStoreError with code `no_answer` where that takes longer than `withinMs`; what was not begun by then is not begun
 */
export type Query = (statement: string, withinMs?: number) => Promise<readonly Row[]>;

/** A query as the store gives it to mysql2 or mariadb: no values, since they are in the statement. */
export interface MariadbQuery {
  sql: string;
  rowsAsArray: true;
  typeCast: (column: { buffer(): Uint8Array | null }) => Uint8Array | null;
}

/** What the store uses of a connection of a pool. */
export interface MariadbConnection {
  query(query: MariadbQuery): Promise<unknown>;
  release(): unknown;
  destroy(): unknown;
}

/** What the store uses of a pool: the slice of `Pool` that `mysql2/promise` and mariadb have in common. */
export interface MariadbPool {
  getConnection(): Promise<MariadbConnection>;
}

/** What mysql2 and mariadb answer differs: mysql2 puts it in a pair. */
export interface Dialect {
  resultsIn(answer: unknown): unknown;
}

/**
 * Runs statements through a pool. A connection on which one failed is closed, never given back: that also rolls back what was begun, where
 * the server had no chance to (a query that was killed), and frees the pool of a connection that is dead.
 */
export function createQuery(pool: MariadbPool, dialect: Dialect): Query {
  return async (sql, withinMs) => {
    const due = performance.now() + (withinMs ?? 0);
    const left = (): number | undefined => withinMs && Math.max(0, due - performance.now());
    const connection = await borrow(pool, left());
    try {
      const asked = connection.query({ sql, rowsAsArray: true, typeCast: toBytes });
      const answer = await inTime(asked, left());
      connection.release();
      return rowsIn(dialect.resultsIn(answer));
    } catch (error) {
      if (numberOf(error) === ER.duplicate) connection.release();
      else connection.destroy();
      throw judged(withoutStatement(error));
    }
  };
}

/** One that comes too late goes back: what it was for has been given up by then. */
function borrow(pool: MariadbPool, withinMs: number | undefined): Promise<MariadbConnection> {
  const coming = pool.getConnection();
  let isLate = false;
  coming.then((connection) => isLate && connection.release(), ignore);
  return inTime(coming, withinMs).catch((error) => {
    isLate = true;
    throw error;
  });
}

function judged(error: unknown): unknown {
  if (numberOf(error) === ER.transactionInProgress)
    return new MariadbStoreError('transaction_open', { cause: error });
  return numberOf(error) === ER.signalled ? new MariadbStoreError('damaged', { cause: error }) : error;
}

function inTime<T>(answer: Promise<T>, withinMs: number | undefined): Promise<T> {
  if (withinMs === undefined) return answer;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new MariadbStoreError('no_answer')), withinMs);
    answer.finally(() => clearTimeout(timer)).then(resolve, reject);
  });
}

const ignore = (): void => undefined;

/** Both drivers call it with a column; `buffer` gives its bytes. */
function toBytes(column: { buffer(): Uint8Array | null }): Uint8Array | null {
  return column.buffer();
}

/** The answer to a block is a list: the rows that it selected, if any, and at last that it was carried out. */
function rowsIn(results: unknown): readonly Row[] {
  if (!Array.isArray(results)) return [];
  const isList = results.length > 0 && !Array.isArray(results.at(-1));
  return (isList ? results.find(Array.isArray) : results) ?? [];
}
