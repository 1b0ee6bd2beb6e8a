import assert from 'node:assert/strict';
import type { Revocation, RevokeMark, Session } from '@tokenpair/core/store';
import { type ContractSection, type ContractTests, HOUR, sessionOf, T0, upTo } from './context.ts';
import { listening } from './watching.ts';

const RULE = { now: T0 };
const MARK: RevokeMark = { at: T0 + 5, reason: 'logout', until: T0 + HOUR };

const entryOf = ({ id, endsAt }: Session, { at, reason, until = endsAt }: RevokeMark): Revocation => ({
  session: id,
  at,
  until,
  reason,
});

/** What the feed says of the end of one session. */
export const sessionFeed: Pick<ContractSection, 'bare' | 'records'> = {
  bare: {
    async 'names a session that was ended, for as long as a token can name it'({ store, peer }) {
      await peer.revoke(sessionOf({ id: 'before' }), MARK);
      await listening([store], async (heard) => {
        await peer.revoke(sessionOf(), MARK);
        await heard.gets([entryOf(sessionOf({ id: 'before' }), MARK), entryOf(sessionOf(), MARK)]);
      });
    },
  },

  records: {
    async 'names a session that any handle ended, for as long as the mark says'({ store, peer }) {
      const sessions = upTo(4).map((n) => sessionOf({ id: `s${n}` }));
      for (const session of sessions) await store.create(session, RULE);
      await peer.revoke(sessionOf({ id: 's0' }), MARK);
      await store.revoke(sessionOf({ id: 's1' }), { ...MARK, reason: 'reuse' });
      await listening([store], async (heard) => {
        await peer.revoke(sessionOf({ id: 's2' }), { ...MARK, at: T0 + 6 });
        await store.revoke(sessionOf({ id: 's3' }), { ...MARK, at: T0 + 7 });
        const marks = [MARK, { ...MARK, reason: 'reuse' }, { ...MARK, at: T0 + 6 }, { ...MARK, at: T0 + 7 }];
        await heard.gets(marks.map((mark, n) => entryOf(sessionOf({ id: `s${n}` }), mark as RevokeMark)));
      });
    },

    async 'names it until its absolute end where the mark does not say'({ store, peer }) {
      const session = sessionOf({ endsAt: T0 + 7 * HOUR });
      await store.create(session, RULE);
      await listening([peer], async (heard) => {
        await store.revoke(session, { at: T0, reason: 'revoked' });
        await heard.gets([entryOf(session, { at: T0, reason: 'revoked' })]);
      });
    },

    async 'says the first mark of a session, however often it is ended'({ store, peer }) {
      await store.create(sessionOf(), RULE);
      await store.create(sessionOf({ id: 'last' }), RULE);
      await listening([peer], async (heard) => {
        await store.revoke(sessionOf(), MARK);
        await peer.revoke(sessionOf(), { at: T0 + 9, reason: 'reuse', until: T0 + 9 * HOUR });
        await store.revoke(sessionOf({ id: 'last' }), MARK);
        await heard.gets([entryOf(sessionOf({ id: 'last' }), MARK), entryOf(sessionOf(), MARK)]);
      });
    },

    async 'names a session and a token of one id apart'({ store, peer }) {
      const token = { id: 's1', subject: 'user-1', expiresAt: T0 + HOUR };
      await store.create(sessionOf(), RULE);
      await store.blacklist(token, T0);
      await store.revoke(sessionOf(), MARK);
      await listening([peer], async (heard) => {
        const expected = { token: 's1', at: T0, until: T0 + HOUR, reason: 'revoked' } as const;
        await heard.gets([entryOf(sessionOf(), MARK), expected]);
      });
    },

    async 'names nobody where nothing was ended'({ store, peer }) {
      await store.create(sessionOf(), RULE);
      await store.create(sessionOf({ id: 'last' }), RULE);
      await listening([peer], async (heard) => {
        await store.revoke(sessionOf({ id: 'unknown' }), MARK);
        await store.revoke({ id: 's1', subject: 'user-2' }, MARK);
        await store.revoke(sessionOf({ id: 'last' }), MARK);
        await heard.gets([entryOf(sessionOf({ id: 'last' }), MARK)]);
        assert.deepEqual(
          heard.entries.filter(({ session }) => session !== 'last'),
          [],
        );
      });
    },
  },
};

