/**
 * Tokens of other issuers: the same stages as for own ones, with a header that has to be read because others write it.
 *
 * @module
 */
import { decodeText } from '#engine';
import { createClaimsReader } from '../claims/claims-reader.ts';
import type { StandardSchema } from '../claims/standard-schema.ts';
import { TokenExpiredError, TokenNotValidError, TokenWrongTypeError } from '../errors/errors.ts';
import type { JsonObject } from '../json.ts';
import { chain, type MaybePromise } from '../maybe-promise.ts';
import { type ClaimRules, judgeClaims } from '../token/claims.ts';
import type { CompactToken } from '../token/gate.ts';
import { parseStrictObject } from '../token/strict-json.ts';
import { mediaType, type ResolvedIssuer } from './issuer-options.ts';

/** Header members that would bring a key, an extension or an encryption along (RFC 7515 §4.1, RFC 7516, RFC 7797); none is taken. */
const REFUSED_MEMBERS: readonly string[] = Object.freeze([
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

/** The claims of a genuine token of one issuer that is good now. Throws `AuthError`. */
export type ForeignVerifier = (token: CompactToken) => MaybePromise<VerifiedClaims>;

export interface VerifiedClaims {
  /** As the issuer signed them. */
  readonly signed: JsonObject;
  /** As the app's schema reads them. */
  readonly claims: JsonObject;
}

export function createForeignVerifier({
  issuer,
  schema,
  leeway,
  clockSkew,
  timeoutMs,
  clock,
}: ForeignTokenOptions): ForeignVerifier {
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
  const { read } = createClaimsReader({ schema, validate: validateClaims, timeoutMs });

  function judge(payload: string): MaybePromise<VerifiedClaims> {
    const signed = parseSegment(payload);
    const verdict = judgeClaims(signed, rules, clock() / 1000);
    if (verdict === 'bad') throw new TokenNotValidError();
    if (verdict === 'expired') throw new TokenExpiredError();
    return chain(read(signed), (claims) => ({ signed, claims }));
  }

  return ({ header, input, payload, signature }) => {
    const { alg, kid } = readHeader(header, types);
    return chain(keys.find({ alg, kid }), (key) => {
      if (key === undefined) throw new TokenNotValidError();
      return chain(key.verify(input, signature), (genuine) => {
        if (!genuine) throw new TokenNotValidError();
        return judge(payload);
      });
    });
  };
}

function readHeader(
  segment: string,
  types: readonly string[] | null,
): { alg: string; kid: string | undefined } {
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
