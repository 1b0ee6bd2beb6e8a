import { readHeaderToken, type TokenHeader } from './header-token.ts';

/** `Authorization: Bearer`. @see RFC 6750 §2.1 */
export const BEARER: TokenHeader = Object.freeze({ name: 'authorization', scheme: 'bearer' });

/**
 * The token of `Authorization: Bearer`; `undefined` when there is no such header, or one of another scheme.
 *
 * @throws BadAuthorizationHeaderError for two headers, no token, or anything but one space and one part after the scheme
 */
export function readBearer(rawHeaders: readonly string[]): string | undefined {
  return readHeaderToken(rawHeaders, BEARER);
}
