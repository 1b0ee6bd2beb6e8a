import { sqliteStore } from '@tokenpair/store-sqlite';
import { openDatabase } from '../users/open-database.ts';
import { sqliteUsers } from '../users/sqlite-users.ts';
import type { OpenedStore } from './opened-store.ts';
import type { StoreSettings } from './store-settings.ts';

/** Sessions and users in one file, each on a connection of its own. @throws StartError */
export async function openStore({ file }: StoreSettings): Promise<OpenedStore> {
  const sessions = openDatabase(file);
  const users = openDatabase(file);
  return {
    store: sqliteStore(sessions),
    usersTable: sqliteUsers(users),
    async close() {
      sessions.close();
      users.close();
    },
  };
}
