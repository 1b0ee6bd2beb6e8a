/** What a call came to: its value, its error, or silence. */
export class DeadlineError extends Error {
  constructor(ms: number) {
    super(`no answer within ${ms} ms`);
    this.name = 'DeadlineError';
  }
}

/** Calls and waits at most `ms`; a late answer is dropped, a late failure is handled. A synchronous throw rejects as well. */
export function withDeadline<T>(call: () => T | PromiseLike<T>, ms: number): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => reject(new DeadlineError(ms)), ms);
    const settle = <V>(then: (value: V) => void): ((value: V) => void) => {
      return (value) => {
        clearTimeout(timer);
        then(value);
      };
    };
    new Promise<T>((start) => start(call())).then(settle(resolve), settle(reject));
  });
}

/** Seconds to wait before the next try, 1 to 3: spread, so that clients do not come back together. */
export function retryAfterSeconds(): number {
  return 1 + Math.floor(Math.random() * 3);
}

/** How a backend is asked. */
export interface BackendOptions {
  readonly timeoutMs: number;
  /** Told of every failure, since the client is not told its cause. */
  readonly onFailure?: ((backend: string, cause: unknown) => void) | undefined;
}
