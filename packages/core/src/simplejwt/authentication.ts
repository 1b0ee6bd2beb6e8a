import type { JsonObject } from '../json.ts';
import { scopesOf } from '../verifier/scopes-of.ts';
import type { PresentedToken } from './read-token.ts';

/** Who a request comes from. Frozen. There is no session: the tokens name none. */
export interface SimpleJwtAuthentication {
  /** The user's id as text, whether the token has it as text or as a number. */
  readonly subject: string;
  /** `jti`. */
  readonly tokenId: string;
  /** Of a `scope` claim, where the fleet writes one. */
  readonly scopes: readonly string[];
  /** The verified payload; its objects have no prototype. */
  readonly claims: JsonObject;
}

export function toAuthentication({ claims, ref }: PresentedToken): SimpleJwtAuthentication {
  return Object.freeze({
    subject: ref.subject,
    tokenId: ref.id,
    scopes: Object.freeze([...scopesOf(claims['scope'])]),
    claims,
  });
}
