/**
 * Values as they stand in a statement. Names are bytes to the server and hexadecimal digits in the text, so nothing in them can be
 * taken for SQL, whatever its `sql_mode` and character set, and no collation makes two of them one.
 *
 * @module
 */
/** A text, or NULL for none. What UTF-8 cannot say is escaped as in JSON. */
export function textLiteral(text: string | undefined): string {
  return text === undefined ? 'NULL' : hexLiteral(escaped(text));
}

/** An id or a subject as it is looked up: its SHA-256, since an index takes no name of any length. */
export function keyLiteral(name: string): string {
  return `UNHEX(SHA2(${textLiteral(name)}, 256))`;
}

/** A value as JSON, or NULL for none. */
export function jsonLiteral(value: object | undefined): string {
  return value === undefined ? 'NULL' : hexLiteral(JSON.stringify(value));
}

/** A whole number, or NULL for none. */
export function numberLiteral(value: number | undefined): string {
  return value === undefined ? 'NULL' : BigInt(value).toString();
}

/** The text that was given to {@link textLiteral}, from what the server has of it. */
export function decodeText(bytes: Uint8Array): string {
  return JSON.parse(`"${decoder.decode(bytes)}"`) as string;
}

/** The value that was given to {@link jsonLiteral}. */
export function decodeJson(bytes: Uint8Array): unknown {
  return JSON.parse(decoder.decode(bytes));
}

/** A number as the server writes it. */
export function decodeNumber(bytes: Uint8Array): number {
  return Number(decoder.decode(bytes));
}

/** Bytes in hexadecimal digits. */
export function hexOf(bytes: Uint8Array): string {
  let digits = '';
  for (const byte of bytes) digits += DIGITS[byte];
  return digits;
}

/** Bytes that are plain text of the server's own. */
export function decodeWord(bytes: Uint8Array | null | undefined): string {
  return bytes ? decoder.decode(bytes) : '';
}

const DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function hexLiteral(text: string): string {
  return `x'${hexOf(encoder.encode(text))}'`;
}
