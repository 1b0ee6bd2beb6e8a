import { invalidType, invalidValue } from '../config/check.ts';
import type { JsonObject } from '../json.ts';
import { parseStrictObject } from '../token/strict-json.ts';

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
  const own = parseStrictObject(toJson(claims));
  if (own === undefined) throw invalidType('claims must be an object of at most 32 levels');
  for (const name of Object.keys(own)) {
    if (RESERVED_CLAIMS.has(name)) throw invalidValue(`claims cannot set the reserved claim "${name}"`);
  }
  return own;
}

function toJson(claims: unknown): string {
  try {
    return JSON.stringify(claims) ?? '';
  } catch (cause) {
    throw invalidValue('claims must be JSON', cause);
  }
}
