/**
 * What core asks of a runtime's cryptography. One implementation is chosen by the `#engine` import condition; it imports
 * keys, signs and verifies, and judges nothing: admission and policy are the same on every engine.
 *
 * @module
 */
import type { Algorithm } from '../keys/algorithms.ts';
import type { MaybePromise } from '../maybe-promise.ts';

/** A key as JSON (RFC 7517). */
export interface Jwk {
  readonly kty?: string;
  readonly [member: string]: unknown;
}

/** A key made ready once, bound to one algorithm. */
export interface EngineKey {
  readonly alg: Algorithm;
  /** The public members, for asymmetric keys. */
  readonly publicJwk: Jwk | undefined;
  /** Length of a secret in bytes. */
  readonly secretBytes: number | undefined;
  /** RFC 7638 thumbprint, or for a secret a short HMAC of a fixed label, so that no hash of the secret is shown. */
  readonly fingerprint: string;
  /** For a secret: a MAC under a key of its own, derived for a purpose (HKDF-SHA-256, RFC 5869). */
  readonly deriveMac: ((purpose: string) => Mac) | undefined;
  /** Signs the ASCII signing input; base64url. Absent for a public key. */
  readonly sign: ((input: string) => MaybePromise<string>) | undefined;
  /** Whether a base64url signature is that of the signing input. Never throws for any signature. */
  readonly verify: (input: string, signature: string) => MaybePromise<boolean>;
}

/** HMAC-SHA-256 of a text, base64url. */
export type Mac = (text: string) => MaybePromise<string>;
