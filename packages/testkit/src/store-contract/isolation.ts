import assert from 'node:assert/strict';
import type { Session, TokenStore } from '@tokenpair/core/store';
import { advanceTo, type ContractSection, outcomes, sessionOf, T0, upTo } from './context.ts';
import { NAMES, UNHELD } from './names.ts';

const RULE = { now: T0 };
const MARK = { at: T0 + 5, reason: 'logout' } as const;

// Pairs of (subject, id) that run together when they are joined with a separator, or without one.
const COLLIDING: readonly (readonly [subject: string, id: string])[] = [
  ['a', 'b:c'],
  ['a:b', 'c'],
  ['ab', 'd'],
  ['a', 'bd'],
  ['a|b', 'e'],
  ['a', 'b|e'],
  ['a/b', 'f'],
  ['a', 'b/f'],
  ['a,b', 'g'],
  ['a', 'b,g'],
  ['a\u001fb', 'h'],
  ['a', 'b\u001fh'],
  ['{a}b', 'i'],
  ['{a', '}b:i'],
];

export const isolation: ContractSection = {
  name: 'keeping keys apart',
  least: {
    async 'keeps tokens with awkward ids apart'({ store }) {
      for (const id of NAMES) {
        assert.equal(await store.blacklist({ id, subject: 'user-1', expiresAt: T0 + 1 }, T0), true);
        assert.equal(await store.blacklist({ id: 't1', subject: id, expiresAt: T0 + 1 }, T0), true);
      }
    },

    async 'does not run subject and id of a token together'({ store }) {
      for (const [subject, id] of COLLIDING)
        assert.equal(await store.blacklist({ subject, id, expiresAt: T0 + 1 }, T0), true);
    },
  },

  bare: {
    async 'does not run subject and id of a session together'({ store }) {
      for (const [subject, id] of COLLIDING)
        assert.equal(await store.revoke({ subject, id }, { ...MARK, until: T0 + 10 }), 1);
    },
  },

  records: {
    async 'finds nothing by an id under another subject'({ store }) {
      const wrong = { id: 's1', subject: 'user-2' };
      await store.create(sessionOf(), RULE);
      assert.equal(await store.find(wrong, T0), undefined);
      assert.equal(await store.advance(wrong, 0, advanceTo(1)), undefined);
      assert.equal(await store.revoke(wrong, MARK), 0);
      assert.equal(await store.isLive({ session: wrong }, T0), false);
      assert.deepEqual(await store.find(sessionOf(), T0), sessionOf());
    },

    async 'keeps sessions with awkward ids apart'({ store }) {
      const sessions = NAMES.map((id) => sessionOf({ id, rotatedBy: id }));
      for (const session of sessions) await store.create(session, RULE);
      for (const session of sessions) assert.deepEqual(await store.find(session, T0), session);
      for (const [n, session] of sessions.entries()) {
        assert.equal(await store.revoke(session, MARK), 1);
        const next = sessions[n + 1];
        if (next) assert.equal(await store.isLive({ session: next }, T0), true);
      }
    },

    async 'keeps one id under awkward subjects apart, or refuses the second'({ store }) {
      const sessions = NAMES.map((subject) => sessionOf({ subject }));
      const kept = await keptOf(store, sessions);
      for (const session of kept) assert.deepEqual(await store.find(session, T0), session);
      for (const session of sessions.filter((one) => !kept.includes(one)))
        assert.equal(await store.find(session, T0), undefined);
    },

    async 'keeps a session and a token of one name apart'({ store }) {
      for (const name of NAMES) {
        const session = sessionOf({ id: name, subject: name });
        const token = { id: name, subject: name, expiresAt: T0 + 1 };
        await store.create(session, RULE);
        assert.equal(await store.blacklist(token, T0), true);
        assert.equal(await store.isLive({ session }, T0), true);
        assert.equal(await store.revoke(session, MARK), 1);
      }
    },

    async 'leaves the token of that name alone when a session is ended'({ store }) {
      for (const name of NAMES) {
        const session = sessionOf({ id: name, subject: name });
        const token = { id: name, subject: name, expiresAt: T0 + 1 };
        await store.create(session, RULE);
        await store.revoke(session, MARK);
        assert.equal(await store.isLive({ token }, T0), true);
        assert.equal(await store.blacklist(token, T0), true);
      }
    },

    async 'does not run subject and id together'({ store }) {
      const sessions = COLLIDING.map(([subject, id]) => sessionOf({ subject, id }));
      for (const session of sessions) await store.create(session, RULE);
      for (const session of sessions) assert.deepEqual(await store.find(session, T0), session);
    },

    async 'keeps apart, or refuses, ids that no database text holds'({ store }) {
      const kept = await keptOf(
        store,
        UNHELD.map((id) => sessionOf({ id, rotatedBy: 'request' })),
      );
      for (const session of kept) assert.deepEqual(await store.find(session, T0), session);
      for (const session of kept) assert.equal(await store.revoke(session, MARK), 1);
    },
  },

  subjects: {
    async 'keeps apart, or refuses, names that no database text holds'({ store }) {
      const kept = await keptOf(
        store,
        UNHELD.map((subject, n) => sessionOf({ id: `s${n}`, subject })),
      );
      for (const session of kept) assert.deepEqual(await store.find(session, T0), session);
      for (const session of kept) assert.deepEqual(await store.list(session.subject, T0), [session]);
      for (const session of kept) assert.equal(await store.revoke({ subject: session.subject }, MARK), 1);
    },

    async 'lists and counts by the whole of an awkward id'({ store }) {
      for (const id of NAMES) await store.create(sessionOf({ id }), RULE);
      for (const [n, id] of NAMES.entries()) {
        assert.equal(await store.revoke(sessionOf({ id }), MARK), 1);
        assert.equal((await store.list('user-1', T0)).length, NAMES.length - n - 1);
      }
    },

    async 'keeps subjects with awkward names apart'({ store }) {
      const sessions = NAMES.map((subject, n) => sessionOf({ id: `s${n}`, subject }));
      for (const session of sessions) await store.create(session, { now: T0, limit: 1, onLimit: 'refuse' });
      for (const session of sessions) assert.deepEqual(await store.find(session, T0), session);
      for (const session of sessions) assert.deepEqual(await store.list(session.subject, T0), [session]);
    },

    async 'ends the sessions of a subject with an awkward name and of no other'({ store }) {
      const sessions = NAMES.map((subject, n) => sessionOf({ id: `s${n}`, subject }));
      for (const session of sessions) await store.create(session, RULE);
      for (const [n, session] of sessions.entries()) {
        assert.equal(await store.revoke({ subject: session.subject }, MARK), 1);
        const next = sessions[n + 1];
        if (next) assert.equal(await store.isLive({ session: next }, T0), true);
      }
    },

    async 'spares exactly the session that except names, however awkward'({ store }) {
      const names = NAMES.slice(0, 24);
      for (const id of names) await store.create(sessionOf({ id }), RULE);
      assert.equal(await store.revoke({ subject: 'user-1', except: '*' }, MARK), names.length - 1);
      assert.equal(await store.isLive({ session: sessionOf({ id: '*' }) }, T0), true);
    },

    async 'keeps 200 sessions of 20 subjects apart when they come at once'({ store, peer }) {
      const sessions = upTo(200).map((n) =>
        sessionOf({ id: `s${n}`, subject: `user-${n % 20}`, createdAt: T0 + n }),
      );
      const { reasons } = await outcomes(
        sessions.map((session, n) => (n % 2 ? peer : store).create(session, RULE)),
      );
      assert.deepEqual(reasons, []);
      for (const n of upTo(20)) {
        const expected = sessions.filter(({ subject }) => subject === `user-${n}`).reverse();
        assert.deepEqual(await store.list(`user-${n}`, T0 + 200), expected);
      }
    },
  },
};

async function keptOf(store: TokenStore, sessions: readonly Session[]): Promise<Session[]> {
  const settled = await Promise.allSettled(sessions.map((session) => store.create(session, RULE)));
  return sessions.filter((_, n) => settled[n]?.status === 'fulfilled');
}
