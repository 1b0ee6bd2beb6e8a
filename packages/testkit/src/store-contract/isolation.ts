import assert from 'node:assert/strict';
import { advanceTo, type ContractSection, outcomes, sessionOf, T0, upTo } from './context.ts';

const RULE = { now: T0 };
const MARK = { at: T0 + 5, reason: 'logout' } as const;

const NAMES: readonly string[] = [
  ...['user', 'User', 'user ', ' user', 'user:1', 'user/1', 'user\n', 'user\t'],
  ...['{user}', 'user}{', '{', '}', '{}', '{{user}}'],
  ...['*', 'use?', 'u*', '[a-z]ser', 'use%', 'u_er', '%', '_', '\\*', '\\'],
  ...["'", "''", "' OR '1'='1", '"', '`', '; DROP TABLE tokenpair_session; --', '$1', ':subject', '@id', '?'],
  ...['\u00e9', 'e\u0301', '\u2603', '\u{1f600}', '\u200b', '\u202e', '\ufeffuser', '\ufffd'],
  ...['__proto__', 'constructor', 'hasOwnProperty', 'null', 'undefined', 'true', '0', '00', '1e3', '1000'],
  ...['x'.repeat(10_240), `${'x'.repeat(10_239)}y`],
];

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
  tests: {
    async 'finds nothing by an id under another subject'({ store }) {
      const wrong = { id: 's1', subject: 'user-2' };
      await store.create(sessionOf(), RULE);
      assert.equal(await store.find(wrong, T0), undefined);
      assert.equal(await store.advance(wrong, 0, advanceTo(1)), undefined);
      assert.equal(await store.revoke(wrong, MARK), 0);
      assert.equal(await store.isLive({ session: wrong }, T0), false);
      assert.deepEqual(await store.find(sessionOf(), T0), sessionOf());
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

    async 'keeps sessions with awkward ids apart'({ store }) {
      const sessions = NAMES.map((id) => sessionOf({ id, rotatedBy: id }));
      for (const session of sessions) await store.create(session, RULE);
      for (const session of sessions) assert.deepEqual(await store.find(session, T0), session);
      for (const [n, session] of sessions.entries()) {
        assert.equal(await store.revoke(session, MARK), 1);
        assert.equal((await store.list('user-1', T0)).length, NAMES.length - n - 1);
      }
    },

    async 'spares exactly the session that except names, however awkward'({ store }) {
      const names = NAMES.slice(0, 24);
      for (const id of names) await store.create(sessionOf({ id }), RULE);
      assert.equal(await store.revoke({ subject: 'user-1', except: '*' }, MARK), names.length - 1);
      assert.equal(await store.isLive({ session: sessionOf({ id: '*' }) }, T0), true);
    },

    async 'keeps tokens with awkward ids apart'({ store }) {
      for (const id of NAMES) {
        assert.equal(await store.blacklist({ id, subject: 'user-1', expiresAt: T0 + 1 }, T0), true);
        assert.equal(await store.blacklist({ id: 't1', subject: id, expiresAt: T0 + 1 }, T0), true);
      }
    },

    async 'does not run subject and id together'({ store }) {
      const sessions = COLLIDING.map(([subject, id]) => sessionOf({ subject, id }));
      for (const session of sessions) await store.create(session, RULE);
      for (const session of sessions) assert.deepEqual(await store.find(session, T0), session);
      for (const [subject, id] of COLLIDING) {
        assert.equal(await store.blacklist({ subject, id, expiresAt: T0 + 1 }, T0), true);
      }
    },

    async 'keeps apart, or refuses, names that no database text holds'({ store }) {
      const names = ['a\u0000b', 'a', 'a\u0000c', '\ud800', '\udc00', '\ufffd'];
      const sessions = names.map((name, n) => sessionOf({ id: `s${n}`, subject: name }));
      const settled = await Promise.allSettled(sessions.map((session) => store.create(session, RULE)));
      const kept = sessions.filter((_, n) => settled[n]?.status === 'fulfilled');
      for (const session of kept) assert.deepEqual(await store.find(session, T0), session);
      for (const session of kept) assert.deepEqual(await store.list(session.subject, T0), [session]);
      for (const session of kept) assert.equal(await store.revoke({ subject: session.subject }, MARK), 1);
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
