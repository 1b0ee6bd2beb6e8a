import type { Value } from './driver.ts';

/** A query as the store gives it to pg. */
export interface PgQuery {
  /** Under which the connection keeps it, prepared. Without one it needs nothing of the session. */
  name?: string;
  text: string;
  values: Value[];
  rowMode: 'array';
}

/** What the store uses of a connection of a `pg.Pool`. */
export interface PgClient {
  /** The server process as the connection was told when it was made; a pooler between makes up its own. */
  readonly processID?: number | null;
  query(query: PgQuery): Promise<{ readonly rows: readonly unknown[] }>;
  on(event: 'error' | 'end', listener: () => void): unknown;
  on(
    event: 'notification',
    listener: (message: { readonly channel: string; readonly payload?: string | undefined }) => void,
  ): unknown;
  removeListener(event: 'error', listener: () => void): unknown;
  release(destroy?: boolean): void;
  /** Lets the process end while the connection is open. */
  unref?(): void;
}

/** What the store uses of a pool: the slice of `Pool` of pg. */
export interface PgPool {
  readonly options: { readonly max: number };
  /** Tells a pool from a single client, which the store does not take. */
  readonly totalCount: number;
  connect(): Promise<PgClient>;
}
