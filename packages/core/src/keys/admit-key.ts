/**
 * Key admission: what may become a key at all. Everything here happens before a key is used and ends in a `TypeError`
 * that names the option and never shows the key.
 *
 * @see RFC 7518 §3.2 (secrets as long as the hash), §3.3 and §3.5 (RSA of 2048 bits), RFC 8725 §3.1 (one algorithm a key)
 * @module
 */
import { assertOptions, assertText, invalidValue, isConfigurationError } from '../config/check.ts';
import type { EngineKey } from '../engine/port.ts';
import { chain, type MaybePromise } from '../maybe-promise.ts';
import { ALGORITHMS, isAlgorithm } from './algorithms.ts';
import type { KeyInput } from './key-input.ts';
import { givenKid, loadKey } from './key-material.ts';
import { assertStrength } from './key-strength.ts';

/** A key that passed admission. */
export interface AdmittedKey extends EngineKey {
  readonly kid: string;
}

const PROOF = 'tokenpair';

/** Judges one key of the configuration. @throws TypeError naming `name`, never the key's content */
export function admitKey(input: KeyInput, name: string): MaybePromise<AdmittedKey> {
  assertOptions(input, name, ['alg', 'kid', 'secret', 'privateKey', 'publicKey']);
  if (!isAlgorithm(input.alg)) {
    throw invalidValue(`${name}.alg must be one of ${Object.keys(ALGORITHMS).join(', ')}`);
  }
  return chain(importKey(input, name), (key) => {
    assertStrength(key, name);
    return chain(proveKey(key, name), () => nameKey(key, input, name));
  });
}

function nameKey(key: EngineKey, input: KeyInput, name: string): AdmittedKey {
  const kid = givenKid(input) ?? key.fingerprint;
  assertText(kid, `${name}.kid`);
  return { ...key, kid };
}

/** A key that signs has to know its own signature: the halves of a JWK need not belong together. */
function proveKey({ signAtOnce, verify, ...key }: EngineKey, name: string): MaybePromise<void> {
  const sign = signAtOnce ?? key.sign;
  if (sign === undefined) return;
  const matches = chain(sign(PROOF), (signature) => verify(PROOF, signature));
  return chain(matches, (genuine) => {
    if (!genuine) throw invalidValue(`${name}: its private and its public half do not belong together`);
  });
}

/** What an engine says of a key it cannot read may quote the key: it goes into the cause. */
function importKey(input: KeyInput, name: string): MaybePromise<EngineKey> {
  const refuse = (cause: unknown): never => {
    if (isConfigurationError(cause)) throw cause;
    throw invalidValue(`${name} is no key that ${input.alg} can use`, cause);
  };
  try {
    const key = loadKey(input, name);
    return key instanceof Promise ? key.catch(refuse) : key;
  } catch (cause) {
    return refuse(cause);
  }
}
