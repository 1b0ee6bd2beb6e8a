/**
 * The two ways to write an ECDSA signature: as JWS has it, r and s of one length beside each other (RFC 7518 §3.4), and as OpenSSL has it,
 * `SEQUENCE { INTEGER r, INTEGER s }` in DER (RFC 3279 §2.2.3). Translated here, because node:crypto of Node 24 needs half as long again for
 * the first (`dsaEncoding: 'ieee-p1363'`).
 *
 * @module
 */

const SEQUENCE = 0x30;
const INTEGER = 0x02;
/** One byte of length follows, beyond 127 bytes. */
const LONG = 0x81;

/** A signature of JWS in DER; whether its length is right for the curve is for the caller to know. */
export function toDer(signature: Uint8Array): Uint8Array {
  const half = signature.length / 2;
  const r = significant(signature, 0, half);
  const s = significant(signature, half, signature.length);
  const length = 4 + r.padding + (half - r.start) + s.padding + (signature.length - s.start);
  const isLong = length > 127;
  const der = new Uint8Array(length + (isLong ? 3 : 2));
  der[0] = SEQUENCE;
  if (isLong) der[1] = LONG;
  der[isLong ? 2 : 1] = length;
  const next = writeInteger(der, isLong ? 3 : 2, signature.subarray(r.start, half), r.padding);
  writeInteger(der, next, signature.subarray(s.start), s.padding);
  return der;
}

/** A signature in DER, as OpenSSL has just made it, as JWS has it: `bytes` long. */
export function fromDer(der: Uint8Array, bytes: number): Uint8Array {
  const signature = new Uint8Array(bytes);
  const half = bytes / 2;
  let at = der[1] === LONG ? 3 : 2;
  for (const end of [half, bytes]) {
    const length = der[at + 1] ?? 0;
    const start = at + 2;
    at = start + length;
    const padding = length > half ? length - half : 0;
    signature.set(der.subarray(start + padding, at), end - (length - padding));
  }
  return signature;
}

/** Where a number begins: without leading zeros, of which a number that would look negative gets one back. Zero keeps one byte. */
function significant(bytes: Uint8Array, from: number, to: number): { start: number; padding: 0 | 1 } {
  let start = from;
  while (start < to - 1 && bytes[start] === 0) start++;
  return { start, padding: (bytes[start] ?? 0) > 127 ? 1 : 0 };
}

/** Gives the index after it. */
function writeInteger(der: Uint8Array, at: number, number: Uint8Array, padding: 0 | 1): number {
  der[at] = INTEGER;
  der[at + 1] = number.length + padding;
  der.set(number, at + 2 + padding);
  return at + 2 + padding + number.length;
}
