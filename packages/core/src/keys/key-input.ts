/**
 * How an app gives its keys. The kind is said by the member's name (`secret`, `privateKey`, `publicKey`) and the algorithm by
 * `alg`; neither is ever guessed from a key's text.
 *
 * @module
 */
import type { Jwk } from '../engine/port.ts';
import type { Algorithm } from './algorithms.ts';

interface NamedKey {
  /** Name of the key in token headers. @default the RFC 7638 thumbprint; for a secret a short HMAC of a fixed label */
  readonly kid?: string;
}

/** A shared secret. Whoever can verify with it can sign with it too. */
export interface SecretKeyInput extends NamedKey {
  readonly alg: Extract<Algorithm, `HS${string}`>;
  /** At least as many bytes as the hash: 32, 48 or 64. A string is taken as its UTF-8 bytes. */
  readonly secret: string | Uint8Array | Jwk | object;
}

/** A private key: signs and verifies. */
export interface PrivateKeyInput extends NamedKey {
  readonly alg: Exclude<Algorithm, `HS${string}`>;
  /** PEM text, JWK, `KeyObject` or `CryptoKey`. */
  readonly privateKey: string | Jwk | object;
}

/** A public key: verifies only, so it cannot come first. */
export interface PublicKeyInput extends NamedKey {
  readonly alg: Exclude<Algorithm, `HS${string}`>;
  /** PEM text (SPKI), JWK, `KeyObject` or `CryptoKey`. */
  readonly publicKey: string | Jwk | object;
}

export type KeyInput = SecretKeyInput | PrivateKeyInput | PublicKeyInput;
