import { assertLogin, assertState } from '../config/check-hooks.ts';
import type { ClientHook, LoginHook, LoginResult, ResolveHook, SubjectState } from '../config/hooks.ts';
import { AuthError } from '../errors/auth-error.ts';
import { BackendUnavailableError } from '../errors/errors.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import type { SessionClient } from '../store.ts';
import { type BackendOptions, retryAfterSeconds, withDeadline } from './deadline.ts';

/** The app's hooks as core calls them: answered in time and well-formed, or a {@link BackendUnavailableError} (503). */
export interface GuardedHooks {
  login(
    credentials: Readonly<Record<string, string>>,
    client: SessionClient,
  ): Promise<LoginResult | undefined>;
  resolve(subject: string): Promise<SubjectState>;
  /** False without the hook: nobody is a client then. */
  authenticateClient(rawHeaders: readonly string[]): Promise<boolean>;
}

export interface HookOptions extends BackendOptions {
  readonly login: LoginHook | undefined;
  readonly resolve: ResolveHook | undefined;
  readonly authenticateClient: ClientHook | undefined;
  /** Whether the store can hold a session to its subject's epoch. */
  readonly keepsEpochs?: boolean;
}

/** Without a `resolve`, every subject is active and the session record says the rest. */
const UNRESOLVED: SubjectState = Object.freeze({ active: true });

export function guardHooks(options: HookOptions): GuardedHooks {
  const { login, resolve, authenticateClient, keepsEpochs = true, timeoutMs, onFailure } = options;

  /** An epoch that nobody compares would be a password change that ends nothing. */
  function withKnownEpoch<T extends Pick<SubjectState, 'epoch'> | undefined>(given: T): T {
    if (!keepsEpochs && given?.epoch !== undefined)
      throw new TypeError('epochs cannot be had: the store keeps no records of sessions');
    return given;
  }

  /** An `AuthError` thrown by a hook (a rate limit, say) is its answer, not its failure. */
  async function ask<T, R>(hook: string, call: () => MaybePromise<T>, read: (answer: T) => R): Promise<R> {
    try {
      return read(await withDeadline(call, timeoutMs));
    } catch (cause) {
      if (cause instanceof AuthError) throw cause;
      onFailure?.(hook, cause);
      throw new BackendUnavailableError({ cause, retryAfter: retryAfterSeconds() });
    }
  }

  return Object.freeze({
    login: async (credentials, client) =>
      login === undefined
        ? undefined
        : await ask(
            'login',
            () => login(credentials, client),
            (result) => withKnownEpoch(readLogin(result)),
          ),
    resolve: async (subject) =>
      resolve === undefined
        ? UNRESOLVED
        : await ask(
            'resolve',
            () => resolve(subject),
            (state) => withKnownEpoch(readState(state)),
          ),
    authenticateClient: async (rawHeaders) =>
      authenticateClient !== undefined &&
      (await ask(
        'authenticateClient',
        () => authenticateClient(rawHeaders),
        (answer) => answer === true,
      )),
  } satisfies GuardedHooks);
}

function readLogin(result: LoginResult | undefined | null): LoginResult | undefined {
  if (result === undefined || result === null) return undefined;
  assertLogin(result);
  return result;
}

/** Only `true` and `false` are answers: a hook that says anything else is broken, which neither accepts nor ends a session. */
function readState(state: SubjectState): SubjectState {
  if (typeof state?.active !== 'boolean') throw new TypeError('resolve must say active: true or false');
  if (state.active) assertState(state);
  return state;
}
