import { BadAuthorizationHeaderError } from '../errors/errors.ts';
import { isNamed } from './headers.ts';

/** A header that may carry a token; names in lower case. */
export interface TokenHeader {
  readonly name: string;
  /** The scheme before the token; without one the token is the whole value. */
  readonly scheme?: string | undefined;
}

/**
 * The token of a header; `undefined` when there is no such header, it is empty, or it is of another scheme. Read from the raw header
 * lines, since Node hides a second one of some names and joins those of the others.
 *
 * @throws BadAuthorizationHeaderError for two headers, no token after the scheme, or anything but one space and one part
 */
export function readHeaderToken(
  rawHeaders: readonly string[],
  { name, scheme }: TokenHeader,
): string | undefined {
  const value = onlyValue(rawHeaders, name);
  if (scheme === undefined) return value === '' ? undefined : onePart(value);
  if (!isOfScheme(value, scheme)) return undefined;
  if (value[scheme.length] !== ' ') throw new BadAuthorizationHeaderError();
  return onePart(value.slice(scheme.length + 1));
}

/** The one value of a header, empty where it is missing. Walks the lines once and makes no list of them. */
function onlyValue(rawHeaders: readonly string[], name: string): string {
  let found: string | undefined;
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    if (!isNamed(rawHeaders[at], name)) continue;
    if (found !== undefined) throw new BadAuthorizationHeaderError();
    found = rawHeaders[at + 1] ?? '';
  }
  return found ?? '';
}

/** The scheme is case-insensitive (RFC 9110 §11.1), and ends where the value or the word does. */
function isOfScheme(value: string, scheme: string): boolean {
  const next = value[scheme.length];
  return (
    value.slice(0, scheme.length).toLowerCase() === scheme &&
    (next === undefined || next === ' ' || next === '\t')
  );
}

/** @throws BadAuthorizationHeaderError for no token, and for one with a blank in it */
export function onePart(token: string): string {
  if (token === '' || token.includes(' ') || token.includes('\t')) throw new BadAuthorizationHeaderError();
  return token;
}
