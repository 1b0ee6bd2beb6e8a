import { resolve } from 'node:path';
import type { Read } from '../settings.ts';

export interface StoreSettings {
  /** The server of the sessions. */
  readonly url: string;
  /** The SQLite database of the users. */
  readonly usersFile: string;
}

export function readStoreSettings(read: Read): StoreSettings {
  return {
    url: read('STORE_URL', 'redis://127.0.0.1:6379', parseUrl, 'redis://… or rediss://…'),
    usersFile: read('USERS_FILE', './data/users.db', (path) => resolve(path), 'a path'),
  };
}

function parseUrl(text: string): string | undefined {
  return /^rediss?:\/\//.test(text) && URL.canParse(text) ? text : undefined;
}
