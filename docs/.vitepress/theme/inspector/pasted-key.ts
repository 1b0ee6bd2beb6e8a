import { ALGORITHMS, type Algorithm, isAlgorithm } from '../../../../packages/core/src/keys/algorithms.ts';
import type { KeyInput } from '../../../../packages/core/src/keys/key-input.ts';

/** A pasted key as the library takes one, or why it does not come to that. */
export type PastedKey =
  | { readonly state: 'none' }
  | { readonly state: 'unusable'; readonly why: string }
  | { readonly state: 'keys'; readonly keys: readonly KeyInput[] };

export interface KeyText {
  readonly text: string;
  /** Whether a secret is written in base64 or base64url, not as the text itself. */
  readonly isBase64: boolean;
}

type Json = Readonly<Record<string, unknown>>;

const FAMILIES: Readonly<Record<string, string>> = { oct: 'secret', RSA: 'rsa', EC: 'ec', OKP: 'okp' };

/**
 * What a pasted text is: PEM, JWK, key set or secret. A service names the algorithm of its key; here a key that does not say takes that of the
 * token, if it can be its own.
 */
export function readPastedKey({ text, isBase64 }: KeyText, alg: unknown): PastedKey {
  const key = text.trim();
  if (key === '') return { state: 'none' };
  if (!isAlgorithm(alg)) return unusable('The token names no algorithm that a key could be for.');
  if (key.startsWith('-----BEGIN')) return readPem(key, alg);
  return key.startsWith('{') ? readJson(key, alg) : readSecret(text.replace(/\r?\n$/, ''), isBase64, alg);
}

function readPem(pem: string, alg: Algorithm): PastedKey {
  if (isSecretAlgorithm(alg))
    return unusable(
      `The token says ${alg}, which takes a secret, and this is a PEM key. Who takes a public key for a secret lets everybody sign: Tokenpair never does.`,
    );
  const member = pem.includes('PRIVATE KEY') ? 'privateKey' : 'publicKey';
  return { state: 'keys', keys: [{ alg, [member]: pem } as unknown as KeyInput] };
}

function readSecret(text: string, isBase64: boolean, alg: Algorithm): PastedKey {
  if (!isSecretAlgorithm(alg))
    return unusable(
      `The token says ${alg}, which takes a public key (PEM, JWK or a key set), and this is neither.`,
    );
  const secret = isBase64 ? bytesOf(text) : text;
  if (secret === undefined) return unusable('The secret is not written in base64 or base64url.');
  return { state: 'keys', keys: [{ alg, secret } as KeyInput] };
}

function readJson(text: string, alg: Algorithm): PastedKey {
  const value = parse(text);
  if (value === undefined) return unusable('This begins like a JWK and is no JSON object.');
  const { keys } = value;
  if (!Array.isArray(keys)) {
    if (typeof value['kty'] !== 'string')
      return unusable('This JSON is no JWK (it has no "kty") and no key set (it has no "keys").');
    return { state: 'keys', keys: [toInput(value, alg)] };
  }
  const fitting = keys
    .filter((jwk): jwk is Json => isJson(jwk) && fits(jwk, alg))
    .map((jwk) => toInput(jwk, alg));
  return fitting.length === 0
    ? unusable(`None of the ${keys.length} keys of this set can be one for ${alg}.`)
    : { state: 'keys', keys: fitting };
}

/** Whether a key of a set can be one that the token is signed with. */
function fits({ kty, alg: own, use }: Json, alg: Algorithm): boolean {
  return FAMILIES[String(kty)] === ALGORITHMS[alg].family && (own ?? alg) === alg && (use ?? 'sig') === 'sig';
}

function toInput(jwk: Json, alg: Algorithm): KeyInput {
  const own = isAlgorithm(jwk['alg']) ? jwk['alg'] : alg;
  if (jwk['kty'] === 'oct') return { alg: own, secret: jwk } as unknown as KeyInput;
  return { alg: own, [Object.hasOwn(jwk, 'd') ? 'privateKey' : 'publicKey']: jwk } as unknown as KeyInput;
}

function isSecretAlgorithm(alg: Algorithm): boolean {
  return ALGORITHMS[alg].family === 'secret';
}

function bytesOf(text: string): Uint8Array | undefined {
  try {
    const plain = text.trim().replaceAll('-', '+').replaceAll('_', '/');
    return Uint8Array.from(atob(plain), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function parse(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJson(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unusable(why: string): PastedKey {
  return { state: 'unusable', why };
}
