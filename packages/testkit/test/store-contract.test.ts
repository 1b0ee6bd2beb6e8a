import { COLLECT_AFTER_MS, type StoreCapability } from '@tokenpair/core/store';
import { type StoreContractOptions, type StoreFixture, storeContract } from '@tokenpair/testkit';
import { describe, expect, it } from 'vitest';
import { BROKEN_BARE, bareState, bareStore } from './store-bare.ts';
import { BROKEN } from './store-broken.ts';
import { BROKEN_EDGES } from './store-broken-edges.ts';
import { BROKEN_FEEDS } from './store-broken-feed.ts';
import { plainState, plainStore, type Rules } from './store-plain.ts';

interface Outcome {
  readonly passed: string[];
  readonly failed: string[];
}

type Selected = (section: string, name: string) => boolean;
type RunOptions = Pick<StoreContractOptions, 'capabilities' | 'feed' | 'nativeExpiry'>;

const FEED = 'the revocation feed';
const REOPENED = 'still names what was in force when it is opened again, where it says durable';
const STRANGER = 'names nothing that a store with other data ends';
const isSaying: Selected = (section) => section === 'saying what it is';
const isFeed: Selected = (section) => section === FEED;
const isNoFeed: Selected = (section) => section !== FEED;
const BARE: RunOptions = { capabilities: [], feed: false };

describe('storeContract', () => {
  it('passes a store that keeps every promise', async () => {
    const { passed, failed } = await run(() => ({ store: plainStore() }));
    expect(failed).toEqual([]);
    expect(passed.length).toBeGreaterThan(150);
  });

  it('passes two handles on the same data', async () => {
    expect((await run(twoHandles())).failed).toEqual([]);
  });

  it.each([...BROKEN, ...BROKEN_EDGES])('finds a store that %s', async (_, wrong, foundBy) => {
    const { failed } = await run(
      () => ({ store: plainStore(wrong) }),
      {},
      (_, name) => name === foundBy,
    );
    expect(failed).toEqual([foundBy]);
  });

  it('finds handles that do not share their data', async () => {
    const apart = 'shows a write acknowledged by one handle to another at once';
    const { failed } = await run(
      () => ({ store: plainStore(), peer: () => plainStore() }),
      {},
      (_, name) => name === apart,
    );
    expect(failed).toEqual([apart]);
  });

  it('finds a store that loses what it acknowledged', async () => {
    const { failed } = await run(() => ({
      store: plainStore({ durable: true }),
      reopen: () => plainStore(),
    }));
    expect(failed).toEqual([
      'still has what it acknowledged when it is opened again, where it says durable',
      REOPENED,
    ]);
  });

  it('has no test that no broken store is there for', async () => {
    const apart = 'shows a write acknowledged by one handle to another at once';
    const found = new Set([apart, ...[...BROKEN, ...BROKEN_EDGES].map(([, , foundBy]) => foundBy)]);
    const { passed } = await run(() => ({ store: plainStore() }), {}, isNoFeed);
    expect(passed.filter((name) => !found.has(name))).toEqual([]);
  });

  it('finds each store whose feed is broken', async () => {
    const outcomes = await Promise.all(
      BROKEN_FEEDS.map(async ([mistake, wrong, foundBy]) => {
        const { failed } = await run(twoHandles(wrong), {}, (_, name) => name === foundBy);
        return { mistake, found: failed.length > 0 };
      }),
    );
    expect(outcomes.filter(({ found }) => !found)).toEqual([]);
  });

  it('has no test of the feed that no broken store is there for', async () => {
    const found = new Set([REOPENED, STRANGER, ...BROKEN_FEEDS.map(([, , foundBy]) => foundBy)]);
    const { passed } = await run(twoHandles(), {}, isFeed);
    expect(passed.filter((name) => !found.has(name))).toEqual([]);
  });

  it('finds two stores with other data that share a feed', async () => {
    const { failed } = await run(
      () => {
        const state = plainState();
        return {
          store: plainStore({}, state),
          stranger: () => plainStore({}, { ...plainState(), feed: state.feed }),
        };
      },
      {},
      isFeed,
    );
    expect(failed).toEqual([STRANGER]);
  });

  it('does not ask a store with native expiry to prune, but to leave what is needed', async () => {
    const never = await run(
      () => ({ store: plainStore({ mayCollect: () => false, mayCollectToken: () => false }) }),
      { nativeExpiry: true },
      isNoFeed,
    );
    expect(never.failed).toEqual([]);
    const early = {
      mayCollect: ({ endsAt }: { endsAt: number }, now: number) => endsAt + COLLECT_AFTER_MS - 1 <= now,
    };
    const { failed } = await run(() => ({ store: plainStore(early) }), { nativeExpiry: true }, isNoFeed);
    expect(failed).not.toEqual([]);
  });

  it('does not ask for a feed where there is none to be, and finds one that is there all the same', async () => {
    const { watch: _, ...store } = plainStore();
    expect(
      (
        await run(
          () => ({ store }),
          { feed: false },
          (section) => section === 'saying what it is',
        )
      ).failed,
    ).toEqual([]);
    expect((await run(() => ({ store: plainStore() }), { feed: false })).failed).toEqual([
      'has a revocation feed where it is tested for one',
    ]);
    expect((await run(() => ({ store }))).failed).toContain(
      'has a revocation feed where it is tested for one',
    );
  });

  describe('of a store without everything', () => {
    it('asks one without subjects neither to list nor to end all of them', async () => {
      const capabilities: readonly StoreCapability[] = ['records'];
      const { passed, failed } = await run(
        () => {
          const store = plainStore({ capabilities });
          const reject = async (): Promise<never> => Promise.reject(new Error('no subjects'));
          const revoke: typeof store.revoke = (target, mark) =>
            'id' in target ? store.revoke(target, mark) : reject();
          const create: typeof store.create = (session, rule) =>
            rule.limit === undefined ? store.create(session, rule) : reject();
          return { store: { ...store, list: reject, revoke, create } };
        },
        { capabilities },
      );
      expect(failed).toEqual([]);
      expect(passed.length).toBeGreaterThan(80);
    });

    it('passes one without records that keeps every promise', async () => {
      const { passed, failed } = await run(bareHandles(), BARE);
      expect(failed).toEqual([]);
      expect(passed.length).toBeGreaterThan(25);
    });

    it('listens to the feed of one without records', async () => {
      const ENDED = 'names a session that was ended, for as long as a token can name it';
      const { failed } = await run(
        () => ({ store: bareStore({ watch: plainStore().watch }) }),
        { capabilities: [] },
        (_, name) => name === ENDED,
      );
      expect(failed).toEqual([ENDED]);
    });

    it.each(BROKEN_BARE)('finds one that %s', async (_, wrong, foundBy) => {
      expect((await run(bareHandles(wrong), BARE)).failed).toContain(foundBy);
    });

    it('has no test that every broken one passes', async () => {
      const all = await Promise.all(BROKEN_BARE.map(([, wrong]) => run(bareHandles(wrong), BARE)));
      const lost = await run(
        () => ({ store: bareStore({ durable: true }), reopen: () => bareStore() }),
        BARE,
      );
      const failed = new Set([...all, lost].flatMap((outcome) => outcome.failed));
      const { passed } = await run(bareHandles(), BARE);
      expect(passed.filter((name) => !failed.has(name))).toEqual([]);
    });

    it('finds capabilities that are not those the contract was told', async () => {
      const declared = 'declares the capabilities that it is tested for';
      expect((await run(bareHandles(), { ...BARE, capabilities: ['records'] }, isSaying)).failed).toEqual([
        declared,
      ]);
      expect((await run(twoHandles(), { capabilities: ['records'] }, isSaying)).failed).toEqual([declared]);
    });
  });

  it('closes every fixture once, after a failed test too', async () => {
    let opened = 0;
    let closed = 0;
    const close = (): void => {
      closed += 1;
    };
    const { passed, failed } = await run(
      () => {
        opened += 1;
        return { store: plainStore({ isLive: () => false }), close };
      },
      {},
      isNoFeed,
    );
    expect(failed).not.toEqual([]);
    expect([opened, closed]).toEqual([passed.length + failed.length, opened]);
  });
});

