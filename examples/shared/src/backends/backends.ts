import type { TokenStore } from '@tokenpair/core/store';
import type { UserRows } from '../users/user-rows.ts';

/** Where sessions and users are. */
export interface Backends {
  readonly store: TokenStore;
  readonly users: UserRows;
  /** Closes the connections. */
  close(): Promise<void>;
}
