import { StoreUnavailableError } from '../errors/errors.ts';
import { SessionLimitError, type TokenStore } from '../store.ts';
import { type BackendOptions, retryAfterSeconds, withDeadline } from './deadline.ts';
import type { Outages } from './outages.ts';
import type { StorePromises } from './store-promises.ts';

/** The methods of a store that core calls. */
export type GuardedStore = Omit<TokenStore, 'watch' | 'check' | 'capabilities'>;

export interface GuardedStoreOptions extends BackendOptions {
  /** Told of failures and answers. */
  readonly outages?: Outages;
  /** Asked before every call. */
  readonly promises?: StorePromises;
}

/**
 * A store that fails in one way only: whatever its backend throws, and silence beyond the time limit, is a
 * {@link StoreUnavailableError} (503). Whether the step was taken is then unknown (I7: nothing is accepted on it).
 */
export function guardStore(store: TokenStore, options: GuardedStoreOptions): GuardedStore {
  const { timeoutMs, onFailure, outages, promises } = options;

  async function ask<T>(call: () => Promise<T>): Promise<T> {
    const startedAt = outages?.begin() ?? 0;
    try {
      const answer = await admitted(call);
      outages?.answered(startedAt);
      return answer;
    } catch (cause) {
      if (cause instanceof SessionLimitError) throw cause;
      outages?.failed(startedAt);
      onFailure?.('store', cause);
      throw new StoreUnavailableError({ cause, retryAfter: retryAfterSeconds() });
    }
  }

  function admitted<T>(call: () => Promise<T>): Promise<T> {
    const admission = promises?.admit();
    const run = (): Promise<T> => withDeadline(call, timeoutMs);
    return admission === undefined ? run() : admission.then(run);
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
