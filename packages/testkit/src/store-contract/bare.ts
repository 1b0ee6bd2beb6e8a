import assert from 'node:assert/strict';
import { advanceTo, type ContractSection, sessionOf, T0, upTo } from './context.ts';
import { NAMES } from './names.ts';

const SESSION = { id: 's1', subject: 'user-1' };
const UNTIL = T0 + 1_000;
const MARK = { at: T0, reason: 'logout', until: UNTIL } as const;
const TOKEN = { id: 't1', subject: 'user-1', expiresAt: UNTIL };

/** What is asked of a store that keeps no records: it remembers what was ended, and nothing else. */
export const bare: ContractSection = {
  name: 'ending without records',
  bare: {
    async 'passes a session that nobody has ended'({ store }) {
      assert.equal(await store.isLive({ session: SESSION }, T0), true);
      assert.equal(await store.isLive({ session: SESSION, token: TOKEN }, T0), true);
    },

    async 'refuses an ended session until no token can name it'({ store, peer }) {
      assert.equal(await store.revoke(SESSION, MARK), 1);
      for (const now of [T0 - 1, T0, UNTIL - 1])
        assert.equal(await peer.isLive({ session: SESSION }, now), false);
      assert.equal(await peer.isLive({ session: SESSION, token: TOKEN }, T0), false);
    },

    async 'counts a session once'({ store, peer }) {
      assert.equal(await store.revoke(SESSION, MARK), 1);
      assert.equal(await store.revoke(SESSION, MARK), 0);
      assert.equal(await peer.revoke(SESSION, { ...MARK, at: T0 + 1, reason: 'reuse' }), 0);
    },

    async 'counts a session once among 64 parallel calls'({ store, peer }) {
      const counts = await Promise.all(upTo(64).map((n) => (n % 2 ? peer : store).revoke(SESSION, MARK)));
      assert.equal(
        counts.reduce((sum, count) => sum + count),
        1,
      );
    },

    async 'refuses a session that nobody has ended with a blacklisted token'({ store }) {
      await store.blacklist(TOKEN, T0);
      assert.equal(await store.isLive({ session: SESSION, token: TOKEN }, T0), false);
      assert.equal(await store.isLive({ session: SESSION }, T0), true);
    },

    async 'never forgets at once what came without an until: it rejects, or it ends the session'({ store }) {
      const { until: _, ...mark } = MARK;
      const [call] = await Promise.allSettled([store.revoke(SESSION, mark)]);
      if (call.status === 'fulfilled') assert.equal(await store.isLive({ session: SESSION }, T0), false);
    },

    async 'keeps sessions with awkward names apart'({ store }) {
      for (const name of NAMES) {
        assert.equal(await store.revoke({ id: name, subject: 'user-1' }, MARK), 1);
        assert.equal(await store.revoke({ id: 's1', subject: name }, MARK), 1);
      }
    },

    async 'keeps a session and a token of one name apart'({ store }) {
      for (const name of NAMES) {
        const session = { id: name, subject: name };
        const token = { ...session, expiresAt: UNTIL };
        assert.equal(await store.revoke(session, MARK), 1);
        assert.equal(await store.isLive({ token }, T0), true);
        assert.equal(await store.blacklist(token, T0), true);
      }
    },

    async 'uses up each generation of a session once, and leaves the session'({ store, peer }) {
      for (const generation of upTo(12)) {
        const token = { ...TOKEN, id: `s1.${generation}` };
        const answers = await Promise.all([store.blacklist(token, T0), peer.blacklist(token, T0)]);
        assert.deepEqual(answers.toSorted(), [false, true]);
      }
      assert.equal(await store.isLive({ session: SESSION }, T0), true);
    },

    async 'rejects what it cannot do, and answers nothing in its place'({ store }) {
      await assert.rejects(async () => store.create(sessionOf(), { now: T0 }));
      await assert.rejects(async () => store.find(SESSION, T0));
      await assert.rejects(async () => store.advance(SESSION, 0, advanceTo(1)));
      await assert.rejects(async () => store.list('user-1', T0));
      await assert.rejects(async () => store.revoke({ subject: 'user-1' }, MARK));
    },

    async 'still refuses what it acknowledged when it is opened again, where it says durable'({
      store,
      reopen,
    }) {
      if (!store.durable) return;
      assert.ok(reopen, 'a store that says durable needs `reopen` in its fixture');
      await store.revoke(SESSION, MARK);
      await store.blacklist(TOKEN, T0);
      const again = await reopen();
      assert.equal(await again.isLive({ session: SESSION }, T0), false);
      assert.equal(await again.blacklist(TOKEN, T0), false);
    },
  },
};
