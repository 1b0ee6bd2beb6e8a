/** How a limiter stands for one key. */
export interface LimiterState {
  /** Until the count begins anew, in ms; below 0 for never, which is an error here. */
  readonly msBeforeNext: number;
  /** How many more attempts it would let pass now; at least 0. */
  readonly remainingPoints: number;
}

/**
 * The slice of a limiter that is used: every class of rate-limiter-flexible with these three methods will do (`RateLimiterMemory`, `RateLimiterRedis`,
 * `RateLimiterPostgres` …). Every step is atomic for a key, whichever process takes it. A call rejects with an `Error` when the backend failed.
 */
export interface LoginLimiter {
  /** Counts one attempt. Rejects with a {@link LimiterState}, which is no `Error`, when it is one too many. */
  consume(key: string): Promise<LimiterState>;
  /** Takes one attempt back. */
  reward(key: string): Promise<unknown>;
  /** How it stands, without counting; `null` for a key of which nothing is known. */
  get(key: string): Promise<LimiterState | null>;
}

/** Where the networks are kept from which an account has logged in: two more methods of the same classes. */
export interface KnownNetworkMemory {
  /** `null` for a key that was not set, or whose time is over. */
  get(key: string): Promise<unknown>;
  /** Keeps a key for so many seconds. */
  set(key: string, points: number, seconds: number): Promise<unknown>;
}
