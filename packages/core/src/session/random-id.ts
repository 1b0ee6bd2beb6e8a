import { encodeBytes } from '#engine';

/** An unguessable id of 144 random bits, 24 characters of base64url. */
export function randomId(): string {
  return encodeBytes(crypto.getRandomValues(new Uint8Array(18)));
}
