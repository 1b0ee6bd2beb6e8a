import { toOwnClaims } from '../claims/own-claims.ts';
import { assertOptions, assertText, invalidValue } from '../config/check.ts';
import type { JsonObject } from '../json.ts';

/** The names of the three claims that SimpleJWT lets a site choose. */
export interface ClaimNames {
  /** `USER_ID_CLAIM`. @default 'user_id' */
  readonly id: string;
  /** `TOKEN_TYPE_CLAIM`. @default 'token_type' */
  readonly type: string;
  /** `JTI_CLAIM`. @default 'jti' */
  readonly jti: string;
}

/** Claims with a meaning of their own, and the name that strict JSON refuses. */
const TAKEN: readonly string[] = Object.freeze([
  'exp',
  'iat',
  'nbf',
  'iss',
  'aud',
  'scope',
  'auth_time',
  '__proto__',
]);

/** @throws TypeError for a name that is taken, or given twice */
export function resolveClaimNames(names: Partial<ClaimNames>): ClaimNames {
  assertOptions(names, 'options.names', ['id', 'type', 'jti']);
  const { id = 'user_id', type = 'token_type', jti = 'jti' } = names;
  for (const [member, name] of Object.entries({ id, type, jti })) {
    assertText(name, `options.names.${member}`);
    if (TAKEN.includes(name))
      throw invalidValue(`options.names.${member} cannot be "${name}", which means something else`);
  }
  if (new Set([id, type, jti]).size < 3) throw invalidValue('options.names has one name twice');
  return Object.freeze({ id, type, jti });
}

/** The app's own claims as they will be signed. @throws TypeError when they name one that the tokens set themselves */
export function toCustomClaims(claims: unknown, { id, type, jti }: ClaimNames): JsonObject {
  const own = toOwnClaims(claims);
  for (const name of [id, type, jti]) {
    if (Object.hasOwn(own, name)) throw invalidValue(`claims cannot set the reserved claim "${name}"`);
  }
  return own;
}
