/**
 * Where the store keeps no records, the refresh token carries what the record would say, signed. What a store's record can do beyond
 * that (grace, recovery, epochs, lists) cannot be had then.
 *
 * @module
 */
import type { JsonObject } from '../json.ts';
import type { Session } from '../store.ts';

/** The claim of a refresh token that carries its session. */
const CLAIM = 'session';

type Carried = Pick<Session, 'createdAt' | 'authTime' | 'endsAt' | 'scope' | 'data'>;

/** What a refresh token says of its session beside its id and generation. */
export function carrySession({ createdAt, authTime, endsAt, scope, data }: Session): JsonObject {
  const optional = { ...(scope !== undefined && { scope }), ...(data !== undefined && { data }) };
  return { [CLAIM]: { createdAt, authTime, endsAt, ...optional } };
}

/** The session that a verified refresh token carries; `undefined` for one that carries none. It was signed here, so it is as it was put. */
export function carriedSession(claims: JsonObject): Session | undefined {
  const carried = claims[CLAIM] as Carried | undefined;
  if (carried === undefined) return undefined;
  const { createdAt, authTime, endsAt, scope, data } = carried;
  const rotatedAt = Number(claims['iat']) * 1000;
  return {
    id: String(claims['sid']),
    subject: String(claims['sub']),
    createdAt,
    authTime,
    endsAt,
    generation: Number(claims['gen']),
    rotatedAt,
    rotatedBy: String(claims['jti']),
    expiresAt: Number(claims['exp']) * 1000,
    lastUsedAt: rotatedAt,
    ...(scope !== undefined && { scope }),
    ...(data !== undefined && { data }),
  };
}
