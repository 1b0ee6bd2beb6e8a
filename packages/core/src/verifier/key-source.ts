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

export interface KeySelector {
  readonly kid: string | undefined;
  readonly alg: string;
}

/** Keys given in the configuration. @throws TypeError as for the keys of an auth */
export function localKeys(input: KeyInput | readonly KeyInput[] | undefined, name: string): KeySource {
  const admitted = chain(admitKeys(input, name), (keys) => {
    assertDistinct(keys, name);
    return keys;
  });
  // Whoever asks for a key meets the rejection; nobody has to.
  if (admitted instanceof Promise) admitted.catch(() => {});
  return Object.freeze({
    find: (selector: KeySelector) => chain(admitted, (keys) => selectKey(keys, selector)),
  });
}

/** By kid and algorithm; a token without kid only where one key alone can be meant. */
export function selectKey(keys: readonly AdmittedKey[], { kid, alg }: KeySelector): AdmittedKey | undefined {
  const fitting = keys.filter((key) => key.alg === alg && (kid === undefined || key.kid === kid));
  return fitting.length === 1 ? fitting[0] : undefined;
}
