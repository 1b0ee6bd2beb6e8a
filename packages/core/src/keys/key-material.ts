import { decodeBytes, encodeBytes, exportSecret, importPrivate, importPublic, importSecret } from '#engine';
import { invalidType, invalidValue } from '../config/check.ts';
import type { EngineKey, Jwk } from '../engine/port.ts';
import { chain, type MaybePromise } from '../maybe-promise.ts';
import { ALGORITHMS, type Algorithm } from './algorithms.ts';
import { assertCryptoKeyAlgorithm } from './crypto-key.ts';
import { isGuessable } from './guessable.ts';
import type { KeyInput } from './key-input.ts';
import { looksLikeKey } from './key-text.ts';

type Member = 'secret' | 'privateKey' | 'publicKey';

/** Imports the material of a key, by the member it is given in; its text decides nothing. */
export function loadKey(input: KeyInput, name: string): MaybePromise<EngineKey> {
  const { alg } = input;
  const [member, material] = materialOf(input, name);
  const takesSecret = ALGORITHMS[alg].family === 'secret';
  if (takesSecret !== (member === 'secret')) {
    throw invalidValue(`${name}: ${alg} takes ${takesSecret ? 'a secret' : 'a privateKey or a publicKey'}`);
  }
  assertCryptoKeyAlgorithm(material, alg, `${name}.${member}`);
  if (isJwk(material)) assertJwkUse(material, alg, member, `${name}.${member}`);
  if (member === 'secret') return loadSecret(alg, material, `${name}.secret`);
  assertAsymmetric(material, `${name}.${member}`);
  return member === 'privateKey' ? importPrivate(alg, material) : importPublic(alg, material);
}

/** The kid that the app gives a key, or that a JWK names itself by. */
export function givenKid(input: KeyInput): string | undefined {
  const [, material] = materialOf(input, 'key');
  return input.kid ?? (isJwk(material) ? (material['kid'] as string | undefined) : undefined);
}

function materialOf(input: KeyInput, name: string): [Member, unknown] {
  const given = Object.entries(input).filter(([member]) => member !== 'alg' && member !== 'kid');
  const [only] = given;
  if (only === undefined || given.length > 1) {
    throw invalidValue(`${name} must have exactly one of secret, privateKey, publicKey`);
  }
  return only as [Member, unknown];
}

function loadSecret(alg: Algorithm, secret: unknown, name: string): MaybePromise<EngineKey> {
  return chain(secretBytes(secret, name), (given) => {
    // A copy: what the app does to its bytes later must not reach the key.
    const bytes = Uint8Array.from(given);
    if (looksLikeKey(bytes)) throw invalidValue(`${name} is a PEM, JWK, SSH or DER key, not a secret`);
    if (bytes.byteLength >= leastBytes(alg) && isGuessable(bytes))
      throw invalidValue(`${name} is easy to guess; make it of random bytes`);
    return importSecret(alg, bytes);
  });
}

/** A secret that is too short is refused as that, with the other rules of strength. */
function leastBytes(alg: Algorithm): number {
  const family = ALGORITHMS[alg];
  return family.family === 'secret' ? family.minBytes : 0;
}

function secretBytes(secret: unknown, name: string): MaybePromise<Uint8Array> {
  if (typeof secret === 'string') return new TextEncoder().encode(secret);
  if (secret instanceof Uint8Array) return secret;
  if (typeof secret !== 'object' || secret === null) {
    throw invalidType(`${name} must be a string, bytes, a JWK or a key object`);
  }
  if (!isJwk(secret)) return exportSecret(secret);
  if (secret.kty !== 'oct' || typeof secret['k'] !== 'string')
    throw invalidValue(`${name} must be a JWK of kty "oct"`);
  const bytes = decodeBytes(secret['k']);
  // A decoder passes over what is no base64url, and would make another secret of it.
  if (encodeBytes(bytes) !== secret['k']) throw invalidValue(`${name}.k must be base64url`);
  return bytes;
}

function assertAsymmetric(material: unknown, name: string): asserts material is string | object {
  const isObject = typeof material === 'object' && material !== null && !Array.isArray(material);
  if (typeof material === 'string' || (isObject && !(material instanceof Uint8Array))) return;
  throw invalidType(`${name} must be PEM text, a JWK or a key object`);
}

function isJwk(value: unknown): value is Jwk {
  return typeof value === 'object' && value !== null && 'kty' in value;
}

/** A JWK that says what it is for is held to it (RFC 7517 §4.2 to §4.4): a public key to verifying, any other to signing. */
function assertJwkUse(jwk: Jwk, alg: Algorithm, member: Member, name: string): void {
  const { alg: own, use, key_ops: operations } = jwk;
  const operation = member === 'publicKey' ? 'verify' : 'sign';
  if (own !== undefined && own !== alg)
    throw invalidValue(`${name} is a JWK for another algorithm than ${alg}`);
  if (use !== undefined && use !== 'sig') throw invalidValue(`${name} is a JWK whose use is not "sig"`);
  if (operations === undefined) return;
  const allowed = Array.isArray(operations) && operations.includes(operation);
  if (!allowed) throw invalidValue(`${name} is a JWK whose key_ops do not allow "${operation}"`);
}
