import { createKeySet, type KeySelector } from '../jwks/key-set.ts';
import type { AdmittedKey } from '../keys/admit-key.ts';
import type { KeyInput } from '../keys/key-input.ts';
import { admitKeys, assertDistinct } from '../keys/key-ring.ts';
import { chain, type MaybePromise } from '../maybe-promise.ts';

/** Where an issuer's keys come from. */
export interface KeySource {
  /**
   * The key that a token's header names; `undefined` when the issuer has none such.
   *
   * @throws KeysUnavailableError when the keys cannot be had
   */
  find(selector: KeySelector): MaybePromise<AdmittedKey | undefined>;
}

/** Keys given in the configuration. @throws TypeError as for the keys of an auth */
export function localKeys(input: KeyInput | readonly KeyInput[] | undefined, name: string): KeySource {
  const set = chain(admitKeys(input, name), (keys) => {
    assertDistinct(keys, name);
    return createKeySet(keys.map((key) => ({ kid: key.kid, key })));
  });
  // Whoever asks for a key meets the rejection; nobody has to.
  if (set instanceof Promise) set.catch(() => {});
  return Object.freeze({ find: (selector: KeySelector) => chain(set, ({ find }) => find(selector)) });
}
