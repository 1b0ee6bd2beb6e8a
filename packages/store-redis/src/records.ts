import type { Advance, Session, SessionClient } from '@tokenpair/core/store';

/**
 * A session is a hash: one field a member, its value as JSON, and one a member of the client, so that an advance replaces those
 * that it gives without reading the others. No script looks into a value but to compare numbers.
 */
const CLIENT = 'client';
const CLIENT_MEMBER = 'client.';

/** The field with a session's place among those of its subject, in the order of their making; no part of the record. */
const ORDER = 'order';

/** The calls that wrote the record last and that ended it; no part of it. */
const CALLS: ReadonlySet<string> = new Set(['call', 'endedBy']);

/** A session found, and its place among its subject's. */
export interface FoundSession {
  readonly session: Session;
  readonly order: number;
}

/** A session, or part of one, as fields and values in turn. */
export function toFields(record: Partial<Session>): string[] {
  const { client, ...members } = record;
  return [...fieldsOf(members, ''), ...(client ? clientFields(client) : [])];
}

/** What an advance writes, as fields and values in turn. */
export function advanceToFields(next: Advance): string[] {
  return toFields({ ...next, lastUsedAt: next.rotatedAt });
}

/** What HGETALL gave, as a session; `undefined` where there was no key. */
export function fromFields(reply: unknown): FoundSession | undefined {
  const pairs = pairsOf(reply);
  if (pairs.length === 0) return undefined;
  const members: Record<string, unknown> = {};
  const client: [string, unknown][] = [];
  for (const [field, value] of pairs) {
    if (field.startsWith(CLIENT_MEMBER)) client.push([field.slice(CLIENT_MEMBER.length), value]);
    else members[field] = value;
  }
  const { [ORDER]: order, [CLIENT]: hasClient, ...session } = members;
  return {
    session: {
      ...(session as unknown as Session),
      ...(hasClient !== undefined && { client: Object.fromEntries(client) as SessionClient }),
    },
    order: Number(order),
  };
}

function clientFields(client: SessionClient): string[] {
  return [CLIENT, '{}', ...fieldsOf(client, CLIENT_MEMBER)];
}

function fieldsOf(members: object, prefix: string): string[] {
  return Object.entries(members).flatMap(([name, value]) =>
    value === undefined ? [] : [prefix + name, JSON.stringify(value)],
  );
}

function pairsOf(reply: unknown): [field: string, value: unknown][] {
  const flat = Array.isArray(reply) ? reply.map(String) : [];
  return Array.from(
    { length: flat.length / 2 },
    (_, n) => [flat[2 * n] ?? '', flat[2 * n + 1] ?? 'null'] as const,
  )
    .filter(([field]) => !CALLS.has(field))
    .map(([field, value]) => [field, JSON.parse(value)]);
}
