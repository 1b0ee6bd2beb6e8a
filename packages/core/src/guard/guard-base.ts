import type { BackendOptions } from '../backends/deadline.ts';
import { defaultPlaces, type ResolvedPlace } from '../config/token-places.ts';
import type { CookieTransport } from '../cookie/cookie-transport.ts';
import type { Translator } from '../errors/translation.ts';
import type { CredentialReader } from '../http/credentials.ts';

/** How a guard learns that a session has ended. */
export type RevocationCheck = 'session' | 'feed' | 'none';

/** Where one guard reads a token, and by what it asks whether that is revoked: the app's way, or the route's own. */
export interface GuardWay {
  readonly read: CredentialReader;
  readonly revocation: RevocationCheck;
}

/** What the guards of an auth or a verifier stand on. */
export interface GuardBase extends BackendOptions {
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** How far ahead of this clock a login may lie, in ms. */
  readonly clockSkew: number;
  readonly rolesClaim: string;
  readonly permissionsClaim: string;
  /** Where tokens are read on a route that does not say. */
  readonly places: readonly ResolvedPlace[];
  /** Whether a route may say. */
  readonly routesChoosePlaces: boolean;
  readonly cookies: CookieTransport | undefined;
  readonly revocation: RevocationCheck;
  /** What a route may choose in its place. */
  readonly revocations: readonly RevocationCheck[];
  /** In which language a refusal is said; English where absent. */
  readonly translate?: Translator | undefined;
}

/** For tokens whose authenticator takes no part in how it is asked. */
export const PLAIN_BASE: GuardBase = Object.freeze({
  timeoutMs: 3_000,
  clock: Date.now,
  clockSkew: 60_000,
  rolesClaim: 'roles',
  permissionsClaim: 'permissions',
  places: defaultPlaces(false),
  routesChoosePlaces: false,
  cookies: undefined,
  revocation: 'none',
  revocations: Object.freeze([]),
} satisfies GuardBase);
