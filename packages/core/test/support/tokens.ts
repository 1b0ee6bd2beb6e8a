import { createHmac } from 'node:crypto';

/** What all HS256 tests sign with: 32 bytes, none of them like another. */
export const SECRET: Uint8Array = Uint8Array.from({ length: 32 }, (_, index) => index * 7 + 1);

export function encode(value: string | Uint8Array): string {
  return (typeof value === 'string' ? Buffer.from(value, 'utf8') : Buffer.from(value)).toString('base64url');
}

/** A JWS signed with HS256, whatever its header says. Objects are written as JSON, text is taken as it is. */
export function craft(header: unknown, payload: unknown, secret: Uint8Array = SECRET): string {
  return craftFrom(encode(textOf(header)), payload, secret);
}

/** The same below an encoded header, such as that of a genuine token. */
export function craftFrom(header: string, payload: unknown, secret: Uint8Array = SECRET): string {
  const input = `${header}.${encode(payload instanceof Uint8Array ? payload : textOf(payload))}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export interface DecodedToken {
  readonly header: Record<string, unknown>;
  readonly claims: Record<string, unknown>;
  readonly headerSegment: string;
}

/** What a token says, unverified. */
export function decode(token: string | undefined): DecodedToken {
  const [headerSegment = '', payload = ''] = (token ?? '').split('.');
  return { header: parse(headerSegment), claims: parse(payload), headerSegment };
}

function parse(segment: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(segment, 'base64url').toString('utf8')) as Record<string, unknown>;
}
