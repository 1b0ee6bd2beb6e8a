import type { AuthErrorCode } from '../errors/error-rows.ts';
import type { AuthShape } from './auth-shape.ts';
import { type Node, objectOf, TEXT } from './schemas.ts';

/** One operation of the document, and where it is below the prefix. */
export interface Operation {
  readonly path: string;
  readonly method: 'get' | 'post' | 'delete';
  readonly node: Node;
}

/** What reading a body can end in. */
export const BODY_CODES: readonly AuthErrorCode[] = Object.freeze([
  'invalid_request',
  'payload_too_large',
  'unsupported_media_type',
]);

export const BACKEND_CODES: readonly AuthErrorCode[] = Object.freeze([
  'store_unavailable',
  'backend_unavailable',
]);

/** What an unsafe request with cookies can end in beside. */
export function originCodes({ cookies }: AuthShape): readonly AuthErrorCode[] {
  return cookies === undefined ? [] : ['csrf_failed', 'bad_authorization_header'];
}

/** Whose access token it is. */
export function accessSecurity({ cookies }: AuthShape): readonly Node[] {
  return [{ accessToken: [] }, ...(cookies === undefined ? [] : [{ accessCookie: [] }])];
}

/** The header that a request with cookies shows its origin by, where its browser does not. */
export function originParameters({ cookies }: AuthShape): readonly Node[] {
  if (cookies === undefined) return [];
  const description = `The value of the cookie ${cookies.csrf}; needed from clients that send neither Sec-Fetch-Site nor Origin.`;
  return [{ name: 'X-CSRF-Token', in: 'header', description, schema: { type: 'string' } }];
}

/** A body in one of the two types that are taken. */
export function jsonOrForm(schema: Node, isRequired = true): Node {
  const content = { 'application/json': { schema }, 'application/x-www-form-urlencoded': { schema } };
  return { required: isRequired, content };
}

/** A body of RFC 6749: a form, and no other. */
export function formOnly(schema: Node): Node {
  return { required: true, content: { 'application/x-www-form-urlencoded': { schema } } };
}

/** The fields of a request that have to be there, each a text. */
export function texts(...names: readonly string[]): Node {
  return objectOf(Object.fromEntries(names.map((name) => [name, TEXT])));
}
