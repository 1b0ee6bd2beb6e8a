import type {
  Advance,
  CreateRule,
  LiveIds,
  RevokeMark,
  Session,
  SessionRef,
  SubjectTarget,
  TokenRef,
} from '@tokenpair/core/store';
import { keyLiteral, numberLiteral, textLiteral } from './literals.ts';
import { INSERTED_COLUMNS, isNamed, SESSION_COLUMNS, toAssignments, toValues } from './rows.ts';
import { SLOTS, type Tables } from './schema.ts';

/**
 * The steps, each one block that the server carries out whole, so that no lock is ever held while a process of the app is waited for. A
 * block does not begin where a transaction is open: it would become part of it, or end it.
 */
export interface Statements {
  insert(session: Session): string;
  insertWithin(session: Session, rule: CreateRule & { readonly limit: number }): string;
  find(ref: SessionRef): string;
  advance(ref: SessionRef, from: number, next: Advance): string;
  revoke(target: SessionRef | SubjectTarget, mark: RevokeMark): string;
  blacklist(token: TokenRef, now: number): string;
  isLive(ids: LiveIds, now: number): string;
  list(subject: string, now: number): string;
  prune(before: number, limit: number): string;
}

/** What `insertWithin` answers where the limit refuses. */
export const LIMIT = 'limit';

/** For the last column of everything that only reads: a replica may not have heard of a logout yet. */
export const IS_READ_ONLY = '@@global.read_only';

const BEGIN = 'SET TRANSACTION ISOLATION LEVEL READ COMMITTED; START TRANSACTION';

/** Writes the statements. */
export function statementsFor(tables: Tables): Statements {
  const { session, blacklist, revocation, turn, slot } = tables;

  /** Enters what was just ended; the turn is taken last, and goes on with the commit. */
  const enter = (mark: string, entries: string): string => `
      UPDATE ${turn} SET mark = ${mark};
      ${assertFound('ROW_COUNT()')}
      INSERT INTO ${revocation} (mark, session, token, at, until, reason) ${entries};`;

  function endAll(subject: string, which: string, { at, until, reason }: RevokeMark): string {
    const mark = newMark();
    const ends = `COALESCE(${numberLiteral(until)}, ends_at)`;
    const ended = `SELECT ${mark}, id, NULL, revoked_at, ${ends}, revoked_for FROM ${session}`;
    return `
      UPDATE ${session} SET revoked_at = ${numberLiteral(at)}, revoked_for = ${textLiteral(reason)}, ended_by = ${mark}
      WHERE subject_key = ${subject} AND revoked_at IS NULL AND ${which};
      SET ended = ROW_COUNT();
      IF ended > 0 THEN ${enter(mark, `${ended} WHERE subject_key = ${subject} AND ended_by = ${mark}`)} END IF;`;
  }

  return {
    insert: (made) => writing(`INSERT INTO ${session} (${INSERTED_COLUMNS}) VALUES (${toValues(made)});`),

    insertWithin(made, { now, limit, onLimit, until }) {
      const subject = keyLiteral(made.subject);
      const others = `${liveAt(now)} AND id_key <> ${keyLiteral(made.id)}`;
      const mark = { at: now, reason: 'evicted', ...(until !== undefined && { until }) } as const;
      return block(
        ['beyond', 'ended', 'held'],
        `${BEGIN};
      SELECT COUNT(*) INTO held FROM ${slot} WHERE number = CRC32(${subject}) MOD ${SLOTS} FOR UPDATE;
      ${assertFound('held')}
      SELECT COUNT(*) - ${numberLiteral(Math.max(0, limit - 1))} INTO beyond FROM ${session} WHERE subject_key = ${subject} AND ${others} FOR UPDATE;
      IF beyond > 0 AND ${onLimit === 'refuse' ? 'TRUE' : 'FALSE'} THEN
        ROLLBACK;
        SELECT '${LIMIT}';
      ELSE
        INSERT INTO ${session} (${INSERTED_COLUMNS}) VALUES (${toValues(made)});
        IF beyond > 0 THEN ${endAll(subject, `${others} ORDER BY created_at, id_key LIMIT beyond`, mark)} END IF;
        COMMIT;
      END IF;`,
      );
    },

    find: (ref) => reading(`SELECT ${SESSION_COLUMNS}`, `${session} ON ${isNamed(ref)}`),

    // What it answers it has read before the commit, so that nothing later is in it; where the commit fails there is no answer.
    advance: (ref, from, next) =>
      writing(`
      UPDATE ${session} SET ${toAssignments(next)}
      WHERE ${isNamed(ref)} AND generation = ${numberLiteral(from)}
        AND revoked_at IS NULL AND ${numberLiteral(next.rotatedAt)} < ends_at;
      IF ROW_COUNT() > 0 THEN SELECT ${SESSION_COLUMNS} FROM ${session} WHERE ${isNamed(ref)}; END IF;`),

    revoke: (target, mark) => counting(endAll(keyLiteral(target.subject), isTargeted(target), mark)),

    blacklist({ id, subject, expiresAt }, now) {
      const mark = newMark();
      const [token, until] = [textLiteral(id), numberLiteral(expiresAt)];
      return counting(`
      INSERT IGNORE INTO ${blacklist} (subject_key, id_key, expires_at)
      VALUES (${keyLiteral(subject)}, ${keyLiteral(id)}, ${until});
      SET ended = ROW_COUNT();
      IF ended > 0 THEN ${enter(mark, `VALUES (${mark}, NULL, ${token}, ${numberLiteral(now)}, ${until}, 'revoked')`)} END IF;`);
    },

    isLive({ session: ref, token }, now) {
      const isAlive = ref
        ? `EXISTS (SELECT 1 FROM ${session} WHERE ${isNamed(ref)} AND revoked_at IS NULL AND ${numberLiteral(now)} < ends_at)`
        : 'TRUE';
      const isListed = token ? `EXISTS (SELECT 1 FROM ${blacklist} WHERE ${isNamed(token)})` : 'FALSE';
      return reading(`SELECT ${isAlive} AND NOT ${isListed}`);
    },

    list: (subject, now) =>
      reading(
        `SELECT ${SESSION_COLUMNS}`,
        `${session} ON subject_key = ${keyLiteral(subject)} AND ${liveAt(now)} ORDER BY created_at DESC, id_key DESC`,
      ),

    prune(before, limit) {
      const most = numberLiteral(limit);
      const dead = (table: string, column: string): string =>
        `DELETE FROM ${table} WHERE ${column} <= ${numberLiteral(before)} ORDER BY ${column} LIMIT`;
      return block(
        ['ended', 'left_over'],
        `${BEGIN};
      ${dead(session, 'ends_at')} ${most};
      SET ended = ROW_COUNT(), left_over = ${most} - ended;
      ${dead(blacklist, 'expires_at')} left_over;
      SET ended = ended + ROW_COUNT();
      ${dead(revocation, 'until')} ${most};
      COMMIT;
      SELECT ended;`,
      );
    },
  };
}

