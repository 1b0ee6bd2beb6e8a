/**
 * The engine on jose and WebCrypto, for runtimes without node:crypto: asynchronous, and byte for byte the same on the wire as
 * the other one.
 *
 * It takes less, since WebCrypto does: PEM text is PKCS#8 or SPKI (no PKCS#1, SEC1 or certificate), key objects are CryptoKeys,
 * and a private or secret CryptoKey must be extractable, for its public part, its fingerprint and the keys derived from it cannot
 * be had otherwise. What is kept of a private key or a secret is not extractable.
 *
 * @module
 */
import {
  base64url,
  type CryptoKey,
  calculateJwkThumbprint,
  exportJWK,
  importJWK,
  importPKCS8,
  importSPKI,
  type JWK,
} from 'jose';
import type { Algorithm, Hash } from '../keys/algorithms.ts';
import { type AsymmetricFamily, asymmetricFamily, secretFamily } from './family.ts';
import type { EngineKey, Jwk, Mac } from './port.ts';

type SigningAlgorithm = Parameters<typeof crypto.subtle.sign>[0];

const HASHES: Readonly<Record<Hash, { readonly name: string; readonly bytes: number }>> = Object.freeze({
  sha256: { name: 'SHA-256', bytes: 32 },
  sha384: { name: 'SHA-384', bytes: 48 },
  sha512: { name: 'SHA-512', bytes: 64 },
});

/** The members that are the key itself (RFC 7518 §6, RFC 8037 §2); what a JWK says of its use is judged by core, on every engine alike. */
const PUBLIC_MEMBERS = Object.freeze(['kty', 'n', 'e', 'crv', 'x', 'y'] as const);
const PRIVATE_MEMBERS = Object.freeze([
  ...PUBLIC_MEMBERS,
  ...(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth'] as const),
] as const);

const PKCS8 = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----/;
const SPKI = /-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/;
const ANY_PRIVATE_PEM = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;
const PEM_LINES = /-----[A-Z ]+-----|\s/g;

/** The DER of id-Ed25519 (RFC 8410 §3), and how far from the start of a key it ends at the latest. */
const ED25519_ID = '\x06\x03\x2b\x65\x70';
const ED25519_ID_END = 16;

/** UTF-8 text as base64url. */
export function encodeText(text: string): string {
  return base64url.encode(text);
}

/** The UTF-8 text in a canonical base64url segment; `undefined` when the bytes are not UTF-8. */
export function decodeText(segment: string): string | undefined {
  try {
    // By default a decoder drops a byte order mark, and what was signed would not be what is read.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(base64url.decode(segment));
  } catch {
    return undefined;
  }
}

/** Bytes as base64url. */
export function encodeBytes(bytes: Uint8Array): string {
  return base64url.encode(bytes);
}

/** The bytes in base64url text. */
export function decodeBytes(text: string): Uint8Array {
  return base64url.decode(text);
}

/** The bytes of a secret CryptoKey that is extractable. */
export async function exportSecret(input: object): Promise<Uint8Array> {
  if (!isCryptoKey(input)) throw new TypeError('a secret CryptoKey is needed');
  return new Uint8Array(await crypto.subtle.exportKey('raw', assertExportable(input, 'secret')));
}

/** A shared secret made ready. */
export async function importSecret(alg: Algorithm, secret: Uint8Array): Promise<EngineKey> {
  const { hash } = secretFamily(alg);
  const { byteLength } = secret;
  // All at once, before anything is awaited: WebCrypto copies the bytes, and the app may overwrite its own.
  const [key, naming, root] = await Promise.all([
    importHmac(hash, secret),
    importHmac('sha256', secret),
    importHkdf(secret),
  ]);
  const print = await crypto.subtle.sign('HMAC', naming, toBytes('tokenpair kid'));
  return {
    alg,
    publicJwk: undefined,
    secretBytes: byteLength,
    fingerprint: encodeBytes(new Uint8Array(print, 0, 12)),
    deriveMac: (purpose) => macOf(deriveHmac(root, purpose)),
    sign: signerOf('HMAC', key),
    verify: verifierOf('HMAC', key),
  };
}

/** A MAC under a key derived from a secret for one purpose. */
export function createMac(secret: Uint8Array, purpose: string): Mac {
  return macOf(importHkdf(secret).then((root) => deriveHmac(root, purpose)));
}

/** A private key made ready: PEM text (PKCS#8), JWK or extractable CryptoKey. Signs and verifies. */
export async function importPrivate(alg: Algorithm, input: string | object): Promise<EngineKey> {
  const algorithm = signingAlgorithm(asymmetricFamily(alg));
  // Through the runtime and back, so that the public part is what it makes of the key.
  const jwk = await exportJWK(await importPair(alg, input));
  const [key, own] = await Promise.all([
    importFromJwk(alg, jwk, false),
    importPublic(alg, pick(jwk, PUBLIC_MEMBERS)),
  ]);
  return { ...own, sign: signerOf(algorithm, key) };
}

/** A public key made ready: PEM text (SPKI), JWK or CryptoKey. Verifies only. */
export async function importPublic(alg: Algorithm, input: string | object): Promise<EngineKey> {
  const algorithm = signingAlgorithm(asymmetricFamily(alg));
  const key = await importVerifier(alg, input);
  const publicJwk = await exportJWK(key);
  return {
    alg,
    publicJwk: publicJwk as Jwk,
    secretBytes: undefined,
    fingerprint: await calculateJwkThumbprint(publicJwk),
    deriveMac: undefined,
    sign: undefined,
    verify: verifierOf(algorithm, key),
  };
}

/** The private key of an input, extractable. */
async function importPair(alg: Algorithm, input: string | object): Promise<CryptoKey> {
  if (typeof input === 'string') return importPKCS8(privatePem(input, alg), alg, { extractable: true });
  if (isCryptoKey(input)) return assertExportable(input, 'private');
  if ((input as Jwk)['d'] === undefined) throw new TypeError('a private key is needed, this JWK is public');
  return importFromJwk(alg, pick(input, PRIVATE_MEMBERS), true);
}

/** The public key of an input. That a private one was given is a mistake worth refusing, not a key to narrow silently. */
async function importVerifier(alg: Algorithm, input: string | object): Promise<CryptoKey> {
  if (typeof input === 'string') return importSPKI(publicPem(input, alg), alg, { extractable: true });
  if (isCryptoKey(input)) return importFromJwk(alg, await exportJWK(assertExportable(input, 'public')), true);
  if ((input as Jwk)['d'] !== undefined) throw new TypeError('a public key is needed, this JWK is private');
  return importFromJwk(alg, pick(input, PUBLIC_MEMBERS), true);
}

function privatePem(text: string, alg: Algorithm): string {
  const [pem] = PKCS8.exec(text) ?? [];
  if (pem === undefined) throw new TypeError('the PEM of a private key must be PKCS#8 (BEGIN PRIVATE KEY)');
  return assertCurve(pem, alg);
}

function publicPem(text: string, alg: Algorithm): string {
  if (ANY_PRIVATE_PEM.test(text)) throw new TypeError('a public key is needed, this PEM is private');
  const [pem] = SPKI.exec(text) ?? [];
  if (pem === undefined) throw new TypeError('the PEM of a public key must be SPKI (BEGIN PUBLIC KEY)');
  return assertCurve(pem, alg);
}

/** workerd takes the PEM of an X25519 key for an Ed25519 one, and says so in no member that could be judged later. */
function assertCurve(pem: string, alg: Algorithm): string {
  if (asymmetricFamily(alg).family !== 'okp') return pem;
  const der = atob(pem.replace(PEM_LINES, ''));
  if (!der.slice(0, ED25519_ID_END).includes(ED25519_ID)) throw new TypeError(`${alg} needs an Ed25519 key`);
  return pem;
}

async function importFromJwk(alg: Algorithm, jwk: JWK, extractable: boolean): Promise<CryptoKey> {
  // jose gives bytes for a secret alone, and what that is made of is not among the members picked.
  return (await importJWK(jwk, alg, { extractable })) as CryptoKey;
}

function pick(jwk: object, members: readonly string[]): JWK {
  return Object.fromEntries(Object.entries(jwk).filter(([member]) => members.includes(member)));
}

function isCryptoKey(input: object): input is CryptoKey {
  return input instanceof globalThis.CryptoKey;
}

function assertExportable(key: CryptoKey, wanted: CryptoKey['type']): CryptoKey {
  if (key.type !== wanted) throw new TypeError(`a ${wanted} key is needed, this is a ${key.type} key`);
  if (!key.extractable) throw new TypeError(`a ${wanted} CryptoKey must be extractable`);
  return key;
}

function importHmac(hash: Hash, secret: Uint8Array): Promise<CryptoKey> {
  const algorithm = { name: 'HMAC', hash: HASHES[hash].name };
  return crypto.subtle.importKey('raw', secret, algorithm, false, ['sign', 'verify']);
}

function importHkdf(secret: Uint8Array): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey']);
}

