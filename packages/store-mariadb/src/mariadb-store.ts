import { COLLECT_AFTER_MS, SessionLimitError, type TokenStore } from '@tokenpair/core/store';
import { warningsOf } from './check.ts';
import type { MariadbPool, Query, Row } from './driver.ts';
import { ER, MariadbStoreError, numberOf } from './errors.ts';
import { assertWritable } from './feed.ts';
import { decodeNumber } from './literals.ts';
import { type MariadbStoreOptions, queryOf, resolveMariadbStoreOptions } from './options.ts';
import { retrying } from './retry.ts';
import { fromRow } from './rows.ts';
import { migrate, tablesOf } from './schema.ts';
import { statementsFor } from './statements.ts';
import { startWatch } from './watch.ts';

const PRUNED_AT_ONCE = 1_000;

/**
 * Makes a store in MariaDB 10.6 or newer, through a pool of `mysql2/promise` or of `mariadb`: durable, and shared by all who connect. MySQL has
 * no blocks outside of stored programs, so it does not carry out what this store sends.
 *
 * The tables `tokenpair_session`, `tokenpair_blacklist`, `tokenpair_revocation`, `tokenpair_turn`, `tokenpair_slot` and `tokenpair_schema` are made, and later
 * changed, before the first call; an account that may not make tables needs them made by {@link migrateMariadb}. The app ends the pool.
 *
 * Every step is one block and one round trip, a transaction that the server begins and ends by itself, whatever becomes of the app meanwhile. Steps
 * that the server rolls back for the sake of another are tried again, `retries` times. A failure whose outcome is unknown rejects. Revocations are
 * committed one after the other, which gives the feed its order. Where `binlog_format` is STATEMENT the server refuses to write: set MIXED or ROW.
 *
 * @throws `TypeError` with code `ERR_INVALID_ARG_TYPE` or `ERR_INVALID_ARG_VALUE` for a wrong argument. Calls reject with
 * `MariadbStoreError` of code `schema_newer`, `not_migrated`, `session_exists`, `read_only`, `no_answer`, `transaction_open` and `damaged`, and otherwise with the driver's
 * `code`, `errno` and `sqlState`, without the statement.
 * @example
 * import { mariadbStore } from '@tokenpair/store-mariadb';
 * import { createPool } from 'mysql2/promise';
 *
 * const store = mariadbStore(createPool({ host: 'db.internal', database: 'app', connectTimeout: 2_000 }));
 * @example
 * import { mariadbStore } from '@tokenpair/store-mariadb';
 * import { createPool } from 'mariadb';
 *
 * const store = mariadbStore(createPool({ host: 'db.internal', database: 'app' }), { prefix: 'auth_' });
 *
 * @see {@link https://mariadb.com/kb/en/using-compound-statements-outside-of-stored-programs/ | Blocks outside of stored programs}
 */
export function mariadbStore(pool: MariadbPool, options: MariadbStoreOptions = {}): TokenStore {
  const { prefix, pollMs, retries, timeoutMs } = resolveMariadbStoreOptions(options);
  const query = queryOf(pool);
  const tables = tablesOf(prefix);
  const sql = statementsFor(tables);
  const ready = once(() => migrate(query, tables));

  const run: Query = async (statement) => {
    await ready();
    return retrying(retries, () => query(statement, timeoutMs));
  };

  async function read(statement: string): Promise<readonly Row[]> {
    const rows = await run(statement);
    assertWritable(rows);
    return rows.filter(([first]) => first !== null);
  }

  return {
    name: 'mariadb',
    durable: true,

    async create(session, rule) {
      const { limit } = rule;
      const statement =
        limit === undefined ? sql.insert(session) : sql.insertWithin(session, { ...rule, limit });
      const refused = await run(statement).catch((error: unknown) => {
        throw numberOf(error) === ER.duplicate ? new MariadbStoreError('session_exists') : error;
      });
      if (refused.length > 0) throw new SessionLimitError();
    },

    async find(ref) {
      return firstOf(await read(sql.find(ref)));
    },

    async advance(ref, from, next) {
      return firstOf(await run(sql.advance(ref, from, next)));
    },

    async revoke(target, mark) {
      return numberIn(await run(sql.revoke(target, mark)));
    },

    async blacklist(token, now) {
      return numberIn(await run(sql.blacklist(token, now))) === 1;
    },

    async isLive(ids, now) {
      return numberIn(await read(sql.isLive(ids, now))) === 1;
    },

    async list(subject, now) {
      return (await read(sql.list(subject, now))).map(fromRow);
    },

    async prune(now, limit = PRUNED_AT_ONCE) {
      return numberIn(await run(sql.prune(now - COLLECT_AFTER_MS, limit)));
    },

    async watch(listener) {
      await ready();
      return startWatch((statement) => query(statement, timeoutMs), tables, pollMs, listener);
    },

    check: () => warningsOf(query),
  };
}

/**
 * Makes or updates the store's tables, for deployments in which the app's own account may not. Running it again, or at several places
 * at once, is safe. The app's account then needs SELECT, INSERT, UPDATE and DELETE on the tables.
 *
 * @throws `TypeError` with code `ERR_INVALID_ARG_TYPE` or `ERR_INVALID_ARG_VALUE` for a wrong argument.
 * @throws `MariadbStoreError` with code `schema_newer`, or `not_migrated` when this account may not make tables either.
 * @example
 * import { migrateMariadb } from '@tokenpair/store-mariadb';
 * import { createPool } from 'mysql2/promise';
 *
 * const pool = createPool({ user: 'owner', host: 'db.internal', database: 'app' });
 * await migrateMariadb(pool, { prefix: 'auth_' });
 * await pool.end();
 */
export async function migrateMariadb(pool: MariadbPool, options: MariadbStoreOptions = {}): Promise<void> {
  const { prefix } = resolveMariadbStoreOptions(options);
  await migrate(queryOf(pool), tablesOf(prefix));
}

/** Runs a step until it has succeeded once; those who come meanwhile wait for it. A failure is not remembered. */
function once(step: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => {
    running ??= step().catch((error: unknown) => {
      running = undefined;
      throw error;
    });
    return running;
  };
}

function firstOf([row]: readonly Row[]) {
  return row && fromRow(row);
}

function numberIn([row]: readonly Row[]): number {
  return row?.[0] ? decodeNumber(row[0]) : Number.NaN;
}
