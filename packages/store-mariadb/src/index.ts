export type { MariadbConnection, MariadbPool, MariadbQuery } from './driver.ts';
export { MariadbStoreError, type MariadbStoreErrorCode } from './errors.ts';
export { mariadbStore, migrateMariadb } from './mariadb-store.ts';
export type { MariadbStoreOptions } from './options.ts';
