import type { IssuerOptions } from '../../../../packages/core/src/verifier/issuer-options.ts';

/** What a token can be judged as: each with the settings of a verifier that takes such. */
export type KindName = 'access' | 'refresh' | 'sliding' | 'any';

export interface Kind {
  /** For the list to choose from. */
  readonly label: string;
  /** `typ` of its header, or `null` where that is not judged. */
  readonly typ: string | null;
  /** Claims that must be there. */
  readonly required: readonly string[];
  /** Claims that must be whole numbers of at least 0. */
  readonly integers: readonly string[];
  /** Longest `exp` − `iat`, in seconds. */
  readonly maxLife: number;
}

const DAY = 86_400;

/** The defaults of `createAuth` and `createVerifier`. */
export const KINDS: Readonly<Record<KindName, Kind>> = Object.freeze({
  access: {
    label: 'an access token, shown to a guard',
    typ: 'at+jwt',
    required: ['exp', 'iat', 'iss', 'sub', 'aud'],
    integers: [],
    maxLife: DAY,
  },
  refresh: {
    label: 'a refresh token of Tokenpair, shown to /refresh',
    typ: 'rt+jwt',
    required: ['exp', 'iat', 'iss', 'sub', 'aud', 'sid', 'jti', 'gen'],
    integers: ['gen'],
    maxLife: 30 * DAY,
  },
  sliding: {
    label: 'a sliding token of Tokenpair, shown to a guard',
    typ: 'sl+jwt',
    required: ['exp', 'iat', 'iss', 'sub', 'aud', 'sid', 'jti', 'gen', 'refresh_exp'],
    integers: ['gen', 'refresh_exp'],
    maxLife: DAY,
  },
  any: {
    label: 'a token of an issuer whose typ is not judged (typ: null)',
    typ: null,
    required: ['exp', 'iat', 'iss', 'sub'],
    integers: [],
    maxLife: DAY,
  },
});

/** What a token says it is; who says nothing that is known is judged as a guard would. */
export function kindOf(typ: unknown): KindName {
  const names = Object.keys(KINDS) as KindName[];
  return names.find((name) => KINDS[name].typ !== null && KINDS[name].typ === mediaTypeOf(typ)) ?? 'access';
}

/** The options of a verifier for a kind, but for the issuer and the keys. */
export function issuerOptionsOf(
  kind: Kind,
): Pick<IssuerOptions, 'audience' | 'typ' | 'requiredClaims' | 'maxLife' | 'validateClaims'> {
  return {
    audience: null,
    typ: kind.typ,
    requiredClaims: kind.required,
    maxLife: kind.maxLife,
    validateClaims: (claims) => kind.integers.every((name) => isCount(claims[name])),
  };
}

export function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function mediaTypeOf(typ: unknown): string | undefined {
  return typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : undefined;
}
