import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Algorithm, KeyInput } from '@tokenpair/core';
import { jwkOf, longSecret, pairFor, pairs, pemOf } from '../support/keys.ts';
import { cryptoKeyOf, PAIR_ALGORITHMS } from './engines.ts';

/** Keys as an app may hand them over, good and bad: types are of no concern here. */
export type AnyKeys = unknown;

export interface Case {
  readonly title: string;
  readonly keys: () => AnyKeys;
}

const rsa = pairs.rsa();
const ec = pairs.ec('P-256');
const other = pairs.ec('P-256', 'b');

/** A public key is admitted behind one that signs. */
function behindSigner(key: object): readonly object[] {
  return [{ alg: 'HS256', secret: longSecret() }, key];
}

function verifying(alg: Algorithm, publicKey: unknown): () => AnyKeys {
  return () => behindSigner({ alg, publicKey });
}

function signing(alg: Algorithm, privateKey: unknown): () => AnyKeys {
  return () => ({ alg, privateKey });
}

function secret(alg: Algorithm, value: unknown): () => AnyKeys {
  return () => ({ alg, secret: value });
}

function encrypted(key: KeyObject): string {
  return key.export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'x' }).toString();
}

function legacy(key: KeyObject, type: 'pkcs1' | 'sec1'): string {
  // A public key of PKCS#1 is written by the same call.
  return key.export({ format: 'pem', type: type as 'pkcs1' }).toString();
}

function table(rows: readonly (readonly [title: string, keys: () => AnyKeys])[]): readonly Case[] {
  return rows.map(([title, keys]) => ({ title, keys }));
}

const pss = generateKeyPairSync('rsa-pss', { modulusLength: 2048 });
const weakExponent = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 });

/** What both engines admit. */
export const ADMITTED: readonly Case[] = table([
  ...PAIR_ALGORITHMS.flatMap((alg) => {
    const { privateKey, publicKey } = pairFor(alg);
    return [
      [`${alg} private PEM`, signing(alg, pemOf(privateKey))],
      [`${alg} private JWK`, signing(alg, jwkOf(privateKey))],
      [`${alg} private CryptoKey`, signing(alg, cryptoKeyOf(privateKey, alg))],
      [`${alg} public PEM`, verifying(alg, pemOf(publicKey))],
      [`${alg} public JWK`, verifying(alg, jwkOf(publicKey))],
      [`${alg} public CryptoKey`, verifying(alg, cryptoKeyOf(publicKey, alg))],
    ] as const;
  }),
  ['a secret of bytes', secret('HS512', longSecret())],
  ['a secret of text', secret('HS256', 'äöüßéèêëàâîïôûçñ')],
  ['a secret JWK', secret('HS256', { kty: 'oct', k: Buffer.from(longSecret()).toString('base64url') })],
  [
    'a JWK with members that no key has',
    verifying('ES256', { ...jwkOf(ec.publicKey), ext: false, note: 'x' }),
  ],
  [
    'a private JWK whose key_ops name both steps',
    signing('ES256', { ...jwkOf(ec.privateKey), key_ops: ['sign', 'verify'] }),
  ],
  [
    'a public JWK whose key_ops name both steps',
    verifying('RS256', { ...jwkOf(rsa.publicKey), key_ops: ['verify', 'sign'], use: 'sig', alg: 'RS256' }),
  ],
  ['a PEM with Windows line ends', verifying('ES256', pemOf(ec.publicKey).replaceAll('\n', '\r\n'))],
  ['a PEM behind a line of text', signing('ES256', `a comment\n${pemOf(ec.privateKey)}`)],
  ['a private PEM behind its public one', signing('ES256', pemOf(ec.publicKey) + pemOf(ec.privateKey))],
]);

