/**
 * The gate: what a text must look like before anything of it is decoded. Stricter than base64url decoders are, so that
 * a token has one spelling only and cannot be altered and still verify.
 *
 * @see RFC 7515 §2 and §7.1 (compact serialization), RFC 8725bis "Check JWT Format Type"
 * @module
 */

/** Longest token that is looked at, in characters. */
export const MAX_TOKEN_LENGTH = 8192;

/** A well-formed compact JWS, still encoded and unverified. */
export interface CompactToken {
  readonly header: string;
  readonly payload: string;
  readonly signature: string;
  /** What the signature is over: header, dot, payload. */
  readonly input: string;
}

const COMPACT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

/** Last characters whose unused low bits are zero, by how many characters hang over a group of four. */
const WHOLE_ENDINGS: readonly (string | undefined)[] = Object.freeze([
  undefined,
  '',
  'AQgw',
  'AEIMQUYcgkosw048',
]);

/** The parts of a token, or `undefined` for anything that is not a compact JWS in its one spelling. */
export function openGate(token: unknown): CompactToken | undefined {
  if (typeof token !== 'string' || token.length > MAX_TOKEN_LENGTH || !COMPACT.test(token)) return undefined;
  const first = token.indexOf('.');
  const second = token.indexOf('.', first + 1);
  const header = token.slice(0, first);
  const payload = token.slice(first + 1, second);
  const signature = token.slice(second + 1);
  if (!isCanonical(header) || !isCanonical(payload) || !isCanonical(signature)) return undefined;
  return { header, payload, signature, input: token.slice(0, second) };
}

/** No impossible length, no bits that a decoder would drop. */
function isCanonical(segment: string): boolean {
  const endings = WHOLE_ENDINGS[segment.length % 4];
  return endings === undefined || endings.includes(segment.charAt(segment.length - 1));
}
