import { createHmac } from 'node:crypto';

export type Members = Readonly<Record<string, unknown>>;

export interface Parts {
  readonly header: Members;
  readonly claims: Members;
}

export function partsOf(token: string): Parts {
  const [header = '', claims = ''] = token.split('.');
  return { header: parse(header), claims: parse(claims) };
}

/** A token with some members changed, and `undefined` ones gone, signed with HS256. */
export function altered(token: string, secret: string, { header = {}, claims = {} }: Partial<Parts>): string {
  const parts = partsOf(token);
  return signed({ header: { ...parts.header, ...header }, claims: { ...parts.claims, ...claims } }, secret);
}

export function signed({ header, claims }: Parts, secret: string): string {
  const input = `${encode(header)}.${encode(claims)}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

function encode(members: Members): string {
  return Buffer.from(JSON.stringify(members)).toString('base64url');
}

function parse(segment: string): Members {
  return JSON.parse(Buffer.from(segment, 'base64url').toString());
}
