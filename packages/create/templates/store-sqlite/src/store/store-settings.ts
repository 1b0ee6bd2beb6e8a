import { resolve } from 'node:path';
import type { Read } from '../settings.ts';

export interface StoreSettings {
  /** The database of sessions and users. */
  readonly file: string;
}

export function readStoreSettings(read: Read): StoreSettings {
  const file = read('STORE_URL', 'sqlite:./data/app.db', parseFile, 'sqlite:<path>');
  return { file };
}

function parseFile(text: string): string | undefined {
  const path = /^sqlite:(.+)$/.exec(text)?.[1];
  return path === undefined || path.includes(':memory:') ? undefined : resolve(path);
}
