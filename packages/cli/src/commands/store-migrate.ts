import { type AddCommand, type Context, leaf } from '../run/act.ts';
import { Refusal } from '../run/errors.ts';
import type { Outcome } from '../run/outcome.ts';
import { withStore } from '../store/open-store.ts';
import type { OpenOptions } from '../store/opened.ts';
import { type StoreOptions, withStoreOptions } from '../store/options.ts';
import { type StorePlace, storePlaceOf } from '../store/store-url.ts';

export const addStoreMigrate: AddCommand = (parent, act) => {
  withStoreOptions(leaf(parent, 'migrate', 'make the tables of a store, or bring them up to date')).action(
    (options: StoreOptions) => act((context) => migrate(options, context)),
  );
};

async function migrate(options: StoreOptions, { io }: Context): Promise<Outcome> {
  const place = storePlaceOf(options, io);
  const now = io.now();
  const due = await isDue(place, options, now);
  if (due) await withStore(place, { ...options, migrate: true }, (store) => reach(store, now));
  return {
    ok: true,
    data: { store: place.kind, migrated: due },
    lines: () => [due ? 'the tables are made, or brought up to date' : WORDS[place.kind]],
  };
}

const WORDS: Readonly<Record<StorePlace['kind'], string>> = {
  sqlite: 'the tables are up to date',
  postgres: 'the tables are up to date',
  redis: 'Redis has no tables: nothing to do',
};

/** Asks the store a question, which it answers only with tables of this release. */
async function isDue(place: StorePlace, options: OpenOptions, now: number): Promise<boolean> {
  try {
    await withStore(place, options, (store) => reach(store, now));
    return false;
  } catch (error) {
    if (error instanceof Refusal && ['no_such_store', 'not_migrated'].includes(error.code)) return true;
    throw error;
  }
}

async function reach(
  store: { isLive(ids: { session: { id: string; subject: string } }, now: number): Promise<boolean> },
  now: number,
): Promise<void> {
  await store.isLive({ session: { id: 'tokenpair-migrate', subject: 'tokenpair-migrate' } }, now);
}
