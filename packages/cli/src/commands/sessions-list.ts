import type { Session } from '@tokenpair/core/store';
import { type AddCommand, type Context, leaf } from '../run/act.ts';
import type { Outcome } from '../run/outcome.ts';
import { withStore } from '../store/open-store.ts';
import { type StoreOptions, withStoreOptions } from '../store/options.ts';
import { storePlaceOf } from '../store/store-url.ts';
import { printable } from '../text/printable.ts';
import { table } from '../text/table.ts';
import { amount, isoOf, momentInWords } from '../text/words.ts';

interface Options extends StoreOptions {
  readonly subject: string;
}

export const addSessionsList: AddCommand = (parent, act) => {
  withStoreOptions(leaf(parent, 'list', 'show the live sessions of a user, newest first'))
    .requiredOption('--subject <subject>', "the user's id: the sub of the tokens")
    .action((options: Options) => act((context) => list(options, context)));
};

async function list(options: Options, { io }: Context): Promise<Outcome> {
  const now = io.now();
  const sessions = await withStore(storePlaceOf(options, io), options, (store) =>
    store.list(options.subject, now),
  );
  return {
    ok: true,
    data: { subject: options.subject, sessions: sessions.map(toJson) },
    lines: () => [
      amount(sessions.length, 'live session'),
      ...table(sessions.map((session) => rowOf(session, now))),
    ],
  };
}

function toJson({ id, createdAt, lastUsedAt, expiresAt, endsAt, scope, client }: Session): object {
  return {
    id,
    createdAt: isoOf(createdAt),
    lastUsedAt: isoOf(lastUsedAt),
    expiresAt: isoOf(expiresAt),
    endsAt: isoOf(endsAt),
    scope,
    client,
  };
}

function rowOf({ id, createdAt, lastUsedAt, endsAt, client = {} }: Session, now: number): readonly string[] {
  const { label, ip, userAgent } = client;
  return [
    printable(id),
    `opened ${momentInWords(createdAt, now)}`,
    `used ${momentInWords(lastUsedAt, now)}`,
    `ends ${momentInWords(endsAt, now)}`,
    [label, ip, userAgent]
      .filter((one) => one !== undefined)
      .map(printable)
      .join(', '),
  ];
}
