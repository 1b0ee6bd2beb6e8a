import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { TokenStore } from '@tokenpair/core/store';
import { redisStore } from '@tokenpair/store-redis';
import { sqliteStore } from '@tokenpair/store-sqlite';
import { Redis } from 'ioredis';
import { SettingError } from './settings.ts';

export interface OpenStore {
  readonly store: TokenStore;
  close(): void;
}

/** Opens the store that the portal writes and reports listens to. @throws SettingError */
export function openStore(url: string): OpenStore {
  const file = /^sqlite:(.+)$/.exec(url)?.[1];
  if (file !== undefined) return openSqlite(file);
  if (/^rediss?:\/\//.test(url)) return openRedis(url);
  throw new SettingError('STORE_URL must be sqlite:<path> or redis://…');
}

function openSqlite(file: string): OpenStore {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(file);
  return { store: sqliteStore(database), close: () => database.close() };
}

/** A call that loses its connection fails at once: one that is kept for later would come too late. */
function openRedis(url: string): OpenStore {
  const client = new Redis(url, {
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (times) => Math.min(1_000, 50 * times),
  });
  client.on('error', () => undefined); // every call that fails for it says so itself
  return { store: redisStore(client), close: () => client.disconnect() };
}
