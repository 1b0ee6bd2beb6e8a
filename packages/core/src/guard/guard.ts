import { assertBoolean, assertOneOf, assertOptions, assertText, invalidValue } from '../config/check.ts';
import { AuthError } from '../errors/auth-error.ts';
import { InsufficientScopeError, TokenMissingError } from '../errors/errors.ts';
import { type AuthAnswer, errorAnswer } from '../http/answer.ts';
import type { HeaderLine } from '../http/messages.ts';
import { chain, type MaybePromise } from '../maybe-promise.ts';
import { scopeWords } from '../session/scope.ts';
import type { Authentication, CredentialRequest } from './authenticate.ts';

/** What a guard asks of a request. */
export interface GuardOptions {
  /** Lets a request without credential pass as anonymous. @default false */
  readonly optional?: boolean;
  /** With `optional`: what a bad credential is. @default 'refuse' */
  readonly onInvalid?: 'refuse' | 'anonymous';
  /** Scopes that the token must carry, all of them; space-separated. A request without them gets 403. */
  readonly scope?: string;
  /** Scopes of which the token must carry one at least; space-separated. */
  readonly anyScope?: string;
}

/** A request that may pass, or the answer that refuses it. */
export type GuardOutcome<Who = Authentication> =
  | { readonly passed: true; readonly auth: Who | undefined }
  | { readonly passed: false; readonly error: AuthError; readonly answer: AuthAnswer };

/** A guard made ready: judges one request after the other, and answers at once where nothing has to be asked. */
export type Guard<Who = Authentication> = (request: CredentialRequest) => MaybePromise<GuardOutcome<Who>>;

/** From a request to who sent it; `undefined` without credential. Throws `AuthError`. */
export type Authenticator<Who> = (request: CredentialRequest) => MaybePromise<Who | undefined>;

const VARY: HeaderLine = Object.freeze(['vary', 'Authorization, Cookie'] as const);

/** What a guarded answer carries whether or not the guard was optional: set before the handler runs, which may replace the former. */
export const GUARDED_HEADERS: readonly HeaderLine[] = Object.freeze([
  Object.freeze(['cache-control', 'private, no-store'] as const),
  VARY,
]);

/** @throws TypeError for options that are wrong */
export function createGuard<Who extends { readonly scopes: readonly string[] }>(
  authenticate: Authenticator<Who>,
  options: GuardOptions = {},
): Guard<Who> {
  const rules = resolveGuardOptions(options);

  function authorize(auth: Who | undefined): Who | undefined {
    if (auth === undefined) return rules.optional ? undefined : missing();
    const { scopes } = auth;
    const hasAll = rules.all.every((scope) => scopes.includes(scope));
    const hasAny = rules.any.length === 0 || rules.any.some((scope) => scopes.includes(scope));
    if (!hasAll || !hasAny)
      throw new InsufficientScopeError({ scope: [...rules.all, ...rules.any].join(' ') });
    return auth;
  }

  /** A bad credential may count as none; a failing backend never does (I7). */
  function refuse(error: unknown): GuardOutcome<Who> {
    if (!(error instanceof AuthError)) throw error;
    if (rules.anonymousIfInvalid && (error.status === 400 || error.status === 401)) return pass(undefined);
    return { passed: false, error: error.place('resource', [VARY]), answer: errorAnswer(error) };
  }

  return (request) => {
    try {
      const outcome = chain(authenticate(request), (auth) => pass(authorize(auth)));
      return outcome instanceof Promise ? outcome.catch(refuse) : outcome;
    } catch (error) {
      return refuse(error);
    }
  };
}

interface GuardRules {
  readonly optional: boolean;
  readonly anonymousIfInvalid: boolean;
  readonly all: readonly string[];
  readonly any: readonly string[];
}

function resolveGuardOptions(options: GuardOptions): GuardRules {
  assertOptions(options, 'guard', ['optional', 'onInvalid', 'scope', 'anyScope']);
  const { optional = false, onInvalid = 'refuse', scope, anyScope } = options;
  assertBoolean(optional, 'guard.optional');
  assertOneOf(onInvalid, 'guard.onInvalid', ['refuse', 'anonymous']);
  if (scope !== undefined) assertScope(scope, 'guard.scope');
  if (anyScope !== undefined) assertScope(anyScope, 'guard.anyScope');
  if (optional && (scope !== undefined || anyScope !== undefined)) {
    throw invalidValue('guard.optional lets anybody pass, so it cannot ask for a scope');
  }
  const anonymousIfInvalid = optional && onInvalid === 'anonymous';
  return { optional, anonymousIfInvalid, all: scopeWords(scope), any: scopeWords(anyScope) };
}

/** Words of RFC 6749 §3.3; at least one, or the guard would ask for nothing. */
function assertScope(scope: unknown, name: string): void {
  assertText(scope, name);
  const words = scopeWords(scope);
  if (words.length === 0 || !words.every((word) => /^[\x21\x23-\x5B\x5D-\x7E]+$/.test(word))) {
    throw invalidValue(`${name} must be scopes separated by spaces`);
  }
}

function pass<Who>(auth: Who | undefined): GuardOutcome<Who> {
  return { passed: true, auth };
}

function missing(): never {
  throw new TokenMissingError();
}
