import { isOpenToOthers, readKeysFile } from '../keys/keys-file.ts';
import { toKeyInput } from '../keys/read-ring.ts';
import { Refusal } from '../run/errors.ts';
import { parseStoreUrl } from '../store/store-url.ts';
import type { Config } from './facts.ts';

/** The keys of a keys file as options, and whether others may read it. @throws Refusal */
export function keysOf(file: string): { readonly keys: unknown; readonly open: boolean } {
  return { keys: readKeysFile(file).map(toKeyInput), open: isOpenToOthers(file) };
}

/** @throws Refusal `no_config` for a URL that names no store */
export function placeOf(url: string, source: string): NonNullable<Config['place']> {
  const place = url === 'memory:' ? ({ kind: 'memory' } as const) : parseStoreUrl(url);
  if (place === undefined)
    throw new Refusal(
      'no_config',
      `${source} names no store: sqlite:<path>, memory:, redis://… or postgres://…`,
    );
  return place;
}
