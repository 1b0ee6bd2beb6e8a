import type { AdmittedKey } from '../keys/admit-key.ts';
import type { Algorithm } from '../keys/algorithms.ts';
import type { Jwks } from '../keys/jwks.ts';

/** What a token's header says of its key. */
export interface KeySelector {
  readonly kid: string | undefined;
  readonly alg: string;
}

/** A key as an issuer publishes it: its kid may be missing, though an admitted key always has one. */
export interface PublishedKey {
  readonly kid: string | undefined;
  readonly key: AdmittedKey;
}

/** The keys of one issuer at one time. */
export interface KeySet {
  /** The one key that fits: that of the kid if its algorithm is the token's; without a kid the only one of the algorithm. */
  find(selector: KeySelector): AdmittedKey | undefined;
  /** Whether fetching the set anew is no use: it has the kid, or no kid is asked for. */
  knows(kid: string | undefined): boolean;
  /** The same for two sets of the same keys, in whatever order. */
  readonly identity: string;
  /** The keys as JSON, public members only. */
  readonly jwks: Jwks;
}

export function createKeySet(published: readonly PublishedKey[]): KeySet {
  const byKid = new Map<string, AdmittedKey>();
  const byAlg = new Map<Algorithm, readonly AdmittedKey[]>();
  for (const { kid, key } of published) {
    if (kid !== undefined) byKid.set(kid, key);
    byAlg.set(key.alg, [...(byAlg.get(key.alg) ?? []), key]);
  }

  return Object.freeze({
    find({ kid, alg }: KeySelector) {
      if (kid === undefined) {
        const [only, ...others] = byAlg.get(alg as Algorithm) ?? [];
        return others.length === 0 ? only : undefined;
      }
      const key = byKid.get(kid);
      return key?.alg === alg ? key : undefined;
    },
    knows: (kid: string | undefined) => kid === undefined || byKid.has(kid),
    identity: JSON.stringify(published.map(identityOf).sort()),
    jwks: Object.freeze({ keys: Object.freeze(published.map(toJwk)) }),
  } satisfies KeySet);
}

function identityOf({ kid, key }: PublishedKey): string {
  return JSON.stringify([kid ?? null, key.alg, key.fingerprint]);
}

function toJwk({ kid, key }: PublishedKey): Jwks['keys'][number] {
  return Object.freeze({ ...key.publicJwk, ...(kid === undefined ? {} : { kid }), alg: key.alg, use: 'sig' });
}
