import type { TokenStore } from '@tokenpair/core/store';
import { type AddCommand, type Context, leaf } from '../run/act.ts';
import { WrongUse } from '../run/errors.ts';
import type { Outcome } from '../run/outcome.ts';
import type { Progress } from '../run/progress.ts';
import { withStore } from '../store/open-store.ts';
import { type StoreOptions, withStoreOptions } from '../store/options.ts';
import { storePlaceOf } from '../store/store-url.ts';
import { amount } from '../text/words.ts';

interface Options extends StoreOptions {
  readonly batch: string;
}

const LARGEST_BATCH = 100_000;

export const addPrune: AddCommand = (parent, act) => {
  withStoreOptions(leaf(parent, 'prune', 'remove dead records, an hour and more after their end'))
    .option('--batch <count>', 'how many to remove at once, so that logins come in between', '1000')
    .action((options: Options) => act((context) => prune(options, context)));
};

async function prune(options: Options, { io, progress }: Context): Promise<Outcome> {
  const batch = batchOf(options);
  const place = storePlaceOf(options, io);
  const { removed, batches } = await withStore(place, options, (store) =>
    pruneAll(store, { now: io.now(), batch, progress }),
  );
  const expires = place.kind === 'redis' ? ['Redis removes what is dead by itself.'] : [];
  return {
    ok: true,
    data: { removed, batches },
    lines: () => [`removed ${amount(removed, 'dead record')}`, ...expires],
  };
}

interface Work {
  readonly now: number;
  readonly batch: number;
  readonly progress: Progress;
}

/** Until a batch comes back that is not full; what dies meanwhile is for the next time. */
async function pruneAll(
  store: TokenStore,
  { now, batch, progress }: Work,
): Promise<{ readonly removed: number; readonly batches: number }> {
  let removed = 0;
  for (let batches = 1; ; batches += 1) {
    const gone = await store.prune(now, batch);
    removed += gone;
    if (gone < batch) return { removed, batches };
    progress.show(`${amount(removed, 'dead record')} removed …`);
  }
}

function batchOf({ batch }: Options): number {
  const count = /^\d{1,6}$/.test(batch) ? Number(batch) : 0;
  if (count >= 1 && count <= LARGEST_BATCH) return count;
  throw new WrongUse('--batch takes a whole number from 1 to 100000');
}
