/**
 * The engine on node:crypto: synchronous, so that a verification neither costs a hop through the thread pool nor waits
 * there behind password hashes.
 *
 * @module
 */
import { Buffer, isUtf8 } from 'node:buffer';
import {
  constants,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  hkdfSync,
  KeyObject,
  type SigningOptions,
  sign,
  timingSafeEqual,
  verify,
} from 'node:crypto';
import { promisify } from 'node:util';
import type { Algorithm } from '../keys/algorithms.ts';
import { fromDer, toDer } from './ecdsa-der.ts';
import { type AsymmetricFamily, asymmetricFamily, secretFamily } from './family.ts';
import type { EngineKey, Jwk, Mac } from './port.ts';

/** A key as `sign` and `verify` take it. */
type NodeKey = KeyObject | (SigningOptions & { readonly key: KeyObject });

/** UTF-8 text as base64url. */
export function encodeText(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64url');
}

/** The UTF-8 text in a canonical base64url segment; `undefined` when the bytes are not UTF-8. */
export function decodeText(segment: string): string | undefined {
  const bytes = Buffer.from(segment, 'base64url');
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
}

/** Bytes as base64url. */
export function encodeBytes(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url');
}

/** The bytes in base64url text. */
export function decodeBytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64url'));
}

/** The bytes of a secret KeyObject or CryptoKey. */
export function exportSecret(input: object): Uint8Array {
  return new Uint8Array(toKeyObject(input, 'secret').export());
}

/** A shared secret made ready. */
export function importSecret(alg: Algorithm, secret: Uint8Array): EngineKey {
  const { hash } = secretFamily(alg);
  const key = createSecretKey(secret);
  const digest = (data: string): Buffer => createHmac(hash, key).update(data).digest();
  return {
    alg,
    publicJwk: undefined,
    secretBytes: secret.byteLength,
    fingerprint: createHmac('sha256', key)
      .update('tokenpair kid')
      .digest()
      .subarray(0, 12)
      .toString('base64url'),
    deriveMac: (purpose) => createMac(key, purpose),
    sign: (data) => createHmac(hash, key).update(data).digest('base64url'),
    verify: (data, signature) => {
      const expected = digest(data);
      const actual = Buffer.from(signature, 'base64url');
      return actual.length === expected.length && timingSafeEqual(actual, expected);
    },
  };
}

/** A MAC under a key derived from a secret for one purpose. */
export function createMac(secret: Uint8Array | KeyObject, purpose: string): Mac {
  const key = createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', purpose, 32)));
  return (text) => createHmac('sha256', key).update(text).digest('base64url');
}

/** A private key made ready: PEM text (PKCS#8, PKCS#1 or SEC1), JWK, KeyObject or CryptoKey. Signs and verifies. */
export function importPrivate(alg: Algorithm, input: string | object): EngineKey {
  const family = asymmetricFamily(alg);
  const key = typeof input === 'string' ? createPrivateKey(input) : toKeyObject(input, 'private');
  return { ...importPublic(alg, createPublicKey(key)), ...signersOf(withPadding(key, family), family) };
}

/** RSA takes some 0.7 ms a signature, twenty times as long as the others, and takes them in the thread pool. */
function signersOf(key: NodeKey, family: AsymmetricFamily): Pick<EngineKey, 'sign' | 'signAtOnce'> {
  const hash = hashOf(family);
  // The input is ASCII by construction.
  const signBytes = (data: string): Buffer => sign(hash, Buffer.from(data, 'latin1'), key);
  if (family.family === 'ec')
    return { sign: (data) => encodeBytes(fromDer(signBytes(data), family.signatureBytes)) };
  const signAtOnce = (data: string): string => signBytes(data).toString('base64url');
  if (family.family === 'okp') return { sign: signAtOnce };
  const signInPool = promisify<string | undefined, Buffer, NodeKey, Buffer>(sign);
  const signLater = async (data: string): Promise<string> =>
    (await signInPool(hash, Buffer.from(data, 'latin1'), key)).toString('base64url');
  return { sign: signLater, signAtOnce };
}

/** A public key made ready: PEM text (SPKI), JWK, KeyObject or CryptoKey. Verifies only. */
export function importPublic(alg: Algorithm, input: string | object): EngineKey {
  const family = asymmetricFamily(alg);
  const key = typeof input === 'string' ? publicFromPem(input) : toKeyObject(input, 'public');
  const verifier = withPadding(key, family);
  const hash = hashOf(family);
  const isOf = (data: string, signature: Uint8Array): boolean =>
    verify(hash, Buffer.from(data, 'latin1'), verifier, signature);
  const publicJwk = key.export({ format: 'jwk' }) as Jwk;
  return {
    alg,
    publicJwk,
    secretBytes: undefined,
    fingerprint: thumbprint(publicJwk),
    deriveMac: undefined,
    sign: undefined,
    verify:
      family.family === 'ec'
        ? (data, signature) => {
            const bytes = Buffer.from(signature, 'base64url');
            return bytes.length === family.signatureBytes && isOf(data, toDer(bytes));
          }
        : (data, signature) => isOf(data, Buffer.from(signature, 'base64url')),
  };
}

function toKeyObject(input: object, wanted: 'secret' | 'private' | 'public'): KeyObject {
  const key = fromObject(input, wanted);
  if (key.type !== wanted) throw new TypeError(`a ${wanted} key is needed, this is a ${key.type} key`);
  return key;
}

function fromObject(input: object, wanted: 'secret' | 'private' | 'public'): KeyObject {
  if (input instanceof KeyObject) return input;
  if (input instanceof globalThis.CryptoKey) return KeyObject.from(input);
  const jwk = input as Jwk;
  if (wanted === 'private') return createPrivateKey({ key: jwk, format: 'jwk' });
  return createPublicKey({ key: withoutPrivate(jwk), format: 'jwk' });
}

/** `createPublicKey` would take a private PEM and narrow it; that it was given is a mistake worth refusing. */
function publicFromPem(pem: string): KeyObject {
  if (isPrivatePem(pem)) throw new TypeError('a public key is needed, this PEM is private');
  return createPublicKey(pem);
}

function isPrivatePem(pem: string): boolean {
  try {
    createPrivateKey(pem);
    return true;
  } catch {
    return false;
  }
}

/** A JWK with `d` given as a public key is a mistake worth refusing, not a key to narrow silently. */
function withoutPrivate(jwk: Jwk): Jwk {
  if (jwk['d'] !== undefined) throw new TypeError('a public key is needed, this JWK is private');
  return jwk;
}

function hashOf(family: AsymmetricFamily): string | undefined {
  return family.family === 'okp' ? undefined : family.hash;
}

/** The key, with what the algorithm asks for beside it. */
function withPadding(key: KeyObject, family: AsymmetricFamily): NodeKey {
  if (family.family !== 'rsa' || family.padding !== 'pss') return key;
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
}

/** The members that RFC 7638 §3.2 and RFC 8037 §2 hash, in their order. */
function thumbprint(jwk: Jwk): string {
  const { crv, e, kty, n, x, y } = jwk;
  const members = kty === 'RSA' ? { e, kty, n } : kty === 'EC' ? { crv, kty, x, y } : { crv, kty, x };
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url');
}
