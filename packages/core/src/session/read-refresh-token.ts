import type { JsonObject } from '../json.ts';
import type { SessionRef } from '../store.ts';
import type { VerifyTokenOptions } from '../token/token-kind.ts';
import type { AuthContext } from './auth-context.ts';

/** What a verified refresh token says: generation `generation` of session `ref`. */
export interface PresentedRefresh {
  readonly ref: SessionRef;
  readonly generation: number;
  readonly claims: JsonObject;
}

/** Verifies a refresh token; the store is not asked (row 0 of the refresh table). */
export async function readRefreshToken(
  { refresh }: AuthContext,
  token: unknown,
  options?: VerifyTokenOptions,
): Promise<PresentedRefresh> {
  const claims = await refresh.verify(token, options);
  // The claims stage has held `sid` and `sub` to non-empty strings and `gen` to a whole number.
  return {
    ref: { id: String(claims['sid']), subject: String(claims['sub']) },
    generation: Number(claims['gen']),
    claims,
  };
}