/** What the feed says when more than one session of a subject ends. */
export const subjectFeed: ContractTests = {
  async 'names each session of a subject that is ended, and no other'({ store, peer }) {
    for (const id of ['a', 'b', 'c', 'gone']) await store.create(sessionOf({ id }), RULE);
    await store.create(sessionOf({ id: 'theirs', subject: 'user-2' }), RULE);
    await store.revoke(sessionOf({ id: 'gone' }), { ...MARK, at: T0 });
    await listening([peer], async (heard) => {
      await store.revoke({ subject: 'user-1', except: 'b' }, MARK);
      await heard.gets(['a', 'c'].map((id) => entryOf(sessionOf({ id }), MARK)));
      await heard.gets([entryOf(sessionOf({ id: 'gone' }), { ...MARK, at: T0 })]);
      assert.deepEqual([...heard.naming('b'), ...heard.naming('theirs')], []);
    });
  },

  async 'names each until its own absolute end where the mark does not say'({ store, peer }) {
    const sessions = upTo(3).map((n) => sessionOf({ id: `s${n}`, endsAt: T0 + (n + 1) * HOUR }));
    for (const session of sessions) await store.create(session, RULE);
    await store.revoke({ subject: 'user-1' }, { at: T0 + 1, reason: 'reuse' });
    await listening([peer], (heard) =>
      heard.gets(sessions.map((session) => entryOf(session, { at: T0 + 1, reason: 'reuse' }))),
    );
  },

  async 'names what a login evicts, for as long as its rule says'({ store, peer }) {
    for (const n of upTo(3)) await store.create(sessionOf({ id: `s${n}`, createdAt: T0 + n }), RULE);
    await listening([peer], async (heard) => {
      const login = sessionOf({ id: 'new', createdAt: T0 + 9 });
      await store.create(login, { now: T0 + 9, limit: 2, until: T0 + HOUR });
      const mark = { at: T0 + 9, reason: 'evicted', until: T0 + HOUR } as const;
      await heard.gets(['s0', 's1'].map((id) => entryOf(sessionOf({ id }), mark)));
      await peer.create(sessionOf({ id: 'newer', createdAt: T0 + 10 }), { now: T0 + 10, limit: 2 });
      await heard.gets([entryOf(sessionOf({ id: 's2' }), { at: T0 + 10, reason: 'evicted' })]);
      assert.deepEqual(heard.naming('new'), []);
    });
  },

  async 'names nobody where a login was refused'({ store, peer }) {
    for (const n of upTo(2)) await store.create(sessionOf({ id: `s${n}`, createdAt: T0 + n }), RULE);
    await listening([peer], async (heard) => {
      const refused = { now: T0 + 9, limit: 2, onLimit: 'refuse' } as const;
      await assert.rejects(store.create(sessionOf({ id: 'new' }), refused));
      await assert.rejects(store.create(sessionOf({ id: 's1' }), { now: T0 + 9, limit: 1 }));
      await store.create(sessionOf({ id: 'last', subject: 'user-2' }), RULE);
      await store.revoke({ subject: 'user-2' }, MARK);
      await heard.gets([entryOf(sessionOf({ id: 'last' }), MARK)]);
      assert.deepEqual(
        heard.entries.filter(({ session }) => session !== 'last'),
        [],
      );
    });
  },

  async 'names all of 1,000 sessions that one call ends'({ store, peer }) {
    const sessions = upTo(1_000).map((n) => sessionOf({ id: `s${n}` }));
    for (const batch of upTo(20))
      await Promise.all(
        sessions.slice(batch * 50, batch * 50 + 50).map((session) => store.create(session, RULE)),
      );
    await listening([store, peer], async (one, two) => {
      assert.equal(await store.revoke({ subject: 'user-1' }, MARK), 1_000);
      for (const heard of [one, two]) await heard?.gets(sessions.map((session) => entryOf(session, MARK)));
    });
  },
};
