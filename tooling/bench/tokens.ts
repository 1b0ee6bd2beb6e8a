/**
 * Access tokens as Tokenpair issues them, made in bulk: every candidate judges the same ones.
 *
 * @module
 */
import { createHmac, createPrivateKey, type KeyObject, randomUUID, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { AUDIENCE, type BenchKey, ISSUER } from './keys.ts';

const LIFE_SECONDS = 3600;

export interface TokenOptions {
  readonly count: number;
  /** Claims beside the usual nine. */
  readonly own?: Readonly<Record<string, unknown>>;
  /** Seconds from now to the end of the tokens. @default an hour */
  readonly life?: number;
}

/** Tokens as bytes, so that whoever takes one makes a fresh text of it: one that is used again has its hash memoised. */
export async function mintTokens(key: BenchKey, options: TokenOptions): Promise<Buffer[]> {
  const header = encode({ alg: key.alg, typ: 'at+jwt', kid: key.kid });
  const signInput = createSigner(key);
  const mint = async (): Promise<Buffer> => {
    const input = `${header}.${encode(claimsOf(options))}`;
    return Buffer.from(`${input}.${(await signInput(Buffer.from(input))).toString('base64url')}`, 'latin1');
  };
  return Promise.all(Array.from({ length: options.count }, mint));
}

/** Nine claims, as every access token has them. */
export function claimsOf({ own = {}, life = LIFE_SECONDS }: Omit<TokenOptions, 'count'>): object {
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: ISSUER,
    aud: AUDIENCE,
    sub: randomUUID(),
    sid: randomId(),
    jti: randomId(),
    iat: now - 10,
    exp: now - 10 + life,
    auth_time: now - 10,
    scope: 'orders:read orders:write profile',
    ...own,
  };
}

/** The same token with another subject, and the signature that it had. */
export function forge(token: Buffer): string {
  const [header = '', payload = '', signature = ''] = token.toString('latin1').split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  return `${header}.${encode({ ...claims, sub: 'somebody-else' })}.${signature}`;
}

/** Takes the tokens in turn, each time as a fresh text. */
export function freshTexts(tokens: readonly Buffer[], prefix = ''): () => string {
  const bytes = tokens.map((token) => Buffer.concat([Buffer.from(prefix, 'latin1'), token]));
  let at = 0;
  return () => {
    at = at + 1 === bytes.length ? 0 : at + 1;
    return bytes[at]?.toString('latin1') ?? '';
  };
}

function createSigner({ alg, secret, privatePem = '' }: BenchKey): (input: Buffer) => Promise<Buffer> {
  if (secret !== undefined) return async (input) => createHmac('sha256', secret).update(input).digest();
  const key: KeyObject = createPrivateKey(privatePem);
  const hash = alg === 'EdDSA' ? null : 'sha256';
  // In the thread pool, where RS256 takes its 0.7 ms on all cores.
  const inPool = promisify(sign);
  return (input) => inPool(hash, input, { key, dsaEncoding: 'ieee-p1363' });
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function randomId(): string {
  return Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url');
}
