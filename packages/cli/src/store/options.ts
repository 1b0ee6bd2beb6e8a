import type { Command } from 'commander';
import type { OpenOptions } from './opened.ts';
import { STORE_FORMS } from './store-url.ts';

/** What the commands on stores have in common. */
export interface StoreOptions extends Pick<OpenOptions, 'prefix' | 'schema'> {
  readonly store?: string;
}

/** Adds `--store`, `--prefix` and `--schema`. */
export function withStoreOptions(command: Command): Command {
  return command
    .option(
      '--store <url>',
      `${STORE_FORMS} (default: STORE_URL of the environment, where a password belongs)`,
    )
    .option('--prefix <prefix>', "of the store's keys in Redis")
    .option('--schema <schema>', "of the store's tables in PostgreSQL");
}
