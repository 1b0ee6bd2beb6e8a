import { askApp } from '../backends/ask-app.ts';
import { FreshLoginRequiredError, InsufficientScopeError, PermissionDeniedError } from '../errors/errors.ts';
import type { CredentialRequest } from '../http/messages.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import { scopeWords } from '../session/scope.ts';
import type { GuardBase } from './guard-base.ts';
import type { GuardRules, Needed } from './guard-options.ts';

/** What every guard finds, whatever tokens it takes. */
export interface Guarded {
  readonly scopes: readonly string[];
  readonly claims: object;
  /** With `loadUser`. */
  readonly user?: unknown;
}

/** Judges what somebody may do: scopes, roles, permissions, the age of the login, the predicate. Throws `AuthError`. */
export type Authorizer<Who> = (who: Who, request: CredentialRequest) => MaybePromise<Who>;

export function createAuthorizer<Who extends Guarded>(
  { freshWithin, permissions, roles, scopes, when }: GuardRules<Who>,
  base: GuardBase,
): Authorizer<Who> {
  function assertGranted(who: Who): void {
    if (!has(scopes, () => who.scopes))
      throw new InsufficientScopeError({ scope: [...scopes.all, ...scopes.any].join(' ') });
    const holds =
      has(roles, () => namesOf(who, 'roles', base.rolesClaim)) &&
      has(permissions, () => namesOf(who, 'permissions', base.permissionsClaim));
    if (!holds) throw new PermissionDeniedError();
  }

  return (who, request) => {
    assertGranted(who);
    if (freshWithin !== undefined) assertFresh(who, freshWithin, base);
    if (when === undefined) return who;
    return askApp(
      base,
      'when',
      () => when(who, request),
      (answer) => {
        if (answer !== true) throw new PermissionDeniedError();
        return who;
      },
    );
  };
}

function has({ all, any }: Needed, given: () => readonly string[]): boolean {
  if (all.length === 0 && any.length === 0) return true;
  const names = given();
  return (
    all.every((name) => names.includes(name)) &&
    (any.length === 0 || any.some((name) => names.includes(name)))
  );
}

/** The app's user is newer than the token: where it has the member, that decides, also when there is nothing in it. */
function namesOf({ claims, user }: Guarded, member: string, claim: string): readonly string[] {
  if (typeof user === 'object' && user !== null && member in user) return toNames(memberOf(user, member));
  return toNames(memberOf(claims, claim));
}

function memberOf(object: object, name: string): unknown {
  return (object as Readonly<Record<string, unknown>>)[name];
}

/** A list of texts, or words with spaces between them; of anything else nobody knows what it would grant. */
function toNames(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return scopeWords(value);
  return value.every((each) => typeof each === 'string') ? value : [];
}

/** A login that lies ahead by more than clocks may differ says nothing either: somebody wrote milliseconds, most likely. */
function assertFresh({ claims }: Guarded, within: number, { clock, clockSkew }: GuardBase): void {
  const authTime = memberOf(claims, 'auth_time');
  const age = typeof authTime === 'number' ? clock() - authTime * 1000 : Number.NaN;
  if (age >= -clockSkew && age <= within) return;
  throw new FreshLoginRequiredError({ maxAge: Math.floor(within / 1000) });
}
