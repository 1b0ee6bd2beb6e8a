import type { StoreWarning } from '@tokenpair/core/store';
import { type AddCommand, type Context, leaf } from '../run/act.ts';
import type { Outcome } from '../run/outcome.ts';
import { type CanaryStep, flyCanary } from '../store/canary.ts';
import { withStore } from '../store/open-store.ts';
import { type StoreOptions, withStoreOptions } from '../store/options.ts';
import { storePlaceOf } from '../store/store-url.ts';
import { table } from '../text/table.ts';

export const addStoreCheck: AddCommand = (parent, act) => {
  withStoreOptions(
    leaf(parent, 'check', 'look how the backend is set up, and take a session of nobody there and back'),
  ).action((options: StoreOptions) => act((context) => check(options, context)));
};

/** What was found of a store. */
export interface Checked {
  readonly store: string;
  readonly warnings: readonly StoreWarning[];
  readonly canary: readonly CanaryStep[];
}

async function check(options: StoreOptions, { io, progress }: Context): Promise<Outcome> {
  const found = await withStore(storePlaceOf(options, io), options, async (store) => {
    progress.show('asking the backend how it is set up …');
    const warnings = (await store.check?.()) ?? [];
    progress.show('opening, renewing and ending a session of nobody …');
    return { store: store.name, warnings, canary: await flyCanary(store, io.now()) };
  });
  return toOutcome(found);
}

/** A warning is a problem, and so is a step that went another way. */
export function toOutcome(found: Checked): Outcome {
  const { warnings, canary } = found;
  const behaves = canary.every(({ ok }) => ok);
  return {
    ok: behaves && warnings.length === 0,
    data: found,
    lines: (paint) => [
      ...warnings.map(({ code, detail }) => `${paint('yellow', 'warning')} ${code}: ${detail}`),
      ...table(canary.map(({ step, ok, ms }) => [ok ? 'ok' : 'WRONG', step, `${ms} ms`])),
      behaves
        ? paint('green', 'the store does what it has to')
        : paint('red', 'the store does not do what it has to: no login is safe on it'),
    ],
  };
}
