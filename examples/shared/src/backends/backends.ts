import type { LoginLimiter } from '@tokenpair/core/login-limits';
import type { TokenStore } from '@tokenpair/core/store';
import type { Rate } from '../settings/settings.ts';
import type { UserRows } from '../users/user-rows.ts';

/** Where sessions, users and the counts of failed logins are. */
export interface Backends {
  readonly store: TokenStore;
  readonly users: UserRows;
  /** Counts for all nodes where the database is a server, for this process alone elsewhere. @throws StartError */
  loginLimiter(rate: Rate): Promise<LoginLimiter>;
  /** Closes the connections. */
  close(): Promise<void>;
}
