import { BadAuthorizationHeaderError } from '../errors/errors.ts';
import { headerValues } from './headers.ts';

/**
 * The token of `Authorization: Bearer`; `undefined` when there is no such header, or one of another scheme. Read from the raw
 * header lines, since Node hides a second `Authorization`.
 *
 * @throws BadAuthorizationHeaderError for two headers, no token, or anything but one space and one part after the scheme
 * @see RFC 6750 §2.1, RFC 9110 §11.1 (the scheme is case-insensitive)
 */
export function readBearer(rawHeaders: readonly string[]): string | undefined {
  const values = headerValues(rawHeaders, 'authorization');
  if (values.length > 1) throw new BadAuthorizationHeaderError();
  const value = values[0] ?? '';
  if (!/^bearer(?![^ \t])/i.test(value)) return undefined;
  const token = value.slice('bearer '.length);
  if (value[6] !== ' ' || token === '' || /[ \t]/.test(token)) throw new BadAuthorizationHeaderError();
  return token;
}
