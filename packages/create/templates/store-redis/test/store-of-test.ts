import { join } from 'node:path';

/** The server that the environment names, and users of the test's own. */
export function storeOfTest(folder: string): Record<string, string> {
  return { USERS_FILE: join(folder, 'users.db') };
}
