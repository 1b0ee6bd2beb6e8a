import { createQuery, type MariadbPool, type Query } from './driver.ts';

/** Options of `mariadbStore`. */
export interface MariadbStoreOptions {
  /**
   * What the names of the tables begin with: 1 to 40 lower-case letters, digits and underscores. Stores with different ones share nothing.
   *
   * @default 'tokenpair_'
   */
  readonly prefix?: string;
  /**
   * How often the watcher reads the feed, in ms, 50 to 1,000: the most that a revocation takes to reach another node.
   *
   * @default 500
   */
  readonly pollMs?: number;
  /**
   * How often a step is tried again that the server rolled back for the sake of another (a deadlock), 0 to 100. Nothing else is ever tried again.
   *
   * @default 10
   */
  readonly retries?: number;
  /**
   * How long a step may take, the wait for a connection of the pool included, in ms, 100 to 60,000. Then it is not begun any more, or its connection is closed.
   *
   * @default 2000
   */
  readonly timeoutMs?: number;
}

/** {@link MariadbStoreOptions}, checked and complete. */
export type ResolvedMariadbStoreOptions = Required<MariadbStoreOptions>;

const DEFAULTS: ResolvedMariadbStoreOptions = {
  prefix: 'tokenpair_',
  pollMs: 500,
  retries: 10,
  timeoutMs: 2_000,
};
const RANGES = { pollMs: [50, 1_000], retries: [0, 100], timeoutMs: [100, 60_000] } as const;

/** Checks the options and fills in the defaults. */
export function resolveMariadbStoreOptions(options: MariadbStoreOptions): ResolvedMariadbStoreOptions {
  if (typeof options !== 'object' || options === null) {
    throw invalid('ERR_INVALID_ARG_TYPE', 'options must be an object.');
  }
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(DEFAULTS, name)) throw invalid('ERR_INVALID_ARG_VALUE', `unknown option "${name}".`);
  }
  return Object.freeze({
    prefix: tablePrefix(options.prefix),
    pollMs: wholeNumber('pollMs', options.pollMs),
    retries: wholeNumber('retries', options.retries),
    timeoutMs: wholeNumber('timeoutMs', options.timeoutMs),
  });
}

/** Tells the two drivers apart, and refuses what is neither, so that the mistake shows where the store is made. */
export function queryOf(pool: unknown): Query {
  const has = (name: string): boolean =>
    typeof (pool as Record<string, unknown> | null | undefined)?.[name] === 'function';
  if (!has('getConnection') || has('promise')) {
    throw invalid('ERR_INVALID_ARG_TYPE', 'the client must be a pool of mysql2/promise or of mariadb.');
  }
  const isMariadb = has('activeConnections');
  return createQuery(pool as MariadbPool, {
    resultsIn: (answer) => (isMariadb ? answer : (answer as unknown[])[0]),
  });
}

function tablePrefix(value: unknown): string {
  if (value === undefined) return DEFAULTS.prefix;
  if (typeof value !== 'string') throw invalid('ERR_INVALID_ARG_TYPE', 'prefix must be a string.');
  if (/^[a-z0-9_]{1,40}$/.test(value)) return value;
  throw invalid(
    'ERR_INVALID_ARG_VALUE',
    'prefix must have 1 to 40 characters, all of them lower-case letters, digits or underscores.',
  );
}

function wholeNumber(name: keyof typeof RANGES, value: unknown): number {
  if (value === undefined) return DEFAULTS[name];
  const [least, most] = RANGES[name];
  if (typeof value !== 'number') throw invalid('ERR_INVALID_ARG_TYPE', `${name} must be a number.`);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw invalid('ERR_INVALID_ARG_VALUE', `${name} must be a whole number from ${least} to ${most}.`);
}

function invalid(code: 'ERR_INVALID_ARG_TYPE' | 'ERR_INVALID_ARG_VALUE', message: string): TypeError {
  return Object.assign(new TypeError(`mariadbStore: ${message}`), { code });
}
