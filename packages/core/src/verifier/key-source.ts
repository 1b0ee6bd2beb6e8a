import { createKeySet, type KeySelector } from '../jwks/key-set.ts';
import type { AdmittedKey } from '../keys/admit-key.ts';
import type { KeyInput } from '../keys/key-input.ts';
import { givenKid } from '../keys/key-material.ts';
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

/**
 * Keys given in the configuration. One with a kid is found by it; one without, for tokens of whatever kid, where it is the only such key of
 * its algorithm.
 *
 * @throws TypeError as for the keys of an auth
 */
export function localKeys(input: KeyInput | readonly KeyInput[] | undefined, name: string): KeySource {
  let sets = chain(admitKeys(input, name), (keys) => {
    assertDistinct(keys, name);
    const inputs = [input ?? []].flat();
    const published = keys.map((key, index) => ({ kid: inputs[index] && givenKid(inputs[index]), key }));
    return {
      all: createKeySet(published),
      unnamed: createKeySet(published.filter(({ kid }) => kid === undefined)),
    };
  });
  // Whoever asks for a key meets the rejection; nobody has to.
  if (sets instanceof Promise) {
    sets.then(
      (ready) => {
        sets = ready;
      },
      () => {},
    );
  }
  return Object.freeze({
    find: (selector: KeySelector) =>
      chain(sets, ({ all, unnamed }) => all.find(selector) ?? unnamed.find({ ...selector, kid: undefined })),
  });
}
