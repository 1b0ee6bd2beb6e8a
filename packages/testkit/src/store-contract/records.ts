import assert from 'node:assert/strict';
import type { Session } from '@tokenpair/core/store';
import { advanced, advanceTo, type ContractSection, fullSessionOf, sessionOf, T0 } from './context.ts';

const RULE = { now: T0 };

// Parsed, so that __proto__ is a member like any other.
const AWKWARD = JSON.parse(`{
  "": "empty name", "__proto__": {"admin": false}, "constructor": "x", "toString": null,
  "numbers": [0, -1, 0.1, 1e21, 1e-7, 9007199254740991, -9007199254740991, 4102444800000],
  "text": "quote \\" back \\\\ line \\n null \\u0000 snowman \u2603 emoji \u{1f600} lone \\ud800 sep \\u2028",
  "looksLike": ["1", "true", "null", "2100-01-01T00:00:00.000Z", "{}"],
  "deep": {"a": {"b": {"c": {"d": [[[]], {}]}}}}, "yes": true, "no": false
}`) as NonNullable<Session['data']>;

export const records: ContractSection = {
  name: 'keeping records',
  records: {
    async 'finds a new session member for member, absent members absent'({ store }) {
      await store.create(sessionOf(), RULE);
      assert.deepEqual(await store.find(sessionOf(), T0), sessionOf());
    },

    async 'finds every optional member as it was given'({ store }) {
      await store.create(fullSessionOf(), RULE);
      assert.deepEqual(await store.find(fullSessionOf(), T0), fullSessionOf());
    },

    async 'tells empty members from absent ones'({ store }) {
      const empty = sessionOf({ epoch: '', scope: '', data: {}, client: {} });
      await store.create(empty, RULE);
      assert.deepEqual(await store.find(empty, T0), empty);
    },

    async 'keeps a client of which one member is known'({ store }) {
      const session = sessionOf({ client: { ip: '2001:db8::1' } });
      await store.create(session, RULE);
      assert.deepEqual(await store.find(session, T0), session);
    },

    async 'keeps awkward JSON exactly'({ store }) {
      await store.create(sessionOf({ data: AWKWARD }), RULE);
      const found = await store.find(sessionOf(), T0);
      assert.deepEqual(found?.data, AWKWARD);
      assert.ok(found?.data && Object.hasOwn(found.data, '__proto__'));
    },

    async 'finds nothing where nothing was made'({ store }) {
      assert.equal(await store.find(sessionOf(), T0), undefined);
    },

    async 'keeps the session that was given, not the object'({ store }) {
      const given = structuredClone(fullSessionOf());
      await store.create(given, RULE);
      spoil(given);
      assert.deepEqual(await store.find(fullSessionOf(), T0), fullSessionOf());
    },

    async 'keeps the client of an advance, not the object'({ store }) {
      const next = advanceTo(1, { client: { label: 'New' } });
      await store.create(sessionOf(), RULE);
      await store.advance(sessionOf(), 0, next);
      spoil(next);
      assert.deepEqual((await store.find(sessionOf(), T0))?.client, { label: 'New' });
    },

    async 'hands out copies from find'({ store }) {
      await store.create(fullSessionOf(), RULE);
      spoil(await store.find(fullSessionOf(), T0));
      assert.deepEqual(await store.find(fullSessionOf(), T0), fullSessionOf());
    },

    async 'hands out copies from advance'({ store }) {
      await store.create(fullSessionOf(), RULE);
      spoil(await store.advance(fullSessionOf(), 0, advanceTo(1)));
      assert.deepEqual(await store.find(fullSessionOf(), T0), advanced(fullSessionOf(), advanceTo(1)));
    },

    async 'shows a write acknowledged by one handle to another at once'({ store, peer }) {
      await store.create(sessionOf(), RULE);
      assert.deepEqual(await peer.find(sessionOf(), T0), sessionOf());
      await peer.advance(sessionOf(), 0, advanceTo(1));
      assert.deepEqual(await store.find(sessionOf(), T0), advanced(sessionOf(), advanceTo(1)));
      await store.revoke(sessionOf(), { at: T0, reason: 'logout' });
      assert.equal(await peer.isLive({ session: sessionOf() }, T0), false);
    },

    async 'still has what it acknowledged when it is opened again, where it says durable'({ store, reopen }) {
      if (!store.durable) return;
      assert.ok(reopen, 'a store that says durable needs `reopen` in its fixture');
      const token = { id: 't1', subject: 'user-1', expiresAt: T0 + 1 };
      await store.create(fullSessionOf(), RULE);
      await store.advance(fullSessionOf(), 0, advanceTo(1));
      await store.create(sessionOf({ id: 'revoked' }), RULE);
      await store.revoke(sessionOf({ id: 'revoked' }), { at: T0, reason: 'logout' });
      await store.blacklist(token, T0);
      const again = await reopen();
      assert.deepEqual(await again.find(fullSessionOf(), T0), advanced(fullSessionOf(), advanceTo(1)));
      assert.equal(await again.isLive({ session: sessionOf({ id: 'revoked' }) }, T0), false);
      assert.equal(await again.blacklist(token, T0), false);
    },
  },

  subjects: {
    async 'lists nothing where nothing was made'({ store }) {
      assert.deepEqual(await store.list('user-1', T0), []);
    },

    async 'hands out copies from list'({ store }) {
      await store.create(fullSessionOf(), RULE);
      for (const session of await store.list('user-1', T0)) spoil(session);
      assert.deepEqual(await store.find(fullSessionOf(), T0), fullSessionOf());
    },
  },
};

/** Changes everything that can be changed, at every depth. A frozen copy may refuse. */
function spoil(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    spoil(member);
    Reflect.set(value, name, typeof member === 'number' ? -1 : 'spoiled');
  }
  Reflect.set(value, 'added', true);
}
