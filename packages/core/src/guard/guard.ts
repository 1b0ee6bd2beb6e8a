import { AuthError } from '../errors/auth-error.ts';
import { TokenMissingError } from '../errors/errors.ts';
import { type AuthAnswer, errorAnswer } from '../http/answer.ts';
import { createCredentialReader } from '../http/credentials.ts';
import { headerValue } from '../http/headers.ts';
import type { CredentialRequest, HeaderLine } from '../http/messages.ts';
import { chain, type MaybePromise } from '../maybe-promise.ts';
import type { Authentication } from './authentication.ts';
import { createAuthorizer, type Guarded } from './authorize.ts';
import { type GuardBase, type GuardWay, PLAIN_BASE } from './guard-base.ts';
import { type GuardOptions, resolveGuardOptions } from './guard-options.ts';
import { guardedHeaders } from './guarded-headers.ts';

export type { GuardOptions } from './guard-options.ts';
export { GUARDED_HEADERS } from './guarded-headers.ts';

/** A request that may pass, or the answer that refuses it. */
export type GuardOutcome<Who = Authentication> =
  | { readonly passed: true; readonly auth: Who | undefined }
  | { readonly passed: false; readonly error: AuthError; readonly answer: AuthAnswer };

/** A guard made ready: judges one request after the other, and answers at once where nothing has to be asked. */
export interface Guard<Who = Authentication> {
  (request: CredentialRequest): MaybePromise<GuardOutcome<Who>>;
  /** What the answer to a request that passes carries, set before the handler runs: `Cache-Control`, which that may replace, and `Vary`, which is added to. */
  readonly headers: readonly HeaderLine[];
}

/** From a request to who sent it, in a guard's way; `undefined` without credential. Throws `AuthError`. */
export type Authenticator<Who> = (request: CredentialRequest, way: GuardWay) => MaybePromise<Who | undefined>;

/** @throws TypeError for options that are wrong */
export function createGuard<Who extends Guarded>(
  authenticate: Authenticator<Who>,
  options: GuardOptions<Who> = {},
  base: GuardBase = PLAIN_BASE,
): Guard<Who> {
  const rules = resolveGuardOptions(options, base);
  const { anonymousIfInvalid, optional, places, revocation } = rules;
  const authorize = createAuthorizer(rules, base);
  const way: GuardWay = { read: createCredentialReader(places, base.cookies), revocation };
  const headers = guardedHeaders(places);
  const vary = headers.filter(([name]) => name === 'vary');
  const pass = (auth: Who | undefined): GuardOutcome<Who> => ({ passed: true, auth });

  function judge(auth: Who | undefined, request: CredentialRequest): MaybePromise<GuardOutcome<Who>> {
    if (auth !== undefined) return chain(authorize(auth, request), pass);
    if (!optional) throw new TokenMissingError();
    return pass(undefined);
  }

  /** A bad credential may count as none; a failing backend never does (I7). */
  function refuse(error: unknown, { rawHeaders }: CredentialRequest): GuardOutcome<Who> {
    if (!(error instanceof AuthError)) throw error;
    if (anonymousIfInvalid && (error.status === 400 || error.status === 401)) return pass(undefined);
    error.place('resource', vary).translate(base.translate?.(headerValue(rawHeaders, 'accept-language')));
    return { passed: false, error, answer: errorAnswer(error) };
  }

  function guard(request: CredentialRequest): MaybePromise<GuardOutcome<Who>> {
    try {
      const outcome = chain(authenticate(request, way), (auth) => judge(auth, request));
      return outcome instanceof Promise ? outcome.catch((error: unknown) => refuse(error, request)) : outcome;
    } catch (error) {
      return refuse(error, request);
    }
  }

  return Object.freeze(Object.assign(guard, { headers }));
}
