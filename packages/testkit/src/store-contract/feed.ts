import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Revocation, TokenRef } from '@tokenpair/core/store';
import { type ContractSection, type ContractTests, DAY, HOUR, T0, upTo } from './context.ts';
import { NAMES } from './names.ts';
import { sessionFeed, subjectFeed } from './session-feed.ts';
import { type HeardCall, listening, listenTo } from './watching.ts';

// What the port allows between two calls is 1,000 ms; the rest is for a machine that is busy with other tests.
const LONGEST_SILENCE_MS = 2_500;
const OVER_A_SECOND_MS = 1_100;

const tokenOf = (id: string): TokenRef => ({ id, subject: 'user-1', expiresAt: T0 + HOUR });
const entryOf = ({ id, expiresAt }: TokenRef, at: number = T0): Revocation => ({
  token: id,
  at,
  until: expiresAt,
  reason: 'revoked',
});

const least: ContractTests = {
  async 'names a token that another handle blacklisted, from when and until when'({ store, peer }) {
    await listening([store], async (heard) => {
      await peer.blacklist(tokenOf('t1'), T0 + 3);
      await heard.gets([entryOf(tokenOf('t1'), T0 + 3)]);
      await store.blacklist(tokenOf('t2'), T0 + 4);
      await heard.gets([entryOf(tokenOf('t1'), T0 + 3), entryOf(tokenOf('t2'), T0 + 4)]);
    });
  },

  async 'names tokens with awkward ids exactly'({ store, peer }) {
    await listening([store], async (heard) => {
      const tokens = NAMES.map(tokenOf);
      for (const token of tokens) await peer.blacklist(token, T0);
      await heard.gets(tokens.map((token) => entryOf(token)));
      assert.deepEqual(new Set(heard.entries.map(({ token }) => token)), new Set(NAMES));
    });
  },

  async 'has delivered all 1,100 entries in force by its first call'({ store, peer }) {
    const tokens = upTo(1_100).map((n) => tokenOf(`t${n}`));
    await Promise.all(tokens.map((token, n) => (n % 2 ? peer : store).blacklist(token, T0)));
    await sleep(OVER_A_SECOND_MS);
    let first: Revocation[] | undefined;
    assert.ok(peer.watch);
    const watch = await peer.watch((revoked) => {
      first ??= [...revoked];
    });
    try {
      for (const _ of upTo(500)) if (!first) await sleep(10);
      const named = new Set(first?.map(({ token }) => token));
      assert.deepEqual(
        tokens.filter(({ id }) => !named.has(id)),
        [],
      );
    } finally {
      await watch.close();
    }
  },

  async 'has delivered, whenever it calls, what was acknowledged before its proof'({ store, peer }) {
    await listening([store], async (heard) => {
      const ids = upTo(20).map((n) => `t${n}`);
      for (const id of ids) await peer.blacklist(tokenOf(id), T0);
      const acknowledgedAt = performance.now();
      const isLate = ({ asOf }: HeardCall): boolean => asOf > acknowledgedAt;
      await heard.until(() => heard.calls.some(isLate), 'a call');
      const delivered = heard.entries.slice(0, heard.calls.find(isLate)?.delivered);
      assert.deepEqual(new Set(delivered.map(({ token }) => token)), new Set(ids));
    });
  },

  async 'calls every second with new proof while nothing happens'({ store }) {
    await listening([store], async (heard) => {
      let proven = performance.now() - LONGEST_SILENCE_MS;
      for (const round of [1, 2, 3]) {
        const before = proven;
        const started = performance.now();
        await heard.until(() => heard.calls.some(({ asOf }) => asOf > before), `proof ${round}`);
        assert.ok(performance.now() - started < LONGEST_SILENCE_MS, `proof ${round} came late`);
        proven = Math.max(...heard.calls.map(({ asOf }) => asOf));
      }
      for (const { at, asOf } of heard.calls) assert.ok(asOf <= at, 'a proof from the future');
      assert.deepEqual(heard.entries, []);
    });
  },

  async 'tells every listener, and those that stay when one goes'({ store, peer }) {
    await listening([store, store, peer], async (one, two, three) => {
      await store.blacklist(tokenOf('t1'), T0);
      for (const heard of [one, two, three]) await heard?.gets([entryOf(tokenOf('t1'))]);
      await one?.close();
      await peer.blacklist(tokenOf('t2'), T0);
      for (const heard of [two, three]) await heard?.gets([entryOf(tokenOf('t2'))]);
    });
  },

  async 'calls nobody who has closed'({ store, peer }) {
    const closed = await listenTo(store);
    await closed.until(() => closed.calls.length > 0, 'the first call');
    await closed.close();
    const { length } = closed.calls;
    await peer.blacklist(tokenOf('t1'), T0);
    await store.blacklist(tokenOf('t2'), T0);
    await sleep(OVER_A_SECOND_MS);
    assert.deepEqual([closed.calls.length, closed.entries], [length, []]);
  },

  async 'misses nothing that is ended while the subscription is made'({ store, peer }) {
    for (const round of upTo(5)) {
      const tokens = upTo(60).map((n) => tokenOf(`t${round}-${n}`));
      const calls = tokens.slice(0, 30).map((token) => peer.blacklist(token, T0));
      const subscribed = listenTo(store);
      calls.push(...tokens.slice(30).map((token) => peer.blacklist(token, T0)));
      const heard = await subscribed;
      try {
        await Promise.all(calls);
        await heard.gets(tokens.map((token) => entryOf(token)));
      } finally {
        await heard.close();
      }
    }
  },

  async 'misses nothing of 400 tokens that both handles end at once'({ store, peer }) {
    await listening([store, peer], async (one, two) => {
      const tokens = upTo(400).map((n) => tokenOf(`t${n}`));
      await Promise.all(tokens.map((token, n) => (n % 2 ? peer : store).blacklist(token, T0)));
      for (const heard of [one, two]) await heard?.gets(tokens.map((token) => entryOf(token)));
    });
  },

  async 'goes on delivering what is in force after a prune'({ store, peer }) {
    await store.blacklist({ ...tokenOf('short'), expiresAt: T0 + 5 }, T0);
    await store.blacklist(tokenOf('t1'), T0);
    await store.prune(T0 + HOUR - 1);
    await listening([peer], async (heard) => {
      await heard.gets([entryOf(tokenOf('t1'))]);
      await store.prune(T0 + 30 * DAY);
      await store.blacklist({ ...tokenOf('t2'), expiresAt: T0 + 40 * DAY }, T0 + 30 * DAY);
      await heard.until(() => heard.naming('t2').length > 0, 'delivery after a prune');
    });
  },

  async 'still names what was in force when it is opened again, where it says durable'({ store, reopen }) {
    if (!store.durable) return;
    assert.ok(reopen, 'a store that says durable needs `reopen` in its fixture');
    await store.blacklist(tokenOf('t1'), T0);
    await listening([await reopen()], (heard) => heard.gets([entryOf(tokenOf('t1'))]));
  },

  async 'names nothing that a store with other data ends'({ store, stranger }) {
    const other = await stranger?.();
    if (!other) return;
    await listening([store], async (heard) => {
      await other.blacklist(tokenOf('theirs'), T0);
      await sleep(OVER_A_SECOND_MS);
      await store.blacklist(tokenOf('mine'), T0);
      await heard.gets([entryOf(tokenOf('mine'))]);
      assert.deepEqual(heard.naming('theirs'), []);
      assert.equal(await store.isLive({ token: tokenOf('theirs') }, T0), true);
    });
  },
};

const ownClock: ContractTests = {
  async 'does not ask its own clock what is in force'({ store, peer }) {
    const past = { ...tokenOf('t1'), expiresAt: 20_000 };
    await store.blacklist(past, 10_000);
    await listening([peer], (heard) => heard.gets([entryOf(past, 10_000)]));
  },
};

/** The revocation feed. A database that expires records by itself may drop what has ended long ago by the real clock. */
export function feed(nativeExpiry: boolean): ContractSection {
  return {
    name: 'the revocation feed',
    least: nativeExpiry ? least : { ...least, ...ownClock },
    ...sessionFeed,
    subjects: subjectFeed,
  };
}
