import { decodeBytes } from '#engine';
import { invalidValue } from '../config/check.ts';
import type { EngineKey, Jwk } from '../engine/port.ts';
import { ALGORITHMS } from './algorithms.ts';

const MIN_RSA_BITS = 2048;
const MAX_RSA_BITS = 8192;

/** Holds a key to what its algorithm needs: length of a secret, modulus and exponent, exact curve. @throws TypeError */
export function assertStrength(key: EngineKey, name: string): void {
  const family = ALGORITHMS[key.alg];
  const jwk = key.publicJwk ?? {};
  switch (family.family) {
    case 'secret':
      if ((key.secretBytes ?? 0) >= family.minBytes) return;
      throw invalidValue(`${name}.secret must have at least ${family.minBytes} bytes`);
    case 'rsa':
      assertRsa(jwk, name);
      return;
    default:
      if (jwk['crv'] !== family.curve) throw invalidValue(`${name} must be on the curve ${family.curve}`);
  }
}

function assertRsa(jwk: Jwk, name: string): void {
  const bits = bigInteger(jwk['n']).toString(2).length;
  const exponent = bigInteger(jwk['e']);
  if (jwk.kty !== 'RSA') throw invalidValue(`${name} must be an RSA key`);
  if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) {
    throw invalidValue(`${name} must have a modulus of ${MIN_RSA_BITS} to ${MAX_RSA_BITS} bits`);
  }
  // The bounds of FIPS 186-5 §5.1; a longer one makes every forged token expensive.
  if (exponent < 65_537n || exponent >= 2n ** 256n || exponent % 2n === 0n) {
    throw invalidValue(`${name} must have an odd exponent from 65537 to below 2^256`);
  }
}

function bigInteger(member: unknown): bigint {
  const bytes = typeof member === 'string' ? decodeBytes(member) : new Uint8Array();
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return BigInt(`0x0${hex}`);
}
