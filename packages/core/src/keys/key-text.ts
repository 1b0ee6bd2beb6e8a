/**
 * Secrets that are keys of another kind: taken as an HMAC secret a public key would be known to everybody, and a private one
 * would have been meant otherwise. Looked for in a secret's bytes, never used to guess what a key is.
 *
 * @see CVE-2015-9235 and what came after it: the text of a public key as HMAC secret
 * @module
 */
import { decodeBytes } from '#engine';

const KEY_TEXT = /-----BEGIN |-----END |"kty"\s*:|"keys"\s*:|ssh-(?:rsa|ed25519) |ecdsa-sha2-/;

/** Object identifiers inside DER keys, in hex: rsaEncryption, id-RSASSA-PSS, id-ecPublicKey, id-Ed25519. */
const KEY_OIDS: readonly string[] = Object.freeze([
  '06092a864886f70d010101',
  '06092a864886f70d01010a',
  '06072a8648ce3d0201',
  '06032b6570',
]);

/** Whether bytes are the text of a PEM, JWK or SSH key in any encoding, or a DER key, as it is or in base64. */
export function looksLikeKey(bytes: Uint8Array): boolean {
  const text = new TextDecoder('latin1').decode(bytes).replaceAll('\0', '');
  return KEY_TEXT.test(text) || isDerKey(bytes) || isBase64DerKey(text);
}

function isBase64DerKey(text: string): boolean {
  const packed = text.replace(/\s/g, '').replace(/=+$/, '');
  if (!/^[A-Za-z0-9+/_-]{40,}$/.test(packed)) return false;
  return isDerKey(decodeBytes(packed.replaceAll('+', '-').replaceAll('/', '_')));
}

/** A DER sequence that is as long as it says and names a kind of key. */
function isDerKey(bytes: Uint8Array): boolean {
  if (bytes[0] !== 0x30 || derLength(bytes) !== bytes.length) return false;
  const hex = Array.from(bytes.subarray(0, 64), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return KEY_OIDS.some((oid) => hex.includes(oid));
}

/** Length of the outermost element, its header included. */
function derLength(bytes: Uint8Array): number {
  const first = bytes[1] ?? 0;
  if (first < 0x80) return first + 2;
  const count = first - 0x80;
  const length = bytes.subarray(2, 2 + count).reduce((sum, byte) => sum * 256 + byte, 0);
  return length + 2 + count;
}
