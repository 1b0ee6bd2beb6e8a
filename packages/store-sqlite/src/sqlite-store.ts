import {
  COLLECT_AFTER_MS,
  type CreateRule,
  type RevokeMark,
  type Session,
  SessionLimitError,
  type TokenStore,
} from '@tokenpair/core/store';
import { isLockError } from './backoff.ts';
import { commitTogether, oneStatement } from './commit-together.ts';
import { checkConnection, configure } from './connection.ts';
import { assertNoTransaction, type SqliteDatabase, type SqliteRow } from './database.ts';
import { SqliteStoreError } from './errors.ts';
import { createFeed } from './feed.ts';
import { createLane } from './lane.ts';
import { assertDatabase, resolveSqliteStoreOptions, type SqliteStoreOptions } from './options.ts';
import { advanceToRow, fromRow, refToRow, toRow } from './rows.ts';
import { migrate } from './schema.ts';
import { prepareStatements, type Statements } from './statements.ts';
import { encodeText } from './text.ts';
import { createWriteLane } from './write-lane.ts';

const PRUNED_AT_ONCE = 1_000;

/**
 * Makes a store in a SQLite file, through `node:sqlite`: durable, and shared by the processes of one machine.
 *
 * The tables `tokenpair_session`, `tokenpair_blacklist`, `tokenpair_feed` and `tokenpair_schema` are made, and later changed, when
 * the store is made. They can lie in the app's own file. The connection cannot be the app's own: the store sets `journal_mode=WAL`,
 * `synchronous=FULL` and `busy_timeout` on it, and rejects every call while a transaction of somebody else is open on it.
 * The app closes the connection.
 *
 * Writes that come at the same time are committed together, each judged for itself, and answered once they are on the disk. Calls run in
 * the order in which they came, reads beside writes. While another connection holds the write lock, reads go on and writes are
 * tried again until `lockTimeoutMs` is over.
 *
 * The revocation feed tells this process's listeners before the step is acknowledged, and other processes' within a second: they ask
 * the file five times a second.
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
  const write = createWriteLane({
    lockTimeoutMs: resolved.lockTimeoutMs,
    commit: (steps) => commitTogether(database, statements(), steps),
    committed: () => feed.tell(),
  });
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
  const feed = createFeed(read, statements);

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
        keepLimit(sql, session.subject, rule);
        insert(sql, session);
      }),

    find: (ref) =>
      read((sql) => {
        const row = sql.find.get(refToRow(ref));
        return row && fromRow(row);
      }),

    advance: (ref, from, next) =>
      write(
        oneStatement((sql) => {
          // Not get(): it stops at the row, and whether the commit after it succeeded would never be known.
          const [row] = sql.advance.all({ ...refToRow(ref), ...advanceToRow(next), from });
          return row && fromRow(row);
        }),
      ),

    revoke: (target, mark) =>
      write((sql) => {
        const { at, reason } = mark;
        if ('id' in target) return announce(sql, sql.revoke.all({ ...refToRow(target), at, reason }), mark);
        const { subject, except } = target;
        const ended = sql.revokeSubject.all({
          subject: encodeText(subject),
          except: except === undefined ? null : encodeText(except),
          at,
          reason,
        });
        return announce(sql, ended, mark);
      }),

    blacklist: (token, now) =>
      write((sql) => {
        const row = { ...refToRow(token), expires_at: token.expiresAt };
        if (sql.blacklist.run(row).changes === 0) return false;
        const names = { session: null, token: encodeText(token.id) };
        sql.feed.run({ ...names, at: now, until: token.expiresAt, reason: 'revoked' });
        return true;
      }),

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
      write((sql) => {
        const before = now - COLLECT_AFTER_MS;
        const gone = Number(sql.pruneSessions.run({ before, limit }).changes);
        sql.pruneFeed.run({ before, limit }); // not counted: each names a record that is
        return gone + Number(sql.pruneBlacklist.run({ before, limit: limit - gone }).changes);
      }),

    watch: (listener) => feed.watch(listener),

    check: () =>
      reads(() => {
        statements();
        return checkConnection(database);
      }),
  };
}

function insert(sql: Statements, session: Session): void {
  if (sql.insert.run(toRow(session)).changes === 0) throw new SqliteStoreError('session_exists');
}

function keepLimit(
  sql: Statements,
  subject: string,
  { now, limit, onLimit = 'evict-oldest', until }: CreateRule,
): void {
  if (limit === undefined) return;
  const kept = Math.max(0, limit - 1);
  if (onLimit === 'evict-oldest') {
    const evicted = sql.evict.all({ subject: encodeText(subject), now, kept });
    announce(sql, evicted, { at: now, reason: 'evicted', ...(until !== undefined && { until }) });
  } else if (Number(sql.countLive.get({ subject: encodeText(subject), now })?.['live']) > kept)
    throw new SessionLimitError();
}

/** Puts ended sessions on the feed, in the transaction that ends them; returns how many they are. */
function announce(sql: Statements, ended: readonly SqliteRow[], { at, reason, until }: RevokeMark): number {
  for (const { id, ends_at: end } of ended)
    sql.feed.run({ session: String(id), token: null, at, until: until ?? Number(end), reason });
  return ended.length;
}
