import type { TokenStore } from '@tokenpair/core/store';
import { Refusal, reasonOf, WrongUse } from '../run/errors.ts';
import { openPostgres } from './open-postgres.ts';
import { openRedis } from './open-redis.ts';
import { openSqlite } from './open-sqlite.ts';
import type { OpenOptions, OpenStore } from './opened.ts';
import type { StorePlace } from './store-url.ts';

/** Works with a store and closes it. @throws Refusal `store_unavailable` for what the store or its driver throws */
export async function withStore<T>(
  place: StorePlace,
  options: OpenOptions,
  work: (store: TokenStore) => Promise<T>,
): Promise<T> {
  if (options.prefix !== undefined && place.kind !== 'redis') throw new WrongUse('--prefix is for Redis');
  if (options.schema !== undefined && place.kind !== 'postgres')
    throw new WrongUse('--schema is for PostgreSQL');
  let opened: OpenStore | undefined;
  try {
    opened = await open(place, options);
    return await work(opened.store);
  } catch (error) {
    throw toRefusal(error);
  } finally {
    await opened?.close();
  }
}

function open(place: StorePlace, options: OpenOptions): Promise<OpenStore> {
  switch (place.kind) {
    case 'sqlite':
      return openSqlite(place.file, options);
    case 'redis':
      return openRedis(place.url, options);
    case 'postgres':
      return openPostgres(place.url, options);
  }
}

function toRefusal(error: unknown): unknown {
  if (error instanceof Refusal && error.code === 'not_migrated')
    return new Refusal('not_migrated', `the store: ${error.message}`, { cause: error });
  if (error instanceof Refusal || error instanceof WrongUse) return error;
  if (error instanceof TypeError && 'code' in error) return new WrongUse(reasonOf(error), { cause: error });
  return new Refusal('store_unavailable', `the store: ${reasonOf(error)}`, { cause: error });
}
