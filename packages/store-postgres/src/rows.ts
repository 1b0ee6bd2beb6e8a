import type { Advance, Revocation, RevokeReason, Session, SessionClient } from '@tokenpair/core/store';
import type { Row, Value } from './driver.ts';
import { decodeText, encodeText } from './text.ts';

/** The columns of a session with their types and members, in the order of rows and parameters. */
const COLUMNS = [
  ['id', 'text', 'id'],
  ['subject', 'text', 'subject'],
  ['created_at', 'bigint', 'createdAt'],
  ['auth_time', 'bigint', 'authTime'],
  ['ends_at', 'bigint', 'endsAt'],
  ['generation', 'bigint', 'generation'],
  ['rotated_at', 'bigint', 'rotatedAt'],
  ['rotated_by', 'text', 'rotatedBy'],
  ['expires_at', 'bigint', 'expiresAt'],
  ['last_used_at', 'bigint', 'lastUsedAt'],
  ['epoch', 'text', 'epoch'],
  ['scope', 'text', 'scope'],
  ['data', 'json', 'data'],
  ['client', 'jsonb', 'client'],
  ['revoked_at', 'bigint', 'revokedAt'],
  ['revoked_for', 'text', 'revokedFor'],
] as const satisfies readonly (readonly [string, string, keyof Session])[];

/** The names of a session's columns, as an INSERT lists them. */
export const SESSION_COLUMNS: string = COLUMNS.map(([name]) => name).join(', ');

/** The parameters of {@link toRow}. By way of text, since drivers give a parameter of a JSON type a treatment of their own. */
export const SESSION_PARAMETERS: string = COLUMNS.map(([, type], n) => `$${n + 1}::text::${type}`).join(', ');

/** A session's columns, of a table or what stands for one, as {@link fromRow} reads them. */
export function sessionResult(table: string): string {
  return COLUMNS.map(([name]) => `${table}.${name}::text`).join(', ');
}

/** A session as parameters. */
export function toRow(session: Session): Value[] {
  return COLUMNS.map(([, , member]) => {
    if (member === 'client') return clientToText(session.client);
    if (member === 'data') return session.data === undefined ? null : JSON.stringify(session.data);
    return toValue(session[member]);
  });
}

/** A row as a session, absent members absent. */
export function fromRow(row: Row): Session {
  const members: Record<string, unknown> = {};
  let n = 0; // a loop, since every rotation passes here with many rows
  for (const [, type, member] of COLUMNS) {
    const text = row[n];
    if (typeof text === 'string') members[member] = fromText(type, text);
    n += 1;
  }
  return members as unknown as Session;
}

/** An advance as parameters. */
export function advanceToRow(next: Advance): Value[] {
  const { generation, rotatedAt, rotatedBy, expiresAt, epoch, client } = next;
  const moved = [generation, rotatedAt, rotatedBy, expiresAt, epoch].map(toValue);
  return [...moved, clientToText(client)];
}

/** Rows of parameters as one array for each column. */
export function toColumns(rows: readonly (readonly Value[])[]): Value[] {
  const [first = []] = rows;
  return first.map((_, column) => toArray(rows.map((row) => row[column] ?? null)));
}

/** The two parts of a session's or a token's name. */
export function refToRow({ id, subject }: { readonly id: string; readonly subject: string }): Value[] {
  return [encodeText(id), encodeText(subject)];
}

/** A text or a number as a parameter. */
export function toValue(value: string | number | undefined): Value {
  if (value === undefined) return null;
  return typeof value === 'string' ? encodeText(value) : String(value);
}

/** A row of the feed (session, token, at, until, reason) as it is delivered. */
export function toRevocation([session, token, at, until, reason]: Row): Revocation {
  return {
    ...(typeof session === 'string' && { session: decodeText(session) }),
    ...(typeof token === 'string' && { token: decodeText(token) }),
    at: Number(at),
    until: Number(until),
    reason: reason as RevokeReason,
  };
}

/** As PostgreSQL writes an array of texts. */
function toArray(values: readonly Value[]): Value {
  return `{${values.map((value) => (value === null ? 'NULL' : `"${quoted(value)}"`)).join(',')}}`;
}

// Without a pattern, which takes several times as long; most values have no backslash.
function quoted(value: string): string {
  const text = value.includes('\\') ? value.replaceAll('\\', '\\\\') : value;
  return text.replaceAll('"', '\\"');
}

function fromText(type: (typeof COLUMNS)[number][1], text: string): unknown {
  switch (type) {
    case 'bigint':
      return Number(text); // exact: it was one
    case 'text':
      return decodeText(text);
    case 'json':
      return JSON.parse(text);
    case 'jsonb':
      return mapClient(JSON.parse(text), decodeText);
  }
}

// jsonb holds no NUL and no half of a surrogate pair, so the members are encoded like any other text.
function clientToText(client: SessionClient | undefined): Value {
  return client ? JSON.stringify(mapClient(client, encodeText)) : null;
}

function mapClient(client: SessionClient, change: (text: string) => string): SessionClient {
  const changed: Record<string, string> = {};
  for (const [name, text] of Object.entries(client))
    if (typeof text === 'string') changed[name] = change(text);
  return changed;
}
