/**
 * Secrets that anybody would try: long enough by their length, but a word written several times, a handful of characters, or
 * the example of a tool that everybody knows. What is random passes: 32 random bytes have about 30 different values, 32 random hex digits 14.
 *
 * @see RFC 8725 §3.5 (no passwords as keys), OWASP JWT Cheat Sheet "Weak token secret"
 * @module
 */

/** Fewest different byte values of a secret. */
const MIN_DIFFERENT_BYTES = 8;

/** The examples that jwt.io fills in, one for each HS algorithm. */
const KNOWN: ReadonlySet<string> = new Set([
  'a-string-secret-at-least-256-bits-long',
  'a-valid-string-secret-that-is-at-least-384-bits-long',
  'a-valid-string-secret-that-is-at-least-512-bits-long-which-is-very-long',
]);

export function isGuessable(secret: Uint8Array): boolean {
  const text = new TextDecoder('latin1').decode(secret);
  return new Set(secret).size < MIN_DIFFERENT_BYTES || KNOWN.has(text) || isRepeated(text);
}

/** Whether a text is a shorter one written several times, the last time perhaps in part. */
function isRepeated(text: string): boolean {
  const length = Math.floor(text.length / 2);
  for (let period = 1; period <= length; period++) {
    if (text.startsWith(text.slice(period))) return true;
  }
  return false;
}
