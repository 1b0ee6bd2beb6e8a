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

/** @throws TypeError when the app's own claims are no plain object or name a reserved claim */
export function assertOwnClaims(claims: unknown): asserts claims is JsonObject {
  if (typeof claims !== 'object' || claims === null || Array.isArray(claims))
    throw invalidType('claims must be an object');
  for (const name of Object.keys(claims)) {
    if (RESERVED_CLAIMS.has(name) || name === '__proto__') {
      throw invalidValue(`claims cannot set the reserved claim "${name}"`);
    }
  }
}
