import { KeysUnavailableError } from '../errors/errors.ts';
import type { AdmittedKey } from '../keys/admit-key.ts';
import { chain, type MaybePromise } from '../maybe-promise.ts';
import { createSteadyClock } from '../steady-clock.ts';
import { fetchDocument } from './fetch-document.ts';
import { createHeldKeys, type HeldTimes } from './held-keys.ts';
import { type JwksOptions, resolveJwksOptions } from './jwks-options.ts';
import type { KeySelector, KeySet } from './key-set.ts';
import { createLoader } from './loader.ts';
import { readKeySet } from './read-key-set.ts';
import { type JwksSnapshot, restoreSnapshot, takeSnapshot } from './snapshot.ts';
import { createUnknownKids } from './unknown-kids.ts';

/** The keys of one issuer, fetched from its URL when they are needed. Clients share nothing. */
export interface JwksClient {
  /**
   * The key for a token's header; `undefined` when the issuer has no such key. Without a promise unless a fetch must be waited
   * for: never for a known kid while the set is fresh or stale, at most once a cooldown for all unknown kids together.
   *
   * Ask it at every verification: a key that was good a minute ago may be gone.
   *
   * @throws KeysUnavailableError at once or as a rejection, when there are no keys to be had; the reason is its `cause`
   */
  find(selector: KeySelector): MaybePromise<AdmittedKey | undefined>;
  /**
   * Fetches the keys now, whatever cooldown and back-off say, or joins the fetch under way. For a warm start, and for getting
   * rid of a key that the issuer has withdrawn: by itself that takes until the first request after the set's freshness, and while the
   * issuer fails up to `staleIfErrorMs` more.
   *
   * @throws KeysUnavailableError
   */
  refresh(): Promise<void>;
  /** The keys held, as JSON; `undefined` before the first. */
  snapshot(): JwksSnapshot | undefined;
  /** Rises whenever the set of keys changes; 0 before the first set. */
  readonly version: number;
}

/** As long as a kid may be; a key with a longer one is not admitted. */
const MAX_KID_LENGTH = 255;

/**
 * Makes a client for the keys of one issuer. Nothing is fetched yet, and no timer ever runs but the time limit of a fetch.
 *
 * @param name of the options in messages
 * @throws TypeError for a wrong or unknown option, two algorithms for one type of key, or a snapshot that does not fit
 * @see RFC 7517 §5
 */
export function createJwksClient(options: JwksOptions, name = 'jwks'): JwksClient {
  const settings = resolveJwksOptions(options, name);
  const algorithms = new Set<string>(settings.algorithmOf.values());
  const now = createSteadyClock(settings.clock);
  const held = createHeldKeys(settings.staleIfErrorMs);
  const unknownKids = createUnknownKids(settings.cooldownMs);
  const loader = createLoader({ work: fetchKeys, now, random: settings.random });
  let restoring = restore(settings.snapshot);

  /** Gives a promise only where the engine imports keys asynchronously; what it cannot import there is fetched instead. */
  function restore(snapshot: JwksSnapshot | undefined): Promise<void> | undefined {
    if (snapshot === undefined) return undefined;
    const { keys, ...times } = restoreSnapshot(snapshot, `${name}.snapshot`, settings);
    const restored = chain(keys, (set) => install(set, times));
    if (!(restored instanceof Promise)) return undefined;
    return restored
      .catch(() => {})
      .finally(() => {
        restoring = undefined;
      });
  }

  async function fetchKeys(): Promise<void> {
    const { document, freshMs } = await fetchDocument(settings);
    install(await readKeySet(document, settings), { ageMs: 0, freshMs });
  }

  function install(set: KeySet, times: HeldTimes): void {
    if (held.install(set, times, now())) unknownKids.clear();
  }

  function find(selector: KeySelector): MaybePromise<AdmittedKey | undefined> {
    const { kid, alg } = selector;
    if (!algorithms.has(alg) || !isKid(kid)) return undefined;
    if (restoring !== undefined) return restoring.then(() => find(selector));
    const time = now();
    const set = held.usableAt(time);
    const fresh = held.isFreshAt(time);
    if (set?.knows(kid)) {
      if (!fresh) revalidate(time);
      return set.find(selector);
    }
    if (!loader.busy) {
      if (fresh && !mayFetchFor(kid, time)) return undefined;
      if (loader.waitAt(time) > 0) throw unavailable(time);
    }
    return loader.load().then((loaded) => settle(selector, loaded));
  }

  /** In the background: a load never rejects. */
  function revalidate(time: number): void {
    if (!loader.busy && loader.waitAt(time) === 0) void loader.load();
  }

  function mayFetchFor(kid: string | undefined, time: number): boolean {
    return kid !== undefined && loader.waitAt(time) === 0 && unknownKids.claimFetch(kid, time);
  }

  /** The answer to who waited for a load, by what is held now: a failed load takes nothing away from a fresh set. */
  function settle(selector: KeySelector, loaded: boolean): AdmittedKey | undefined {
    const { kid } = selector;
    const time = now();
    const set = held.usableAt(time);
    if (set?.knows(kid)) return set.find(selector);
    if (!held.isFreshAt(time)) throw unavailable(time);
    if (loaded && kid !== undefined) unknownKids.missed(kid, time);
    return undefined;
  }

  /** A new error for each caller: the boundary writes on it how it is answered. */
  function unavailable(time: number): KeysUnavailableError {
    const retryAfter = Math.max(1, Math.ceil(loader.waitAt(time) / 1_000));
    return new KeysUnavailableError({ cause: loader.failure, retryAfter });
  }

  return Object.freeze({
    find,
    async refresh() {
      if (restoring !== undefined) await restoring;
      if (!(await loader.load())) throw unavailable(now());
    },
    snapshot: () => takeSnapshot(held, settings, now()),
    get version() {
      return held.version;
    },
  } satisfies JwksClient);
}

function isKid(kid: unknown): kid is string | undefined {
  return kid === undefined || (typeof kid === 'string' && kid.length <= MAX_KID_LENGTH);
}
