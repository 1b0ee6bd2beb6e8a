import { StoreUnavailableError } from '../errors/errors.ts';
import type { TokenStore } from '../store.ts';
import { type BackendOptions, retryAfterSeconds, withDeadline } from './deadline.ts';
import type { Outages } from './outages.ts';
import type { StorePromises } from './store-promises.ts';

/** The methods of a store that core calls. */
export type GuardedStore = Omit<TokenStore, 'watch' | 'check' | 'capabilities'>;

export interface GuardedStoreOptions extends BackendOptions {
  readonly outages: Outages;
  readonly promises: StorePromises;
}

/**
 * A store that fails in one way only: whatever its backend throws, and silence beyond the time limit, is a
 * {@link StoreUnavailableError} (503). Whether the step was taken is then unknown (I7: nothing is accepted on it).
 */
export function guardStore(
  store: TokenStore,
  { outages, promises, ...backend }: GuardedStoreOptions,
): GuardedStore {
  /** Waits for the store's promises first where they are required; one time limit for both. */
  function ask<T>(call: () => Promise<T>): Promise<T> {
    const admission = promises.admit();
    return askStore(backend, admission === undefined ? call : () => admission.then(call));
  }

  /** For what only names from our own tokens reach: its failures tell that the store is away, and not that somebody sent it something odd. */
  async function orAway<T>(call: () => Promise<T>): Promise<T> {
    const startedAt = outages.begin();
    try {
      return await call();
    } catch (error) {
      outages.failed(startedAt);
      throw error;
    }
  }

  async function written<T>(call: () => Promise<T>): Promise<T> {
    const startedAt = outages.begin();
    const answer = await call();
    outages.written(startedAt);
    return answer;
  }

  return Object.freeze({
    name: store.name,
    durable: store.durable,
    create: (session, rule) => written(() => ask(() => store.create(session, rule))),
    find: (ref, now) => orAway(() => ask(() => store.find(ref, now))),
    advance: (ref, from, next) => written(() => orAway(() => ask(() => store.advance(ref, from, next)))),
    revoke: (target, mark) => written(() => ask(() => store.revoke(target, mark))),
    blacklist: (token, now) => written(() => ask(async () => (await store.blacklist(token, now)) === true)),
    isLive: (ids, now) => orAway(() => ask(async () => (await store.isLive(ids, now)) === true)),
    list: (subject, now) => ask(() => store.list(subject, now)),
    prune: (now, limit) => ask(() => store.prune(now, limit)),
  } satisfies GuardedStore);
}

/** The part of a store that knows tokens by their ids. */
export type GuardedTokens = Pick<GuardedStore, 'blacklist' | 'isLive'>;

/** The same of a store that is asked about tokens alone. */
export function guardTokens(store: GuardedTokens, backend: BackendOptions): GuardedTokens {
  return Object.freeze({
    blacklist: (token, now) => askStore(backend, async () => (await store.blacklist(token, now)) === true),
    isLive: (ids, now) => askStore(backend, async () => (await store.isLive(ids, now)) === true),
  } satisfies GuardedTokens);
}

/** Asks a store for one thing. @throws StoreUnavailableError; the store's own word that a limit is reached, which is no failure */
export async function askStore<T>(
  { timeoutMs, onFailure }: BackendOptions,
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await withDeadline(call, timeoutMs);
  } catch (cause) {
    if (isSessionLimit(cause)) throw cause;
    onFailure?.('store', cause);
    throw new StoreUnavailableError({ cause, retryAfter: retryAfterSeconds() });
  }
}

/** By its code: the store may have been built with another copy of the class. */
export function isSessionLimit(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'session_limit';
}
