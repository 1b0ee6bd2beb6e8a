/**
 * What passes from one token to the next: there is no session that would know.
 *
 * @module
 */
import type { SubjectState } from '../config/hooks.ts';
import { TokenNotValidError } from '../errors/errors.ts';
import type { JsonObject } from '../json.ts';
import { narrowScope } from '../session/scope.ts';
import { scopesOf } from '../verifier/scopes-of.ts';
import type { ClaimNames } from './claim-names.ts';
import type { ResolvedSimpleJwtOptions } from './simplejwt-options.ts';

/** What the successors of a refresh token say: all it said itself, or where `resolve` gives claims those instead of the app's. */
export function successorClaims(
  options: ResolvedSimpleJwtOptions,
  claims: JsonObject,
  state: SubjectState,
): JsonObject {
  const isKept = state.claims === undefined ? isCopied(options.names) : isRegistered;
  const kept = Object.fromEntries(Object.entries(claims).filter(([name]) => isKept(name)));
  return { ...kept, ...state.claims, ...loginClaim(options, loginTime(claims)) };
}

/** SimpleJWT's `no_copy_claims`, and the id, which is written anew as text. */
function isCopied({ id, type, jti }: ClaimNames): (claim: string) => boolean {
  return (claim) => ![id, type, jti, 'jti', 'exp', 'iat'].includes(claim);
}

/** An issuer and an audience that only Django is configured with are Django's to judge: they go on. */
function isRegistered(claim: string): boolean {
  return ['iss', 'aud', 'scope', 'auth_time'].includes(claim);
}

/** What `resolve` says of the scope, no wider than at login unless it says so; the refresh token keeps that of the login. */
export function scopeNow(
  claims: JsonObject,
  { scope, widenScope }: SubjectState,
): { readonly scope?: string } {
  if (scope === undefined) return {};
  return { scope: widenScope === true ? scope : narrowScope(scope, scopesOf(claims['scope']).join(' ')) };
}

/** The absolute end in ms; Infinity where there is none, or nothing to count it from. @throws TokenNotValidError for an `auth_time` that is no time */
export function endOf(options: ResolvedSimpleJwtOptions, claims: JsonObject): number {
  if (options.sessionTtl === Number.POSITIVE_INFINITY) return options.sessionTtl;
  const login = loginTime(claims);
  if (login === undefined) return Number.POSITIVE_INFINITY;
  if (!Number.isSafeInteger(login) || Number(login) < 0) throw new TokenNotValidError();
  return Number(login) * 1000 + options.sessionTtl;
}

/** When the login was; for a token of Django, which does not say, when that token was made. */
function loginTime({ auth_time: authTime, iat }: JsonObject): unknown {
  return authTime ?? iat;
}

/** `auth_time`, written where an absolute end is counted from it. */
export function loginClaim(
  { sessionTtl }: ResolvedSimpleJwtOptions,
  seconds: unknown,
): { auth_time?: number } {
  const isWritten = sessionTtl !== Number.POSITIVE_INFINITY && typeof seconds === 'number';
  return isWritten ? { auth_time: seconds } : {};
}
