import { invalidType, invalidValue } from '../config/check.ts';
import type { JsonObject } from '../json.ts';

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
 * The app's own claims as they will be signed: what JSON makes of them.
 *
 * @throws TypeError when they are no object, cannot be JSON, or name a reserved claim
 */
export function toOwnClaims(claims: unknown): JsonObject {
  const own = jsonOf(claims);
  if (typeof own !== 'object' || own === null || Array.isArray(own))
    throw invalidType('claims must be an object');
  for (const name of Object.keys(own)) {
    if (RESERVED_CLAIMS.has(name) || name === '__proto__') {
      throw invalidValue(`claims cannot set the reserved claim "${name}"`);
    }
  }
  return own as JsonObject;
}

function jsonOf(claims: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(claims) ?? 'null');
  } catch (cause) {
    throw invalidValue('claims must be JSON', cause);
  }
}
