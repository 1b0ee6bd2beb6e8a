import { dirname, join } from 'node:path';
import type { Settings } from '../settings/settings.ts';
import type { Backends } from './backends.ts';
import { openPostgres } from './open-postgres.ts';
import { openRedis } from './open-redis.ts';
import { openMemory, openSqlite } from './open-sqlite.ts';

/** Opens what `STORE_URL` names. With Redis the users are in a SQLite file beside `KEYS_FILE`. @throws StartError */
export async function openBackends({
  keysFile,
  store,
}: Pick<Settings, 'keysFile' | 'store'>): Promise<Backends> {
  switch (store.kind) {
    case 'memory':
      return openMemory();
    case 'sqlite':
      return openSqlite(store.file);
    case 'redis':
      return openRedis(store.url, join(dirname(keysFile), 'users.db'));
    case 'postgres':
      return openPostgres(store.url);
  }
}
