import assert from 'node:assert/strict';
import type { TokenStore } from '@tokenpair/core/store';
import {
  advanced,
  advanceTo,
  type ContractSection,
  DAY,
  fullSessionOf,
  HOUR,
  sessionOf,
  T0,
  upTo,
} from './context.ts';

const RULE = { now: T0 };

export const list: ContractSection = {
  name: 'listing',
  subjects: {
    async 'shows the newest session first, whatever the order of their making'({ store }) {
      for (const n of [2, 0, 3, 1]) await store.create(sessionOf({ id: `s${n}`, createdAt: T0 + n }), RULE);
      assert.deepEqual(await idsOf(store, T0 + 10), ['s3', 's2', 's1', 's0']);
    },

    async 'shows whole records'({ store }) {
      await store.create(fullSessionOf(), RULE);
      assert.deepEqual(await store.list('user-1', T0), [fullSessionOf()]);
    },

    async 'shows the subject’s own sessions'({ store }) {
      await store.create(sessionOf({ id: 'mine' }), RULE);
      await store.create(sessionOf({ id: 'theirs', subject: 'user-2' }), RULE);
      assert.deepEqual(await idsOf(store, T0), ['mine']);
      assert.deepEqual(await store.list('nobody', T0), []);
    },

    async 'leaves out revoked sessions'({ store }) {
      await store.create(sessionOf({ id: 'a' }), RULE);
      await store.create(sessionOf({ id: 'b' }), RULE);
      await store.revoke(sessionOf({ id: 'a' }), { at: T0, reason: 'logout' });
      assert.deepEqual(await idsOf(store, T0), ['b']);
    },

    async 'leaves out a session from its absolute end on, to the millisecond'({ store }) {
      await store.create(sessionOf({ endsAt: T0 + 500 }), RULE);
      assert.deepEqual(await idsOf(store, T0 + 499), ['s1']);
      assert.deepEqual(await idsOf(store, T0 + 500), []);
      assert.deepEqual(await idsOf(store, T0 + 501), []);
    },

    async 'leaves out a session from the expiry of its refresh token on, to the millisecond'({ store }) {
      await store.create(sessionOf({ expiresAt: T0 + 500 }), RULE);
      assert.deepEqual(await idsOf(store, T0 + 499), ['s1']);
      assert.deepEqual(await idsOf(store, T0 + 500), []);
      assert.deepEqual(await idsOf(store, T0 + 501), []);
    },

    async 'shows all of 1,000 sessions, each once and in order'({ store }) {
      const sessions = upTo(1_000).map((n) => sessionOf({ id: `s${n}`, createdAt: T0 + n }));
      for (const batch of upTo(20))
        await Promise.all(
          sessions.slice(batch * 50, batch * 50 + 50).map((session) => store.create(session, RULE)),
        );
      const listed = await store.list('user-1', T0 + 1_000);
      assert.equal(listed.length, sessions.length); // the difference of two long lists takes seconds to print
      assert.deepEqual(listed, sessions.reverse());
    },

    async 'shows a session as its last advance left it, for as long'({ store }) {
      const session = sessionOf({ expiresAt: T0 + 2 * HOUR });
      await store.create(session, RULE);
      await store.advance(session, 0, advanceTo(1));
      assert.deepEqual(await store.list('user-1', T0 + DAY), [advanced(session, advanceTo(1))]);
      assert.deepEqual(await store.list('user-1', T0 + DAY + HOUR), []);
    },
  },
};

async function idsOf(store: TokenStore, now: number): Promise<string[]> {
  return (await store.list('user-1', now)).map(({ id }) => id);
}
