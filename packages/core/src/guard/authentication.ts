import type { JsonObject } from '../json.ts';

/** The claims that every access token has, beside the app's own. */
export interface RegisteredClaims {
  readonly iss: string;
  readonly aud: string | readonly string[];
  readonly sub: string;
  readonly sid: string;
  readonly jti: string;
  readonly iat: number;
  readonly exp: number;
  readonly auth_time: number;
  readonly scope?: string;
}

/** Who a request comes from. Frozen. */
export interface Authentication<Claims extends object = JsonObject> {
  /** The user's id: `sub`. */
  readonly subject: string;
  /** The session's id: `sid`. */
  readonly session: string;
  readonly scopes: readonly string[];
  /** The verified payload; its objects have no prototype. */
  readonly claims: RegisteredClaims & Claims;
}

/** The same with the app's own user, where there is a `loadUser`. */
export interface UserAuthentication<Claims extends object, User> extends Authentication<Claims> {
  /** As `loadUser` gave it. */
  readonly user: User;
}

/** What the guards of an auth find by its options. */
export type GuardedAuthentication<Claims extends object, User> = unknown extends User
  ? Authentication<Claims>
  : UserAuthentication<Claims, User>;
