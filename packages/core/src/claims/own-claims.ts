import { invalidType, invalidValue } from '../config/check.ts';
import type { JsonObject } from '../json.ts';
import { MAX_DEPTH } from '../token/strict-json.ts';

/** The claims that Tokenpair sets and reads; an app's own have other names. */
export const RESERVED_CLAIMS: ReadonlySet<string> = new Set([
  'iss',
  'aud',
  'sub',
  'sid',
  'gen',
  'jti',
  'iat',
  'nbf',
  'exp',
  'auth_time',
  'refresh_exp',
  'client_id',
  'scope',
]);

/**
 * The app's own claims as they will be signed: what JSON makes of them, in a form that verification takes.
 *
 * @throws TypeError when they are no object, cannot be JSON, are more than 32 levels deep, or name a reserved claim
 */
export function toOwnClaims(claims: unknown): JsonObject {
  const own: unknown = JSON.parse(toJson(claims));
  if (!isObject(own) || Array.isArray(own) || !isVerifiable(own, 1))
    throw invalidType('claims must be an object of at most 32 levels');
  for (const name of Object.keys(own)) {
    if (RESERVED_CLAIMS.has(name)) throw invalidValue(`claims cannot set the reserved claim "${name}"`);
  }
  return own as JsonObject;
}

/** What strict JSON would refuse when the token comes back; that no name comes twice is in the nature of an object. */
function isVerifiable(value: object, depth: number): boolean {
  if (depth > MAX_DEPTH || Object.hasOwn(value, '__proto__')) return false;
  return Object.values(value).every((member) => !isObject(member) || isVerifiable(member, depth + 1));
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function toJson(claims: unknown): string {
  try {
    return JSON.stringify(claims) ?? 'null';
  } catch (cause) {
    throw invalidValue('claims must be JSON', cause);
  }
}
