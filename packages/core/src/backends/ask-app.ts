import { AuthError } from '../errors/auth-error.ts';
import { BackendUnavailableError } from '../errors/errors.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import { type BackendOptions, retryAfterSeconds, withDeadline } from './deadline.ts';

/**
 * Asks the app's code: answered at once where it can be, in time where it cannot. An `AuthError` that it throws is its answer.
 *
 * @throws BackendUnavailableError (503, and an event) when it throws anything else or is silent, and when `read` throws
 */
export function askApp<T, R>(
  { timeoutMs, onFailure }: BackendOptions,
  name: string,
  call: () => MaybePromise<T>,
  read: (answer: T) => R,
): MaybePromise<R> {
  const fail = (cause: unknown): never => {
    if (cause instanceof AuthError) throw cause;
    onFailure?.(name, cause);
    throw new BackendUnavailableError({ cause, retryAfter: retryAfterSeconds() });
  };
  try {
    const answer = call();
    return isThenable(answer)
      ? withDeadline(() => answer, timeoutMs)
          .then(read)
          .catch(fail)
      : read(answer);
  } catch (cause) {
    return fail(cause);
  }
}

/** Any promise, not only one of this realm. */
function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  );
}
