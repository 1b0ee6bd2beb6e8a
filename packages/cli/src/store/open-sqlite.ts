import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { type SqliteDatabase, sqliteStore } from '@tokenpair/store-sqlite';
import { Refusal } from '../run/errors.ts';
import { loadDriver } from './load-driver.ts';
import type { OpenOptions, OpenStore } from './opened.ts';
import { assertChangesNoTable } from './unchanged-tables.ts';

/** Opens the store in a file; the file is made by a migration alone. */
export async function openSqlite(file: string, { migrate = false }: OpenOptions): Promise<OpenStore> {
  if (!migrate && !existsSync(file))
    throw new Refusal('no_such_store', `there is no file ${file}: tokenpair store migrate makes it`);
  const { DatabaseSync } = await loadDriver('node:sqlite', () => import('node:sqlite'));
  if (migrate) mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(file);
  try {
    const store = sqliteStore(migrate ? database : withoutMigrations(database));
    return { store, close: async () => database.close() };
  } catch (error) {
    database.close();
    throw error;
  }
}

function withoutMigrations(database: SqliteDatabase & { readonly isTransaction?: boolean }): SqliteDatabase {
  return {
    get isTransaction() {
      return database.isTransaction === true;
    },
    prepare: (sql) => database.prepare(sql),
    exec(sql) {
      assertChangesNoTable(sql);
      database.exec(sql);
    },
  };
}
