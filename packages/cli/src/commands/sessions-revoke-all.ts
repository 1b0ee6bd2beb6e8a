import { type AddCommand, type Context, leaf } from '../run/act.ts';
import type { Outcome } from '../run/outcome.ts';
import { withStore } from '../store/open-store.ts';
import { type StoreOptions, withStoreOptions } from '../store/options.ts';
import { storePlaceOf } from '../store/store-url.ts';
import { amount } from '../text/words.ts';

interface Options extends StoreOptions {
  readonly subject: string;
  readonly except?: string;
}

export const addSessionsRevokeAll: AddCommand = (parent, act) => {
  withStoreOptions(leaf(parent, 'revoke-all', 'end all sessions of a user'))
    .requiredOption('--subject <subject>', "the user's id: the sub of the tokens")
    .option('--except <session>', 'the id of a session that lives on')
    .action((options: Options) => act((context) => revokeAll(options, context)));
};

async function revokeAll(options: Options, { io }: Context): Promise<Outcome> {
  const { subject, except } = options;
  const target = except === undefined ? { subject } : { subject, except };
  const mark = { at: io.now(), reason: 'revoked' } as const;
  const ended = await withStore(storePlaceOf(options, io), options, (store) => store.revoke(target, mark));
  return { ok: true, data: { subject, revoked: ended }, lines: () => [`ended ${amount(ended, 'session')}`] };
}
