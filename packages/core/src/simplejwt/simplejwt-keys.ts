import { invalidValue } from '../config/check.ts';
import type { AdmittedKey } from '../keys/admit-key.ts';
import type { KeyInput } from '../keys/key-input.ts';
import { admitKeys, assertDistinct, createKeyRing, type SigningKey } from '../keys/key-ring.ts';
import { chain } from '../maybe-promise.ts';

/** The fleet's keys; all verify. */
export interface SimpleJwtKeys {
  readonly keys: readonly AdmittedKey[];
  /** False where all are public. */
  readonly issues: boolean;
  /** The key that signs. @throws TypeError where there is none */
  readonly signer: SigningKey;
  /** Set while the keys are still being imported. Rejects when one may not be a key. */
  readonly ready: Promise<void> | undefined;
}

/** Every key of an algorithm is tried, since the tokens name none: so there are few. */
const MAX_KEYS = 8;

/** @throws TypeError naming the option */
export function resolveKeys(input: KeyInput | readonly KeyInput[]): SimpleJwtKeys {
  const inputs: readonly KeyInput[] = [input ?? []].flat();
  if (inputs.length > MAX_KEYS) throw invalidValue(`options.keys must hold at most ${MAX_KEYS} keys`);
  if (inputs.length > 0 && inputs.every(isPublic)) return createVerifyingKeys(inputs);
  const ring = createKeyRing(input, 'options.keys');
  return Object.freeze({
    get keys() {
      return ring.keys;
    },
    issues: true,
    get signer() {
      return ring.signer;
    },
    get ready() {
      return ring.ready;
    },
  });
}

function isPublic(input: unknown): boolean {
  return typeof input === 'object' && input !== null && 'publicKey' in input && input.publicKey !== undefined;
}

/** What `VERIFYING_KEY` is to Django: a service that has nothing else cannot forge. */
function createVerifyingKeys(inputs: readonly KeyInput[]): SimpleJwtKeys {
  let keys: readonly AdmittedKey[] = [];
  let ready: Promise<void> | undefined;
  const installed = chain(admitKeys(inputs, 'options.keys'), (admitted) => {
    assertDistinct(admitted, 'options.keys');
    keys = Object.freeze([...admitted]);
    ready = undefined;
  });
  if (installed instanceof Promise) {
    ready = installed;
    installed.catch(() => undefined); // whoever uses the keys meets the rejection
  }
  return Object.freeze({
    get keys() {
      return keys;
    },
    issues: false,
    get signer(): never {
      throw invalidValue('options.keys are public: tokens are verified here, and none is issued');
    },
    get ready() {
      return ready;
    },
  });
}