/** What both engines refuse. */
export const REFUSED: readonly Case[] = table([
  ['an RSA CryptoKey made for another hash', signing('PS512', cryptoKeyOf(rsa.privateKey, 'PS256'))],
  ['a private PEM as public', verifying('RS256', pemOf(rsa.privateKey))],
  ['a private PKCS#1 PEM as public', verifying('RS256', legacy(rsa.privateKey, 'pkcs1'))],
  ['a private SEC1 PEM as public', verifying('ES256', legacy(ec.privateKey, 'sec1'))],
  ['an encrypted private PEM as public', verifying('ES256', encrypted(ec.privateKey))],
  [
    'a private PEM behind its public one, as public',
    verifying('ES256', pemOf(ec.publicKey) + pemOf(ec.privateKey)),
  ],
  ['a private JWK as public', verifying('ES256', jwkOf(ec.privateKey))],
  ['a private CryptoKey as public', verifying('ES256', cryptoKeyOf(ec.privateKey, 'ES256'))],
  ['a public PEM as private', signing('ES256', pemOf(ec.publicKey))],
  ['a public JWK as private', signing('ES256', jwkOf(ec.publicKey))],
  ['a public CryptoKey as private', signing('ES256', cryptoKeyOf(ec.publicKey, 'ES256'))],
  ['an encrypted private PEM', signing('ES256', encrypted(ec.privateKey))],
  ['an RSA-PSS private PEM', signing('PS256', pemOf(pss.privateKey))],
  ['an RSA-PSS public PEM', verifying('PS256', pemOf(pss.publicKey))],
  ['an RSA JWK for ES256', verifying('ES256', jwkOf(rsa.publicKey))],
  ['an RSA PEM for ES256', verifying('ES256', pemOf(rsa.publicKey))],
  ['an RSA CryptoKey for EdDSA', verifying('EdDSA', cryptoKeyOf(rsa.publicKey, 'RS256'))],
  ['an EC JWK for RS256', signing('RS256', jwkOf(ec.privateKey))],
  ['an EC PEM for PS256', verifying('PS256', pemOf(ec.publicKey))],
  ['a P-384 JWK for ES256', verifying('ES256', jwkOf(pairs.ec('P-384').publicKey))],
  ['a P-384 PEM for ES256', signing('ES256', pemOf(pairs.ec('P-384').privateKey))],
  ['a P-384 CryptoKey for ES512', signing('ES512', cryptoKeyOf(pairs.ec('P-384').privateKey, 'ES384'))],
  ['a secp256k1 JWK for ES256', verifying('ES256', jwkOf(pairs.ec('secp256k1').publicKey))],
  ['an Ed448 JWK for EdDSA', verifying('EdDSA', jwkOf(pairs.ed448().publicKey))],
  ['an Ed448 PEM for Ed25519', signing('Ed25519', pemOf(pairs.ed448().privateKey))],
  ['an X25519 JWK for EdDSA', verifying('EdDSA', jwkOf(pairs.x25519().publicKey))],
  ['an X25519 PEM for EdDSA', verifying('EdDSA', pemOf(pairs.x25519().publicKey))],
  ['a private X25519 PEM for EdDSA', signing('EdDSA', pemOf(pairs.x25519().privateKey))],
  ['RSA of 1024 bits', signing('RS256', pemOf(pairs.rsa(1024).privateKey))],
  ['an RSA exponent of 3', signing('RS256', jwkOf(weakExponent.privateKey))],
  ['a point off the curve', verifying('ES256', { ...jwkOf(ec.publicKey), x: jwkOf(other.publicKey)['x'] })],
  [
    'an RSA JWK without its primes',
    signing('RS256', without(jwkOf(rsa.privateKey), ['p', 'q', 'dp', 'dq', 'qi'])),
  ],
  ['a JWK without a member', verifying('ES256', without(jwkOf(ec.publicKey), ['x']))],
  ['a JWK for another algorithm', verifying('ES256', { ...jwkOf(ec.publicKey), alg: 'ES384' })],
  ['a JWK for encryption', verifying('ES256', { ...jwkOf(ec.publicKey), use: 'enc' })],
  ['a secret JWK as public', verifying('RS256', { kty: 'oct', k: 'AAAA' })],
  ['a secret JWK as private', signing('ES256', { kty: 'oct', k: 'AAAA', d: 'AAAA' })],
  ['an object that is no key', verifying('RS256', {})],
  ['a date as private', signing('RS256', new Date(0))],
  ['text that is no PEM', verifying('RS256', 'no key at all')],
  ['a PEM of garbage', verifying('RS256', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----')],
  [
    'a private PEM of garbage',
    signing('RS256', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----'),
  ],
  ['a secret of no bytes', secret('HS256', new Uint8Array())],
  ['a secret one byte short', secret('HS384', longSecret().subarray(0, 47))],
  ['a PEM as secret', secret('HS256', pemOf(ec.publicKey))],
  ['the bytes of a JWK as secret', secret('HS256', Buffer.from(JSON.stringify(jwkOf(ec.publicKey))))],
  ['a public CryptoKey as secret', secret('HS256', cryptoKeyOf(ec.publicKey, 'ES256'))],
  ['an object as secret', secret('HS256', {})],
  ['a secret for RS256', secret('RS256', longSecret())],
  ['a private key for HS256', signing('HS256', jwkOf(ec.privateKey))],
  ['an unknown algorithm', signing('none' as Algorithm, jwkOf(ec.privateKey))],
  ['a public key that comes first', () => ({ alg: 'ES256', publicKey: jwkOf(ec.publicKey) })],
  ['one key twice', () => [pair('ES256', ec), pair('ES256', ec, 'other')]],
  ['one key for two algorithms', () => [pair('RS256', rsa, 'a'), pair('PS256', rsa, 'b')]],
  ['one kid twice', () => [pair('ES256', ec, 'kid'), pair('ES256', other, 'kid')]],
  ['no key', () => []],
]);

/** What node:crypto takes and WebCrypto does not; the jose engine says so in its own words. */
export const NODE_ONLY: readonly Case[] = table([
  ['a KeyObject', signing('ES256', ec.privateKey)],
  ['a PKCS#1 PEM', signing('RS256', legacy(rsa.privateKey, 'pkcs1'))],
  ['a public PKCS#1 PEM', verifying('RS256', legacy(rsa.publicKey, 'pkcs1'))],
  ['a SEC1 PEM', signing('ES256', legacy(ec.privateKey, 'sec1'))],
]);

/** What a CryptoKey that will not be exported is to WebCrypto alone. */
export const NOT_EXTRACTABLE: readonly Case[] = table([
  ['private', signing('ES256', cryptoKeyOf(ec.privateKey, 'ES256', false))],
  ['public', verifying('ES256', cryptoKeyOf(ec.publicKey, 'ES256', false))],
]);

function pair(alg: Algorithm, { privateKey }: { privateKey: KeyObject }, kid?: string): KeyInput {
  return { alg, privateKey: jwkOf(privateKey), ...(kid === undefined ? {} : { kid }) } as KeyInput;
}

function without(jwk: object, members: readonly string[]): object {
  return Object.fromEntries(Object.entries(jwk).filter(([member]) => !members.includes(member)));
}
