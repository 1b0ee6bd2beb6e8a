import { invalidType, invalidValue } from '../config/check.ts';
import type { EngineKey } from '../engine/port.ts';
import { all, chain, type MaybePromise } from '../maybe-promise.ts';
import { type AdmittedKey, admitKey } from './admit-key.ts';
import type { KeyInput } from './key-input.ts';

/** A key that can sign. */
export type SigningKey = AdmittedKey & { readonly sign: NonNullable<EngineKey['sign']> };

/** The keys of one purpose: the first signs, all verify. */
export interface KeyRing extends KeyManager {
  readonly keys: readonly AdmittedKey[];
  readonly signer: SigningKey;
  /** Set while the keys are still being imported, on a runtime that does so asynchronously. Rejects when one may not be a key. */
  readonly ready: Promise<void> | undefined;
  /** Calls the listener now, or once ready, and at every change of the keys. */
  onChange(listener: () => void): void;
  /** Another ring of the same auth: no kid may name two keys, no key have two algorithms. */
  keepApart(ring: KeyRing): void;
}

/**
 * Keys at run time. A rotation is three steps, each on every node before the next begins anywhere: publish the new key, sign
 * with it once every verifier has fetched it, retire the old one when its last token has died.
 */
export interface KeyManager {
  /** The keys by kid, the signing one first; none before they are imported (`ready()` of the auth). */
  list(): readonly { readonly kid: string; readonly alg: string }[];
  /** Adds a key that verifies and, if asymmetric, is published; it does not sign yet. Gives its kid. @throws TypeError as `createAuth` */
  publish(key: KeyInput): MaybePromise<string>;
  /** Signs with a published key from now on. @throws TypeError for an unknown or a public key */
  signWith(kid: string): void;
  /** Removes a key: from now on its tokens are refused. @throws TypeError for an unknown key and for the one that signs */
  retire(kid: string): void;
}

/**
 * Admits the keys of one option; `beside` is another ring of the same auth, of which these are kept apart.
 *
 * @throws TypeError for a key that may not be one, a repeated kid, a key used twice
 */
export function createKeyRing(
  input: KeyInput | readonly KeyInput[] | undefined,
  name: string,
  beside?: KeyRing,
): KeyRing {
  const listeners: (() => void)[] = [];
  const besides: KeyRing[] = beside === undefined ? [] : [beside];
  let keys: readonly AdmittedKey[] = [];
  let ready: Promise<void> | undefined;

  function install(next: readonly AdmittedKey[]): void {
    assertDistinct(
      union(
        next,
        besides.flatMap((ring) => ring.keys),
      ),
      name,
    );
    assertSigner(next[0], `${name}[0]`);
    const before = keys;
    keys = Object.freeze([...next]);
    try {
      for (const listener of listeners) listener();
    } catch (error) {
      keys = before;
      for (const listener of listeners) listener();
      throw error;
    }
  }

  function find(kid: string): AdmittedKey {
    const key = keys.find((each) => each.kid === kid);
    if (key === undefined) throw invalidValue(`${name} has no such key`);
    return key;
  }

  const installed = chain(admitKeys(input, name), (next) => chain(beside?.ready, () => install(next)));
  if (installed instanceof Promise) {
    ready = installed;
    // Whoever uses the ring meets the rejection, however late; nobody has to.
    installed.then(
      () => {
        ready = undefined;
      },
      () => {},
    );
  }

  const ring: KeyRing = Object.freeze({
    get keys() {
      return keys;
    },
    get signer() {
      return assertSigner(keys[0], name);
    },
    get ready() {
      return ready;
    },
    onChange(listener: () => void) {
      if (keys.length > 0) listener();
      listeners.push(listener);
    },
    keepApart(ring: KeyRing) {
      besides.push(ring);
    },
    list: () => keys.map(({ kid, alg }) => ({ kid, alg })),
    publish: (key: KeyInput) =>
      chain(
        chain(ready, () => admitKey(key, 'key')),
        (admitted) => {
          install([...keys, admitted]);
          return admitted.kid;
        },
      ),
    signWith(kid: string) {
      const key = find(kid);
      install([key, ...keys.filter((each) => each !== key)]);
    },
    retire(kid: string) {
      const key = find(kid);
      if (key === keys[0]) throw invalidValue(`${name}: the key that signs cannot be retired`);
      install(keys.filter((each) => each !== key));
    },
  } satisfies KeyRing);
  beside?.keepApart(ring);
  return ring;
}

/** Admits a list of keys that verify; none, one or many given. @throws TypeError */
export function admitKeys(
  input: KeyInput | readonly KeyInput[] | undefined,
  name: string,
): MaybePromise<readonly AdmittedKey[]> {
  const inputs: readonly KeyInput[] = [input ?? []].flat();
  if (inputs.length === 0) throw invalidType(`${name} must hold at least one key`);
  return all(inputs.map((key, index) => admitKey(key, `${name}[${index}]`)));
}

export function assertDistinct(keys: readonly AdmittedKey[], name: string): void {
  const kids = new Set(keys.map((key) => key.kid));
  if (kids.size < keys.length) throw invalidValue(`${name} has two keys of one kid`);
  const prints = new Set(keys.map((key) => key.fingerprint));
  if (prints.size < keys.length) throw invalidValue(`${name} has one key twice; a key is for one algorithm`);
}

/** The keys of two rings; one that is in both, under one name and for one algorithm, counts once. */
function union(some: readonly AdmittedKey[], others: readonly AdmittedKey[]): readonly AdmittedKey[] {
  const isSame = (a: AdmittedKey, b: AdmittedKey): boolean =>
    a.kid === b.kid && a.alg === b.alg && a.fingerprint === b.fingerprint;
  return [...some, ...others.filter((other) => !some.some((key) => isSame(key, other)))];
}

function assertSigner(key: AdmittedKey | undefined, name: string): SigningKey {
  if (key?.sign === undefined)
    throw invalidValue(`${name} must be able to sign; a public key cannot come first`);
  return key as SigningKey;
}
