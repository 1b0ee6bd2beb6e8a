import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { memoryStore } from '@tokenpair/core/memory';
import type { TokenStore } from '@tokenpair/core/store';
import { sqliteStore } from '@tokenpair/store-sqlite';
import type { StoreLocation } from '../settings/settings.ts';
import { messageOf, StartError } from '../start-error.ts';

/** Where sessions and users are. */
export interface Backends {
  readonly store: TokenStore;
  /** A connection of its own for the users: the store wants one that nobody else uses. */
  readonly users: DatabaseSync;
  close(): void;
}

/** Opens what `STORE_URL` names; the folder of a SQLite file is made where it is missing. @throws StartError */
export function openBackends(location: StoreLocation): Backends {
  switch (location.kind) {
    case 'memory':
      return openMemory();
    case 'sqlite':
      return openSqlite(location.file);
    default:
      throw new StartError(`STORE_URL: this service cannot open a ${location.kind}: store`);
  }
}

function openMemory(): Backends {
  const users = new DatabaseSync(':memory:');
  return { store: memoryStore(), users, close: () => users.close() };
}

function openSqlite(file: string): Backends {
  const open: DatabaseSync[] = [];
  const close = (): void => {
    for (const database of open.splice(0)) database.close();
  };
  const connect = (): DatabaseSync => {
    const database = new DatabaseSync(file);
    open.push(database);
    return database;
  };
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    return { store: sqliteStore(connect()), users: connect(), close };
  } catch (error) {
    close();
    throw new StartError(`STORE_URL: the database ${file} cannot be used: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
