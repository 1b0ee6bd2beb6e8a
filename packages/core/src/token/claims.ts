/**
 * The claims stage: whether a genuine token is good here and now.
 *
 * @see RFC 7519 §4.1, RFC 9068 §4, RFC 8725 §3
 * @module
 */
import type { JsonObject } from '../json.ts';

/** What the claims of one kind of token are held to. Times in seconds, as in the claims. */
export interface ClaimRules {
  /** `iss`, exact; `null` does not judge it. */
  readonly issuer: string | null;
  /** Of these one at least must be among the token's; `null` does not judge it. */
  readonly audiences: readonly string[] | null;
  /** The claim that holds the audience. */
  readonly audienceClaim: string;
  readonly leeway: number;
  readonly clockSkew: number;
  /** The claim that says when the token ends, for a token that has two ends. @default 'exp' */
  readonly endClaim?: string;
  /** Longest time from `iat` to the end. */
  readonly maxLife: number;
  /** Claims that must be there. One that is absent and not required is not judged. */
  readonly required: readonly string[];
  /** Claims that must be whole numbers of at least 0. */
  readonly integers: readonly string[];
}

/** What the claims stage found. */
export type ClaimsVerdict = 'good' | 'expired' | 'bad';

/** Control characters and lone surrogates: in a log, a database or UTF-8 they would make one name of two. */
const UNNAMEABLE = /[\p{Cc}\p{Cs}]/u;

const NAMES: readonly string[] = Object.freeze(['sub', 'jti', 'sid']);

/** Judges verified claims at a time in seconds; `'expired'` only when nothing else is wrong. */
export function judgeClaims(claims: JsonObject, rules: ClaimRules, now: number): ClaimsVerdict {
  const { issuer, audiences, audienceClaim, integers, required } = rules;
  if (!required.every((name) => Object.hasOwn(claims, name))) return 'bad';
  if (issuer !== null && claims['iss'] !== issuer) return 'bad';
  if (audiences !== null && !includesAny(claims[audienceClaim], audiences)) return 'bad';
  if (!NAMES.every((name) => claims[name] === undefined || isName(claims[name]))) return 'bad';
  if (!integers.every((name) => isCount(claims[name]))) return 'bad';
  return judgeTimes(claims, rules, now);
}

function judgeTimes(claims: JsonObject, rules: ClaimRules, now: number): ClaimsVerdict {
  const { iat, nbf } = claims;
  const exp = claims[rules.endClaim ?? 'exp'];
  const latestStart = now + rules.clockSkew;
  if (iat !== undefined && (!isTime(iat) || iat > latestStart)) return 'bad';
  if (nbf !== undefined && (!isTime(nbf) || nbf > latestStart)) return 'bad';
  if (exp === undefined) return 'good';
  if (!isTime(exp)) return 'bad';
  // Without `iat` what is left of the life is judged: all of it could be.
  const start = iat ?? now;
  if (iat !== undefined && exp <= iat) return 'bad';
  if (exp - start > rules.maxLife) return 'bad';
  return now >= exp + rules.leeway ? 'expired' : 'good';
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** A text of 1 to 255 characters that is one name everywhere. */
export function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= 255 && !UNNAMEABLE.test(value);
}

/** Exact membership, in one text or a list of texts. */
function includesAny(value: unknown, audiences: readonly string[]): boolean {
  if (typeof value === 'string') return audiences.includes(value);
  return (
    Array.isArray(value) &&
    value.every((each) => typeof each === 'string') &&
    value.some((each) => audiences.includes(each))
  );
}
