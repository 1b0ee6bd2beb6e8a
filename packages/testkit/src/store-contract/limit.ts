import assert from 'node:assert/strict';
import { SessionLimitError, type TokenStore } from '@tokenpair/core/store';
import { advanceTo, type ContractSection, DAY, outcomes, sessionOf, T0, upTo } from './context.ts';

const RULE = { now: T0 };
const NOW = T0 + 1_000;

export const limit: ContractSection = {
  name: 'the limit on live sessions',
  subjects: {
    async 'is no limit when absent'({ store }) {
      for (const n of upTo(20)) await store.create(sessionOf({ id: `s${n}`, createdAt: T0 + n }), RULE);
      assert.equal((await store.list('user-1', T0)).length, 20);
    },

    async 'evicts nothing until it is exceeded'({ store }) {
      for (const id of ['a', 'b', 'c']) await store.create(sessionOf({ id }), { now: T0, limit: 3 });
      assert.equal((await store.list('user-1', T0)).length, 3);
    },

    async 'evicts the session of earliest creation, not of earliest insertion, with its mark'({ store }) {
      await store.create(sessionOf({ id: 'later', createdAt: T0 + 2 }), RULE);
      await store.create(sessionOf({ id: 'earlier', createdAt: T0 + 1 }), RULE);
      await store.create(sessionOf({ id: 'new', createdAt: T0 + 3 }), {
        now: NOW,
        limit: 2,
        onLimit: 'evict-oldest',
      });
      assert.deepEqual(await liveIds(store), ['new', 'later']);
      const evicted = await store.find(sessionOf({ id: 'earlier' }), NOW);
      assert.deepEqual(
        evicted,
        sessionOf({ id: 'earlier', createdAt: T0 + 1, revokedAt: NOW, revokedFor: 'evicted' }),
      );
    },

    async 'evicts when not told what to do'({ store }) {
      await store.create(sessionOf({ id: 'old', createdAt: T0 - 1 }), RULE);
      await store.create(sessionOf({ id: 'new' }), { now: NOW, limit: 1 });
      assert.deepEqual(await liveIds(store), ['new']);
    },

    async 'evicts as many as it takes'({ store }) {
      for (const n of upTo(5)) await store.create(sessionOf({ id: `s${n}`, createdAt: T0 + n }), RULE);
      await store.create(sessionOf({ id: 'new', createdAt: T0 + 9 }), { now: NOW, limit: 2 });
      assert.deepEqual(await liveIds(store), ['new', 's4']);
    },

    async 'leaves an evicted session dead for guard and refresh'({ store }) {
      await store.create(sessionOf({ id: 'old', createdAt: T0 - 1 }), RULE);
      await store.create(sessionOf({ id: 'new' }), { now: NOW, limit: 1 });
      assert.equal(await store.isLive({ session: sessionOf({ id: 'old' }) }, NOW), false);
      assert.equal(await store.advance(sessionOf({ id: 'old' }), 0, advanceTo(1)), undefined);
    },

    async 'counts live sessions alone'({ store }) {
      const old = { createdAt: T0 - 1 };
      await store.create(sessionOf({ ...old, id: 'revoked' }), RULE);
      await store.revoke(sessionOf({ id: 'revoked' }), { at: T0, reason: 'logout' });
      await store.create(sessionOf({ ...old, id: 'idle', expiresAt: NOW }), RULE);
      await store.create(sessionOf({ ...old, id: 'ended', endsAt: NOW, expiresAt: NOW + DAY }), RULE);
      await store.create(sessionOf({ ...old, id: 'live', endsAt: NOW + 1, expiresAt: NOW + 1 }), RULE);
      await store.create(sessionOf({ id: 'new' }), { now: NOW, limit: 2, onLimit: 'refuse' });
      assert.deepEqual(await liveIds(store), ['new', 'live']);
    },

    async 'puts no mark on sessions that were dead already'({ store }) {
      const idle = sessionOf({ id: 'idle', createdAt: T0 - 1, expiresAt: NOW });
      await store.create(idle, RULE);
      await store.create(sessionOf({ id: 'a' }), RULE);
      await store.create(sessionOf({ id: 'new', createdAt: NOW }), { now: NOW, limit: 1 });
      assert.deepEqual(await store.find(idle, NOW), idle);
      assert.deepEqual(await liveIds(store), ['new']);
    },

    async 'is each subject’s own'({ store }) {
      await store.create(sessionOf({ id: 'theirs', subject: 'user-2', createdAt: T0 - 1 }), RULE);
      await store.create(sessionOf({ id: 'mine' }), { now: NOW, limit: 1, onLimit: 'refuse' });
      assert.deepEqual(await liveIds(store), ['mine']);
      assert.deepEqual(await liveIds(store, 'user-2'), ['theirs']);
    },

    async 'refuses with SessionLimitError, and then changes nothing'({ store }) {
      await store.create(sessionOf({ id: 'a' }), RULE);
      await store.create(sessionOf({ id: 'b', createdAt: T0 + 1 }), RULE);
      const call = store.create(sessionOf({ id: 'new' }), { now: NOW, limit: 2, onLimit: 'refuse' });
      await assert.rejects(call, isLimitError);
      assert.equal(await store.find(sessionOf({ id: 'new' }), NOW), undefined);
      assert.deepEqual(await liveIds(store), ['b', 'a']);
    },

    async 'lets a session in again after a logout'({ store }) {
      const rule = { now: NOW, limit: 1, onLimit: 'refuse' } as const;
      await store.create(sessionOf({ id: 'a' }), rule);
      await store.revoke(sessionOf({ id: 'a' }), { at: NOW, reason: 'logout' });
      await store.create(sessionOf({ id: 'b' }), rule);
      assert.deepEqual(await liveIds(store), ['b']);
    },

    async 'lets a login in whose clock is behind those of the sessions it evicts'({ store }) {
      await store.create(sessionOf({ id: 'a', createdAt: T0 + 1 }), RULE);
      await store.create(sessionOf({ id: 'b', createdAt: T0 + 2 }), RULE);
      await store.create(sessionOf({ id: 'new', createdAt: T0 - 5 }), { now: T0 - 5, limit: 2 });
      assert.deepEqual(await liveIds(store), ['b', 'new']);
    },

    async 'leaves exactly the limit of 10 parallel logins, round after round'({ store, peer }) {
      for (const round of upTo(20)) {
        const subject = `user-${round}`;
        const calls = upTo(10).map((n) => {
          const session = sessionOf({ id: `s${round}-${n}`, subject, createdAt: T0 + n });
          return (n % 2 ? peer : store).create(session, { now: NOW, limit: 1 + (round % 5) });
        });
        assert.deepEqual((await outcomes(calls)).reasons, []);
        assert.equal((await liveIds(store, subject)).length, 1 + (round % 5), `round ${round}`);
      }
    },

    async 'holds against 10 parallel logins that evict'({ store, peer }) {
      const sessions = upTo(10).map((n) => sessionOf({ id: `s${n}`, createdAt: T0 + n }));
      const rule = { now: NOW, limit: 3 } as const;
      const { reasons } = await outcomes(
        sessions.map((session, n) => (n % 2 ? peer : store).create(session, rule)),
      );
      assert.deepEqual(reasons, []);
      assert.equal((await liveIds(store)).length, 3);
      const found = await Promise.all(sessions.map((session) => store.find(session, NOW)));
      assert.equal(found.filter((session) => session?.revokedFor === 'evicted').length, 7);
    },

    async 'holds against 10 parallel logins that are refused'({ store, peer }) {
      const rule = { now: NOW, limit: 3, onLimit: 'refuse' } as const;
      const calls = upTo(10).map((n) => (n % 2 ? peer : store).create(sessionOf({ id: `s${n}` }), rule));
      const { resolved, reasons } = await outcomes(calls);
      assert.equal(resolved, 3);
      assert.ok(reasons.every(isLimitError), String(reasons[0]));
      assert.equal((await liveIds(store)).length, 3);
    },
  },
};

async function liveIds(store: TokenStore, subject = 'user-1'): Promise<string[]> {
  return (await store.list(subject, NOW)).map(({ id }) => id);
}

function isLimitError(error: unknown): boolean {
  return error instanceof SessionLimitError && error.code === 'session_limit';
}
