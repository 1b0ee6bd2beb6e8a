import type { SqliteDatabase } from './database.ts';

/** Options of `sqliteStore`. */
export interface SqliteStoreOptions {
  /**
   * How long SQLite itself may wait for a lock, in ms, 0 to 20. It blocks the thread for that long, so keep it short.
   *
   * @default 10
   */
  readonly busyTimeoutMs?: number;
  /**
   * How long a call goes on trying while another connection holds the lock, in ms, 10 to 60,000. The thread is free
   * between two tries. After it the call rejects with a `SqliteStoreError` of code `locked`.
   *
   * @default 1_500
   */
  readonly lockTimeoutMs?: number;
}

/** {@link SqliteStoreOptions}, checked and complete. */
export type ResolvedSqliteStoreOptions = Required<SqliteStoreOptions>;

const DEFAULTS: ResolvedSqliteStoreOptions = { busyTimeoutMs: 10, lockTimeoutMs: 1_500 };
const RANGES = { busyTimeoutMs: [0, 20], lockTimeoutMs: [10, 60_000] } as const;

/** Checks the options and fills in the defaults. */
export function resolveSqliteStoreOptions(options: SqliteStoreOptions): ResolvedSqliteStoreOptions {
  if (typeof options !== 'object' || options === null) {
    throw invalid('ERR_INVALID_ARG_TYPE', 'sqliteStore: options must be an object.');
  }
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(DEFAULTS, name))
      throw invalid('ERR_INVALID_ARG_VALUE', `sqliteStore: unknown option "${name}".`);
  }
  return Object.freeze({
    busyTimeoutMs: milliseconds('busyTimeoutMs', options.busyTimeoutMs),
    lockTimeoutMs: milliseconds('lockTimeoutMs', options.lockTimeoutMs),
  });
}

/** Refuses what is no connection, so that the mistake shows where the store is made. */
export function assertDatabase(database: unknown): asserts database is SqliteDatabase {
  const { exec, prepare } = (database ?? {}) as { exec?: unknown; prepare?: unknown };
  if (typeof exec === 'function' && typeof prepare === 'function') return;
  throw invalid('ERR_INVALID_ARG_TYPE', 'sqliteStore: database must be a DatabaseSync of node:sqlite.');
}

function milliseconds(name: keyof ResolvedSqliteStoreOptions, value: unknown): number {
  if (value === undefined) return DEFAULTS[name];
  if (typeof value !== 'number')
    throw invalid('ERR_INVALID_ARG_TYPE', `sqliteStore: ${name} must be a number.`);
  const [lowest, highest] = RANGES[name];
  if (Number.isInteger(value) && value >= lowest && value <= highest) return value;
  throw invalid(
    'ERR_INVALID_ARG_VALUE',
    `sqliteStore: ${name} must be a whole number from ${lowest} to ${highest}.`,
  );
}

function invalid(code: 'ERR_INVALID_ARG_TYPE' | 'ERR_INVALID_ARG_VALUE', message: string): TypeError {
  return Object.assign(new TypeError(message), { code });
}
