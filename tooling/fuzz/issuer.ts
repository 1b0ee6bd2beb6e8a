import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type Algorithm, createAuth, type JsonObject, type Jwk, type KeyInput } from '@tokenpair/core';
import { memoryStore } from '@tokenpair/core/memory';
import { createVerifier } from '@tokenpair/core/verifier';
import { type OracleKey, toOracleKey } from '../../packages/core/test/attacks/jose-oracle.ts';

export const ISSUER = 'https://issuer.test';
export const AUDIENCE = 'https://api.test';
/** 2027-01-15T08:00:00Z: the clock of a run stands still. */
export const NOW = 1_800_000_000;

/** One key for each algorithm, named by it. Fresh in every run: a token that matters is printed whole. */
export interface FuzzKey {
  readonly alg: Algorithm;
  readonly signing: KeyInput;
  readonly verifying: KeyInput;
  /** As text, for those who would take it for a secret. */
  readonly publicText: string;
  sign(input: string): Buffer;
  readonly oracle: OracleKey;
}

export const ALGORITHMS: readonly Algorithm[] = [
  'HS256',
  'HS384',
  'HS512',
  'ES256',
  'EdDSA',
  'Ed25519',
  'RS256',
  'PS256',
  'ES384',
  'ES512',
  'RS384',
  'RS512',
  'PS384',
  'PS512',
];

const CURVES: Readonly<Record<string, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' };

export async function makeKey(alg: Algorithm): Promise<FuzzKey> {
  const hash = `sha${alg.slice(2)}`;
  if (alg.startsWith('HS')) {
    const secret = createHmac('sha512', 'tokenpair fuzz').update(alg).digest();
    const input = { alg: alg as 'HS256', secret, kid: alg };
    const tag = (text: string) => createHmac(hash, secret).update(text).digest();
    return {
      alg,
      signing: input,
      verifying: input,
      publicText: secret.toString('hex'),
      sign: tag,
      oracle: await toOracleKey(alg, alg, secret),
    };
  }
  const { privateKey, publicKey } = makePair(alg);
  return {
    alg,
    signing: { alg: alg as 'RS256', privateKey, kid: alg },
    verifying: { alg: alg as 'RS256', publicKey, kid: alg },
    publicText: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    sign: (text) => signWith(alg, hash, privateKey, text),
    oracle: await toOracleKey(alg, alg, publicKey.export({ format: 'jwk' }) as Jwk),
  };
}

function makePair(alg: Algorithm): { privateKey: KeyObject; publicKey: KeyObject } {
  const namedCurve = CURVES[alg];
  if (namedCurve !== undefined) return generateKeyPairSync('ec', { namedCurve });
  return alg.startsWith('E')
    ? generateKeyPairSync('ed25519')
    : generateKeyPairSync('rsa', { modulusLength: 2048 });
}

function signWith(alg: Algorithm, hash: string, key: KeyObject, text: string): Buffer {
  const data = Buffer.from(text);
  if (alg.startsWith('RS')) return sign(hash, data, key);
  if (alg.startsWith('PS'))
    return sign(hash, data, { key, padding: 6, saltLength: Number(alg.slice(2)) / 8 });
  if (alg.startsWith('ES')) return sign(hash, data, { key, dsaEncoding: 'ieee-p1363' });
  return sign(null, data, key);
}

/** A way from a token to claims. Rejects with what was thrown. */
export interface FuzzPath {
  readonly name: string;
  verify(token: string): Promise<JsonObject> | JsonObject;
}

/** Own tokens at a guard; the tokens of another issuer, alone and as one of two. */
export function makePaths(keys: readonly FuzzKey[]): readonly FuzzPath[] {
  const clock = () => NOW * 1000;
  const auth = createAuth({
    issuer: ISSUER,
    audience: AUDIENCE,
    keys: keys.map(({ signing }) => signing),
    store: memoryStore(),
    revocation: 'none',
    clock,
  });
  const guard = auth.guard();
  const issuer = { issuer: ISSUER, audience: AUDIENCE, keys: keys.map(({ verifying }) => verifying) };
  const second = {
    issuer: 'https://second.test',
    audience: AUDIENCE,
    keys: { alg: 'HS256', secret: Uint8Array.from({ length: 32 }, (_, at) => at * 3 + 9) } as const,
  };
  const alone = createVerifier({ issuers: [issuer], clock });
  const several = createVerifier({ issuers: [second, issuer], clock });
  return [
    {
      name: 'own',
      async verify(token) {
        const outcome = await guard({ method: 'GET', rawHeaders: ['Authorization', `Bearer ${token}`] });
        if (!outcome.passed) throw outcome.error;
        return outcome.auth?.claims as unknown as JsonObject;
      },
    },
    { name: 'other issuer', verify: async (token) => (await alone.verify(token)).claims },
    { name: 'one of two issuers', verify: async (token) => (await several.verify(token)).claims },
  ];
}
