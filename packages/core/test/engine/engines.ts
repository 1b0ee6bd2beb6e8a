import type { KeyObject } from 'node:crypto';
import type { Algorithm } from '@tokenpair/core';
import * as jose from '../../src/engine/jose.ts';
import * as node from '../../src/engine/node.ts';
import type { Engine } from '../../src/engine/port.ts';
import { ALGORITHMS } from '../../src/keys/algorithms.ts';
import { jwkOf, pairFor, pemOf } from '../support/keys.ts';

export type EngineName = 'node' | 'jose';

/** The type is a test of its own: neither module can drift from the port. */
export const engines: Readonly<Record<EngineName, Engine>> = { node, jose };

export const ENGINE_NAMES: readonly EngineName[] = ['node', 'jose'];
export const SECRET_ALGORITHMS: readonly Algorithm[] = ['HS256', 'HS384', 'HS512'];
export const PAIR_ALGORITHMS: readonly Algorithm[] = (Object.keys(ALGORITHMS) as Algorithm[]).filter(
  (alg) => ALGORITHMS[alg].family !== 'secret',
);

/** The forms of a key that both engines take. */
export const FORMS: readonly ('PEM' | 'JWK' | 'CryptoKey')[] = ['PEM', 'JWK', 'CryptoKey'];

/** A private or public key in one of the forms. */
export function inForm(
  form: (typeof FORMS)[number],
  alg: Algorithm,
  part: 'privateKey' | 'publicKey',
): string | object {
  const key = pairFor(alg)[part];
  if (form === 'PEM') return pemOf(key);
  return form === 'JWK' ? jwkOf(key) : cryptoKeyOf(key, alg);
}

/** A CryptoKey for an algorithm. */
export function cryptoKeyOf(key: KeyObject, alg: Algorithm, extractable = true): object {
  return key.toCryptoKey(webAlgorithm(alg), extractable, [key.type === 'private' ? 'sign' : 'verify']);
}

function webAlgorithm(alg: Algorithm) {
  const family = ALGORITHMS[alg];
  if (family.family === 'secret') return { name: 'HMAC', hash: webHash(family.hash) };
  if (family.family === 'ec') return { name: 'ECDSA', namedCurve: family.curve };
  if (family.family === 'okp') return { name: 'Ed25519' };
  return { name: family.padding === 'pss' ? 'RSA-PSS' : 'RSASSA-PKCS1-v1_5', hash: webHash(family.hash) };
}

function webHash(hash: string): string {
  return hash.replace('sha', 'SHA-');
}
