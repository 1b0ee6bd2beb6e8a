export type { SqliteDatabase, SqliteRow, SqliteStatement, SqliteValue } from './database.ts';
export { SqliteStoreError, type SqliteStoreErrorCode } from './errors.ts';
export type { SqliteStoreOptions } from './options.ts';
export { sqliteStore } from './sqlite-store.ts';
