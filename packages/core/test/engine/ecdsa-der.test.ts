import { generateKeyPairSync, sign, verify } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromDer, toDer } from '../../src/engine/ecdsa-der.ts';

const CURVES = [
  ['P-256', 64, 'sha256'],
  ['P-384', 96, 'sha384'],
  ['P-521', 132, 'sha512'],
] as const;

/** DER as a textbook writes it: numbers as hexadecimal text. */
function derOf(numbers: readonly bigint[]): string {
  const integers = numbers.map((number) => {
    const digits = number.toString(16);
    const even = digits.length % 2 === 0 ? digits : `0${digits}`;
    const positive = /^[89a-f]/.test(even) ? `00${even}` : even;
    return `02${byte(positive.length / 2)}${positive}`;
  });
  const content = integers.join('');
  const length = content.length / 2;
  return `30${length > 127 ? '81' : ''}${byte(length)}${content}`;
}

function byte(value: number): string {
  return value.toString(16).padStart(2, '0');
}

describe.each(CURVES)('a signature of %s', (curve, bytes, hash) => {
  const half = bytes / 2;
  const number = fc.oneof(
    fc.bigInt({ min: 0n, max: 2n ** BigInt(half * 8) - 1n }),
    fc.nat({ max: half * 8 - 1 }).map((bits) => 2n ** BigInt(bits)),
    fc.nat({ max: half * 8 }).map((bits) => 2n ** BigInt(bits) - 1n),
  );
  const flat = (numbers: readonly bigint[]) =>
    new Uint8Array(
      Buffer.from(numbers.map((each) => each.toString(16).padStart(bytes, '0')).join(''), 'hex'),
    );

  it('of any two numbers is written as DER has it, and read back', () =>
    fc.assert(
      fc.property(number, number, (r, s) => {
        const der = toDer(flat([r, s]));
        expect(Buffer.from(der).toString('hex')).toBe(derOf([r, s]));
        expect(fromDer(der, bytes)).toEqual(flat([r, s]));
      }),
      { numRuns: 2_000, seed: 1 },
    ));

  it('is what node:crypto makes and takes in its own two ways', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: curve });
    for (let count = 0; count < 200; count++) {
      const data = Buffer.from(`message ${count}`);
      const joined = fromDer(sign(hash, data, privateKey), bytes);
      expect(verify(hash, data, { key: publicKey, dsaEncoding: 'ieee-p1363' }, joined)).toBe(true);
      const other = sign(hash, data, { key: privateKey, dsaEncoding: 'ieee-p1363' });
      expect(verify(hash, data, publicKey, toDer(other))).toBe(true);
    }
  });
});
