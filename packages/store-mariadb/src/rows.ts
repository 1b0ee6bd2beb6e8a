import type { Advance, Revocation, RevokeReason, Session, SessionClient } from '@tokenpair/core/store';
import type { Row } from './driver.ts';
import {
  decodeJson,
  decodeNumber,
  decodeText,
  jsonLiteral,
  keyLiteral,
  numberLiteral,
  textLiteral,
} from './literals.ts';

type Kind = 'number' | 'text' | 'json';

/** The columns of a session with their kinds and members, in the order of rows. */
const COLUMNS = [
  ['id', 'text', 'id'],
  ['subject', 'text', 'subject'],
  ['created_at', 'number', 'createdAt'],
  ['auth_time', 'number', 'authTime'],
  ['ends_at', 'number', 'endsAt'],
  ['generation', 'number', 'generation'],
  ['rotated_at', 'number', 'rotatedAt'],
  ['rotated_by', 'text', 'rotatedBy'],
  ['expires_at', 'number', 'expiresAt'],
  ['last_used_at', 'number', 'lastUsedAt'],
  ['epoch', 'text', 'epoch'],
  ['scope', 'text', 'scope'],
  ['data', 'json', 'data'],
  ['revoked_at', 'number', 'revokedAt'],
  ['revoked_for', 'text', 'revokedFor'],
] as const satisfies readonly (readonly [string, Kind, keyof Session])[];

/** The client has a column for each member, since an advance replaces them one by one, and one that says that there is a client. */
const CLIENT_COLUMNS = [
  ['client_agent', 'userAgent'],
  ['client_ip', 'ip'],
  ['client_label', 'label'],
] as const satisfies readonly (readonly [string, keyof SessionClient])[];

const NAMES = [...COLUMNS.map(([name]) => name), 'client', ...CLIENT_COLUMNS.map(([name]) => name)];

/** What is selected of a session. */
export const SESSION_COLUMNS: string = NAMES.join(', ');

/** What is inserted of a session: the same, and its keys. */
export const INSERTED_COLUMNS: string = ['id_key', 'subject_key', ...NAMES].join(', ');

/** A session as values for {@link INSERTED_COLUMNS}. */
export function toValues(session: Session): string {
  const { id, subject, client } = session;
  const own = COLUMNS.map(([, kind, member]) => toLiteral(kind, session[member]));
  return [keyLiteral(id), keyLiteral(subject), ...own, ...clientOf(client).map(([, value]) => value)].join(
    ', ',
  );
}

/** What an advance sets. */
export function toAssignments(next: Advance): string {
  const rotatedAt = numberLiteral(next.rotatedAt);
  const kept = [['epoch', textLiteral(next.epoch)], ...clientOf(next.client)] as const;
  return [
    `generation = ${numberLiteral(next.generation)}`,
    `rotated_at = ${rotatedAt}`,
    `last_used_at = ${rotatedAt}`,
    `rotated_by = ${textLiteral(next.rotatedBy)}`,
    `expires_at = ${numberLiteral(next.expiresAt)}`,
    ...kept.filter(([, value]) => value !== 'NULL').map(([column, value]) => `${column} = ${value}`),
  ].join(', ');
}

/** A row of {@link SESSION_COLUMNS} as a session, absent members absent. */
export function fromRow(row: Row): Session {
  const members: Record<string, unknown> = {};
  for (const [n, [, kind, member]] of COLUMNS.entries()) {
    const bytes = row[n];
    if (bytes) members[member] = fromBytes(kind, bytes);
  }
  if (!row[COLUMNS.length]) return members as unknown as Session;
  const client: Record<string, string> = {};
  for (const [n, [, member]] of CLIENT_COLUMNS.entries()) {
    const bytes = row[COLUMNS.length + 1 + n];
    if (bytes) client[member] = decodeText(bytes);
  }
  return { ...members, client } as unknown as Session;
}

/** The condition that a row has this id and this subject. */
export function isNamed({ id, subject }: { readonly id: string; readonly subject: string }): string {
  return `id_key = ${keyLiteral(id)} AND subject_key = ${keyLiteral(subject)}`;
}

/** A row of the feed (session, token, at, until, reason) as it is delivered. */
export function toRevocation([session, token, at, until, reason]: Row): Revocation {
  return {
    ...(session && { session: decodeText(session) }),
    ...(token && { token: decodeText(token) }),
    at: at ? decodeNumber(at) : 0,
    until: until ? decodeNumber(until) : 0,
    reason: (reason ? decodeText(reason) : 'revoked') as RevokeReason,
  };
}

function clientOf(client: SessionClient | undefined): (readonly [column: string, value: string])[] {
  const members = CLIENT_COLUMNS.map(([column, member]) => [column, textLiteral(client?.[member])] as const);
  return [['client', client ? 'TRUE' : 'NULL'], ...members];
}

function toLiteral(kind: Kind, value: unknown): string {
  switch (kind) {
    case 'number':
      return numberLiteral(value as number | undefined);
    case 'text':
      return textLiteral(value as string | undefined);
    case 'json':
      return jsonLiteral(value as object | undefined);
  }
}

function fromBytes(kind: Kind, bytes: Uint8Array): unknown {
  if (kind === 'number') return decodeNumber(bytes);
  return kind === 'json' ? decodeJson(bytes) : decodeText(bytes);
}
