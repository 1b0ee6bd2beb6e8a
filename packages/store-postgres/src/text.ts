/**
 * Text as PostgreSQL can hold it: NUL, which it refuses, and halves of surrogate pairs, which UTF-8 turns into U+FFFD, are
 * escaped, so that no two names become one. Other text stays as it is, but for the backslash.
 */
export function encodeText(text: string): string {
  return text.replace(
    /[\0\\\p{Surrogate}]/gu,
    (unit) => `\\${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The text that was given to {@link encodeText}. */
export function decodeText(text: string): string {
  return text.replace(/\\([0-9a-f]{4})/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}
