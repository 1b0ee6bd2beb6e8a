import type { Advance, RevokeReason, Session, SessionClient } from '@tokenpair/core/store';

/**
 * A session is a hash of few fields, since each costs memory for a month and time at every rotation: `login` has what never changes, `turn` what every
 * advance replaces, and each member of the client has one of its own, so that an advance replaces those that it gives without reading the others.
 * Every value is JSON, and a client of which nothing is known is there by `client` alone. No script looks into a value but to compare numbers:
 * `endsAt`, `createdAt` and `order` are there for them, and a `turn` begins with its generation and its expiry.
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

type Turn = Pick<Session, 'generation' | 'expiresAt' | 'rotatedAt' | 'lastUsedAt' | 'rotatedBy'>;
type Login = Omit<Session, keyof Turn | 'epoch' | 'client' | 'revokedAt' | 'revokedFor'>;
type Writable<T> = { -readonly [Member in keyof T]: T[Member] };

type TurnText = [
  generation: number,
  expiresAt: number,
  rotatedAt: number,
  lastUsedAt: number,
  rotatedBy: string,
];

/** A session found, and its place among its subject's. */
export interface FoundSession {
  readonly session: Session;
  readonly order: number;
}

/** A session as fields and values in turn. */
export function toFields(session: Session): string[] {
  const { generation, expiresAt, rotatedAt, lastUsedAt, rotatedBy, ...others } = session;
  const { epoch, client, revokedAt, revokedFor, ...login } = others;
  const { createdAt, endsAt } = login;
  return [
    ...fieldsOf({ login, createdAt, endsAt, epoch, revokedAt, revokedFor }),
    ...turnFields({ generation, expiresAt, rotatedAt, lastUsedAt, rotatedBy }),
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
  if (!login) return undefined;
  const [generation, expiresAt, rotatedAt, lastUsedAt, rotatedBy] = turn as TurnText;
  const session: Writable<Session> = {
    ...(login as Login),
    ...{ generation, expiresAt, rotatedAt, lastUsedAt, rotatedBy },
  };
  if (epoch !== null) session.epoch = epoch as string;
  if (revokedAt !== null) session.revokedAt = revokedAt as number;
  if (revokedFor !== null) session.revokedFor = revokedFor as RevokeReason;
  const known = clientOf(members);
  if (known !== undefined || client !== null) session.client = known ?? {};
  return { session, order: Number(order) };
}

/** All of them in one go: it is most of what a rotation costs here. A client may have been told to give buffers. */
function valuesOf(reply: unknown): unknown[] {
  const values = (reply as readonly unknown[]).map((value) => value ?? 'null');
  return JSON.parse(`[${values.join()}]`);
}

function clientOf(members: readonly unknown[]): SessionClient | undefined {
  let client: Writable<SessionClient> | undefined;
  for (let n = 0; n < CLIENT_MEMBERS.length; n += 1) {
    const name = CLIENT_MEMBERS[n];
    const value = members[n];
    if (name === undefined || typeof value !== 'string') continue;
    client ??= {};
    client[name] = value;
  }
  return client;
}

function turnFields({ generation, expiresAt, rotatedAt, lastUsedAt, rotatedBy }: Turn): string[] {
  const turn: TurnText = [generation, expiresAt, rotatedAt, lastUsedAt, rotatedBy];
  return ['turn', JSON.stringify(turn)];
}

/** A client of which nothing is known is there all the same. */
function clientFields(client: SessionClient | undefined): string[] {
  if (client === undefined) return [];
  const fields: string[] = [];
  for (const name of CLIENT_MEMBERS) {
    const value = client[name];
    if (value !== undefined) fields.push(name, JSON.stringify(value));
  }
  return fields.length > 0 ? fields : ['client', '1'];
}

function fieldsOf(members: object): string[] {
  return Object.entries(members).flatMap(([name, value]) =>
    value === undefined ? [] : [name, JSON.stringify(value)],
  );
}
