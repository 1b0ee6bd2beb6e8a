import { randomBytes } from 'node:crypto';
import { type Algorithm, createAuth, type Jwk, type Jwks, type KeyInput } from '@tokenpair/core';
import { memoryStore } from '@tokenpair/core/memory';
import { Refusal, reasonOf } from '../run/errors.ts';

/** A key of a file, admitted by core. */
export interface RingKey {
  readonly kid: string;
  readonly alg: Algorithm;
  readonly jwk: Jwk;
  readonly canSign: boolean;
}

/** The keys of a file in its order. */
export interface Ring {
  readonly keys: readonly RingKey[];
  /** The public keys, and only public members. */
  readonly jwks: Jwks;
}

/**
 * Has core judge the keys and name those that have no `kid`.
 *
 * @throws Refusal `keys_refused` in core's words, which never show a key
 */
export async function readRing(jwks: readonly Jwk[], file: string): Promise<Ring> {
  try {
    const { names, published } = await admit(jwks.map(toKeyInput));
    return {
      keys: jwks.map((jwk, at) => ({
        kid: String(names[at]),
        alg: jwk['alg'] as Algorithm,
        jwk,
        canSign: isPrivate(jwk),
      })),
      jwks: published,
    };
  } catch (error) {
    throw new Refusal('keys_refused', `${file}: ${inFile(reasonOf(error))}`, { cause: error });
  }
}

/** A key of the file as core takes it. */
export function toKeyInput(jwk: Jwk): KeyInput {
  const member = jwk.kty === 'oct' ? 'secret' : isPrivate(jwk) ? 'privateKey' : 'publicKey';
  const { alg, kid } = jwk;
  return { alg, [member]: jwk, ...(kid === undefined ? {} : { kid }) } as KeyInput;
}

/** Whether a key has what it takes to sign. */
export function isPrivate(jwk: Jwk): boolean {
  return jwk['k'] !== undefined || jwk['d'] !== undefined;
}

/** Before the keys goes one that can sign and that nobody sees, so that a file of public keys is judged as well. */
async function admit(
  keys: readonly KeyInput[],
): Promise<{ readonly names: readonly string[]; readonly published: Jwks }> {
  const signer: KeyInput = { alg: 'HS512', secret: randomBytes(64) };
  const names = { issuer: 'keys', audience: 'keys' };
  const auth = createAuth({ ...names, keys: [signer, ...keys], store: memoryStore() });
  await auth.ready();
  const [, ...rest] = auth.keys.access.list();
  const published = auth.jwks();
  await auth.close();
  return { names: rest.map(({ kid }) => kid), published };
}

/** Core counts the key before them too. */
function inFile(message: string): string {
  return message
    .replace(/options\.keys\[(\d+)\]/g, (_, at) => `keys[${Number(at) - 1}]`)
    .replace('options.', '');
}
