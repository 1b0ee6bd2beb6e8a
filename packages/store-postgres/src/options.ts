import type { Driver } from './driver.ts';
import type { PgPool } from './pg-client.ts';
import { pgDriver } from './pg-driver.ts';
import { type PostgresJsSql, postgresJsDriver } from './postgres-js-driver.ts';

/** Options of `postgresStore`. */
export interface PostgresStoreOptions {
  /**
   * The schema that the tables are in; made with them where it is missing.
   *
   * @default 'public'
   */
  readonly schema?: string;
  /**
   * Whether revocations are announced with NOTIFY, and the watcher listens on a connection that it keeps. With false it only polls. Set it alike on all
   * nodes, and to false behind a pooler in transaction mode (with pg it is found out, with postgres.js it is not).
   *
   * @default true
   */
  readonly listen?: boolean;
  /**
   * How often the watcher reads the feed when nothing wakes it, in ms, 50 to 1,000: the feed's delay without LISTEN.
   *
   * @default 500
   */
  readonly pollMs?: number;
  /**
   * How often a step is tried again after a serialization failure or a deadlock, 0 to 100. Nothing else is ever tried again.
   * An advance that failed together with others is first judged alone, which does not count.
   *
   * @default 10
   */
  readonly retries?: number;
}

/** {@link PostgresStoreOptions}, checked and complete. */
export type ResolvedPostgresStoreOptions = Required<PostgresStoreOptions>;

const DEFAULTS: ResolvedPostgresStoreOptions = { schema: 'public', listen: true, pollMs: 500, retries: 10 };
const RANGES = { pollMs: [50, 1_000], retries: [0, 100] } as const;
const LONGEST_NAME = 63; // bytes; PostgreSQL cuts off what is longer
// PostgreSQL keeps pg_ for itself, and the backslash means more where standard_conforming_strings is off.
const UNUSABLE = /^pg_|[\0\\\p{Surrogate}]/u;

/** Checks the options and fills in the defaults. */
export function resolvePostgresStoreOptions(options: PostgresStoreOptions): ResolvedPostgresStoreOptions {
  if (typeof options !== 'object' || options === null) {
    throw invalid('ERR_INVALID_ARG_TYPE', 'options must be an object.');
  }
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(DEFAULTS, name)) throw invalid('ERR_INVALID_ARG_VALUE', `unknown option "${name}".`);
  }
  return Object.freeze({
    schema: schemaName(options.schema),
    listen: flag(options.listen),
    pollMs: wholeNumber('pollMs', options.pollMs),
    retries: wholeNumber('retries', options.retries),
  });
}

/** Tells the two clients apart, and refuses what is neither, so that the mistake shows where the store is made. */
export function driverFor(client: unknown): Driver {
  if (isPostgresJs(client)) return postgresJsDriver(client);
  if (isPool(client)) return pgDriver(client);
  throw invalid('ERR_INVALID_ARG_TYPE', 'the client must be a Pool of pg or the sql of postgres.js.');
}

function isPostgresJs(client: unknown): client is PostgresJsSql {
  return typeof client === 'function' && 'unsafe' in client && 'begin' in client && 'listen' in client;
}

function isPool(client: unknown): client is PgPool {
  const { connect, totalCount, options } = (client ?? {}) as Partial<Record<keyof PgPool, unknown>>;
  return typeof connect === 'function' && typeof totalCount === 'number' && typeof options === 'object';
}

function schemaName(value: unknown): string {
  if (value === undefined) return DEFAULTS.schema;
  if (typeof value !== 'string') throw invalid('ERR_INVALID_ARG_TYPE', 'schema must be a string.');
  const bytes = new TextEncoder().encode(value).length;
  if (bytes > 0 && bytes <= LONGEST_NAME && !UNUSABLE.test(value)) return value;
  throw invalid(
    'ERR_INVALID_ARG_VALUE',
    `schema must be a name of 1 to ${LONGEST_NAME} bytes, without a backslash and not in pg_.`,
  );
}

function flag(value: unknown): boolean {
  if (value === undefined) return DEFAULTS.listen;
  if (typeof value !== 'boolean') throw invalid('ERR_INVALID_ARG_TYPE', 'listen must be a boolean.');
  return value;
}

function wholeNumber(name: keyof typeof RANGES, value: unknown): number {
  if (value === undefined) return DEFAULTS[name];
  if (typeof value !== 'number') throw invalid('ERR_INVALID_ARG_TYPE', `${name} must be a number.`);
  const [lowest, highest] = RANGES[name];
  if (Number.isInteger(value) && value >= lowest && value <= highest) return value;
  throw invalid('ERR_INVALID_ARG_VALUE', `${name} must be a whole number from ${lowest} to ${highest}.`);
}

function invalid(code: 'ERR_INVALID_ARG_TYPE' | 'ERR_INVALID_ARG_VALUE', message: string): TypeError {
  return Object.assign(new TypeError(`postgresStore: ${message}`), { code });
}
