import { assertOptions, assertText } from './check.ts';
import {
  defaultPlaces,
  type QueryPlace,
  type ResolvedPlace,
  resolvePlaces,
  type TokenPlace,
} from './token-places.ts';

/** What holds for every guard that does not say otherwise. */
export interface GuardDefaults {
  /**
   * Where tokens are read: one place or several, of which a request may use one. Never the query, which a route turns on for itself.
   *
   * @default 'bearer', and with cookie transport 'cookie' too
   */
  readonly transport?: AppTokenPlace | readonly AppTokenPlace[];
  /** The claim with a user's roles: a list of texts, or one text with spaces between them. Anything else counts as none. @default 'roles' */
  readonly rolesClaim?: string;
  /** The same for permissions. @default 'permissions' */
  readonly permissionsClaim?: string;
}

/** A place that an app may read on every route. */
export type AppTokenPlace = Exclude<TokenPlace, QueryPlace>;

/** {@link GuardDefaults} after validation. */
export interface ResolvedGuardDefaults {
  readonly places: readonly ResolvedPlace[];
  readonly rolesClaim: string;
  readonly permissionsClaim: string;
}

/** @throws TypeError naming the option */
export function resolveGuardDefaults(guards: GuardDefaults = {}, cookies = false): ResolvedGuardDefaults {
  assertOptions(guards, 'options.guards', ['transport', 'rolesClaim', 'permissionsClaim']);
  const { transport, rolesClaim = 'roles', permissionsClaim = 'permissions' } = guards;
  assertText(rolesClaim, 'options.guards.rolesClaim');
  assertText(permissionsClaim, 'options.guards.permissionsClaim');
  const places =
    transport === undefined
      ? defaultPlaces(cookies)
      : resolvePlaces(transport, 'options.guards.transport', { cookies, query: false });
  return Object.freeze({ places, rolesClaim, permissionsClaim });
}
