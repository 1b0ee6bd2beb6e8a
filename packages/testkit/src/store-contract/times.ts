import assert from 'node:assert/strict';
import { advanced, advanceTo, type ContractSection, HOUR, sessionOf, T0 } from './context.ts';

const RULE = { now: T0 };
const ODD = T0 + 86_399_999; // ends in no whole second, minute or hour
const MOST = Number.MAX_SAFE_INTEGER;
const TOKEN = { id: 't1', subject: 'user-1', expiresAt: T0 + 1_000 };

export const times: ContractSection = {
  name: 'times and numbers',
  least: {
    async 'refuses a token to its last millisecond, whatever its expiry'({ store }) {
      for (const [n, expiresAt] of [ODD, ODD + 1, MOST - 2 * HOUR].entries()) {
        const token = { ...TOKEN, id: `t${n}`, expiresAt };
        assert.equal(await store.blacklist(token, T0), true);
        assert.equal(await store.isLive({ token }, expiresAt - 1), false);
        assert.equal(await store.blacklist(token, expiresAt - 1), false);
      }
    },

    async 'still refuses a token when the clock goes back'({ store }) {
      await store.blacklist(TOKEN, T0);
      assert.equal(await store.prune(T0 - 24 * HOUR), 0);
      assert.equal(await store.isLive({ token: TOKEN }, T0 - 24 * HOUR), false);
      assert.equal(await store.blacklist(TOKEN, T0 - 24 * HOUR), false);
    },
  },

  records: {
    async 'keeps times to the millisecond, odd ones, large ones and 0'({ store }) {
      const session = sessionOf({
        createdAt: 0,
        authTime: 2 ** 31,
        rotatedAt: 2 ** 32 + 1,
        lastUsedAt: ODD,
        expiresAt: MOST - 1,
        endsAt: MOST,
      });
      await store.create(session, RULE);
      assert.deepEqual(await store.find(session, T0), session);
    },

    async 'advances to times odd, large and 0, and to the last generation there is'({ store }) {
      const session = sessionOf({ generation: 2 ** 31 - 1, endsAt: MOST });
      const first = advanceTo(1, { generation: 2 ** 32 + 1, rotatedAt: ODD, expiresAt: MOST });
      const second = advanceTo(1, { generation: MOST, rotatedAt: 0, expiresAt: MOST - 1 });
      await store.create(session, RULE);
      assert.deepEqual(await store.advance(session, 2 ** 31 - 1, first), advanced(session, first));
      for (const from of [1, 2 ** 31, 2 ** 32, 2 ** 32 + 2])
        assert.equal(await store.advance(session, from, second), undefined, `from ${from}`);
      const last = await store.advance(session, 2 ** 32 + 1, second);
      assert.deepEqual(last, advanced(advanced(session, first), second));
      assert.deepEqual(await store.find(session, T0), last);
    },

    async 'tells neighbouring generations apart up to the last one there is'({ store }) {
      const next = advanceTo(1, { generation: MOST });
      await store.create(sessionOf({ generation: MOST - 1 }), RULE);
      for (const from of [MOST, MOST - 2, MOST - 3])
        assert.equal(await store.advance(sessionOf(), from, next), undefined, String(from - MOST));
      assert.equal((await store.advance(sessionOf(), MOST - 1, next))?.generation, MOST);
    },

    async 'takes 0 for a time like any other in a mark'({ store }) {
      await store.create(sessionOf(), RULE);
      assert.equal(await store.revoke(sessionOf(), { at: 0, reason: 'logout' }), 1);
      assert.equal((await store.find(sessionOf(), T0))?.revokedAt, 0);
      assert.equal(await store.isLive({ session: sessionOf() }, T0), false);
      assert.equal(await store.advance(sessionOf(), 0, advanceTo(1)), undefined);
      assert.equal(await store.revoke(sessionOf(), { at: T0, reason: 'reuse' }), 0);
    },

    async 'keeps the time of a mark to the millisecond'({ store }) {
      for (const at of [ODD, MOST]) {
        await store.create(sessionOf({ id: `s${at}` }), RULE);
        await store.revoke(sessionOf({ id: `s${at}` }), { at, reason: 'logout', until: at });
        assert.equal((await store.find(sessionOf({ id: `s${at}` }), T0))?.revokedAt, at);
      }
    },

    async 'judges an absolute end to the millisecond, whatever it is'({ store }) {
      for (const endsAt of [ODD, ODD + 1, MOST - 2 * HOUR]) {
        const session = sessionOf({ id: `s${endsAt}`, endsAt });
        await store.create(session, RULE);
        for (const [now, live] of [
          [endsAt - 1, true],
          [endsAt, false],
          [endsAt + 1, false],
        ] as const)
          assert.equal(await store.isLive({ session }, now), live, `${endsAt}: ${now - endsAt}`);
        for (const rotatedAt of [endsAt + 1, endsAt])
          assert.equal(await store.advance(session, 0, advanceTo(1, { rotatedAt })), undefined);
        assert.ok(await store.advance(session, 0, advanceTo(1, { rotatedAt: endsAt - 1 })));
      }
    },

    async 'loses nothing and revives nothing when the clock goes back'({ store }) {
      const early = T0 - 24 * HOUR;
      const next = advanceTo(1, { rotatedAt: early });
      await store.create(sessionOf(), RULE);
      assert.equal(await store.isLive({ session: sessionOf() }, early), true);
      assert.deepEqual(await store.advance(sessionOf(), 0, next), advanced(sessionOf(), next));
      assert.equal(await store.revoke(sessionOf(), { at: early - 1, reason: 'logout' }), 1);
      assert.equal(await store.isLive({ session: sessionOf() }, early - 2), false);
      assert.equal(await store.advance(sessionOf(), 1, advanceTo(2, { rotatedAt: early - 2 })), undefined);
      assert.equal(await store.prune(early - 2), 0);
      assert.equal((await store.find(sessionOf(), early - 2))?.revokedAt, early - 1);
    },
  },

  subjects: {
    async 'lists to the millisecond, whatever the end'({ store }) {
      for (const [n, end] of [ODD, ODD + 1, MOST - 2 * HOUR].entries()) {
        const ended = sessionOf({ id: `e${n}`, subject: `ended-${n}`, endsAt: end, expiresAt: MOST });
        const expired = sessionOf({ id: `x${n}`, subject: `expired-${n}`, endsAt: MOST, expiresAt: end });
        for (const session of [ended, expired]) {
          await store.create(session, RULE);
          assert.deepEqual(await store.list(session.subject, end - 1), [session]);
          assert.deepEqual(await store.list(session.subject, end), []);
          assert.deepEqual(await store.list(session.subject, end + 1), []);
        }
      }
    },

    async 'lists and counts the same when the clock goes back'({ store }) {
      await store.create(sessionOf(), RULE);
      await store.create(sessionOf({ id: 'ended' }), RULE);
      await store.revoke(sessionOf({ id: 'ended' }), { at: T0, reason: 'logout' });
      assert.deepEqual(await store.list('user-1', T0 - 24 * HOUR), [sessionOf()]);
      const rule = { now: T0 - 24 * HOUR, limit: 1, onLimit: 'refuse' } as const;
      await assert.rejects(store.create(sessionOf({ id: 'new' }), rule));
    },
  },
};
