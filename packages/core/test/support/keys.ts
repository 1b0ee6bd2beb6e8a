import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Algorithm, Jwk, KeyInput } from '@tokenpair/core';
import { SECRET } from './tokens.ts';

interface Pair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

const made = new Map<string, Pair>();

function once(name: string, make: () => Pair): Pair {
  const pair = made.get(name) ?? make();
  made.set(name, pair);
  return pair;
}

/** Made once a test file: key generation costs more than all that is tested with it. */
export const pairs = {
  rsa: (bits = 2048, name = 'a'): Pair =>
    once(`rsa ${bits} ${name}`, () => generateKeyPairSync('rsa', { modulusLength: bits })),
  ec: (namedCurve: string, name = 'a'): Pair =>
    once(`${namedCurve} ${name}`, () => generateKeyPairSync('ec', { namedCurve })),
  ed25519: (name = 'a'): Pair => once(`ed25519 ${name}`, () => generateKeyPairSync('ed25519')),
  ed448: (): Pair => once('ed448', () => generateKeyPairSync('ed448')),
  x25519: (): Pair => once('x25519', () => generateKeyPairSync('x25519')),
};

export const ALL_ALGORITHMS: readonly Algorithm[] = [
  'HS256',
  'HS384',
  'HS512',
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

const CURVES: Readonly<Record<string, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' };

export function pairFor(alg: Algorithm, name = 'a'): Pair {
  const curve = CURVES[alg];
  if (curve !== undefined) return pairs.ec(curve, name);
  return alg.startsWith('E') ? pairs.ed25519(name) : pairs.rsa(2048, name);
}

/** A secret of 64 bytes, long enough for every HS algorithm. */
export function longSecret(fill = 0): Uint8Array {
  return Uint8Array.from({ length: 64 }, (_, index) => (SECRET[index % 32] ?? 0) ^ (index >> 5) ^ fill);
}

/** A key that signs with an algorithm; another name is another key. */
export function keyFor(alg: Algorithm, name = 'a', kid?: string): KeyInput {
  const named = kid === undefined ? {} : { kid };
  if (alg === 'HS256' || alg === 'HS384' || alg === 'HS512') {
    return { alg, secret: longSecret(name.charCodeAt(0) - 97), ...named };
  }
  return { alg, privateKey: pairFor(alg, name).privateKey, ...named };
}

export function jwkOf(key: KeyObject): Jwk {
  return key.export({ format: 'jwk' }) as Jwk;
}

export function pemOf(key: KeyObject): string {
  return key.export({ format: 'pem', type: key.type === 'private' ? 'pkcs8' : 'spki' }).toString();
}