function deriveHmac(root: CryptoKey, purpose: string): Promise<CryptoKey> {
  const algorithm = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: toBytes(purpose) };
  const derived = { name: 'HMAC', hash: 'SHA-256', length: 256 };
  return crypto.subtle.deriveKey(algorithm, root, derived, false, ['sign']);
}

function macOf(key: Promise<CryptoKey>): Mac {
  // Whoever uses the MAC meets the rejection; nobody has to.
  key.catch(() => {});
  return async (text) => signerOf('HMAC', await key)(text);
}

function signerOf(algorithm: SigningAlgorithm, key: CryptoKey): (input: string) => Promise<string> {
  return async (input) =>
    encodeBytes(new Uint8Array(await crypto.subtle.sign(algorithm, key, toBytes(input))));
}

/** Runtimes differ in what signatures they answer with an error instead of `false`: here all are `false`. */
function verifierOf(algorithm: SigningAlgorithm, key: CryptoKey): EngineKey['verify'] {
  return async (input, signature) => {
    try {
      return await crypto.subtle.verify(algorithm, key, decodeBytes(signature), toBytes(input));
    } catch {
      return false;
    }
  };
}

function signingAlgorithm(family: AsymmetricFamily): SigningAlgorithm {
  if (family.family === 'okp') return { name: family.curve };
  const { name: hash, bytes } = HASHES[family.hash];
  if (family.family === 'ec') return { name: 'ECDSA', hash };
  return family.padding === 'pss' ? { name: 'RSA-PSS', saltLength: bytes } : { name: 'RSASSA-PKCS1-v1_5' };
}

function toBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
