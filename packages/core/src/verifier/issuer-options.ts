import { assertFunction, assertOptions, assertText, invalidType, invalidValue } from '../config/check.ts';
import { type Duration, toMilliseconds } from '../config/duration.ts';
import type { JsonObject } from '../json.ts';
import { createJwksClient, type JwksClient } from '../jwks/jwks-client.ts';
import type { JwksOptions } from '../jwks/jwks-options.ts';
import type { Algorithm } from '../keys/algorithms.ts';
import type { KeyInput } from '../keys/key-input.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import { type KeySource, localKeys } from './key-source.ts';
import type { VerifierRevocation } from './live-checks.ts';

/** An issuer whose access tokens are taken, and what they look like. */
export interface IssuerOptions {
  /** `iss`, exact: no trailing slash more or less. */
  readonly issuer: string;
  /** Who the tokens are for: this API's name at the issuer, or several. `null` takes tokens for anybody, which is rarely right. */
  readonly audience: string | readonly string[] | null;
  /** The algorithms of its keys, one for each type of key; needed with the URL of a key set. */
  readonly algorithms?: readonly Algorithm[];
  /**
   * URL of its key set; or the URL with limits; or a client made by `createJwksClient`, whose keys can be exported for a cold start and
   * which knows the algorithms itself. Either this or `keys`.
   */
  readonly jwks?: string | Omit<JwksOptions, 'algorithms'> | JwksClient;
  /** Its keys, given here. One with a `kid` is found by it; one without is for tokens of any, where it is alone of its algorithm. */
  readonly keys?: KeyInput | readonly KeyInput[];
  /** `typ` of its access tokens (RFC 9068), or several; `null` does not judge it. @default 'at+jwt' */
  readonly typ?: string | readonly string[] | null;
  /**
   * Claims that must be there beside `exp`; one that is absent and not named here is not judged.
   *
   * @default ['exp', 'iat', 'iss', 'sub', the audience claim]
   */
  readonly requiredClaims?: readonly string[];
  /** The claim that holds the audience. @default 'aud' */
  readonly audienceClaim?: string;
  /** The claim that holds the scopes, as text or list. @default 'scope' */
  readonly scopeClaim?: string;
  /** Longest `exp` − `iat`. @default '24h' */
  readonly maxLife?: Duration;
  /** A last look at a verified token's claims, such as `token_use`; anything but `true` refuses it. */
  readonly validateClaims?: (claims: JsonObject) => MaybePromise<boolean>;
  /** How a logout at this issuer reaches this service. @default what `revocation` of the verifier says */
  readonly revocation?: VerifierRevocation;
}

/** {@link IssuerOptions} after validation. */
export interface ResolvedIssuer {
  readonly issuer: string;
  readonly audiences: readonly string[] | null;
  readonly keys: KeySource;
  /** Lower case, without `application/`. */
  readonly types: readonly string[] | null;
  readonly required: readonly string[];
  readonly audienceClaim: string;
  readonly scopeClaim: string;
  readonly maxLife: number;
  readonly validateClaims: ((claims: JsonObject) => MaybePromise<boolean>) | undefined;
}

const NAMES: readonly (keyof IssuerOptions)[] = Object.freeze([
  'issuer',
  'audience',
  'algorithms',
  'jwks',
  'keys',
  'typ',
  'requiredClaims',
  'audienceClaim',
  'scopeClaim',
  'maxLife',
  'validateClaims',
  'revocation',
]);

const YEAR_SECONDS = 31_622_400;

/** @throws TypeError naming the option */
export function resolveIssuer(options: IssuerOptions, name: string, clock: () => number): ResolvedIssuer {
  assertOptions(options, name, NAMES);
  const {
    issuer,
    audience,
    audienceClaim = 'aud',
    scopeClaim = 'scope',
    typ = 'at+jwt',
    validateClaims,
  } = options;
  assertText(issuer, `${name}.issuer`);
  assertText(audienceClaim, `${name}.audienceClaim`);
  assertText(scopeClaim, `${name}.scopeClaim`);
  if (validateClaims !== undefined) assertFunction(validateClaims, `${name}.validateClaims`);
  const { maxLife = '24h', requiredClaims = defaultClaims(audience, audienceClaim) } = options;
  return Object.freeze({
    issuer,
    audiences: audience === null ? null : texts(audience, `${name}.audience`),
    keys: resolveKeys(options, name, clock),
    types: typ === null ? null : texts(typ, `${name}.typ`).map(mediaType),
    // A token that never ends is nobody's to take.
    required: ['exp', ...texts(requiredClaims, `${name}.requiredClaims`)],
    audienceClaim,
    scopeClaim,
    maxLife: toMilliseconds(maxLife, `${name}.maxLife`, { min: 1, max: YEAR_SECONDS }),
    validateClaims,
  });
}

function defaultClaims(audience: unknown, audienceClaim: string): readonly string[] {
  return ['exp', 'iat', 'iss', 'sub', ...(audience === null ? [] : [audienceClaim])];
}

/** The `typ` of a header as RFC 7515 §4.1.9 compares it. */
export function mediaType(typ: string): string {
  return typ.toLowerCase().replace(/^application\//, '');
}

function resolveKeys(
  { algorithms, jwks, keys }: IssuerOptions,
  name: string,
  clock: () => number,
): KeySource {
  if ((jwks === undefined) === (keys === undefined))
    throw invalidValue(`${name} must have either jwks or keys`);
  if (keys !== undefined || isClient(jwks)) {
    if (algorithms !== undefined) throw invalidValue(`${name}.algorithms goes with the URL of a key set`);
    return isClient(jwks) ? jwks : localKeys(keys, `${name}.keys`);
  }
  const named = texts(algorithms, `${name}.algorithms`) as readonly Algorithm[];
  const options = typeof jwks === 'string' ? { url: jwks } : jwks;
  if (typeof options === 'object' && options !== null && 'algorithms' in options) {
    throw invalidValue(`${name}.jwks takes no algorithms; they are ${name}.algorithms`);
  }
  return createJwksClient({ clock, ...options, algorithms: named } as JwksOptions, `${name}.jwks`);
}

function isClient(jwks: IssuerOptions['jwks']): jwks is JwksClient {
  return typeof jwks === 'object' && jwks !== null && 'find' in jwks;
}

function texts(value: unknown, name: string): readonly string[] {
  const list = typeof value === 'string' ? [value] : value;
  if (!Array.isArray(list) || list.length === 0)
    throw invalidType(`${name} must be a text or a list of texts`);
  for (const [index, each] of list.entries()) assertText(each, `${name}[${index}]`);
  return Object.freeze([...list]);
}
