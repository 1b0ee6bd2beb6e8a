import { invalidValue } from '../config/check.ts';
import { ALGORITHMS, type Algorithm } from './algorithms.ts';

/** What a CryptoKey says it is for (Web Cryptography API §13). */
interface CryptoKeyAlgorithm {
  readonly name?: string;
  readonly hash?: { readonly name?: string };
  readonly namedCurve?: string;
}

const HASHES = Object.freeze({ sha256: 'SHA-256', sha384: 'SHA-384', sha512: 'SHA-512' });

/** Holds a CryptoKey to the algorithm it was made for; other objects pass. @throws TypeError */
export function assertCryptoKeyAlgorithm(material: unknown, alg: Algorithm, name: string): void {
  if (!isCryptoKey(material)) return;
  const { name: family, hash, namedCurve } = material.algorithm;
  const expected = algorithmOf(alg);
  if (family === expected.name && hash?.name === expected.hash?.name && namedCurve === expected.namedCurve)
    return;
  throw invalidValue(`${name} is a CryptoKey for another algorithm than ${alg}`);
}

function isCryptoKey(value: unknown): value is { readonly algorithm: CryptoKeyAlgorithm } {
  return Object.prototype.toString.call(value) === '[object CryptoKey]';
}

function algorithmOf(alg: Algorithm): CryptoKeyAlgorithm {
  const family = ALGORITHMS[alg];
  switch (family.family) {
    case 'secret':
      return { name: 'HMAC', hash: { name: HASHES[family.hash] } };
    case 'rsa':
      return {
        name: family.padding === 'pss' ? 'RSA-PSS' : 'RSASSA-PKCS1-v1_5',
        hash: { name: HASHES[family.hash] },
      };
    case 'ec':
      return { name: 'ECDSA', namedCurve: family.curve };
    default:
      return { name: 'Ed25519' };
  }
}
