import { advance } from './store-contract/advance.ts';
import { blacklist } from './store-contract/blacklist.ts';
import { type ContractSection, withContext } from './store-contract/context.ts';
import type { StoreFixture } from './store-contract/fixture.ts';
import { insert } from './store-contract/insert.ts';
import { isolation } from './store-contract/isolation.ts';
import { limit } from './store-contract/limit.ts';
import { list } from './store-contract/list.ts';
import { liveness } from './store-contract/liveness.ts';
import { prune } from './store-contract/prune.ts';
import { races } from './store-contract/races.ts';
import { records } from './store-contract/records.ts';
import { revoke } from './store-contract/revoke.ts';

export type { StoreFixture } from './store-contract/fixture.ts';

/** What {@link storeContract} needs of the test runner and of the store. */
export interface StoreContractOptions {
  /** The runner's own, from vitest, node:test, jest or mocha. */
  readonly describe: (name: string, body: () => void) => unknown;
  /** The runner's own. */
  readonly it: (name: string, body: () => Promise<void>) => unknown;
  /** Makes a fresh, empty store; called once for each test. */
  readonly makeStore: () => StoreFixture | Promise<StoreFixture>;
  /**
   * True for a store whose database drops dead records by itself, so that `prune` need not: then only what `prune` must
   * leave alone is checked.
   *
   * @default false
   */
  readonly nativeExpiry?: boolean;
}

/**
 * Declares the tests that every implementation of the store port has to pass: each promise in the doc comments of
 * the port, with concurrent calls, the edges of time and keys made to collide. Run it against the real database.
 *
 * The times in it lie in the year 2100, so a database's own expiry takes nothing away while it runs, and a store that reads
 * its own clock is found out.
 *
 * @example
 * import { memoryStore } from '@tokenpair/core/memory';
 * import { storeContract } from '@tokenpair/testkit';
 * import { describe, it } from 'node:test';
 *
 * storeContract({ describe, it, makeStore: () => ({ store: memoryStore() }) });
 */
export function storeContract(options: StoreContractOptions): void {
  const { describe, it, makeStore, nativeExpiry = false } = options;
  const always: ContractSection[] = [
    records,
    insert,
    limit,
    advance,
    revoke,
    races,
    blacklist,
    liveness,
    list,
    isolation,
  ];
  for (const section of [...always, prune(nativeExpiry)]) {
    describe(section.name, () => {
      for (const [name, test] of Object.entries(section.tests)) {
        it(name, async () => withContext(await makeStore(), test));
      }
    });
  }
}
