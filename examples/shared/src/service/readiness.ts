import { type Auth, StoreUnavailableError } from '@tokenpair/core';
import type { Users } from '../users/users.ts';

const NOTHING = 0;

/**
 * Resolves when logins and refreshes can be served: the users' table can be read, and the store can be read and written (pruning
 * nothing takes the write lock and writes nothing).
 *
 * @throws StoreUnavailableError
 */
export async function assertReady(auth: Auth, users: Users): Promise<void> {
  try {
    await Promise.all([users.ping(), auth.sessions.list('-'), auth.prune(NOTHING)]);
  } catch (error) {
    throw error instanceof StoreUnavailableError
      ? error
      : new StoreUnavailableError({ cause: error, retryAfter: 1 });
  }
}
