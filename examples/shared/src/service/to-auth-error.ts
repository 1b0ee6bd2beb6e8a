import { AuthError, BackendUnavailableError, InvalidRequestError } from '@tokenpair/core';

/**
 * Anything that a framework's error handler may get, as an error with the service's one shape. What a framework found wrong with
 * a request (a path that cannot be decoded, say) is 400; what nobody foresaw is 503 with its cause in the log, and never a stack.
 */
export function toAuthError(error: unknown): AuthError {
  if (error instanceof AuthError) return error;
  return isClientError(error)
    ? new InvalidRequestError({ cause: error })
    : new BackendUnavailableError({ cause: error, retryAfter: 1 });
}

function isClientError(error: unknown): boolean {
  const { status, statusCode = status } = (error ?? {}) as { status?: unknown; statusCode?: unknown };
  return Number(statusCode) >= 400 && Number(statusCode) < 500;
}
