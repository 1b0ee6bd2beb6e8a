/** Options of `fromBlacklist`. */
export interface FromBlacklistOptions {
  /**
   * For messages and events.
   *
   * @default 'blacklist'
   */
  readonly name?: string;
  /**
   * Whether the service keeps what it acknowledged when this process ends. It cannot be known here.
   *
   * @default false
   */
  readonly durable?: boolean;
}

/** {@link FromBlacklistOptions}, checked and complete. */
export type ResolvedBlacklistOptions = Required<FromBlacklistOptions>;

const DEFAULTS: ResolvedBlacklistOptions = { name: 'blacklist', durable: false };

/** Checks the service and the options and fills in the defaults. */
export function resolveBlacklistOptions(
  service: unknown,
  options: FromBlacklistOptions,
): ResolvedBlacklistOptions {
  const { add, has } = (service ?? {}) as { add?: unknown; has?: unknown };
  if (typeof add !== 'function' || typeof has !== 'function')
    throw invalid('ERR_INVALID_ARG_TYPE', 'the service must have the methods add and has.');
  if (typeof options !== 'object' || options === null)
    throw invalid('ERR_INVALID_ARG_TYPE', 'options must be an object.');
  for (const name of Object.keys(options))
    if (!Object.hasOwn(DEFAULTS, name)) throw invalid('ERR_INVALID_ARG_VALUE', `unknown option "${name}".`);
  const { name = DEFAULTS.name, durable = DEFAULTS.durable } = options;
  if (typeof name !== 'string') throw invalid('ERR_INVALID_ARG_TYPE', 'name must be a string.');
  if (name === '') throw invalid('ERR_INVALID_ARG_VALUE', 'name must not be empty.');
  if (typeof durable !== 'boolean') throw invalid('ERR_INVALID_ARG_TYPE', 'durable must be true or false.');
  return Object.freeze({ name, durable });
}

function invalid(code: 'ERR_INVALID_ARG_TYPE' | 'ERR_INVALID_ARG_VALUE', problem: string): TypeError {
  return Object.assign(new TypeError(`fromBlacklist: ${problem}`), { code });
}
