import { Buffer } from 'node:buffer';
import type { Algorithm, KeyInput } from '@tokenpair/core';
import type { IssuerOptions } from '@tokenpair/core/verifier';
import { readKeysFile } from '../keys/keys-file.ts';
import { readRing, toKeyInput } from '../keys/read-ring.ts';
import { WrongUse } from '../run/errors.ts';
import type { Io } from '../run/io.ts';
import { readText } from '../text/read-text.ts';

/** The options of `verify`. */
export interface VerifyOptions {
  readonly issuer: string;
  readonly audience: string;
  readonly jwks?: string;
  readonly keys?: string;
  readonly secretFile?: string;
  readonly alg?: Algorithm;
  readonly typ: string;
  readonly leeway: string;
}

/** What a public key set is verified with where `--alg` names nothing: one algorithm for each type of key. */
const ALGORITHMS: readonly Algorithm[] = ['RS256', 'ES256', 'ES384', 'ES512', 'EdDSA'];

/** What core has to know of the issuer; reads files. @throws WrongUse, Refusal for files that cannot be used */
export async function issuerOf(options: VerifyOptions, io: Io): Promise<IssuerOptions> {
  const { issuer, audience, typ } = options;
  return { issuer, audience, typ: typ === 'any' ? null : typ, ...(await keysOf(options, io)) };
}

async function keysOf(
  { alg, jwks, keys, secretFile }: VerifyOptions,
  io: Io,
): Promise<Pick<IssuerOptions, 'algorithms' | 'jwks' | 'keys'>> {
  const ways = [jwks, keys, secretFile].filter((way) => way !== undefined);
  if (ways.length !== 1) throw new WrongUse('name one of --jwks <url>, --keys <file>, --secret-file <file>');
  if (keys !== undefined) return { keys: await keysIn(keys) };
  if (secretFile !== undefined) return { keys: await secretIn(secretFile, alg ?? 'HS256', io) };
  return {
    jwks: { url: String(jwks), allowHttp: isLoopback(String(jwks)) },
    algorithms: alg ? [alg] : ALGORITHMS,
  };
}

/** By the names that Tokenpair gives them in tokens, where the file gives none. */
async function keysIn(file: string): Promise<readonly KeyInput[]> {
  const { keys } = await readRing(readKeysFile(file), file);
  return keys.map(({ jwk, kid }) => ({ ...toKeyInput(jwk), kid }));
}

/** The line break that an editor puts at the end is not part of the secret. Its key goes without a name: it is for tokens of any. */
async function secretIn(file: string, alg: Algorithm, io: Io): Promise<KeyInput> {
  if (!alg.startsWith('HS'))
    throw new WrongUse(`--secret-file goes with HS256, HS384 or HS512, not with ${alg}`);
  const secret = (await readText(file, io)).replace(/\r?\n$/, '');
  return { alg, secret: Buffer.from(secret) } as KeyInput;
}

function isLoopback(url: string): boolean {
  return URL.canParse(url) && /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(new URL(url).hostname);
}
