/**
 * How a key for each algorithm is made, with node:crypto.
 *
 * @module
 */
import { createSecretKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import type { Algorithm, Jwk } from '@tokenpair/core';

type Recipe = () => KeyObject;

const RSA_BITS = 2048;

const RECIPES: Readonly<Record<Algorithm, Recipe>> = {
  HS256: secret(32),
  HS384: secret(48),
  HS512: secret(64),
  RS256: rsa,
  RS384: rsa,
  RS512: rsa,
  PS256: rsa,
  PS384: rsa,
  PS512: rsa,
  ES256: ec('P-256'),
  ES384: ec('P-384'),
  ES512: ec('P-521'),
  EdDSA: ed25519,
  Ed25519: ed25519,
};

/** The algorithms there are. */
export const ALGORITHM_NAMES: readonly Algorithm[] = Object.keys(RECIPES) as Algorithm[];

/** A new private key or secret for an algorithm, as a JWK that names it. */
export function makeJwk(alg: Algorithm): Jwk {
  return { ...(RECIPES[alg]().export({ format: 'jwk' }) as Jwk), alg, use: 'sig' };
}

function secret(bytes: number): Recipe {
  return () => createSecretKey(randomBytes(bytes));
}

function rsa(): KeyObject {
  return generateKeyPairSync('rsa', { modulusLength: RSA_BITS }).privateKey;
}

function ec(namedCurve: string): Recipe {
  return () => generateKeyPairSync('ec', { namedCurve }).privateKey;
}

function ed25519(): KeyObject {
  return generateKeyPairSync('ed25519').privateKey;
}
