/**
 * Tokens of other issuers: the same stages as for own ones, with a header that has to be read because others write it.
 *
 * @module
 */
import { decodeText } from '#engine';
import { type ClaimsReader, createClaimsReader } from '../claims/claims-reader.ts';
import type { StandardSchema } from '../claims/standard-schema.ts';
import { TokenExpiredError, TokenNotValidError, TokenWrongTypeError } from '../errors/errors.ts';
import type { JsonObject } from '../json.ts';
import type { KeySelector } from '../jwks/key-set.ts';
import type { AdmittedKey } from '../keys/admit-key.ts';
import { chain, type MaybePromise } from '../maybe-promise.ts';
import { type ClaimRules, judgeClaims } from '../token/claims.ts';
import type { CompactToken } from '../token/gate.ts';
import { parseStrictObject } from '../token/strict-json.ts';
import type { Proof } from '../token/token-reader.ts';
import { mediaType, type ResolvedIssuer } from './issuer-options.ts';
import type { KeySource } from './key-source.ts';

/** Header members that would bring a key, an extension or an encryption along (RFC 7515 §4.1, RFC 7516, RFC 7797); none is taken. */
export const REFUSED_MEMBERS: readonly string[] = Object.freeze([
  'jwk',
  'jku',
  'x5u',
  'x5c',
  'crit',
  'b64',
  'zip',
  'enc',
]);

export interface ForeignTokenOptions {
  readonly issuer: ResolvedIssuer;
  readonly schema: StandardSchema | undefined;
  /** Seconds. */
  readonly leeway: number;
  readonly clockSkew: number;
  /** How long the app's schema and validator may take, in ms. */
  readonly timeoutMs: number;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

/** What a token of an issuer was proved by. */
export interface ForeignProof extends Proof {
  readonly selector: KeySelector;
  readonly key: AdmittedKey;
}

/** The tokens of one issuer, and the app's say in their claims. */
export interface ForeignTokens extends ClaimsReader {
  /** The claims of a genuine token that is good now. Throws `AuthError`. */
  verify(token: CompactToken): MaybePromise<ForeignProof>;
  /** Whether the issuer's keys still have the key that proved a token; asks for them anew where that is due. */
  holds(proof: ForeignProof): boolean;
}

export function createForeignTokens({
  issuer,
  schema,
  leeway,
  clockSkew,
  timeoutMs,
  clock,
}: ForeignTokenOptions): ForeignTokens {
  const { audiences, audienceClaim, keys, required, types, validateClaims } = issuer;
  const maxLife = issuer.maxLife / 1000;
  const rules: ClaimRules = {
    issuer: issuer.issuer,
    audiences,
    audienceClaim,
    leeway,
    clockSkew,
    maxLife,
    required,
    integers: [],
  };

  function judge(payload: string): JsonObject {
    const signed = parseSegment(payload);
    const verdict = judgeClaims(signed, rules, clock() / 1000);
    if (verdict === 'bad') throw new TokenNotValidError();
    if (verdict === 'expired') throw new TokenExpiredError();
    return signed;
  }

  return Object.freeze({
    ...createClaimsReader({ schema, validate: validateClaims, timeoutMs }),
    verify({ header, input, payload, signature }: CompactToken) {
      const selector = readHeader(header, types);
      return chain(keys.find(selector), (key) => {
        if (key === undefined) throw new TokenNotValidError();
        return chain(key.verify(input, signature), (genuine) => {
          if (!genuine) throw new TokenNotValidError();
          return { signed: judge(payload), selector, key };
        });
      });
    },
    holds: ({ selector, key }: ForeignProof) => isFoundNow(keys, selector, key),
  } satisfies ForeignTokens);
}

/** Not where one would have to wait, nor where the keys cannot be had: what is to be said then is said by a verification. */
function isFoundNow(keys: KeySource, selector: KeySelector, key: AdmittedKey): boolean {
  try {
    const found = keys.find(selector);
    if (found instanceof Promise) found.catch(() => undefined);
    return found === key;
  } catch {
    return false;
  }
}

function readHeader(segment: string, types: readonly string[] | null): KeySelector {
  const header = parseSegment(segment);
  const { alg, kid, typ } = header;
  if (REFUSED_MEMBERS.some((member) => Object.hasOwn(header, member))) throw new TokenNotValidError();
  if (typeof alg !== 'string' || (kid !== undefined && typeof kid !== 'string'))
    throw new TokenNotValidError();
  if (typ !== undefined && typeof typ !== 'string') throw new TokenNotValidError();
  if (types !== null && (typ === undefined || !types.includes(mediaType(typ))))
    throw new TokenWrongTypeError();
  return { alg, kid };
}

/** @throws TokenNotValidError for a segment that is no JSON object */
export function parseSegment(segment: string): JsonObject {
  const text = decodeText(segment);
  const value = text === undefined ? undefined : parseStrictObject(text);
  if (value === undefined) throw new TokenNotValidError();
  return value;
}
