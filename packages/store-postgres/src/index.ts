export { PostgresStoreError, type PostgresStoreErrorCode } from './errors.ts';
export type { PostgresStoreOptions } from './options.ts';
export type { PgClient, PgPool, PgQuery } from './pg-client.ts';
export type { PostgresJsQueries, PostgresJsSql } from './postgres-js-driver.ts';
export { migratePostgres, postgresStore } from './postgres-store.ts';
