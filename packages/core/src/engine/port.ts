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
  /** The same at once, where `sign` leaves that to another thread although it need not: for a key's proof at construction. */
  readonly signAtOnce?: ((input: string) => string) | undefined;
  /** Whether a base64url signature is that of the signing input. Never throws for any signature. */
  readonly verify: (input: string, signature: string) => MaybePromise<boolean>;
}

/** HMAC-SHA-256 of a text, base64url. */
export type Mac = (text: string) => MaybePromise<string>;

/**
 * What an engine module exports. A function that returns a {@link MaybePromise} answers at once on node:crypto and later on
 * WebCrypto; so does what it throws.
 */
export interface Engine {
  /** UTF-8 text as base64url. */
  encodeText(text: string): string;
  /** The UTF-8 text in a canonical base64url segment; `undefined` when the bytes are not UTF-8. A byte order mark stays. */
  decodeText(segment: string): string | undefined;
  /** Bytes as base64url. */
  encodeBytes(bytes: Uint8Array): string;
  /** The bytes in base64url text. */
  decodeBytes(text: string): Uint8Array;
  /** The bytes of a secret key object. @throws TypeError when it is none, or will not be exported */
  exportSecret(input: object): MaybePromise<Uint8Array>;
  /** A shared secret made ready. */
  importSecret(alg: Algorithm, secret: Uint8Array): MaybePromise<EngineKey>;
  /** A MAC under a key derived from a secret for one purpose (HKDF-SHA-256, RFC 5869, empty salt). */
  createMac(secret: Uint8Array, purpose: string): Mac;
  /** A private key made ready: PEM text, JWK or key object. Signs and verifies. @throws when it is none for `alg` */
  importPrivate(alg: Algorithm, input: string | object): MaybePromise<EngineKey>;
  /** A public key made ready: PEM text, JWK or key object. Verifies only. @throws when it is none for `alg`, or is private */
  importPublic(alg: Algorithm, input: string | object): MaybePromise<EngineKey>;
}
