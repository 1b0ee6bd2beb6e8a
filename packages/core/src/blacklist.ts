import { BlacklistStoreError } from './store/blacklist-error.ts';
import { type FromBlacklistOptions, resolveBlacklistOptions } from './store/blacklist-options.ts';
import { COLLECT_AFTER_MS, type SessionRef, type TokenStore } from './store.ts';

export { BlacklistStoreError, type BlacklistStoreErrorCode } from './store/blacklist-error.ts';
export type { FromBlacklistOptions } from './store/blacklist-options.ts';

/** What {@link fromBlacklist} needs of a service: it remembers names, and who was first to add one. */
export interface BlacklistService {
  /**
   * Adds a name until `forgetAt`, atomically: `true` for the first caller only, `false` for every later one. Rejects when that cannot
   * be told; it never answers in its place.
   *
   * @param name - Text of any characters; as long as the subject and the id together. Hash it where the service wants it short.
   * @param forgetAt - When the service may forget the name by its own clock, in ms since the epoch: an hour after its end.
   */
  add(name: string, forgetAt: number): Promise<boolean>;
  /** Whether the name was added; strongly consistent: an `add` acknowledged before is seen. */
  has(name: string): Promise<boolean>;
}

/**
 * Makes a store out of a bare blacklist, for those who have a key-value service and no database: single use of each generation, and
 * revocation of a session or a token by its id. It keeps no records, so `createAuth` refuses grace, epochs, session lists and
 * whatever else needs them.
 *
 * A session that the service does not name counts as alive: a service that forgets names early lets revoked sessions live again.
 *
 * @throws `TypeError` with code `ERR_INVALID_ARG_TYPE` or `ERR_INVALID_ARG_VALUE` for a wrong service or option.
 * The methods that need records reject with {@link BlacklistStoreError}.
 * @example
 * import { fromBlacklist } from '@tokenpair/core/blacklist';
 *
 * const store = fromBlacklist({
 *   add: async (name, forgetAt) => (await redis.set(name, '1', { NX: true, PXAT: forgetAt })) === 'OK',
 *   has: async (name) => (await redis.exists(name)) === 1,
 * });
 */
export function fromBlacklist(service: BlacklistService, options: FromBlacklistOptions = {}): TokenStore {
  const { name, durable } = resolveBlacklistOptions(service, options);

  const add = async (key: string, until: number): Promise<boolean> =>
    toBoolean(await service.add(key, until + COLLECT_AFTER_MS));
  const has = async (key: string): Promise<boolean> => toBoolean(await service.has(key));
  const missing = (): Promise<never> => Promise.reject(new BlacklistStoreError('not_supported'));

  return Object.freeze<TokenStore>({
    name,
    durable,
    capabilities: Object.freeze([]),

    async revoke(target, { until }) {
      if (!('id' in target)) throw new BlacklistStoreError('not_supported');
      if (until === undefined) throw new BlacklistStoreError('until_missing');
      return (await add(nameOf('session', target), until)) ? 1 : 0;
    },

    blacklist: (token) => add(nameOf('token', token), token.expiresAt),

    async isLive({ session, token }) {
      const names = [session && nameOf('session', session), token && nameOf('token', token)];
      const refused = await Promise.all(names.map((key) => key !== undefined && has(key)));
      return !refused.includes(true);
    },

    prune: async () => 0, // the service forgets by itself

    create: missing,
    find: missing,
    advance: missing,
    list: missing,
  });
}

// JSON keeps the parts apart, and escapes what UTF-8 cannot carry.
function nameOf(kind: 'session' | 'token', { subject, id }: SessionRef): string {
  return `${kind}${JSON.stringify([subject, id])}`;
}

/** A service that says something else than yes or no has not answered. */
function toBoolean(answer: unknown): boolean {
  if (typeof answer === 'boolean') return answer;
  throw new BlacklistStoreError('no_answer');
}
