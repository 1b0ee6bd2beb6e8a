import type { TokenStore } from '@tokenpair/core/store';
import type { UsersTable } from '../users/users-table.ts';

/** Where sessions and users are. */
export interface OpenedStore {
  readonly store: TokenStore;
  readonly usersTable: UsersTable;
  close(): Promise<void>;
}
