import assert from 'node:assert/strict';
import { COLLECT_AFTER_MS } from '@tokenpair/core/store';
import { advanceTo, type ContractSection, DAY, sessionOf, T0, upTo } from './context.ts';

const RULE = { now: T0 };
const MARK = { at: T0 + 5, reason: 'logout' } as const;
const ENDS_AT = T0 + 10;
const GONE_AT = ENDS_AT + COLLECT_AFTER_MS;
const SHORT = sessionOf({ endsAt: ENDS_AT, expiresAt: ENDS_AT });
const TOKEN = { id: 't1', subject: 'user-1', expiresAt: ENDS_AT };

const leaves: Omit<ContractSection, 'name'> = {
  least: {
    async 'leaves a blacklisted token until it may be collected'({ store }) {
      await store.blacklist(TOKEN, T0);
      assert.equal(await store.prune(GONE_AT - 1), 0);
      assert.equal(await store.isLive({ token: TOKEN }, ENDS_AT - 1), false);
      assert.equal(await store.blacklist(TOKEN, GONE_AT - 1), false);
    },

    async 'has nothing to remove from an empty store'({ store }) {
      assert.equal(await store.prune(GONE_AT), 0);
    },

    async 'removes nothing when the limit is 0'({ store }) {
      await store.blacklist(TOKEN, T0);
      assert.equal(await store.prune(GONE_AT, 0), 0);
      assert.equal(await store.blacklist(TOKEN, T0), false);
    },
  },
  records: {
    async 'leaves an ended session until it may be collected'({ store }) {
      await store.create(SHORT, RULE);
      assert.equal(await store.prune(GONE_AT - 1), 0);
      assert.deepEqual(await store.find(SHORT, GONE_AT - 1), SHORT);
      await assert.rejects(store.create(SHORT, { now: GONE_AT - 1 }));
    },

    async 'leaves the tombstone of a revoked session until it may be collected'({ store }) {
      await store.create(SHORT, RULE);
      await store.revoke(SHORT, { at: T0 - 2 * COLLECT_AFTER_MS, reason: 'logout' });
      assert.equal(await store.prune(GONE_AT - 1), 0);
      assert.equal((await store.find(SHORT, GONE_AT - 1))?.revokedFor, 'logout');
      await assert.rejects(store.create(SHORT, { now: GONE_AT - 1 }));
    },

    async 'leaves a session whose refresh token is long dead but whose end is not'({ store }) {
      const idle = sessionOf({ expiresAt: T0 + 1 });
      await store.create(idle, RULE);
      assert.equal(await store.prune(T0 + 29 * DAY), 0);
      assert.deepEqual(await store.find(idle, T0), idle);
    },

    async 'leaves live sessions'({ store }) {
      await store.create(sessionOf(), RULE);
      await store.prune(GONE_AT);
      assert.deepEqual(await store.find(sessionOf(), T0), sessionOf());
      assert.equal(await store.isLive({ session: sessionOf() }, T0), true);
    },
  },
  subjects: {
    async 'leaves live sessions on the list'({ store }) {
      await store.create(sessionOf(), RULE);
      await store.prune(GONE_AT);
      assert.deepEqual(await store.list('user-1', T0), [sessionOf()]);
    },
  },
};

