import { COLLECT_AFTER_MS } from '@tokenpair/core/store';
import { type StoreFixture, storeContract } from '@tokenpair/testkit';
import { describe, expect, it } from 'vitest';
import { BROKEN } from './store-broken.ts';
import { plainState, plainStore, type Rules } from './store-plain.ts';

interface Outcome {
  readonly passed: string[];
  readonly failed: string[];
}

describe('storeContract', () => {
  it('passes a store that keeps every promise', async () => {
    const { passed, failed } = await run(() => ({ store: plainStore() }));
    expect(failed).toEqual([]);
    expect(passed.length).toBeGreaterThan(100);
  });

  it('passes two handles on the same data', async () => {
    const { failed } = await run(() => {
      const state = plainState();
      return {
        store: plainStore({}, state),
        peer: () => plainStore({}, state),
        reopen: () => plainStore({}, state),
      };
    });
    expect(failed).toEqual([]);
  });

  it.each(BROKEN)('finds a store that %s', async (_, wrong, foundBy) => {
    expect((await runBroken(wrong)).failed).toContain(foundBy);
  });

  it('finds handles that do not share their data', async () => {
    const { failed } = await run(() => ({ store: plainStore(), peer: () => plainStore() }));
    expect(failed).toContain('shows a write acknowledged by one handle to another at once');
  });

  it('finds a store that loses what it acknowledged', async () => {
    const { failed } = await run(() => ({
      store: plainStore({ durable: true }),
      reopen: () => plainStore(),
    }));
    expect(failed).toEqual(['still has what it acknowledged when it is opened again, where it says durable']);
  });

  it('has no test that every broken store passes', async () => {
    const apart = await run(() => ({ store: plainStore(), peer: () => plainStore() }));
    const all = [apart, ...(await Promise.all(BROKEN.map(([, wrong]) => runBroken(wrong))))];
    const failed = new Set(all.flatMap((outcome) => outcome.failed));
    const { passed } = await run(() => ({ store: plainStore() }));
    expect(passed.filter((name) => !failed.has(name))).toEqual([]);
  });

  it('does not ask a store with native expiry to prune, but to leave what is needed', async () => {
    const never = await run(
      () => ({ store: plainStore({ mayCollect: () => false, mayCollectToken: () => false }) }),
      true,
    );
    expect(never.failed).toEqual([]);
    const early = {
      mayCollect: ({ endsAt }: { endsAt: number }, now: number) => endsAt + COLLECT_AFTER_MS - 1 <= now,
    };
    expect((await run(() => ({ store: plainStore(early) }), true)).failed).not.toEqual([]);
  });

  it('closes every fixture once, after a failed test too', async () => {
    let opened = 0;
    let closed = 0;
    const close = (): void => {
      closed += 1;
    };
    const { passed, failed } = await run(() => {
      opened += 1;
      return { store: plainStore({ isLive: () => false }), close };
    });
    expect(failed).not.toEqual([]);
    expect([opened, closed]).toEqual([passed.length + failed.length, opened]);
  });
});

const outcomes = new Map<Partial<Rules>, Promise<Outcome>>();

/** Runs each broken store once, for whichever test asks first. */
function runBroken(wrong: Partial<Rules>): Promise<Outcome> {
  const outcome = outcomes.get(wrong) ?? run(() => ({ store: plainStore(wrong) }));
  outcomes.set(wrong, outcome);
  return outcome;
}

/** Runs the contract with a runner of our own, test after test. */
async function run(makeStore: () => StoreFixture, nativeExpiry = false): Promise<Outcome> {
  const tests: [string, () => Promise<void>][] = [];
  storeContract({
    describe: (_, body) => body(),
    it: (name, body) => tests.push([name, body]),
    makeStore,
    nativeExpiry,
  });
  const passed: string[] = [];
  const failed: string[] = [];
  for (const [name, body] of tests) {
    await body().then(
      () => passed.push(name),
      () => failed.push(name),
    );
  }
  return { passed, failed };
}
