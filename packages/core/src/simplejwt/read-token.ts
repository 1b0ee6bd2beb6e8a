/**
 * Verification of a token as SimpleJWT writes it: gate, header by allow-list, keys of the header's algorithm, signature, kind, claims.
 *
 * @module
 */
import { TokenExpiredError, TokenNotValidError, TokenWrongTypeError } from '../errors/errors.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import type { AdmittedKey } from '../keys/admit-key.ts';
import { chain, type MaybePromise } from '../maybe-promise.ts';
import type { TokenRef } from '../store.ts';
import { type ClaimRules, isName, judgeClaims } from '../token/claims.ts';
import { type CompactToken, openGate } from '../token/gate.ts';
import { parseSegment } from '../verifier/foreign-token.ts';
import type { ResolvedSimpleJwtOptions } from './simplejwt-options.ts';

/** The two kinds that are taken, as the type claim says them. */
export type SimpleJwtKind = 'access' | 'refresh';

/** A verified token. */
export interface PresentedToken {
  readonly kind: SimpleJwtKind;
  /** Its id, whose it is, and when it is dead whatever a store says. */
  readonly ref: TokenRef;
  readonly claims: JsonObject;
}

export interface ReadTokenOptions {
  /** The kinds that are good here. */
  readonly kinds: readonly SimpleJwtKind[];
  /** Takes an expired token too, as a logout does. @default false */
  readonly allowExpired?: boolean;
}

/** @throws TokenNotValidError, TokenWrongTypeError, TokenExpiredError */
export type TokenReader = (token: unknown, options: ReadTokenOptions) => MaybePromise<PresentedToken>;

const HEADER_MEMBERS: readonly string[] = Object.freeze(['alg', 'typ', 'kid']);
const TIMES: readonly string[] = Object.freeze(['exp', 'iat', 'nbf']);

/** 9999-12-31T23:59:59Z, the last second that Python's datetime knows. */
const LAST_SECOND = 253_402_300_799;

/** Makes a reader. */
export function createTokenReader({
  audience,
  clock,
  issuer,
  keys,
  ...options
}: ResolvedSimpleJwtOptions): TokenReader {
  const { names } = options;
  const leeway = options.leeway / 1000;
  const rules: ClaimRules = {
    issuer: issuer ?? null,
    audiences: audience === undefined ? null : [audience].flat(),
    audienceClaim: 'aud',
    leeway,
    clockSkew: options.clockSkew / 1000,
    // The lives are the fleet's own settings, and a token without iat has none to judge.
    maxLife: Number.POSITIVE_INFINITY,
    required: ['exp', 'jti'],
    integers: [],
  };

  /** What the claims stage judges, under the names it knows; `sub` and `sid` mean nothing in these tokens. */
  function standardClaims(claims: JsonObject): JsonObject {
    const standard: Record<string, JsonValue> = {};
    for (const name of [...TIMES, 'iss', 'aud']) copyClaim(claims, name, standard, name);
    copyClaim(claims, names.jti, standard, 'jti');
    return standard;
  }

  function judge(payload: string, { kinds, allowExpired = false }: ReadTokenOptions): PresentedToken {
    const claims = parseSegment(payload);
    const kind = kinds.find((each) => each === claims[names.type]);
    if (kind === undefined) throw new TokenWrongTypeError();
    const subject = readId(claims[names.id]);
    if (subject === undefined || !TIMES.every((name) => isAbsentOrSecond(claims[name])))
      throw new TokenNotValidError();
    const verdict = judgeClaims(standardClaims(claims), rules, clock() / 1000);
    if (verdict === 'bad') throw new TokenNotValidError();
    if (verdict === 'expired' && !allowExpired) throw new TokenExpiredError();
    const expiresAt = (Number(claims['exp']) + leeway) * 1000;
    return { kind, ref: { id: String(claims[names.jti]), subject, expiresAt }, claims };
  }

  function read(token: unknown, wanted: ReadTokenOptions): MaybePromise<PresentedToken> {
    const compact = openGate(token);
    if (compact === undefined) throw new TokenNotValidError();
    const alg = readAlg(compact.header);
    const candidates = keys.keys.filter((key) => key.alg === alg);
    return chain(isSignedByAny(candidates, compact), (genuine) => {
      if (!genuine) throw new TokenNotValidError();
      return judge(compact.payload, wanted);
    });
  }

  return (token, wanted) =>
    keys.ready === undefined ? read(token, wanted) : keys.ready.then(() => read(token, wanted));
}

/** By allow-list: whatever could bring a key, an extension or another meaning along is refused by its mere presence. */
function readAlg(segment: string): string {
  const header = parseSegment(segment);
  const { alg, typ = 'JWT', kid = '' } = header;
  const known = Object.keys(header).every((member) => HEADER_MEMBERS.includes(member));
  if (!known || typeof alg !== 'string' || typ !== 'JWT' || typeof kid !== 'string')
    throw new TokenNotValidError();
  return alg;
}

/** The tokens do not say which of several keys it was, so each is tried. */
function isSignedByAny([key, ...rest]: readonly AdmittedKey[], token: CompactToken): MaybePromise<boolean> {
  if (key === undefined) return false;
  return chain(key.verify(token.input, token.signature), (genuine) => genuine || isSignedByAny(rest, token));
}

/** Text, or a whole number as earlier releases write it. Beyond 2^53 two users would be read as one. */
function readId(value: unknown): string | undefined {
  if (typeof value === 'string') return isName(value) ? value : undefined;
  return Number.isSafeInteger(value) && Number(value) >= 0 ? String(value) : undefined;
}

function isAbsentOrSecond(value: unknown): boolean {
  if (value === undefined) return true;
  return Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= LAST_SECOND;
}

function copyClaim(from: JsonObject, name: string, to: Record<string, JsonValue>, as: string): void {
  const value = from[name];
  if (value !== undefined) to[as] = value;
}
