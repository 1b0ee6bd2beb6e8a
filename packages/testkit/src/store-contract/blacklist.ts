import assert from 'node:assert/strict';
import { type ContractSection, sessionOf, T0, upTo } from './context.ts';

const TOKEN = { id: 't1', subject: 'user-1', expiresAt: T0 + 1_000 };

export const blacklist: ContractSection = {
  name: 'blacklisting',
  least: {
    async 'says true to the first caller and false to every later one'({ store, peer }) {
      assert.equal(await store.blacklist(TOKEN, T0), true);
      assert.equal(await store.blacklist(TOKEN, T0), false);
      assert.equal(await peer.blacklist(TOKEN, T0 + 1), false);
    },

    async 'says true to one of 64 parallel callers'({ store, peer }) {
      const answers = await Promise.all(upTo(64).map((n) => (n % 2 ? peer : store).blacklist(TOKEN, T0)));
      assert.equal(answers.filter((first) => first).length, 1);
    },

    async 'says true to one of two callers, round after round'({ store, peer }) {
      for (const round of upTo(40)) {
        const token = { ...TOKEN, id: `t${round}` };
        const answers = await Promise.all([store.blacklist(token, T0), peer.blacklist(token, T0)]);
        assert.deepEqual(answers.toSorted(), [false, true], `round ${round}`);
      }
    },

    async 'refuses the token until it expires'({ store }) {
      await store.blacklist(TOKEN, T0);
      for (const now of [T0 - 1, T0, TOKEN.expiresAt - 1]) {
        assert.equal(await store.isLive({ token: TOKEN }, now), false);
        assert.equal(await store.blacklist(TOKEN, now), false);
      }
    },

    async 'keeps refusing it when a later call names an earlier expiry'({ store }) {
      await store.blacklist(TOKEN, T0);
      await store.blacklist({ ...TOKEN, expiresAt: T0 - 10 * 3_600_000 }, T0);
      await store.prune(T0);
      assert.equal(await store.isLive({ token: TOKEN }, T0 + 999), false);
    },

    async 'takes a token that has expired for the first caller only'({ store }) {
      const expired = { ...TOKEN, expiresAt: T0 - 1 };
      assert.equal(await store.blacklist(expired, T0), true);
      assert.equal(await store.blacklist(expired, T0), false);
    },

    async 'refuses that one token'({ store }) {
      await store.blacklist(TOKEN, T0);
      assert.equal(await store.isLive({ token: { ...TOKEN, id: 't2' } }, T0), true);
      assert.equal(await store.blacklist({ ...TOKEN, id: 't2' }, T0), true);
    },

    async 'keeps the tokens of two subjects apart'({ store }) {
      const theirs = { ...TOKEN, subject: 'user-2' };
      await store.blacklist(TOKEN, T0);
      assert.equal(await store.isLive({ token: theirs }, T0), true);
      assert.equal(await store.blacklist(theirs, T0), true);
    },
  },

  records: {
    async 'leaves the session of that id and subject alone'({ store }) {
      const session = sessionOf({ id: TOKEN.id });
      await store.create(session, { now: T0 });
      await store.blacklist(TOKEN, T0);
      assert.equal(await store.isLive({ session }, T0), true);
      assert.deepEqual(await store.find(session, T0), session);
    },
  },

  subjects: {
    async 'is not touched by the revocation of a session'({ store }) {
      await store.create(sessionOf({ id: TOKEN.id }), { now: T0 });
      await store.revoke({ subject: 'user-1' }, { at: T0, reason: 'logout' });
      assert.equal(await store.isLive({ token: TOKEN }, T0), true);
      assert.equal(await store.blacklist(TOKEN, T0), true);
    },
  },
};
