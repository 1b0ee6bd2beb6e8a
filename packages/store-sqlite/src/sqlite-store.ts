import {
  COLLECT_AFTER_MS,
  type CreateRule,
  type Session,
  SessionLimitError,
  type TokenStore,
} from '@tokenpair/core/store';
import { configure } from './connection.ts';
import { assertNoTransaction, inTransaction, type SqliteDatabase } from './database.ts';
import { SqliteStoreError } from './errors.ts';
import { createLane, isLockError } from './lane.ts';
import { assertDatabase, resolveSqliteStoreOptions, type SqliteStoreOptions } from './options.ts';
import { advanceToRow, fromRow, refToRow, toRow } from './rows.ts';
import { migrate } from './schema.ts';
import { prepareStatements, type Statements } from './statements.ts';
import { encodeText } from './text.ts';

const PRUNED_AT_ONCE = 1_000;

/**
 * Makes a store in a SQLite file, through `node:sqlite`: durable, and shared by the processes of one machine.
 *
 * The tables `tokenpair_session`, `tokenpair_blacklist` and `tokenpair_schema` are made, and later changed, when the store is
 * made. They can lie in the app's own file. The connection cannot be the app's own: the store sets `journal_mode=WAL`,
 * `synchronous=FULL` and `busy_timeout` on it, and rejects every call while a transaction of somebody else is open on it.
 * The app closes the connection.
 *
 * Every step is one statement or one transaction. Calls run in the order in which they came, reads beside writes. While
 * another connection holds the write lock, reads go on and writes are tried again until `lockTimeoutMs` is over.
 *
 * @throws `TypeError` with code `ERR_INVALID_ARG_TYPE` or `ERR_INVALID_ARG_VALUE` for a wrong argument.
 * @throws `SqliteStoreError` with code `schema_newer`, `not_durable` (also for `':memory:'`) or `transaction_open`. When the
 * file is locked at that moment, the tables are made at the first call, which then rejects so.
 * @example
 * import { DatabaseSync } from 'node:sqlite';
 * import { sqliteStore } from '@tokenpair/store-sqlite';
 *
 * const store = sqliteStore(new DatabaseSync('tokenpair.db'), { lockTimeoutMs: 1_000 });
 *
 * @see {@link https://www.sqlite.org/wal.html | Write-Ahead Logging}
 */
export function sqliteStore(database: SqliteDatabase, options: SqliteStoreOptions = {}): TokenStore {
  assertDatabase(database);
  const resolved = resolveSqliteStoreOptions(options);
  const reads = createLane(resolved.lockTimeoutMs);
  const writes = createLane(resolved.lockTimeoutMs);
  let prepared: Statements | undefined;

  function statements(): Statements {
    assertNoTransaction(database);
    if (prepared) return prepared;
    configure(database, resolved);
    migrate(database);
    prepared = prepareStatements(database);
    return prepared;
  }

  const read = <T>(step: (sql: Statements) => T): Promise<T> => reads(() => step(statements()));
  const write = <T>(step: (sql: Statements) => T): Promise<T> => writes(() => step(statements()));

  try {
    statements();
  } catch (error) {
    if (!isLockError(error)) throw error; // a lock will pass: the first call tries again, without blocking
  }

  return {
    name: 'sqlite',
    durable: true,

    create: (session, rule) =>
      write((sql) => {
        if (rule.limit === undefined) return insert(sql, session);
        return inTransaction(database, () => {
          keepLimit(sql, session.subject, rule);
          insert(sql, session);
        });
      }),

    find: (ref) =>
      read((sql) => {
        const row = sql.find.get(refToRow(ref));
        return row && fromRow(row);
      }),

    advance: (ref, from, next) =>
      write((sql) => {
        // Not get(): it stops at the row, and whether the commit after it succeeded would never be known.
        const [row] = sql.advance.all({ ...refToRow(ref), ...advanceToRow(next), from });
        return row && fromRow(row);
      }),

    revoke: (target, { at, reason }) =>
      write((sql) => {
        if ('id' in target) return Number(sql.revoke.run({ ...refToRow(target), at, reason }).changes);
        const { subject, except } = target;
        return Number(
          sql.revokeSubject.run({
            subject: encodeText(subject),
            except: except === undefined ? null : encodeText(except),
            at,
            reason,
          }).changes,
        );
      }),

    blacklist: (token) =>
      write((sql) => sql.blacklist.run({ ...refToRow(token), expires_at: token.expiresAt }).changes !== 0),

    isLive: ({ session, token }, now) =>
      read((sql) => {
        const row = sql.isLive.get({
          session: session ? encodeText(session.id) : null,
          session_subject: session ? encodeText(session.subject) : null,
          token: token ? encodeText(token.id) : null,
          token_subject: token ? encodeText(token.subject) : null,
          now,
        });
        return row?.['live'] === 1;
      }),

    list: (subject, now) => read((sql) => sql.list.all({ subject: encodeText(subject), now }).map(fromRow)),

    prune: (now, limit = PRUNED_AT_ONCE) =>
      write((sql) =>
        inTransaction(database, () => {
          const before = now - COLLECT_AFTER_MS;
          const gone = Number(sql.pruneSessions.run({ before, limit }).changes);
          return gone + Number(sql.pruneBlacklist.run({ before, limit: limit - gone }).changes);
        }),
      ),
  };
}

function insert(sql: Statements, session: Session): void {
  if (sql.insert.run(toRow(session)).changes === 0) throw new SqliteStoreError('session_exists');
}

function keepLimit(
  sql: Statements,
  subject: string,
  { now, limit = 0, onLimit = 'evict-oldest' }: CreateRule,
): void {
  const kept = Math.max(0, limit - 1);
  if (onLimit === 'evict-oldest') sql.evict.run({ subject: encodeText(subject), now, kept });
  else if (Number(sql.countLive.get({ subject: encodeText(subject), now })?.['live']) > kept)
    throw new SessionLimitError();
}
