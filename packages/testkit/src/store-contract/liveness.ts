import assert from 'node:assert/strict';
import { advanceTo, type ContractSection, DAY, sessionOf, T0 } from './context.ts';

const RULE = { now: T0 };
const SESSION = sessionOf();
const TOKEN = { id: 't1', subject: 'user-1', expiresAt: T0 + DAY };
const MARK = { at: T0, reason: 'logout' } as const;

export const liveness: ContractSection = {
  name: 'a guard’s check',
  least: {
    async 'passes a token nobody blacklisted'({ store }) {
      assert.equal(await store.isLive({ token: TOKEN }, T0), true);
    },
  },

  records: {
    async 'passes a live session, alone and with a token'({ store }) {
      await store.create(SESSION, RULE);
      assert.equal(await store.isLive({ session: SESSION }, T0), true);
      assert.equal(await store.isLive({ session: SESSION, token: TOKEN }, T0), true);
    },

    async 'refuses an unknown session, alone and with a good token'({ store }) {
      assert.equal(await store.isLive({ session: SESSION }, T0), false);
      assert.equal(await store.isLive({ session: SESSION, token: TOKEN }, T0), false);
    },

    async 'refuses a session under another subject'({ store }) {
      await store.create(SESSION, RULE);
      assert.equal(await store.isLive({ session: { id: SESSION.id, subject: 'user-2' } }, T0), false);
    },

    async 'refuses a revoked session, alone and with a good token'({ store }) {
      await store.create(SESSION, RULE);
      await store.revoke(SESSION, MARK);
      assert.equal(await store.isLive({ session: SESSION }, T0), false);
      assert.equal(await store.isLive({ session: SESSION, token: TOKEN }, T0), false);
    },

    async 'refuses a live session with a blacklisted token'({ store }) {
      await store.create(SESSION, RULE);
      await store.blacklist(TOKEN, T0);
      assert.equal(await store.isLive({ session: SESSION, token: TOKEN }, T0), false);
      assert.equal(await store.isLive({ session: SESSION }, T0), true);
    },

    async 'refuses a session from its absolute end on, to the millisecond'({ store }) {
      const session = sessionOf({ endsAt: T0 + 500 });
      await store.create(session, RULE);
      assert.equal(await store.isLive({ session }, T0 + 499), true);
      assert.equal(await store.isLive({ session }, T0 + 500), false);
      assert.equal(await store.isLive({ session }, T0 + 501), false);
    },

    async 'does not judge the expiry of the refresh token'({ store }) {
      const session = sessionOf({ expiresAt: T0 + 10 });
      await store.create(session, RULE);
      assert.equal(await store.isLive({ session }, T0 + 11), true);
    },

    async 'passes whatever generation the session has reached'({ store }) {
      await store.create(SESSION, RULE);
      await store.advance(SESSION, 0, advanceTo(1));
      assert.equal(await store.isLive({ session: SESSION }, T0 + 10), true);
    },
  },
};
