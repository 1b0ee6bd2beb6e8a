/** What a client shows by HTTP Basic, as it came. */
export interface BasicCredentials {
  readonly id: string;
  readonly secret: string;
}

/** Whether the value of an `Authorization` header is of this scheme, good or not. */
export function isBasic(value: string): boolean {
  return /^basic(?![^ \t])/i.test(value);
}

/** The credentials in the value of an `Authorization` header; `undefined` for one that is malformed or of another scheme. @see RFC 7617 §2 */
export function readBasic(value: string): BasicCredentials | undefined {
  const encoded = /^basic ([A-Za-z0-9+/]+={0,2})$/i.exec(value)?.[1];
  const text = encoded === undefined ? undefined : decodeBase64(encoded);
  const colon = text?.indexOf(':') ?? -1;
  return text === undefined || colon < 0
    ? undefined
    : { id: text.slice(0, colon), secret: text.slice(colon + 1) };
}

/** The value of an `Authorization` header with credentials as they are. */
export function writeBasic({ id, secret }: BasicCredentials): string {
  const bytes = new TextEncoder().encode(`${id}:${secret}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}

/** A form-encoded text as it was; `undefined` for one that is not. @see RFC 6749 §2.3.1, appendix B */
export function formDecode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

function decodeBase64(encoded: string): string | undefined {
  try {
    const bytes = Uint8Array.from(atob(encoded), (char) => char.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
