import {
  COLLECT_AFTER_MS,
  type CreateRule,
  type Session,
  SessionLimitError,
  type TokenStore,
} from '@tokenpair/core/store';
import { type Advanced, createAdvanceLane, UNDECIDED } from './advance-lane.ts';
import { warningsOf } from './check.ts';
import type { Query, Row, Value } from './driver.ts';
import { PostgresStoreError } from './errors.ts';
import { driverFor, type PostgresStoreOptions, resolvePostgresStoreOptions } from './options.ts';
import type { PgPool } from './pg-client.ts';
import type { PostgresJsSql } from './postgres-js-driver.ts';
import { isOfOneRow, retrying } from './retry.ts';
import { advanceToRow, fromRow, refToRow, toColumns, toRow, toValue } from './rows.ts';
import { lock, migrate, tablesIn } from './schema.ts';
import { statementsFor } from './statements.ts';
import { encodeText } from './text.ts';
import { startWatch } from './watch.ts';

const PRUNED_AT_ONCE = 1_000;

/**
 * Makes a store in PostgreSQL 13 or newer, through a `Pool` of pg or the `sql` of postgres.js: durable, and shared by all who connect.
 *
 * The tables `tokenpair_session`, `tokenpair_blacklist`, `tokenpair_revocation` and `tokenpair_schema` are made, and later changed,
 * before the first call; a role that may not make tables needs them made by {@link migratePostgres}. The app ends the client.
 *
 * Every step is one statement, so it works behind a pooler in transaction mode; only `create` with a limit is a short
 * transaction. Steps commit synchronously also where `synchronous_commit` is off, and are correct at every isolation level: those that the
 * server rolls back (serialization failures, deadlocks) are tried again, `retries` times. A failure whose outcome is unknown rejects.
 *
 * Calls of `advance` that come while others are on their way go out together, 64 in one statement, each judged for itself: the server commits once
 * for all. A lone call goes out at once. A statement whose outcome is unknown rejects for every call in it.
 *
 * With pg a watch keeps one connection of the pool for itself and leaves at least one; a pool of one connection it
 * borrows for each read. Close the watch before the pool is ended. Listen to the pool's `'error'` event, as pg asks every app to.
 *
 * @throws `TypeError` with code `ERR_INVALID_ARG_TYPE` or `ERR_INVALID_ARG_VALUE` for a wrong argument. Calls reject with
 * `PostgresStoreError` of code `schema_newer`, `not_migrated`, `session_exists` and `standby`, and with the driver's own errors.
 * @example
 * import { postgresStore } from '@tokenpair/store-postgres';
 * import { Pool } from 'pg';
 *
 * const pool = new Pool({ host: 'db.internal', database: 'app', connectionTimeoutMillis: 2_000 });
 * pool.on('error', () => {}); // a connection died while idle; the pool makes a new one
 * const store = postgresStore(pool);
 * @example
 * import { postgresStore } from '@tokenpair/store-postgres';
 * import postgres from 'postgres';
 *
 * const store = postgresStore(postgres({ host: 'db.internal', database: 'app' }), { schema: 'auth' });
 *
 * @see {@link https://www.postgresql.org/docs/current/transaction-iso.html | Transaction isolation}
 */
