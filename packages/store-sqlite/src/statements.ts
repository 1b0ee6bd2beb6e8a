import type { SqliteDatabase, SqliteStatement } from './database.ts';
import { SESSION_COLUMNS } from './rows.ts';

type StatementName =
  | 'insert'
  | 'find'
  | 'advance'
  | 'revoke'
  | 'revokeSubject'
  | 'countLive'
  | 'evict'
  | 'list'
  | 'isLive'
  | 'blacklist'
  | 'feed'
  | 'feedAfter'
  | 'pruneSessions'
  | 'pruneBlacklist'
  | 'pruneFeed';

const COLUMNS = SESSION_COLUMNS.join(', ');
const LIVE = 'revoked_at IS NULL AND :now < ends_at AND :now < expires_at';

const SQL: Readonly<Record<StatementName, string>> = {
  insert: `
    INSERT INTO tokenpair_session (${COLUMNS}) VALUES (${SESSION_COLUMNS.map((column) => `:${column}`).join(', ')})
    ON CONFLICT (id) DO NOTHING`,
  find: `SELECT ${COLUMNS} FROM tokenpair_session WHERE id = :id AND subject = :subject`,
  advance: `
    UPDATE tokenpair_session
    SET generation = :generation, rotated_at = :rotated_at, rotated_by = :rotated_by, expires_at = :expires_at,
        last_used_at = :rotated_at, epoch = coalesce(:epoch, epoch), 
        client = CASE WHEN :client IS NULL THEN client ELSE json_patch(coalesce(client, '{}'), :client) END
    WHERE id = :id AND subject = :subject AND generation = :from AND revoked_at IS NULL AND :rotated_at < ends_at
    RETURNING ${COLUMNS}`,
  revoke: `
    UPDATE tokenpair_session SET revoked_at = :at, revoked_for = :reason
    WHERE id = :id AND subject = :subject AND revoked_at IS NULL
    RETURNING id, ends_at`,
  revokeSubject: `
    UPDATE tokenpair_session SET revoked_at = :at, revoked_for = :reason
    WHERE subject = :subject AND revoked_at IS NULL AND id IS NOT :except
    RETURNING id, ends_at`,
  countLive: `SELECT count(*) AS live FROM tokenpair_session WHERE subject = :subject AND ${LIVE}`,
  evict: `
    UPDATE tokenpair_session SET revoked_at = :now, revoked_for = 'evicted'
    WHERE rowid IN (
      SELECT rowid FROM tokenpair_session WHERE subject = :subject AND ${LIVE}
      ORDER BY created_at DESC, rowid DESC LIMIT -1 OFFSET :kept
    )
    RETURNING id, ends_at`,
  list: `
    SELECT ${COLUMNS} FROM tokenpair_session WHERE subject = :subject AND ${LIVE}
    ORDER BY created_at DESC, rowid DESC`,
  isLive: `
    SELECT
      (:session IS NULL OR EXISTS (
        SELECT 1 FROM tokenpair_session
        WHERE id = :session AND subject = :session_subject AND revoked_at IS NULL AND :now < ends_at
      )) AND (:token IS NULL OR NOT EXISTS (
        SELECT 1 FROM tokenpair_blacklist WHERE subject = :token_subject AND id = :token
      )) AS live`,
  blacklist: `
    INSERT INTO tokenpair_blacklist (subject, id, expires_at) VALUES (:subject, :id, :expires_at)
    ON CONFLICT DO NOTHING`,
  feed: `
    INSERT INTO tokenpair_feed (session, token, at, until, reason) VALUES (:session, :token, :at, :until, :reason)`,
  feedAfter: `
    SELECT number, session, token, at, until, reason FROM tokenpair_feed
    WHERE number > :last ORDER BY number LIMIT :page`,
  pruneSessions: `
    DELETE FROM tokenpair_session
    WHERE rowid IN (SELECT rowid FROM tokenpair_session WHERE ends_at <= :before ORDER BY ends_at LIMIT :limit)`,
  pruneBlacklist: `
    DELETE FROM tokenpair_blacklist
    WHERE (subject, id) IN (
      SELECT subject, id FROM tokenpair_blacklist WHERE expires_at <= :before ORDER BY expires_at LIMIT :limit
    )`,
  pruneFeed: `
    DELETE FROM tokenpair_feed
    WHERE number IN (SELECT number FROM tokenpair_feed WHERE until <= :before ORDER BY until LIMIT :limit)`,
};

/** The store's statements, prepared. */
export type Statements = Readonly<Record<StatementName, SqliteStatement>>;

/** Prepares every statement once. The tables have to be there. */
export function prepareStatements(database: SqliteDatabase): Statements {
  const prepared = Object.entries(SQL).map(([name, sql]) => [name, inNumbers(database.prepare(sql))]);
  return Object.fromEntries(prepared) as Statements;
}

/** Whatever the connection was opened with: every number of the store is a safe integer. */
function inNumbers(statement: SqliteStatement): SqliteStatement {
  statement.setReadBigInts?.(false);
  return statement;
}
