import type { Revocation } from '@tokenpair/core/store';
import type { Query, Row } from './driver.ts';
import { MariadbStoreError } from './errors.ts';
import { decodeNumber, decodeWord, hexOf, numberLiteral } from './literals.ts';
import { toRevocation } from './rows.ts';
import type { Tables } from './schema.ts';
import { reading } from './statements.ts';

/** How far the feed has been read. The marks tell whether the server still has what was read there: after a failover it may not. */
export interface FeedPosition {
  /** The number of the last entry; 0 for none. */
  readonly number: bigint;
  /** The mark of the last entry, in hexadecimal digits. */
  readonly mark: string;
  /** The mark of the turn when nothing came after that entry. */
  readonly turn: string;
}

/** What is new, and where the feed then stands. */
export interface FeedRead {
  readonly revoked: Revocation[];
  readonly position: FeedPosition;
}

const PAGE = 1_000;
const NONE = '0'.repeat(32);
const START: FeedPosition = { number: 0n, mark: NONE, turn: NONE };

/**
 * Reads what has been revoked since a position; from the beginning without one, and where the server does not have what that was.
 *
 * Entries are numbered in the order of the commits, since whoever writes one holds the turn until then: nothing ever shows up behind a
 * number that was read.
 *
 * @throws `MariadbStoreError` with code `read_only`: what was acknowledged by the primary may not have arrived there.
 */
export async function readFeed(query: Query, tables: Tables, since: FeedPosition = START): Promise<FeedRead> {
  const revoked: Revocation[] = [];
  for (let position = since; ; ) {
    const rows = await query(feedSince(tables, position));
    const [, , , , , , , turn, isKnown] = rows[0] ?? [];
    assertWritable(rows);
    if (!turn || !isKnown) throw new MariadbStoreError('damaged');
    if (decodeNumber(isKnown) === 0) return readFeed(query, tables);
    const entries = rows.filter(([number]) => number !== null);
    for (const [, , ...entry] of entries) revoked.push(toRevocation(entry));
    const [number, mark] = entries.at(-1) ?? [];
    position = {
      number: number ? BigInt(decodeWord(number)) : position.number,
      mark: mark ? hexOf(mark) : position.mark,
      turn: hexOf(turn),
    };
    if (entries.length < PAGE) return { revoked, position };
  }
}

/** @throws `MariadbStoreError` with code `read_only` */
export function assertWritable(rows: readonly Row[]): void {
  const isReadOnly = decodeWord(rows[0]?.at(-1));
  if (isReadOnly !== '0' && isReadOnly !== 'OFF') throw new MariadbStoreError('read_only');
}

function feedSince({ revocation, turn }: Tables, position: FeedPosition): string {
  const number = position.number.toString();
  const isKnown = `${number} = 0 OR turn.mark = x'${position.turn}'
    OR EXISTS (SELECT 1 FROM ${revocation} WHERE number = ${number} AND mark = x'${position.mark}')`;
  return reading(
    `SELECT entry.number, entry.mark, entry.session, entry.token, entry.at, entry.until, entry.reason, turn.mark, ${isKnown}`,
    `${turn} turn ON TRUE LEFT JOIN ${revocation} entry ON entry.number > ${number}
      ORDER BY entry.number LIMIT ${numberLiteral(PAGE)}`,
  );
}