export function postgresStore(
  client: PgPool | PostgresJsSql,
  options: PostgresStoreOptions = {},
): TokenStore {
  const resolved = resolvePostgresStoreOptions(options);
  const driver = driverFor(client);
  const tables = tablesIn(resolved.schema);
  const sql = statementsFor(tables, resolved.listen);
  const ready = once(() => migrate(driver, resolved.retries, tables));

  const run: Query = async (text, values) => {
    await ready();
    return retrying(resolved.retries, () => driver.query(text, values));
  };

  /** A standby may not have heard of a logout yet. @throws PostgresStoreError with code `standby` */
  async function read(text: string, values: Value[]): Promise<Row[]> {
    const rows = await run(text, values);
    if (rows[0]?.at(-1) !== 'false') throw new PostgresStoreError('standby');
    return rows.filter(([first]) => first !== null);
  }

  async function insertWithin(session: Session, rule: CreateRule, limit: number): Promise<void> {
    await ready();
    const values = [...toRow(session), ...ruleToRow(rule, limit)];
    const [row] = await retrying(resolved.retries, () =>
      // The lock has to be a statement of its own: the next one then sees what the holder before it did.
      driver.transaction(async (query) => {
        await lock(query, `tokenpair subject ${tables.schema} ${encodeText(session.subject)}`);
        return query(sql.insertWithin, values);
      }),
    );
    if (row?.[0] === '1') return;
    throw rule.onLimit === 'refuse' && row?.[1] !== '0' ? new SessionLimitError() : sessionExists();
  }

  const advance = createAdvanceLane({
    isOfOne: isOfOneRow,
    one: async ({ values }) => firstOf(await run(sql.advance, values)),
    async many(calls) {
      await ready();
      const rows = await driver.query(sql.advanceMany, toColumns(calls.map(({ values }) => values)));
      return answersOf(rows, calls.length);
    },
  });

  return {
    name: 'postgres',
    durable: true,

    async create(session, rule) {
      if (rule.limit !== undefined) return insertWithin(session, rule, rule.limit);
      if (countOf(await run(sql.insert, toRow(session))) === 0) throw sessionExists();
    },

    async find(ref) {
      return firstOf(await read(sql.find, refToRow(ref)));
    },

    async advance(ref, from, next) {
      return advance({ id: ref.id, values: [...refToRow(ref), toValue(from), ...advanceToRow(next)] });
    },

    async revoke(target, { at, until, reason }) {
      const mark = [toValue(at), toValue(until), reason];
      if ('id' in target) return countOf(await run(sql.revoke, [...refToRow(target), ...mark]));
      const { subject, except } = target;
      return countOf(await run(sql.revokeSubject, [encodeText(subject), toValue(except), ...mark]));
    },

    async blacklist(token, now) {
      const values = [...refToRow(token), toValue(token.expiresAt), toValue(now)];
      return countOf(await run(sql.blacklist, values)) === 1;
    },

    async isLive({ session, token }, now) {
      const names = [session, token].flatMap((ref): Value[] => (ref ? refToRow(ref) : [null, null]));
      const [row] = await read(sql.isLive, [...names, toValue(now)]);
      return row?.[0] === 'true';
    },

    async list(subject, now) {
      return (await read(sql.list, [encodeText(subject), toValue(now)])).map(fromRow);
    },

    async prune(now, limit = PRUNED_AT_ONCE) {
      return countOf(await run(sql.prune, [toValue(now - COLLECT_AFTER_MS), toValue(limit)]));
    },

    async watch(listener) {
      await ready();
      return startWatch({ driver, sql, tables, options: resolved }, listener);
    },

    async check() {
      return warningsOf((await run(sql.settings))[0] ?? []);
    },
  };
}

/**
 * Makes or updates the store's tables, for deployments in which the app's own role may not. Running it again, or at several places
 * at once, is safe. The app's role then needs USAGE on the schema, SELECT on `tokenpair_schema`, and SELECT, INSERT, UPDATE and DELETE on the
 * other tables.
 *
 * @throws `TypeError` with code `ERR_INVALID_ARG_TYPE` or `ERR_INVALID_ARG_VALUE` for a wrong argument.
 * @throws `PostgresStoreError` with code `schema_newer`, or `not_migrated` when this role may not make tables either.
 * @example
 * import { migratePostgres } from '@tokenpair/store-postgres';
 * import { Pool } from 'pg';
 *
 * const pool = new Pool({ user: 'owner', host: 'db.internal', database: 'app' });
 * await migratePostgres(pool, { schema: 'auth' });
 * await pool.end();
 */
export async function migratePostgres(
  client: PgPool | PostgresJsSql,
  options: PostgresStoreOptions = {},
): Promise<void> {
  const { schema, retries } = resolvePostgresStoreOptions(options);
  await migrate(driverFor(client), retries, tablesIn(schema));
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

function ruleToRow({ now, until, onLimit }: CreateRule, limit: number): Value[] {
  return [toValue(now), toValue(Math.max(0, limit - 1)), toValue(until), String(onLimit === 'refuse')];
}

/** The rows come in any order, each with its call's number. */
function answersOf(rows: readonly Row[], count: number): (Advanced | typeof UNDECIDED)[] {
  const answers: (Advanced | typeof UNDECIDED)[] = Array.from({ length: count }, () => UNDECIDED);
  for (const [place, undecided, ...session] of rows)
    if (undecided === 'false')
      answers[Number(place) - 1] = session[0] === null ? undefined : fromRow(session);
  return answers;
}

function firstOf([row]: Row[]): Session | undefined {
  return row && fromRow(row);
}

function countOf([row]: Row[]): number {
  return Number(row?.[0]);
}

function sessionExists(): PostgresStoreError {
  return new PostgresStoreError('session_exists');
}
