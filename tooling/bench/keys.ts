import { createPublicKey, createSecretKey, generateKeyPair, type KeyObject, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { createAuth, type KeyInput } from '@tokenpair/core';
import { memoryStore } from '@tokenpair/core/memory';

export const ALGORITHMS = ['HS256', 'RS256', 'ES256', 'EdDSA'] as const;
export type BenchAlgorithm = (typeof ALGORITHMS)[number];

export const ISSUER = 'https://auth.example.com/';
export const AUDIENCE = 'https://api.example.com';

/** A key as text, as it goes to other processes. Made for one run, and worth nothing after it. */
export interface BenchKey {
  readonly alg: BenchAlgorithm;
  /** The name under which Tokenpair signs with it. */
  readonly kid: string;
  /** Of HS256. */
  readonly secret?: string;
  /** PKCS#8 PEM. */
  readonly privatePem?: string;
  /** SPKI PEM. */
  readonly publicPem?: string;
}

export async function makeKey(alg: BenchAlgorithm): Promise<BenchKey> {
  const key = await makeMaterial(alg);
  return { ...key, kid: await kidOf(toKeyInput(key)) };
}

export function toKeyInput({ alg, secret = '', privatePem = '' }: Omit<BenchKey, 'kid'>): KeyInput {
  return alg === 'HS256' ? { alg, secret } : { alg, privateKey: privatePem };
}

/** What a peer that takes key objects verifies with. */
export function verifyingKey({ secret, publicPem = '' }: BenchKey): KeyObject {
  return secret === undefined ? createPublicKey(publicPem) : createSecretKey(Buffer.from(secret));
}

async function makeMaterial(alg: BenchAlgorithm): Promise<Omit<BenchKey, 'kid'>> {
  if (alg === 'HS256') return { alg, secret: randomBytes(32).toString('base64url') };
  const { privateKey, publicKey } = await makePair(alg);
  return {
    alg,
    privatePem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    publicPem: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
  };
}

function makePair(
  alg: Exclude<BenchAlgorithm, 'HS256'>,
): Promise<{ privateKey: KeyObject; publicKey: KeyObject }> {
  const make = promisify(generateKeyPair);
  if (alg === 'RS256') return make('rsa', { modulusLength: 2048 });
  return alg === 'ES256' ? make('ec', { namedCurve: 'P-256' }) : make('ed25519');
}

async function kidOf(keys: KeyInput): Promise<string> {
  const auth = createAuth({ issuer: ISSUER, audience: AUDIENCE, keys, store: memoryStore() });
  await auth.ready();
  const [first] = auth.keys.access.list();
  if (first === undefined) throw new Error('the auth has no key');
  return first.kid;
}
