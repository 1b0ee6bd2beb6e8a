import { advanceMany, advanceOne } from './advance-statements.ts';
import { SESSION_COLUMNS, SESSION_PARAMETERS, sessionResult } from './rows.ts';
import type { Tables } from './schema.ts';

/** The channel of the notifications; the payload is the schema. */
export const CHANNEL = 'tokenpair_revoked';

type StatementName =
  | 'insert'
  | 'insertWithin'
  | 'find'
  | 'advance'
  | 'advanceMany'
  | 'revoke'
  | 'revokeSubject'
  | 'list'
  | 'isLive'
  | 'blacklist'
  | 'prune'
  | 'feed'
  | 'settings';

/** The store's statements for one schema. Every one is whole: it needs no other in its transaction, and nothing of the session. */
export type Statements = Readonly<Record<StatementName, string>>;

// Lifts the statement's own transaction to a synchronous commit where the database or the role has turned that off. It has to be read
// by the statement's outermost SELECT: what nobody reads is not evaluated.
const DURABLE = `durable AS MATERIALIZED (
      SELECT CASE current_setting('synchronous_commit') WHEN 'off' THEN set_config('synchronous_commit', 'on', true) END
    )`;

const liveAt = (now: string): string => `revoked_at IS NULL AND ${now} < ends_at AND ${now} < expires_at`;

