/** Options of `redisStore`. */
export interface RedisStoreOptions {
  /**
   * What every key and channel begins with; 1 to 200 characters of any kind. Stores with different prefixes share nothing. A `keyPrefix`
   * of the client does not count: ioredis clients that have one are refused, node-redis ignores it for the store's commands.
   *
   * @default 'tokenpair'
   */
  readonly prefix?: string;
  /**
   * How many replicas have to acknowledge a write before the call resolves, 0 to 100. Fewer within `waitMs`, and it rejects with a
   * `RedisStoreError` of code `not_replicated`. Give the store a client of its own then: `WAIT` holds up its connection.
   *
   * @default 0
   * @see {@link https://redis.io/docs/latest/commands/wait/ | WAIT}
   */
  readonly waitReplicas?: number;
  /**
   * How long to wait for them, in ms, 1 to 60,000. Keep it below the auth's own time limit for the store.
   *
   * @default 1_000
   */
  readonly waitMs?: number;
}

/** {@link RedisStoreOptions}, checked and complete. */
export type ResolvedRedisStoreOptions = Required<RedisStoreOptions>;

const DEFAULTS: ResolvedRedisStoreOptions = { prefix: 'tokenpair', waitReplicas: 0, waitMs: 1_000 };
const RANGES = { waitReplicas: [0, 100], waitMs: [1, 60_000] } as const;
const LONGEST_PREFIX = 200;

/** Checks the options and fills in the defaults. */
export function resolveRedisStoreOptions(options: RedisStoreOptions): ResolvedRedisStoreOptions {
  if (typeof options !== 'object' || options === null) {
    throw invalid('ERR_INVALID_ARG_TYPE', 'redisStore: options must be an object.');
  }
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(DEFAULTS, name))
      throw invalid('ERR_INVALID_ARG_VALUE', `redisStore: unknown option "${name}".`);
  }
  return Object.freeze({
    prefix: text(options.prefix),
    waitReplicas: whole('waitReplicas', options.waitReplicas),
    waitMs: whole('waitMs', options.waitMs),
  });
}

function text(prefix: unknown): string {
  if (prefix === undefined) return DEFAULTS.prefix;
  if (typeof prefix !== 'string')
    throw invalid('ERR_INVALID_ARG_TYPE', 'redisStore: prefix must be a string.');
  if (prefix.length > 0 && prefix.length <= LONGEST_PREFIX) return prefix;
  throw invalid('ERR_INVALID_ARG_VALUE', `redisStore: prefix must have 1 to ${LONGEST_PREFIX} characters.`);
}

function whole(name: keyof typeof RANGES, value: unknown): number {
  if (value === undefined) return DEFAULTS[name];
  if (typeof value !== 'number')
    throw invalid('ERR_INVALID_ARG_TYPE', `redisStore: ${name} must be a number.`);
  const [lowest, highest] = RANGES[name];
  if (Number.isInteger(value) && value >= lowest && value <= highest) return value;
  throw invalid(
    'ERR_INVALID_ARG_VALUE',
    `redisStore: ${name} must be a whole number from ${lowest} to ${highest}.`,
  );
}

/** A wrong argument, with Node's code for it. */
export function invalid(code: 'ERR_INVALID_ARG_TYPE' | 'ERR_INVALID_ARG_VALUE', message: string): TypeError {
  return Object.assign(new TypeError(message), { code });
}
