import {
  assertBoolean,
  assertFunction,
  assertOneOf,
  assertOptions,
  assertText,
  invalidType,
  invalidValue,
} from '../config/check.ts';
import { type Duration, toMilliseconds } from '../config/duration.ts';
import { type ResolvedPlace, resolvePlaces, type TokenPlace } from '../config/token-places.ts';
import type { CredentialRequest } from '../http/messages.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import { scopeWords } from '../session/scope.ts';
import type { GuardBase, RevocationCheck } from './guard-base.ts';

/**
 * What a guard asks of a request, in this order: a credential that is good and not revoked, the app's user (`loadUser`), scopes, roles, permissions, a
 * login that is fresh enough, the predicate. The first that is not met is the answer. `Who` is what the guard finds.
 */
export interface GuardOptions<Who = unknown> {
  /** Lets a request without credential pass as anonymous; such a guard can ask for nothing below. @default false */
  readonly optional?: boolean;
  /** With `optional`: what a bad credential is. @default 'refuse' */
  readonly onInvalid?: 'refuse' | 'anonymous';
  /** Where this route reads a token, in place of what holds for the app. @default what `guards.transport` of the auth says */
  readonly transport?: TokenPlace | readonly TokenPlace[];
  /**
   * How this route learns that a session has ended, in place of what holds for the app. `'feed'` only where the auth or the verifier has it.
   *
   * @default what `revocation` of the auth says
   */
  readonly revocation?: RevocationCheck;
  /** Scopes that the token must carry, all of them; space-separated. A request without them gets 403. */
  readonly scope?: string;
  /** Scopes of which the token must carry one at least; space-separated. */
  readonly anyScope?: string;
  /**
   * Roles that the user must have, all of them; else 403 `permission_denied`. They are `user.roles` where `loadUser` gives a user that has that
   * member, else the claim that `guards.rolesClaim` names.
   */
  readonly roles?: readonly string[];
  /** Roles of which the user must have one at least. */
  readonly anyRole?: readonly string[];
  /** The same for permissions, `user.permissions` or `guards.permissionsClaim`. */
  readonly permissions?: readonly string[];
  /** Permissions of which the user must have one at least. */
  readonly anyPermission?: readonly string[];
  /**
   * How long ago the user may have logged in, 1 s to 1 year; a refresh is no login. An older login, and a token that does not say when, is 401
   * `fresh_login_required`: whoever gets it logs in again, to at most `max_age` seconds (RFC 9470). No leeway is added.
   */
  readonly freshWithin?: Duration;
  /**
   * The last word, for what only the app knows; anything but `true` is 403 `permission_denied`. When it throws or is silent for longer than
   * `hookTimeoutMs`: 503 `backend_unavailable`.
   */
  readonly when?: (auth: Who, request: CredentialRequest) => MaybePromise<boolean>;
}

/** All of some names, and one at least of others; either may be empty. */
export interface Needed {
  readonly all: readonly string[];
  readonly any: readonly string[];
}

/** {@link GuardOptions} after validation. */
export interface GuardRules<Who> {
  readonly optional: boolean;
  readonly anonymousIfInvalid: boolean;
  readonly places: readonly ResolvedPlace[];
  readonly revocation: RevocationCheck;
  readonly scopes: Needed;
  readonly roles: Needed;
  readonly permissions: Needed;
  /** ms. */
  readonly freshWithin: number | undefined;
  readonly when: GuardOptions<Who>['when'];
}

const OPTION_NAMES: readonly (keyof GuardOptions)[] = Object.freeze([
  'optional',
  'onInvalid',
  'transport',
  'revocation',
  'scope',
  'anyScope',
  'roles',
  'anyRole',
  'permissions',
  'anyPermission',
  'freshWithin',
  'when',
]);

/** What an anonymous request has not. */
const DEMANDS: readonly (keyof GuardOptions)[] = Object.freeze(OPTION_NAMES.slice(4));

const YEAR_SECONDS = 31_536_000;

/** @throws TypeError naming the option */
export function resolveGuardOptions<Who>(options: GuardOptions<Who>, base: GuardBase): GuardRules<Who> {
  assertOptions(options, 'guard', OPTION_NAMES);
  const { optional = false, onInvalid = 'refuse', freshWithin, when } = options;
  assertBoolean(optional, 'guard.optional');
  assertOneOf(onInvalid, 'guard.onInvalid', ['refuse', 'anonymous']);
  if (when !== undefined) assertFunction(when, 'guard.when');
  const demand = optional ? DEMANDS.find((name) => options[name] !== undefined) : undefined;
  if (demand !== undefined)
    throw invalidValue(`guard.optional lets anybody pass, so guard.${demand} cannot be had with it`);
  const { scope, anyScope, roles, anyRole, permissions, anyPermission } = options;
  return Object.freeze({
    optional,
    anonymousIfInvalid: optional && onInvalid === 'anonymous',
    places: placesOf(options, base),
    revocation: revocationOf(options, base),
    scopes: { all: scopesOf(scope, 'guard.scope'), any: scopesOf(anyScope, 'guard.anyScope') },
    roles: { all: namesOf(roles, 'guard.roles'), any: namesOf(anyRole, 'guard.anyRole') },
    permissions: {
      all: namesOf(permissions, 'guard.permissions'),
      any: namesOf(anyPermission, 'guard.anyPermission'),
    },
    freshWithin:
      freshWithin === undefined
        ? undefined
        : toMilliseconds(freshWithin, 'guard.freshWithin', { min: 1, max: YEAR_SECONDS }),
    when,
  });
}

function placesOf({ transport }: GuardOptions<never>, base: GuardBase): readonly ResolvedPlace[] {
  if (transport === undefined) return base.places;
  if (!base.routesChoosePlaces) throw invalidValue('guard.transport cannot be had with this kind of auth');
  return resolvePlaces(transport, 'guard.transport', { cookies: base.cookies !== undefined, query: true });
}

function revocationOf({ revocation }: GuardOptions<never>, base: GuardBase): RevocationCheck {
  if (revocation === undefined) return base.revocation;
  assertOneOf(revocation, 'guard.revocation', ['session', 'feed', 'none']);
  if (!base.revocations.includes(revocation))
    throw invalidValue(
      `guard.revocation '${revocation}' cannot be had: what there is to ask is set where the guard comes from`,
    );
  return revocation;
}

/** Words of RFC 6749 §3.3; at least one, or the guard would ask for nothing. */
function scopesOf(scope: unknown, name: string): readonly string[] {
  if (scope === undefined) return [];
  assertText(scope, name);
  const words = scopeWords(scope);
  if (words.length === 0 || !words.every((word) => /^[\x21\x23-\x5B\x5D-\x7E]+$/.test(word))) {
    throw invalidValue(`${name} must be scopes separated by spaces`);
  }
  return words;
}

/** A list, since a role may have a space in its name; with one name at least, or the guard would ask for nothing. */
function namesOf(names: unknown, option: string): readonly string[] {
  if (names === undefined) return [];
  if (!Array.isArray(names)) throw invalidType(`${option} must be a list of names`);
  if (names.length === 0) throw invalidValue(`${option} must hold at least one name`);
  for (const [index, name] of names.entries()) assertText(name, `${option}[${index}]`);
  return Object.freeze([...names]);
}
