import assert from 'node:assert/strict';
import { advanced, advanceTo, type ContractSection, fullSessionOf, sessionOf, T0, upTo } from './context.ts';

const RULE = { now: T0 };

export const advance: ContractSection = {
  name: 'advancing',
  records: {
    async 'returns the record as it then stands, and keeps it so'({ store }) {
      await store.create(fullSessionOf(), RULE);
      const record = await store.advance(fullSessionOf(), 0, advanceTo(1));
      assert.deepEqual(record, advanced(fullSessionOf(), advanceTo(1)));
      assert.deepEqual(await store.find(fullSessionOf(), T0), record);
    },

    async 'sets the time of last use to that of the rotation'({ store }) {
      await store.create(sessionOf(), RULE);
      const record = await store.advance(sessionOf(), 0, advanceTo(1, { rotatedAt: T0 + 77 }));
      assert.equal(record?.lastUsedAt, T0 + 77);
    },

    async 'replaces the epoch and the members of the client that are given, and keeps the other members'({
      store,
    }) {
      const next = advanceTo(1, { epoch: 'epoch-2', client: { ip: '198.51.100.7' } });
      await store.create(fullSessionOf(), RULE);
      assert.deepEqual(await store.advance(fullSessionOf(), 0, next), advanced(fullSessionOf(), next));
      assert.deepEqual(await store.find(fullSessionOf(), T0), advanced(fullSessionOf(), next));
    },

    async 'keeps epoch and client where they are not given'({ store }) {
      await store.create(fullSessionOf(), RULE);
      const record = await store.advance(fullSessionOf(), 0, advanceTo(1));
      assert.equal(record?.epoch, fullSessionOf().epoch);
      assert.deepEqual(record?.client, fullSessionOf().client);
    },

    async 'adds epoch and client to a session without them'({ store }) {
      const next = advanceTo(1, { epoch: '', client: {} });
      await store.create(sessionOf(), RULE);
      assert.deepEqual(await store.advance(sessionOf(), 0, next), advanced(sessionOf(), next));
    },

    async 'takes no generation for another that is written alike'({ store }) {
      await store.create(sessionOf({ generation: 12 }), RULE);
      for (const from of [1, 2, 120, 0, 11, 13])
        assert.equal(await store.advance(sessionOf(), from, advanceTo(200)), undefined, `from ${from}`);
      assert.deepEqual(await store.find(sessionOf(), T0), sessionOf({ generation: 12 }));
      assert.equal((await store.advance(sessionOf(), 12, advanceTo(200)))?.generation, 200);
    },

    async 'goes from generation to generation'({ store }) {
      await store.create(sessionOf(), RULE);
      for (const from of upTo(20)) {
        const record = await store.advance(sessionOf(), from, advanceTo(from + 1));
        assert.equal(record?.generation, from + 1);
      }
      assert.deepEqual(await store.find(sessionOf(), T0), advanced(sessionOf(), advanceTo(20)));
    },

    async 'goes forward over a gap, as a recovery does'({ store }) {
      await store.create(sessionOf(), RULE);
      assert.equal((await store.advance(sessionOf(), 0, advanceTo(8)))?.generation, 8);
      assert.equal(await store.advance(sessionOf(), 1, advanceTo(2)), undefined);
    },

    async 'refuses an older and a newer generation, and then changes nothing'({ store }) {
      await store.create(fullSessionOf({ generation: 5 }), RULE);
      for (const from of [-1, 0, 4, 6]) {
        const next = advanceTo(from + 1, { epoch: 'x', client: { ip: 'x' } });
        assert.equal(await store.advance(fullSessionOf(), from, next), undefined, `from ${from}`);
      }
      assert.deepEqual(await store.find(fullSessionOf(), T0), fullSessionOf({ generation: 5 }));
    },

    async 'refuses an unknown session'({ store }) {
      await store.create(sessionOf(), RULE);
      assert.equal(await store.advance(sessionOf({ id: 'unknown' }), 0, advanceTo(1)), undefined);
    },

    async 'refuses a revoked session'({ store }) {
      await store.create(sessionOf(), RULE);
      await store.revoke(sessionOf(), { at: T0 + 1, reason: 'logout' });
      assert.equal(await store.advance(sessionOf(), 0, advanceTo(1)), undefined);
      assert.equal((await store.find(sessionOf(), T0))?.generation, 0);
    },

    async 'goes on until one millisecond before the absolute end, and no further'({ store }) {
      const endsAt = T0 + 5_000;
      await store.create(sessionOf({ endsAt }), RULE);
      for (const rotatedAt of [endsAt + 1, endsAt]) {
        assert.equal(
          await store.advance(sessionOf(), 0, advanceTo(1, { rotatedAt })),
          undefined,
          `${rotatedAt - endsAt}`,
        );
      }
      const record = await store.advance(sessionOf(), 0, advanceTo(1, { rotatedAt: endsAt - 1 }));
      assert.equal(record?.generation, 1);
      assert.equal(record?.endsAt, endsAt);
    },

    async 'leaves the expiry of the refresh token to core'({ store }) {
      await store.create(sessionOf({ expiresAt: T0 + 10 }), RULE);
      assert.equal(
        (await store.advance(sessionOf(), 0, advanceTo(1, { rotatedAt: T0 + 11 })))?.generation,
        1,
      );
    },

    async 'gives one of 64 parallel calls a record'({ store, peer }) {
      await store.create(sessionOf(), RULE);
      const calls = upTo(64).map((n) => {
        const next = advanceTo(1, { rotatedBy: `racer-${n}` });
        return (n % 2 ? peer : store).advance(sessionOf(), 0, next);
      });
      const winners = (await Promise.all(calls)).filter((record) => record !== undefined);
      assert.equal(winners.length, 1);
      assert.deepEqual(await store.find(sessionOf(), T0), winners[0]);
    },

    async 'gives each record to one caller when 8 climb 8 generations'({ store, peer }) {
      await store.create(sessionOf(), RULE);
      const climbers = upTo(8).map(async (n) => {
        const handle = n % 2 ? peer : store;
        const won: number[] = [];
        for (const from of upTo(8)) {
          const record = await handle.advance(
            sessionOf(),
            from,
            advanceTo(from + 1, { rotatedBy: `racer-${n}` }),
          );
          if (record?.rotatedBy === `racer-${n}`) won.push(record.generation);
        }
        return won;
      });
      const won = (await Promise.all(climbers)).flat().sort((a, b) => a - b);
      assert.deepEqual(
        won,
        upTo((await store.find(sessionOf(), T0))?.generation ?? 0).map((n) => n + 1),
      );
      assert.notEqual(won.length, 0);
    },
  },
};
