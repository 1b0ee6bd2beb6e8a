import type { TokenStore } from '@tokenpair/core/store';

/** What one test of the contract works on: an empty store, and what only the store's own test can do with it. */
export interface StoreFixture {
  readonly store: TokenStore;
  /**
   * A second handle on the same data, as another process has it. The concurrent tests then use both in turn. Without it
   * they use the one store alone.
   */
  readonly peer?: () => TokenStore | Promise<TokenStore>;
  /** A store on the same backend that keeps other data: another prefix, schema or file. The two must not meet. */
  readonly stranger?: () => TokenStore | Promise<TokenStore>;
  /** Lets go of the store as the end of a process would, and opens it again. A store that says `durable` must have it. */
  readonly reopen?: () => TokenStore | Promise<TokenStore>;
  /** Removes whatever the fixture made. Called once, also after a failed test. */
  readonly close?: () => void | Promise<void>;
}
