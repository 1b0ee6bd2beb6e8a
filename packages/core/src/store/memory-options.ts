/** Options of `memoryStore`. */
export interface MemoryStoreOptions {
  /**
   * Most sessions held at once: live ones, ended ones and tombstones, until they are pruned. A login beyond it rejects.
   *
   * @default 100_000
   */
  readonly maxSessions?: number;
  /**
   * Most blacklisted token ids held at once, until they are pruned. An id beyond it rejects.
   *
   * @default 100_000
   */
  readonly maxBlacklisted?: number;
}

/** {@link MemoryStoreOptions}, checked and complete. */
export type ResolvedMemoryStoreOptions = Required<MemoryStoreOptions>;

const DEFAULTS: ResolvedMemoryStoreOptions = { maxSessions: 100_000, maxBlacklisted: 100_000 };

/** Checks the options and fills in the defaults. */
export function resolveMemoryStoreOptions(options: MemoryStoreOptions): ResolvedMemoryStoreOptions {
  if (typeof options !== 'object' || options === null) {
    throw invalid('ERR_INVALID_ARG_TYPE', 'memoryStore: options must be an object.');
  }
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(DEFAULTS, name))
      throw invalid('ERR_INVALID_ARG_VALUE', `memoryStore: unknown option "${name}".`);
  }
  return Object.freeze({
    maxSessions: ceiling('maxSessions', options.maxSessions),
    maxBlacklisted: ceiling('maxBlacklisted', options.maxBlacklisted),
  });
}

function ceiling(name: keyof ResolvedMemoryStoreOptions, value: unknown): number {
  if (value === undefined) return DEFAULTS[name];
  if (typeof value !== 'number')
    throw invalid('ERR_INVALID_ARG_TYPE', `memoryStore: ${name} must be a number.`);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw invalid('ERR_INVALID_ARG_VALUE', `memoryStore: ${name} must be a whole number, 1 or more.`);
}

function invalid(code: 'ERR_INVALID_ARG_TYPE' | 'ERR_INVALID_ARG_VALUE', message: string): TypeError {
  return Object.assign(new TypeError(message), { code });
}
