import type { Advance, Session, SessionClient } from '@tokenpair/core/store';

/**
 * A session is a hash of few fields, since each costs memory for a month and time at every rotation: `login` has what never changes, `turn` what every
 * advance replaces, and each member of the client has one of its own, so that an advance replaces those that it gives without reading the others.
 * Every value is JSON. No script looks into one but to compare numbers: `endsAt`, `createdAt` and `order` are there for them, and a
 * `turn` begins with its generation and its expiry.
 */
const CLIENT_MEMBERS = ['userAgent', 'ip', 'label'] as const satisfies readonly (keyof SessionClient)[];

/** What the scripts give of a session, in this order. */
export const FOUND_FIELDS: readonly string[] = [
  'login',
  'turn',
  'order',
  'epoch',
  'revokedAt',
  'revokedFor',
  'client',
  ...CLIENT_MEMBERS,
];

type Login = Pick<Session, 'id' | 'subject' | 'createdAt' | 'authTime' | 'endsAt' | 'scope' | 'data'>;
type Turn = Pick<Session, 'generation' | 'expiresAt' | 'rotatedAt' | 'lastUsedAt' | 'rotatedBy'>;

/** A session found, and its place among its subject's. */
export interface FoundSession {
  readonly session: Session;
  readonly order: number;
}

/** A session as fields and values in turn. */
export function toFields(session: Session): string[] {
  const { id, subject, createdAt, authTime, endsAt, scope, data } = session;
  const { epoch, client, revokedAt, revokedFor } = session;
  const login: Login = { id, subject, createdAt, authTime, endsAt, ...definedOf({ scope, data }) };
  return [
    ...fieldsOf({ login, createdAt, endsAt, epoch, revokedAt, revokedFor }),
    ...turnFields(session),
    ...clientFields(client),
  ];
}

/** What an advance writes, as fields and values in turn. */
export function advanceToFields(next: Advance): string[] {
  const { epoch, client, rotatedAt } = next;
  return [...turnFields({ ...next, lastUsedAt: rotatedAt }), ...fieldsOf({ epoch }), ...clientFields(client)];
}

/** How the `turn` of a generation begins. */
export function turnStart(generation: number): string {
  return `[${generation},`;
}

/** The {@link FOUND_FIELDS} as a session; `undefined` where there is none. */
export function fromFields(reply: unknown): FoundSession | undefined {
  const [login, turn, order, epoch, revokedAt, revokedFor, client, ...members] = valuesOf(reply);
  if (login === undefined) return undefined;
  const [generation, expiresAt, rotatedAt, lastUsedAt, rotatedBy] = turn as [
    number,
    number,
    number,
    number,
    string,
  ];
  const moved: Turn = { generation, expiresAt, rotatedAt, lastUsedAt, rotatedBy };
  const found = Object.fromEntries(CLIENT_MEMBERS.map((name, n) => [name, members[n]]));
  const session = {
    ...(login as Login),
    ...moved,
    ...definedOf({ epoch, revokedAt, revokedFor }),
    ...(client !== undefined && { client: definedOf(found) }),
  };
  return { session: session as Session, order: Number(order) };
}

function turnFields({ generation, expiresAt, rotatedAt, lastUsedAt, rotatedBy }: Turn): string[] {
  return ['turn', JSON.stringify([generation, expiresAt, rotatedAt, lastUsedAt, rotatedBy])];
}

function clientFields(client: SessionClient | undefined): string[] {
  if (client === undefined) return [];
  return fieldsOf({ client: 1, ...Object.fromEntries(CLIENT_MEMBERS.map((name) => [name, client[name]])) });
}

function fieldsOf(members: object): string[] {
  return Object.entries(members).flatMap(([name, value]) =>
    value === undefined ? [] : [name, JSON.stringify(value)],
  );
}

function definedOf(members: object): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

function valuesOf(reply: unknown): unknown[] {
  const fields = Array.isArray(reply) ? reply : [];
  return fields.map((value) => (value === null ? undefined : JSON.parse(String(value))));
}