/** A block; whatever fails in it is undone before it is told. */
export function block(numbers: readonly string[], steps: string): string {
  return `BEGIN NOT ATOMIC
      ${numbers.map((name) => `DECLARE ${name} BIGINT DEFAULT 0;`).join(' ')}
      DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
      ${steps}
    END`;
}

/** A block that reads in one statement. It has a row at the least, with {@link IS_READ_ONLY} in its last column. */
export function reading(select: string, joined?: string): string {
  const from = joined === undefined ? '' : `FROM (SELECT 1) always LEFT JOIN ${joined}`;
  return block([], `${BEGIN} READ ONLY; ${select}, ${IS_READ_ONLY} ${from}; COMMIT;`);
}

/** Without the row that is held, nothing would be in order, and nobody would see it. */
function assertFound(count: string): string {
  return `IF ${count} = 0 THEN SIGNAL SQLSTATE '45000'; END IF;`;
}

function writing(steps: string): string {
  return block([], `${BEGIN}; ${steps} COMMIT;`);
}

/** Answers what it left in `ended`, once that is committed. */
function counting(steps: string): string {
  return block(['ended'], `${BEGIN}; ${steps} COMMIT; SELECT ended;`);
}

function isTargeted(target: SessionRef | SubjectTarget): string {
  if ('id' in target) return `id_key = ${keyLiteral(target.id)}`;
  return target.except === undefined ? 'TRUE' : `id_key <> ${keyLiteral(target.except)}`;
}

function liveAt(now: number): string {
  const time = numberLiteral(now);
  return `revoked_at IS NULL AND ${time} < ends_at AND ${time} < expires_at`;
}

/** Names one step. */
function newMark(): string {
  return `x'${crypto.randomUUID().replaceAll('-', '')}'`;
}
