import type { Advance, Session } from '@tokenpair/core/store';
import type { SqliteRow, SqliteValue } from './database.ts';
import { decodeText, encodeText } from './text.ts';

/** A statement's parameters by name. */
export type Parameters = Record<string, SqliteValue>;

const MEMBER_OF = {
  id: 'id',
  subject: 'subject',
  created_at: 'createdAt',
  auth_time: 'authTime',
  ends_at: 'endsAt',
  generation: 'generation',
  rotated_at: 'rotatedAt',
  rotated_by: 'rotatedBy',
  expires_at: 'expiresAt',
  last_used_at: 'lastUsedAt',
  epoch: 'epoch',
  scope: 'scope',
  data: 'data',
  client: 'client',
  revoked_at: 'revokedAt',
  revoked_for: 'revokedFor',
} as const satisfies Record<string, keyof Session>;

const MEMBERS = Object.entries(MEMBER_OF);

/** The columns of a session. */
export const SESSION_COLUMNS: readonly string[] = Object.keys(MEMBER_OF);

/** A session as parameters. */
export function toRow(session: Session): Parameters {
  return Object.fromEntries(MEMBERS.map(([column, member]) => [column, toColumn(session[member])]));
}

/** An advance as parameters. */
export function advanceToRow(next: Advance): Parameters {
  return {
    generation: next.generation,
    rotated_at: next.rotatedAt,
    rotated_by: next.rotatedBy,
    expires_at: next.expiresAt,
    epoch: toColumn(next.epoch),
    client: toColumn(next.client),
  };
}

/** The two parts of a session's or a token's name. */
export function refToRow({ id, subject }: { readonly id: string; readonly subject: string }): Parameters {
  return { id: encodeText(id), subject: encodeText(subject) };
}

/** A row as a session, absent members absent. */
export function fromRow(row: SqliteRow): Session {
  const members: Record<string, unknown> = {};
  for (const [column, member] of MEMBERS) {
    const value = row[column];
    if (value !== null) members[member] = fromColumn(member, value);
  }
  return members as unknown as Session;
}

function toColumn(value: Session[keyof Session]): SqliteValue {
  if (value === undefined) return null;
  if (typeof value === 'string') return encodeText(value);
  return typeof value === 'object' ? JSON.stringify(value) : value;
}

function fromColumn(member: keyof Session, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return member === 'data' || member === 'client' ? JSON.parse(value) : decodeText(value);
}
