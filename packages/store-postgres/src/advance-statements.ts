import { sessionResult } from './rows.ts';

/** What an advance is given, with its types, in the order of the parameters: the session's name, the generation it is to stand at, and `advanceToRow`. */
const GIVEN = [
  ['id', 'text'],
  ['subject', 'text'],
  ['stood', 'bigint'],
  ['generation', 'bigint'],
  ['rotated_at', 'bigint'],
  ['rotated_by', 'text'],
  ['expires_at', 'bigint'],
  ['epoch', 'text'],
  ['client', 'jsonb'],
] as const;

type Given = (name: (typeof GIVEN)[number][0]) => string;

const NAMES = GIVEN.map(([name]) => name).join(', ');

const mayMove = (given: Given): string => `
      held.id = ${given('id')} AND held.subject = ${given('subject')} AND held.generation = ${given('stood')}
      AND held.revoked_at IS NULL AND ${given('rotated_at')} < held.ends_at`;

const moved = (given: Given): string => `
      generation = ${given('generation')}, rotated_at = ${given('rotated_at')}, rotated_by = ${given('rotated_by')},
      expires_at = ${given('expires_at')}, last_used_at = ${given('rotated_at')}, epoch = coalesce(${given('epoch')}, held.epoch),
      client = CASE WHEN ${given('client')} IS NULL THEN held.client ELSE coalesce(held.client, '{}') || ${given('client')} END`;

/** Advances one session: a row where it did. */
export function advanceOne(session: string, durable: string): string {
  const given: Given = (name) => {
    const at = GIVEN.findIndex(([each]) => each === name);
    return `$${at + 1}::text::${GIVEN[at]?.[1]}`;
  };
  return `
    WITH ${durable},
    advanced AS (
      UPDATE ${session} held SET ${moved(given)}
      WHERE ${mayMove(given)}
      RETURNING held.*
    )
    SELECT ${sessionResult('advanced')} FROM advanced, durable`;
}

/**
 * Advances many: each parameter is an array with a place for every call. A row for every call: its number from 1, whether it is
 * undecided, and the session where it was advanced.
 *
 * It never waits for a row: rows that somebody else holds are passed over. So it holds up nobody, and two of them, which lock in any order,
 * never wait for each other in a circle. What `free` has judged stays so, since it is locked. A call is judged not to hold by what the statement sees, and undecided where it might hold by that.
 */
export function advanceMany(session: string, durable: string): string {
  const asked: Given = (name) => `asked.${name}`;
  const free: Given = (name) => `free.${name}`;
  const arrays = GIVEN.map(([, type], n) => `$${n + 1}::text::${type}[]`).join(', ');
  return `
    WITH ${durable},
    asked AS MATERIALIZED (
      SELECT place, ${NAMES} FROM unnest(${arrays}) WITH ORDINALITY AS given (${NAMES}, place)
    ),
    free AS MATERIALIZED (
      SELECT asked.* FROM asked JOIN ${session} held ON ${mayMove(asked)}
      FOR NO KEY UPDATE OF held SKIP LOCKED
    ),
    advanced AS (
      UPDATE ${session} held SET ${moved(free)}
      FROM free WHERE held.id = free.id
      RETURNING free.place, held.*
    )
    SELECT asked.place::text,
      (advanced.place IS NULL AND EXISTS (SELECT FROM ${session} held WHERE ${mayMove(asked)}))::text,
      ${sessionResult('advanced')}
    FROM asked CROSS JOIN durable LEFT JOIN advanced USING (place)`;
}
