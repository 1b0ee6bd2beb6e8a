import { StoreUnavailableError } from '../errors/errors.ts';
import { SessionLimitError, type TokenStore } from '../store.ts';
import { type BackendOptions, retryAfterSeconds, withDeadline } from './deadline.ts';

/** The methods of a store that core calls. */
export type GuardedStore = Omit<TokenStore, 'watch'>;

/**
 * A store that fails in one way only: whatever its backend throws, and silence beyond the time limit, is a
 * {@link StoreUnavailableError} (503). Whether the step was taken is then unknown (I7: nothing is accepted on it).
 */
export function guardStore(store: TokenStore, { timeoutMs, onFailure }: BackendOptions): GuardedStore {
  async function ask<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await withDeadline(call, timeoutMs);
    } catch (cause) {
      if (cause instanceof SessionLimitError) throw cause;
      onFailure?.('store', cause);
      throw new StoreUnavailableError({ cause, retryAfter: retryAfterSeconds() });
    }
  }

  return Object.freeze({
    name: store.name,
    durable: store.durable,
    create: (session, rule) => ask(() => store.create(session, rule)),
    find: (ref, now) => ask(() => store.find(ref, now)),
    advance: (ref, from, next) => ask(() => store.advance(ref, from, next)),
    revoke: (target, mark) => ask(() => store.revoke(target, mark)),
    blacklist: (token, now) => ask(async () => (await store.blacklist(token, now)) === true),
    isLive: (ids, now) => ask(async () => (await store.isLive(ids, now)) === true),
    list: (subject, now) => ask(() => store.list(subject, now)),
    prune: (now, limit) => ask(() => store.prune(now, limit)),
  } satisfies GuardedStore);
}
