import { createHash } from 'node:crypto';

/** What a token of our own says, unverified. */
export interface TokenContent {
  readonly sid: string;
  readonly sub: string;
  /** Only of refresh tokens. */
  readonly gen: number;
  /** Seconds. */
  readonly exp: number;
}

export function contentOf(token: string): TokenContent {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as TokenContent;
}

/** Names a token where its text must not be shown. */
export function fingerprint(token: string): string {
  return createHash('sha256').update(token).digest('base64url').slice(0, 12);
}
