import assert from 'node:assert/strict';
import {
  advanceTo,
  type ContractSection,
  DAY,
  fullSessionOf,
  outcomes,
  sessionOf,
  T0,
  upTo,
} from './context.ts';

const RULE = { now: T0 };
const MARK = { at: T0 + 5, reason: 'logout' } as const;
const INTRUDER = sessionOf({
  createdAt: T0 + 9,
  generation: 0,
  rotatedBy: 'intruder',
  endsAt: T0 + 60 * DAY,
});

export const insert: ContractSection = {
  name: 'inserting only',
  records: {
    async 'rejects the id of a live session and leaves that session alone'({ store }) {
      await store.create(fullSessionOf(), RULE);
      await store.advance(fullSessionOf(), 0, advanceTo(1));
      const before = await store.find(fullSessionOf(), T0);
      await assert.rejects(store.create(INTRUDER, RULE));
      assert.deepEqual(await store.find(fullSessionOf(), T0), before);
    },

    async 'rejects the id of a revoked session and does not revive it'({ store }) {
      await store.create(sessionOf(), RULE);
      await store.revoke(sessionOf(), MARK);
      await assert.rejects(store.create(INTRUDER, RULE));
      assert.deepEqual(
        await store.find(sessionOf(), T0),
        sessionOf({ revokedAt: MARK.at, revokedFor: 'logout' }),
      );
      assert.equal(await store.isLive({ session: sessionOf() }, T0 + 10), false);
      assert.equal(await store.advance(sessionOf(), 0, advanceTo(1)), undefined);
    },

    async 'rejects the id of an ended session and does not revive it'({ store }) {
      const ended = sessionOf({ endsAt: T0 + 100, expiresAt: T0 + 100 });
      await store.create(ended, RULE);
      await assert.rejects(store.create(INTRUDER, { now: T0 + 200 }));
      assert.deepEqual(await store.find(ended, T0 + 200), ended);
      assert.equal(await store.isLive({ session: ended }, T0 + 200), false);
    },

    async 'does not let another subject overwrite a session by its id'({ store }) {
      await store.create(sessionOf(), RULE);
      const theirs = sessionOf({ subject: 'user-2', rotatedBy: 'intruder' });
      await outcomes([store.create(theirs, RULE)]);
      assert.deepEqual(await store.find(sessionOf(), T0), sessionOf());
      await store.revoke(theirs, MARK);
      assert.equal(await store.isLive({ session: sessionOf() }, T0 + 10), true);
    },

    async 'lets one of 64 parallel sessions with one id in'({ store, peer }) {
      const calls = upTo(64).map((n) =>
        (n % 2 ? peer : store).create(sessionOf({ rotatedBy: `request-${n}` }), RULE),
      );
      const settled = await Promise.allSettled(calls);
      const winners = upTo(64).filter((n) => settled[n]?.status === 'fulfilled');
      assert.equal(winners.length, 1);
      assert.equal((await store.find(sessionOf(), T0))?.rotatedBy, `request-${winners[0]}`);
    },

    async 'makes no record by advancing, revoking or asking for one'({ store }) {
      await store.advance(sessionOf(), 0, advanceTo(1));
      await store.revoke(sessionOf(), MARK);
      await store.isLive({ session: sessionOf() }, T0);
      assert.equal(await store.find(sessionOf(), T0), undefined);
      await store.create(sessionOf(), RULE);
      assert.deepEqual(await store.find(sessionOf(), T0), sessionOf());
    },
  },

  subjects: {
    async 'does not list a revoked session whose id was tried again'({ store }) {
      await store.create(sessionOf(), RULE);
      await store.revoke(sessionOf(), MARK);
      await assert.rejects(store.create(INTRUDER, RULE));
      assert.deepEqual(await store.list('user-1', T0 + 10), []);
    },

    async 'does not let another subject end a session by its id'({ store }) {
      await store.create(sessionOf(), RULE);
      await outcomes([store.create(sessionOf({ subject: 'user-2' }), RULE)]);
      await store.revoke({ subject: 'user-2' }, MARK);
      assert.equal(await store.isLive({ session: sessionOf() }, T0 + 10), true);
      assert.deepEqual(await store.list('user-1', T0), [sessionOf()]);
    },

    async 'evicts nothing for an id that exists'({ store }) {
      await store.create(sessionOf({ id: 'other', createdAt: T0 - 1 }), RULE);
      await store.create(sessionOf(), RULE);
      await assert.rejects(store.create(INTRUDER, { now: T0, limit: 1 }));
      assert.equal((await store.list('user-1', T0)).length, 2);
    },
  },
};