function twoHandles(wrong: Partial<Rules> = {}): () => StoreFixture {
  return () => {
    const state = plainState();
    const handle = () => plainStore(wrong, state);
    return { store: handle(), peer: handle, reopen: handle };
  };
}

function bareHandles(wrong: Parameters<typeof bareStore>[0] = {}): () => StoreFixture {
  return () => {
    const state = bareState();
    const handle = () => bareStore(wrong, state);
    return { store: handle(), peer: handle };
  };
}

/** Runs the contract with a runner of our own: test after test, but those of the feed, which mostly wait, all at once. */
async function run(
  makeStore: () => StoreFixture,
  options: RunOptions = {},
  selected: Selected = () => true,
): Promise<Outcome> {
  const tests: { name: string; body: () => Promise<void>; waits: boolean }[] = [];
  let section = '';
  storeContract({
    describe(name, body) {
      section = name;
      body();
    },
    it(name, body) {
      if (selected(section, name)) tests.push({ name, body, waits: section === FEED });
    },
    makeStore,
    ...options,
  });
  const passed: string[] = [];
  const failed: string[] = [];
  const runOne = ({ name, body }: (typeof tests)[number]): Promise<unknown> =>
    body().then(
      () => passed.push(name),
      () => failed.push(name),
    );
  for (const test of tests.filter(({ waits }) => !waits)) await runOne(test);
  await Promise.all(tests.filter(({ waits }) => waits).map(runOne));
  return { passed, failed };
}
