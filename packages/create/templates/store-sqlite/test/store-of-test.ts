import { join } from 'node:path';

/** A database of the test's own. */
export function storeOfTest(folder: string): Record<string, string> {
  return { STORE_URL: `sqlite:${join(folder, 'app.db')}` };
}
