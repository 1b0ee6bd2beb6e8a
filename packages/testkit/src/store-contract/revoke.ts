import assert from 'node:assert/strict';
import type { RevokeReason, TokenStore } from '@tokenpair/core/store';
import { advanced, advanceTo, type ContractSection, fullSessionOf, sessionOf, T0, upTo } from './context.ts';

const RULE = { now: T0 };
const MARK = { at: T0 + 5, reason: 'logout' } as const;
const MARKED = { revokedAt: MARK.at, revokedFor: MARK.reason } as const;
const LATER = { at: T0 + 50, reason: 'reuse' } as const;

// A record, so that a reason added to the port is missed here by the compiler.
const REASONS: Record<RevokeReason, true> = {
  logout: true,
  reuse: true,
  expired: true,
  no_active_account: true,
  password_changed: true,
  evicted: true,
  replaced: true,
  revoked: true,
};

export const revoke: ContractSection = {
  name: 'revoking',
  records: {
    async 'marks the session, counts it and leaves the rest of the record'({ store }) {
      await store.create(fullSessionOf(), RULE);
      assert.equal(await store.revoke(fullSessionOf(), MARK), 1);
      assert.deepEqual(await store.find(fullSessionOf(), T0), fullSessionOf(MARKED));
    },

    async 'keeps every reason'({ store }) {
      for (const reason of Object.keys(REASONS) as RevokeReason[]) {
        await store.create(sessionOf({ id: reason }), RULE);
        await store.revoke(sessionOf({ id: reason }), { at: T0, reason });
        assert.equal((await store.find(sessionOf({ id: reason }), T0))?.revokedFor, reason);
      }
    },

    async 'keeps the first mark and counts nothing the second time'({ store }) {
      await store.create(sessionOf(), RULE);
      await store.revoke(sessionOf(), MARK);
      assert.equal(await store.revoke(sessionOf(), LATER), 0);
      assert.deepEqual(await store.find(sessionOf(), T0), sessionOf(MARKED));
    },

    async 'counts nothing for an unknown session'({ store }) {
      assert.equal(await store.revoke(sessionOf(), MARK), 0);
      assert.equal(await store.find(sessionOf(), T0), undefined);
    },

    async 'ends that one session'({ store }) {
      await threeOf(store);
      assert.equal(await store.revoke(sessionOf({ id: 'b' }), MARK), 1);
      assert.deepEqual(await aliveOf(store), ['a', 'c', 'theirs']);
    },

    async 'marks a session past its end that nobody had revoked'({ store }) {
      const ended = sessionOf({ endsAt: T0 + 1, expiresAt: T0 + 1 });
      await store.create(ended, RULE);
      assert.equal(await store.revoke(ended, { at: T0 + 2, reason: 'expired' }), 1);
      assert.equal((await store.find(ended, T0 + 2))?.revokedFor, 'expired');
    },

    async 'keeps the generation that the session had reached'({ store }) {
      await store.create(sessionOf(), RULE);
      await store.advance(sessionOf(), 0, advanceTo(1));
      await store.revoke(sessionOf(), MARK);
      assert.deepEqual(await store.find(sessionOf(), T0), {
        ...advanced(sessionOf(), advanceTo(1)),
        ...MARKED,
      });
      assert.equal(await store.advance(sessionOf(), 1, advanceTo(2)), undefined);
    },

    async 'counts a session once among 64 parallel calls, and keeps one mark'({ store, peer }) {
      await store.create(sessionOf(), RULE);
      const calls = upTo(64).map((n) => {
        return (n % 2 ? peer : store).revoke(sessionOf(), { at: T0 + n, reason: 'logout' });
      });
      const counts = await Promise.all(calls);
      assert.equal(
        counts.reduce((sum, count) => sum + count),
        1,
      );
      assert.equal((await store.find(sessionOf(), T0))?.revokedAt, T0 + counts.indexOf(1));
    },
  },

  subjects: {
    async 'counts nothing for an unknown subject'({ store }) {
      await store.create(sessionOf(), RULE);
      assert.equal(await store.revoke({ subject: 'user-2' }, MARK), 0);
      assert.deepEqual(await store.find(sessionOf(), T0), sessionOf());
    },

    async 'keeps the first mark when all of the subject is ended'({ store }) {
      await store.create(sessionOf(), RULE);
      await store.revoke(sessionOf(), MARK);
      assert.equal(await store.revoke({ subject: 'user-1' }, LATER), 0);
      assert.deepEqual(await store.find(sessionOf(), T0), sessionOf(MARKED));
    },

    async 'counts a session once among 64 parallel calls for it and for its subject'({ store, peer }) {
      await store.create(sessionOf(), RULE);
      const calls = upTo(64).map((n) => {
        const target = n % 3 ? sessionOf() : { subject: 'user-1' };
        return (n % 2 ? peer : store).revoke(target, { at: T0 + n, reason: 'logout' });
      });
      const counts = await Promise.all(calls);
      assert.equal(
        counts.reduce((sum, count) => sum + count),
        1,
      );
      assert.equal((await store.find(sessionOf(), T0))?.revokedAt, T0 + counts.indexOf(1));
    },

    async 'ends all sessions of a subject and of nobody else'({ store }) {
      await threeOf(store);
      assert.equal(await store.revoke({ subject: 'user-1' }, MARK), 3);
      assert.deepEqual(await aliveOf(store), ['theirs']);
      assert.deepEqual(await store.find(sessionOf({ id: 'a' }), T0), sessionOf({ id: 'a', ...MARKED }));
    },

    async 'spares the session named by except'({ store }) {
      await threeOf(store);
      assert.equal(await store.revoke({ subject: 'user-1', except: 'b' }, MARK), 2);
      assert.deepEqual(await aliveOf(store), ['b', 'theirs']);
    },

    async 'ends all when except names no session of the subject'({ store }) {
      await threeOf(store);
      assert.equal(await store.revoke({ subject: 'user-1', except: 'theirs' }, MARK), 3);
    },

    async 'counts, of a subject’s sessions, those that it ended itself'({ store }) {
      await threeOf(store);
      await store.revoke(sessionOf({ id: 'a' }), MARK);
      assert.equal(await store.revoke({ subject: 'user-1' }, LATER), 2);
      assert.equal((await store.find(sessionOf({ id: 'a' }), T0))?.revokedFor, MARK.reason);
    },

    async 'lets no advance of a subject’s ended sessions through'({ store }) {
      await threeOf(store);
      await store.revoke({ subject: 'user-1' }, MARK);
      for (const id of ['a', 'b', 'c'])
        assert.equal(await store.advance(sessionOf({ id }), 0, advanceTo(1)), undefined);
    },

    async 'lets the subject log in again'({ store }) {
      await threeOf(store);
      await store.revoke({ subject: 'user-1' }, MARK);
      await store.create(sessionOf({ id: 'new' }), { now: T0 + 6, limit: 1, onLimit: 'refuse' });
      assert.equal(await store.isLive({ session: sessionOf({ id: 'new' }) }, T0 + 6), true);
    },
  },
};

async function threeOf(store: TokenStore): Promise<void> {
  for (const id of ['a', 'b', 'c']) await store.create(sessionOf({ id }), RULE);
  await store.create(sessionOf({ id: 'theirs', subject: 'user-2' }), RULE);
}

async function aliveOf(store: TokenStore): Promise<string[]> {
  const alive: string[] = [];
  for (const id of ['a', 'b', 'c', 'theirs']) {
    const ref = { id, subject: id === 'theirs' ? 'user-2' : 'user-1' };
    if (await store.isLive({ session: ref }, T0 + 100)) alive.push(id);
  }
  return alive;
}
