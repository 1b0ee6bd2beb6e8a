import { resolve } from 'node:path';
import { WrongUse } from '../run/errors.ts';
import type { Io } from '../run/io.ts';

/** Where a store is. */
export type StorePlace =
  | { readonly kind: 'sqlite'; readonly file: string }
  | { readonly kind: 'redis' | 'postgres'; readonly url: string };

/** How stores are named on the command line, as in the examples. */
export const STORE_FORMS = 'sqlite:<path>, redis://… or postgres://…';

/** The store that was named. @throws WrongUse where none was, and for a password in an argument, which every user of the machine can read */
export function storePlaceOf({ store }: { readonly store?: string }, { env }: Pick<Io, 'env'>): StorePlace {
  const url = store ?? env['STORE_URL'];
  if (!url) throw new WrongUse(`name the store: --store ${STORE_FORMS}, or STORE_URL in the environment`);
  if (store !== undefined && hasPassword(store))
    throw new WrongUse('a password does not belong on the command line: give the URL in STORE_URL');
  if (url === 'memory:')
    throw new WrongUse(
      'a memory store is in the process that has it, and nowhere else: nothing to be reached',
    );
  const place = parseStoreUrl(url);
  if (place === undefined) throw new WrongUse(`a store is ${STORE_FORMS}`);
  return place;
}

/** `sqlite:` with a path, `redis://…`, `postgres://…`; `undefined` for anything else. */
export function parseStoreUrl(text: string): StorePlace | undefined {
  const file = /^sqlite:(?:\/\/(?=\/))?(.+)$/.exec(text)?.[1];
  if (file !== undefined)
    return file.includes(':memory:') ? undefined : { kind: 'sqlite', file: resolve(file) };
  if (!URL.canParse(text)) return undefined;
  if (/^rediss?:\/\//.test(text)) return { kind: 'redis', url: text };
  return /^postgres(?:ql)?:\/\//.test(text) ? { kind: 'postgres', url: text } : undefined;
}

function hasPassword(url: string): boolean {
  if (/[?&](?:password|pass|pwd)=/i.test(url)) return true;
  return URL.canParse(url) ? new URL(url).password !== '' : /^\w+:\/\/[^\s@/]*:[^\s@]*@/.test(url);
}
