import type { Algorithm, Jwk } from '@tokenpair/core';
import { type CryptoKey, importJWK, type JWTHeaderParameters, jwtVerify } from 'jose';

/** A key as jose takes it, named by its kid. */
export interface OracleKey {
  readonly alg: Algorithm;
  readonly kid: string;
  readonly key: CryptoKey | Uint8Array;
}

export interface OracleOptions {
  readonly issuer: string;
  readonly audience: string;
  readonly keys: readonly OracleKey[];
  /** Seconds since the epoch. */
  readonly now: number;
}

/** What jose makes of a token; undefined when it refuses. */
export type Oracle = (token: string) => Promise<Record<string, unknown> | undefined>;

export async function toOracleKey(alg: Algorithm, kid: string, key: Jwk | Uint8Array): Promise<OracleKey> {
  return {
    alg,
    kid,
    key: key instanceof Uint8Array ? key : ((await importJWK(key as never, alg)) as CryptoKey),
  };
}

/** jose as a second opinion on access tokens: as strict as its options make it, and as tolerant with clocks as Tokenpair. */
export function createJoseOracle({ issuer, audience, keys, now }: OracleOptions): Oracle {
  const options = {
    issuer,
    audience,
    typ: 'at+jwt',
    algorithms: keys.map(({ alg }) => alg),
    requiredClaims: ['exp', 'iat', 'sub'],
    clockTolerance: 60,
    currentDate: new Date(now * 1000),
  };
  return async (token) => {
    try {
      const { payload } = await jwtVerify(
        token,
        (header: JWTHeaderParameters) => keyFor(keys, header),
        options,
      );
      return payload;
    } catch {
      return undefined;
    }
  };
}

function keyFor(
  keys: readonly OracleKey[],
  { alg, kid }: { alg?: string; kid?: string },
): CryptoKey | Uint8Array {
  const key = keys.find((each) => each.alg === alg && (kid === undefined || kid === each.kid));
  if (key === undefined) throw new Error('no such key');
  return key.key;
}