const removes: Omit<ContractSection, 'name'> = {
  least: {
    async 'removes a blacklisted token as soon as it may'({ store }) {
      await store.blacklist(TOKEN, T0);
      assert.equal(await store.prune(GONE_AT), 1);
      assert.equal(await store.prune(GONE_AT), 0);
    },

    async 'removes at most 1,000 when not told otherwise'({ store }) {
      await Promise.all(upTo(1_001).map((n) => store.blacklist({ ...TOKEN, id: `t${n}` }, T0)));
      assert.equal(await store.prune(GONE_AT), 1_000);
      assert.equal(await store.prune(GONE_AT), 1);
    },

    async 'removes at most the limit in each of 4 parallel calls, and all in the end'({ store, peer }) {
      await Promise.all(upTo(1_000).map((n) => store.blacklist({ ...TOKEN, id: `t${n}` }, T0)));
      const removed = await Promise.all(upTo(4).map((n) => (n % 2 ? peer : store).prune(GONE_AT, 150)));
      assert.ok(
        removed.every((count) => count <= 150),
        String(removed),
      );
      let left = 1_000 - removed.reduce((sum, count) => sum + count);
      for (const _ of upTo(8)) left -= await store.prune(GONE_AT, 150);
      assert.equal(left, 0);
    },
  },
  records: {
    async 'removes an ended session as soon as it may'({ store }) {
      await store.create(SHORT, RULE);
      assert.equal(await store.prune(GONE_AT), 1);
      assert.equal(await store.find(SHORT, GONE_AT), undefined);
      assert.equal(await store.prune(GONE_AT), 0);
    },

    async 'removes a tombstone as soon as it may'({ store }) {
      await store.create(SHORT, RULE);
      await store.revoke(SHORT, MARK);
      assert.equal(await store.prune(GONE_AT), 1);
      assert.equal(await store.find(SHORT, GONE_AT), undefined);
    },

    async 'never revives a token: a pruned session reads as unknown'({ store }) {
      await store.create(SHORT, RULE);
      await store.prune(GONE_AT);
      assert.equal(await store.advance(SHORT, 0, advanceTo(1, { rotatedAt: T0 + 3 })), undefined);
      assert.equal(await store.isLive({ session: SHORT }, T0 + 3), false);
      assert.equal(await store.isLive({ session: SHORT, token: TOKEN }, T0 + 3), false);
      assert.equal(await store.revoke(SHORT, MARK), 0);
      assert.equal(await store.find(SHORT, T0 + 3), undefined);
    },

    async 'removes at most the limit, sessions and tokens together'({ store }) {
      for (const n of upTo(4)) await store.create(sessionOf({ id: `s${n}`, endsAt: ENDS_AT }), RULE);
      for (const n of upTo(4)) await store.blacklist({ ...TOKEN, id: `t${n}` }, T0);
      const removed: number[] = [];
      for (const _ of upTo(4)) removed.push(await store.prune(GONE_AT, 3));
      assert.deepEqual(removed, [3, 3, 2, 0]);
    },

    async 'counts a removal once among parallel calls'({ store, peer }) {
      for (const n of upTo(10)) await store.create(sessionOf({ id: `s${n}`, endsAt: ENDS_AT }), RULE);
      const removed = await Promise.all(upTo(4).map((n) => (n % 2 ? peer : store).prune(GONE_AT)));
      assert.equal(
        removed.reduce((sum, count) => sum + count),
        10,
      );
    },
  },
  subjects: {
    async 'removes what is dead and leaves the rest of the subject'({ store }) {
      await store.create(SHORT, RULE);
      await store.create(sessionOf({ id: 'live' }), RULE);
      assert.equal(await store.prune(GONE_AT), 1);
      assert.deepEqual(await store.list('user-1', T0 + 3), [sessionOf({ id: 'live' })]);
    },

    async 'finds nothing of a pruned session by its subject'({ store }) {
      await store.create(SHORT, RULE);
      await store.prune(GONE_AT);
      assert.equal(await store.revoke({ subject: 'user-1' }, MARK), 0);
      assert.deepEqual(await store.list('user-1', T0 + 3), []);
    },
  },
};

/** What pruning must leave alone and, unless the database does that by itself, what it must remove. */
export function prune(nativeExpiry: boolean): ContractSection {
  if (nativeExpiry) return { name: 'pruning', ...leaves };
  return {
    name: 'pruning',
    least: { ...leaves.least, ...removes.least },
    records: { ...leaves.records, ...removes.records },
    subjects: { ...leaves.subjects, ...removes.subjects },
  };
}
