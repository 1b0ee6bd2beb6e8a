/**
 * Text as SQLite can hold it: NUL, at which node:sqlite 22 cuts off what it reads, and halves of surrogate pairs, which UTF-8
 * turns into U+FFFD, are escaped, so that no two names become one. Other text stays as it is, but for the backslash.
 */
export function encodeText(text: string): string {
  if (!MAY_NEED_ESCAPE.test(text)) return text;
  return text.replace(
    /[\0\\\p{Surrogate}]/gu,
    (unit) => `\\${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

// Most text is told apart by this alone, at a fraction of the cost.
const MAY_NEED_ESCAPE = /[\0\\\ud800-\udfff]/;

/** The text that was given to {@link encodeText}. */
export function decodeText(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\([0-9a-f]{4})/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}