/** Writes the statements. With `announce`, whatever ends something wakes the watchers. */
export function statementsFor(tables: Tables, announce: boolean): Statements {
  const { session, blacklist, revocation } = tables;
  const payload = `'${tables.schema.replaceAll("'", "''")}'`;

  // Only where a row ended: a notification takes a lock that all transactions with one share.
  const wakeUp = (ended: string): string =>
    announce ? `(SELECT pg_notify('${CHANNEL}', ${payload})::text FROM ${ended} LIMIT 1)` : 'NULL::text';
  const feedOf = (ended: string, mark: { at: string; until: string; reason: string }): string => `
    fed AS (
      INSERT INTO ${revocation} (session, at, until, reason)
      SELECT id, ${mark.at}, coalesce(${mark.until}, ends_at), ${mark.reason} FROM ${ended}
    )`;

  return {
    insert: `
    WITH ${DURABLE},
    inserted AS (
      INSERT INTO ${session} (${SESSION_COLUMNS}) VALUES (${SESSION_PARAMETERS})
      ON CONFLICT (id) DO NOTHING RETURNING id
    )
    SELECT (SELECT count(*) FROM inserted)::text FROM durable`,

    // $17 now, $18 how many may stay beside the new one, $19 until, $20 whether to refuse. The ids are sorted before they are locked, so
    // that two calls on one subject never wait for each other in a circle.
    insertWithin: `
    WITH ${DURABLE},
    beyond AS MATERIALIZED (
      SELECT id FROM ${session} WHERE subject = $2::text AND ${liveAt('$17::text::bigint')}
      ORDER BY created_at DESC, id DESC OFFSET $18::text::bigint
    ),
    inserted AS (
      INSERT INTO ${session} (${SESSION_COLUMNS}) SELECT ${SESSION_PARAMETERS}
      WHERE NOT ($20::text::boolean AND EXISTS (SELECT FROM beyond))
      ON CONFLICT (id) DO NOTHING RETURNING id
    ),
    locked AS MATERIALIZED (
      SELECT id FROM ${session}
      WHERE id IN (SELECT id FROM beyond) AND revoked_at IS NULL AND EXISTS (SELECT FROM inserted)
      ORDER BY id FOR UPDATE
    ),
    ended AS (
      UPDATE ${session} SET revoked_at = $17::text::bigint, revoked_for = 'evicted'
      WHERE id IN (SELECT id FROM locked) AND revoked_at IS NULL
      RETURNING id, ends_at
    ),${feedOf('ended', { at: '$17::text::bigint', until: '$19::text::bigint', reason: "'evicted'" })}
    SELECT (SELECT count(*) FROM inserted)::text, (SELECT count(*) FROM beyond)::text, ${wakeUp('ended')} FROM durable`,

    // Whatever reads says in its last column whether the server is a standby, and has one row at the least to say it in.
    find: `
    SELECT ${sessionResult(session)}, pg_is_in_recovery()::text
    FROM (SELECT) always LEFT JOIN ${session} ON id = $1::text AND subject = $2::text`,

    advance: advanceOne(session, DURABLE),

    advanceMany: advanceMany(session, DURABLE),

    // $3 at, $4 until, $5 reason.
    revoke: `
    WITH ${DURABLE},
    ended AS (
      UPDATE ${session} SET revoked_at = $3::text::bigint, revoked_for = $5::text
      WHERE id = $1::text AND subject = $2::text AND revoked_at IS NULL
      RETURNING id, ends_at
    ),${feedOf('ended', { at: '$3::text::bigint', until: '$4::text::bigint', reason: '$5::text' })}
    SELECT (SELECT count(*) FROM ended)::text, ${wakeUp('ended')} FROM durable`,

    // $2 except; the rest as in revoke.
    revokeSubject: `
    WITH ${DURABLE},
    locked AS MATERIALIZED (
      SELECT id FROM ${session}
      WHERE subject = $1::text AND revoked_at IS NULL AND id IS DISTINCT FROM $2::text
      ORDER BY id FOR UPDATE
    ),
    ended AS (
      UPDATE ${session} SET revoked_at = $3::text::bigint, revoked_for = $5::text
      WHERE id IN (SELECT id FROM locked) AND revoked_at IS NULL
      RETURNING id, ends_at
    ),${feedOf('ended', { at: '$3::text::bigint', until: '$4::text::bigint', reason: '$5::text' })}
    SELECT (SELECT count(*) FROM ended)::text, ${wakeUp('ended')} FROM durable`,

    list: `
    SELECT ${sessionResult(session)}, pg_is_in_recovery()::text
    FROM (SELECT) always LEFT JOIN ${session} ON subject = $1::text AND ${liveAt('$2::text::bigint')}
    ORDER BY ${session}.created_at DESC, ${session}.id DESC`,

    isLive: `
    SELECT (
      ($1::text IS NULL OR EXISTS (
        SELECT FROM ${session}
        WHERE id = $1::text AND subject = $2::text AND revoked_at IS NULL AND $5::text::bigint < ends_at
      )) AND ($3::text IS NULL OR NOT EXISTS (
        SELECT FROM ${blacklist} WHERE subject = $4::text AND id = $3::text
      )))::text, pg_is_in_recovery()::text`,

    // $3 expires at, $4 now.
    blacklist: `
    WITH ${DURABLE},
    added AS (
      INSERT INTO ${blacklist} (id, subject, expires_at) VALUES ($1::text, $2::text, $3::text::bigint)
      ON CONFLICT DO NOTHING RETURNING id
    ),
    fed AS (
      INSERT INTO ${revocation} (token, at, until, reason)
      SELECT id, $4::text::bigint, $3::text::bigint, 'revoked' FROM added
    )
    SELECT (SELECT count(*) FROM added)::text, ${wakeUp('added')} FROM durable`,

    // $1 before, $2 limit. Rows that a parallel call has taken are passed over, so each is counted once.
    prune: `
    WITH dead_sessions AS MATERIALIZED (
      SELECT id FROM ${session} WHERE ends_at <= $1::text::bigint
      ORDER BY ends_at LIMIT $2::text::bigint FOR UPDATE SKIP LOCKED
    ),
    sessions AS (
      DELETE FROM ${session} USING dead_sessions dead WHERE ${session}.id = dead.id RETURNING 1
    ),
    dead_tokens AS MATERIALIZED (
      SELECT subject, id FROM ${blacklist} WHERE expires_at <= $1::text::bigint
      ORDER BY expires_at LIMIT $2::text::bigint - (SELECT count(*) FROM sessions) FOR UPDATE SKIP LOCKED
    ),
    tokens AS (
      DELETE FROM ${blacklist} USING dead_tokens dead
      WHERE ${blacklist}.subject = dead.subject AND ${blacklist}.id = dead.id RETURNING 1
    ),
    dead_entries AS MATERIALIZED (
      SELECT xid, id FROM ${revocation} WHERE until <= $1::text::bigint
      ORDER BY until LIMIT $2::text::bigint FOR UPDATE SKIP LOCKED
    ),
    entries AS (
      DELETE FROM ${revocation} USING dead_entries dead WHERE ${revocation}.xid = dead.xid AND ${revocation}.id = dead.id
    )
    SELECT ((SELECT count(*) FROM sessions) + (SELECT count(*) FROM tokens))::text`,

    // $1 the snapshot of the last read, $2 and $3 the place after which this page starts, $4 how much it holds. One row at the
    // least, which says where the feed now stands. Tables that were restored from a dump can hold transaction ids that this server has yet to reach:
    // they are new to a first read alone.
    feed: `
    WITH fresh AS (
      SELECT session, token, at, until, reason, xid, id FROM ${revocation}
      WHERE (xid, id) > ($2::text::xid8, $3::text::bigint) AND NOT pg_visible_in_snapshot(xid, $1::text::pg_snapshot)
        AND ($1::text = '1:1:' OR xid < pg_snapshot_xmax(pg_current_snapshot()))
      ORDER BY xid, id LIMIT $4::text::bigint
    )
    SELECT session, token, at::text, until::text, reason, xid::text, id::text,
      pg_current_snapshot()::text, extract(epoch FROM pg_postmaster_start_time())::text, pg_is_in_recovery()::text
    FROM (SELECT) always LEFT JOIN fresh ON true
    ORDER BY fresh.xid, fresh.id`,

    // A backup and a logical subscriber are no standbys.
    settings: `
    SELECT current_setting('fsync'), current_setting('full_page_writes'), current_setting('synchronous_commit'),
      current_setting('synchronous_standby_names'),
      (SELECT count(*) FROM pg_stat_replication standby
       WHERE state IS DISTINCT FROM 'backup' AND NOT EXISTS (
         SELECT FROM pg_replication_slots WHERE slot_type = 'logical' AND active_pid = standby.pid
       ))::text`,
  };
}
