import type { Read } from '../settings.ts';

export interface StoreSettings {
  /** The database of sessions and users. */
  readonly url: string;
}

export function readStoreSettings(read: Read): StoreSettings {
  const fallback = 'postgres://postgres@127.0.0.1:5432/postgres';
  return { url: read('STORE_URL', fallback, parseUrl, 'postgres://…') };
}

function parseUrl(text: string): string | undefined {
  return /^postgres(?:ql)?:\/\//.test(text) && URL.canParse(text) ? text : undefined;
}
