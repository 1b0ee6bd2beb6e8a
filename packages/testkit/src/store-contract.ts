import type { StoreCapability } from '@tokenpair/core/store';
import { advance } from './store-contract/advance.ts';
import { bare } from './store-contract/bare.ts';
import { blacklist } from './store-contract/blacklist.ts';
import { type ContractSection, type ContractTests, withContext } from './store-contract/context.ts';
import { declaring } from './store-contract/declaring.ts';
import { feed } from './store-contract/feed.ts';
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
import { times } from './store-contract/times.ts';

export type { StoreFixture } from './store-contract/fixture.ts';

/** What {@link storeContract} needs of the test runner and of the store. */
export interface StoreContractOptions {
  /** The runner's own, from vitest, node:test, jest or mocha. */
  readonly describe: (name: string, body: () => void) => unknown;
  /** The runner's own. Some tests wait for real seconds: give it a time limit of 30 s a test. */
  readonly it: (name: string, body: () => Promise<void>) => unknown;
  /** Makes a fresh, empty store; called once for each test. */
  readonly makeStore: () => StoreFixture | Promise<StoreFixture>;
  /**
   * What the store declares as its `capabilities`; what it does not declare is not asked of it. Tests are named before a
   * store is made, so it is said here too, and one test compares the two.
   *
   * @default ['records', 'subjects']
   */
  readonly capabilities?: readonly StoreCapability[];
  /**
   * False for a store without `watch`: then the revocation feed is not asked for.
   *
   * @default true
   */
  readonly feed?: boolean;
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
 * its own clock is found out. The heartbeat of the feed alone is measured in real time.
 *
 * @example
 * import { memoryStore } from '@tokenpair/core/memory';
 * import { storeContract } from '@tokenpair/testkit';
 * import { describe, it } from 'node:test';
 *
 * storeContract({ describe, it, makeStore: () => ({ store: memoryStore() }) });
 */
export function storeContract(options: StoreContractOptions): void {
  const { describe, it, makeStore } = options;
  for (const section of sectionsFor(options)) {
    const tests = Object.entries(testsFor(section, options));
    if (tests.length === 0) continue;
    describe(section.name, () => {
      for (const [name, test] of tests) it(name, async () => withContext(await makeStore(), test));
    });
  }
}

function sectionsFor({
  capabilities = ['records', 'subjects'],
  feed: hasFeed = true,
  nativeExpiry = false,
}: StoreContractOptions): ContractSection[] {
  return [
    declaring(capabilities, hasFeed),
    records,
    bare,
    insert,
    limit,
    advance,
    revoke,
    races,
    blacklist,
    liveness,
    list,
    times,
    isolation,
    prune(nativeExpiry),
    ...(hasFeed ? [feed(nativeExpiry)] : []),
  ];
}

function testsFor(section: ContractSection, { capabilities }: StoreContractOptions): ContractTests {
  const keepsRecords = capabilities?.includes('records') ?? true;
  const findsSubjects = keepsRecords && (capabilities?.includes('subjects') ?? true);
  return {
    ...section.least,
    ...(keepsRecords ? section.records : section.bare),
    ...(findsSubjects && section.subjects),
  };
}
