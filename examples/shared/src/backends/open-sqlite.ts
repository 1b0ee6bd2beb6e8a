import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { memoryStore } from '@tokenpair/core/memory';
import { sqliteStore } from '@tokenpair/store-sqlite';
import { messageOf, StartError } from '../start-error.ts';
import { sqliteUsers } from '../users/sqlite-users.ts';
import type { Backends } from './backends.ts';
import { memoryLimiter } from './login-limiters.ts';

export function openMemory(): Backends {
  const database = new DatabaseSync(':memory:');
  return {
    store: memoryStore(),
    users: sqliteUsers(database),
    loginLimiter: memoryLimiter,
    close: async () => database.close(),
  };
}

/** The store has a connection of its own, which nobody else may use. @throws StartError */
export function openSqlite(file: string): Backends {
  const sessions = openFile(file);
  try {
    const store = sqliteStore(sessions);
    const users = openFile(file);
    const close = async (): Promise<void> => {
      sessions.close();
      users.close();
    };
    return { store, users: sqliteUsers(users), loginLimiter: memoryLimiter, close };
  } catch (error) {
    sessions.close();
    throw error instanceof StartError ? error : unusable(file, error);
  }
}

/** Opens a SQLite file; its folder is made where it is missing. @throws StartError */
export function openFile(file: string): DatabaseSync {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    return new DatabaseSync(file);
  } catch (error) {
    throw unusable(file, error);
  }
}

function unusable(file: string, cause: unknown): StartError {
  return new StartError(`STORE_URL: the database ${file} cannot be used: ${messageOf(cause)}`, { cause });
}
