import { type AddCommand, type Context, leaf } from '../run/act.ts';
import { Refusal } from '../run/errors.ts';
import type { Outcome } from '../run/outcome.ts';
import { withStore } from '../store/open-store.ts';
import { type StoreOptions, withStoreOptions } from '../store/options.ts';
import { storePlaceOf } from '../store/store-url.ts';
import { printable } from '../text/printable.ts';

interface Options extends StoreOptions {
  readonly subject: string;
}

export const addSessionsRevoke: AddCommand = (parent, act) => {
  withStoreOptions(leaf(parent, 'revoke', 'end one session of a user'))
    .argument('<session>', 'its id: the sid of the tokens')
    .requiredOption('--subject <subject>', "the user's id: the sub of the tokens")
    .action((id: string, options: Options) => act((context) => revoke(id, options, context)));
};

async function revoke(id: string, options: Options, { io }: Context): Promise<Outcome> {
  const { subject } = options;
  const mark = { at: io.now(), reason: 'revoked' } as const;
  const ended = await withStore(storePlaceOf(options, io), options, (store) =>
    store.revoke({ id, subject }, mark),
  );
  if (ended === 0) throw new Refusal('not_found', 'this user has no such session, or it has ended before');
  return {
    ok: true,
    data: { subject, revoked: ended, session: id },
    lines: () => [`ended ${printable(id)}`],
  };
}
