import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RevokeMark, Session, TokenStore } from '@tokenpair/core/store';
import { advanceTo, type ContractContext, type ContractSection, sessionOf, T0, upTo } from './context.ts';

const ROUNDS = 40;
const RULE = { now: T0 };
const MARK = { at: T0 + 5, reason: 'logout' } as const;

type End = (handle: TokenStore, session: Session, mark: RevokeMark) => Promise<unknown>;

export const races: ContractSection = {
  name: 'racing',
  records: {
    async 'gives one of 64 parallel calls a record, on each of 50 sessions'({ store, peer }) {
      for (const id of upTo(50).map((n) => `s${n}`)) {
        await store.create(sessionOf({ id }), RULE);
        const calls = upTo(64).map((n) =>
          (n % 2 ? peer : store).advance(
            sessionOf({ id }),
            0,
            advanceTo(1, { rotatedBy: `r${n}`, client: { ip: `${n}` } }),
          ),
        );
        const answers = await Promise.all(calls);
        const winner = answers.findIndex((record) => record !== undefined);
        assert.equal(answers.filter((record) => record !== undefined).length, 1, id);
        assert.equal(answers[winner]?.rotatedBy, `r${winner}`);
        assert.deepEqual(await peer.find(sessionOf({ id }), T0), answers[winner]);
      }
    },

    async 'refuses every advance that starts after a revocation has resolved (I3)'(context) {
      await raceAgainstClimb(context, (handle, session) => handle.revoke(session, MARK));
    },

    async 'refuses the advance that was called after the revocation, and never undoes one called before'(
      context,
    ) {
      for (const round of upTo(ROUNDS)) {
        const session = sessionOf({ id: `s${round}` });
        const [first, second] = inTurn(context, round);
        await first.create(session, RULE);
        const before = first.advance(session, 0, advanceTo(1));
        const ended = second.revoke(session, MARK);
        assert.equal(await ended, 1);
        const generation = (await before)?.generation ?? 0;
        const found = await first.find(session, T0);
        assert.deepEqual([found?.revokedAt, found?.generation], [MARK.at, generation], `round ${round}`);
        assert.equal(await first.advance(session, generation, advanceTo(generation + 1)), undefined);
      }
    },
  },

  subjects: {
    async 'refuses every advance that starts after a subject-wide revocation has resolved (I3)'(context) {
      await raceAgainstClimb(context, (handle, { subject }) => handle.revoke({ subject }, MARK));
    },

    async 'refuses every advance that starts after an eviction has resolved'(context) {
      await raceAgainstClimb(context, (handle, session) =>
        handle.create({ ...session, id: `${session.id}-new`, createdAt: T0 + 1 }, { now: MARK.at, limit: 1 }),
      );
    },

    async 'leaves no torn record when logins race the end of all of a subject’s sessions'({ store, peer }) {
      for (const round of upTo(ROUNDS)) {
        const subject = `user-${round}`;
        const sessions = upTo(4).map((n) => sessionOf({ id: `s${round}-${n}`, subject }));
        const logins = sessions.map((session, n) => (n % 2 ? peer : store).create(session, RULE));
        const ended = await (round % 2 ? store : peer).revoke({ subject }, MARK);
        await Promise.all(logins);
        const found = await Promise.all(sessions.map((session) => peer.find(session, T0)));
        const dead = found.filter((session) => session?.revokedAt !== undefined);
        assert.equal(dead.length, ended, `round ${round}`);
        for (const [n, session] of found.entries()) {
          const mark = dead.includes(session) && { revokedAt: MARK.at, revokedFor: MARK.reason };
          assert.deepEqual(session, { ...sessions[n], ...mark }, `round ${round}`);
        }
        assert.equal((await store.list(subject, T0)).length, found.length - ended, `round ${round}`);
      }
    },

    async 'gives each step to one caller under mixed use'(context) {
      const sessions = upTo(4).map((n) => sessionOf({ id: `s${n}`, subject: `user-${n % 2}` }));
      for (const session of sessions) await context.store.create(session, RULE);
      const won = new Map(sessions.map(({ id }) => [id, [] as number[]]));
      const counts: number[] = [];
      const workers = upTo(8).map(async (worker) => {
        const handle = inTurn(context, worker)[0];
        for (const step of upTo(24)) {
          const session = sessions[(worker + step) % sessions.length] ?? sessionOf();
          const at = (await handle.find(session, T0))?.generation ?? Number.NaN;
          const record = await handle.advance(
            session,
            at,
            advanceTo(at + 1, { rotatedBy: `${worker}-${step}` }),
          );
          if (record) won.get(session.id)?.push(record.generation);
          if (worker < 2 && step === 12) counts.push(await handle.revoke({ subject: 'user-1' }, MARK));
          if (worker === 2 && step === 12) counts.push(await handle.revoke(sessionOf({ id: 's1' }), MARK));
          await handle.list(session.subject, T0);
          await handle.prune(T0);
        }
      });
      await Promise.all(workers);
      assert.equal(
        counts.reduce((sum, count) => sum + count),
        2,
      );
      for (const session of sessions) {
        const record = await context.peer.find(session, T0);
        const steps = upTo(record?.generation ?? 0).map((n) => n + 1);
        assert.notEqual(steps.length, 0);
        assert.deepEqual(
          won.get(session.id)?.sort((a, b) => a - b),
          steps,
        );
        assert.equal(record?.revokedAt, session.subject === 'user-1' ? MARK.at : undefined);
      }
    },
  },
};

/** Many rounds of a session that keeps advancing while it is ended, at a different moment in each. */
async function raceAgainstClimb(context: ContractContext, end: End): Promise<void> {
  for (const round of upTo(ROUNDS)) {
    const session = sessionOf({ id: `s${round}`, subject: `user-${round}` });
    const [climber, ender] = inTurn(context, round);
    await climber.create(session, RULE);
    let over = false;
    let reached = 0;

    const climb = async (): Promise<void> => {
      for (const from of upTo(30)) {
        const startedAfter = over;
        if (!(await climber.advance(session, from, advanceTo(from + 1)))) return;
        assert.equal(startedAfter, false, `round ${round}: generation ${from + 1} came after the end`);
        reached = from + 1;
      }
    };
    const stop = async (): Promise<void> => {
      for (const _ of upTo(round % 4)) await nextTurn();
      for (const _ of upTo(round % 7)) await undefined;
      await end(ender, session, MARK);
      over = true;
    };
    await Promise.all([climb(), stop()]);

    const found = await ender.find(session, T0);
    assert.deepEqual([found?.revokedAt, found?.generation], [MARK.at, reached], `round ${round}`);
    assert.equal(
      await climber.advance(session, reached, advanceTo(reached + 1)),
      undefined,
      `round ${round}`,
    );
  }
}

function inTurn({ store, peer }: ContractContext, n: number): [TokenStore, TokenStore] {
  return n % 2 ? [peer, store] : [store, peer];
}
