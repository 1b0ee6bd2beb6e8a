/**
 * Random histories against a model of design §4: whatever the order of logins, refreshes, replays, parallel refreshes, logouts,
 * password changes, disables, pauses and failures of the store, every answer is the table's and the invariants hold. A failure
 * prints its seed and the shortest history (`fc.assert`).
 */

import { AuthError, type AuthErrorCode } from '@tokenpair/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logIn, makeAuth, type TestAuth } from '../support/auth.ts';
import { DAY, MINUTE, SECOND } from '../support/clock.ts';
import type { Fault } from '../support/spy-store.ts';
import { decode } from '../support/tokens.ts';

const GRACE = 30 * SECOND;
const LEEWAY = 5 * SECOND;
const IDLE = DAY;
const END = 3 * DAY;
const STORE_TIMEOUT = 2 * SECOND;
const SILENCE = MINUTE;

interface ModelSession {
  readonly id: string;
  readonly subject: string;
  readonly endsAt: number;
  /** The refresh token of each generation; what was handed out once for a generation is all that ever may be (I2). */
  readonly tokens: Map<number, string>;
  epoch: string;
  generation: number;
  rotatedAt: number;
  /** Why it ended, once it has (I3, I4). */
  ended: 'logout' | 'reuse' | 'expired' | 'no_active_account' | 'password_changed' | undefined;
}

interface Model {
  readonly sessions: ModelSession[];
  failing: Fault | undefined;
  /** Since when refreshes fail, and when one last did. */
  away: { readonly from: number; readonly last: number } | undefined;
  /** When the store was away. */
  readonly outages: { from: number; to: number }[];
}

type Command = fc.AsyncCommand<Model, TestAuth>;

const pick = <T>(list: readonly T[], n: number): T | undefined => list[n % Math.max(1, list.length)];

/** A refresh failed: the store is away, or still. */
function failed(model: Model, now: number): void {
  const { away } = model;
  if (away !== undefined && now - away.last > SILENCE) written(model, now);
  model.away = { from: model.away?.from ?? resumed(model, now) ?? now, last: now };
}

/** An outage that was over for no more than a second was not over. */
function resumed(model: Model, now: number): number | undefined {
  const last = model.outages.at(-1);
  if (last === undefined || now - last.to > SECOND) return undefined;
  model.outages.pop();
  return last.from;
}

/** The store took a step: an outage is over. */
function written(model: Model, now: number): void {
  const { away } = model;
  model.away = undefined;
  if (away === undefined) return;
  const to = Math.min(now, away.last + SILENCE);
  model.outages.push({ from: away.from, to });
}

/** What the store is asked for at a refresh: to advance, for an active user; else to find, and to revoke what is to end. */
function noteRefresh(model: Model, session: ModelSession, verdict: string, { clock, users }: TestAuth): void {
  if (model.failing !== undefined) failed(model, clock());
  else if (
    users.get(session.subject)?.active === true ||
    (verdict in ENDS_WITH && session.ended === undefined)
  )
    written(model, clock());
}

/** A logout that fails says nothing of refreshes; the refresh that races it does. */
function noteLogout(model: Model, races: boolean, { clock }: TestAuth): void {
  if (model.failing === undefined) written(model, clock());
  else if (races) failed(model, clock());
}

function isGood(token: string, { clock }: TestAuth): boolean {
  return clock() < refreshEnd(token) + LEEWAY;
}

/** Until when a token can be used for a refresh; the one of sliding mode has a claim of its own for that. */
function refreshEnd(token: string | undefined): number {
  const { exp, refresh_exp = exp } = decode(token).claims as { exp: number; refresh_exp?: number };
  return refresh_exp * 1000;
}

/** Grace counts from the rotation, without the time for which the store was away. */
function inGrace(model: Model, rotatedAt: number, now: number): boolean {
  const { away } = model;
  const open = away === undefined ? [] : [{ from: away.from, to: Math.min(now, away.last + SILENCE) }];
  let standstill = 0;
  for (const { from, to } of [...model.outages, ...open].slice(away === undefined ? -16 : -17)) {
    const start = rotatedAt >= from - STORE_TIMEOUT ? rotatedAt : from;
    standstill += Math.max(0, Math.min(to - start, 10 * MINUTE));
  }
  return now - rotatedAt - standstill <= GRACE + LEEWAY;
}

/** Design §4, for a token that was handed out for `generation`. */
function expected(
  model: Model,
  session: ModelSession,
  generation: number,
  { clock, users }: TestAuth,
): AuthErrorCode | 'rotate' | 'replay' {
  const now = clock();
  const user = users.get(session.subject);
  const issuedAt = generation === session.generation ? session.rotatedAt : undefined;
  if (now >= refreshEnd(session.tokens.get(generation)) + LEEWAY) return 'token_expired';
  if (session.ended === 'password_changed' || session.ended === 'no_active_account') return session.ended;
  if (session.ended !== undefined) return 'token_revoked';
  if (now >= session.endsAt) return 'session_expired';
  if (user?.active !== true) return 'no_active_account';
  if (user.epoch !== session.epoch) return 'password_changed';
  if (issuedAt !== undefined) return 'rotate';
  if (generation === session.generation - 1 && inGrace(model, session.rotatedAt, now)) return 'replay';
  return 'refresh_token_reused';
}

const ENDS_WITH: Partial<Record<AuthErrorCode, ModelSession['ended']>> = {
  session_expired: 'expired',
  no_active_account: 'no_active_account',
  password_changed: 'password_changed',
  refresh_token_reused: 'reuse',
};

async function answerOf(test: TestAuth, token: string): Promise<{ code?: AuthErrorCode; refresh?: string }> {
  try {
    return { refresh: String((await test.auth.refresh(token)).refresh) };
  } catch (error) {
    if (error instanceof AuthError) return { code: error.code };
    throw error;
  }
}

/** A token given out: of the generation it says, and the only one ever for it (I1, I2). */
function given(session: ModelSession, token: string): number {
  const { sid, gen } = decode(token).claims as { sid: string; gen: number };
  expect(sid).toBe(session.id);
  expect(token).toBe(session.tokens.get(gen) ?? token);
  session.tokens.set(gen, token);
  return gen;
}

/** After an unknown outcome the record says what happened; it may have gone one step, never back (I6). */
async function adopt(test: TestAuth, session: ModelSession): Promise<void> {
  const record = await unspied(test, session);
  expect(record.generation - session.generation).toBeOneOf([0, 1]);
  if (session.ended !== undefined) expect(record.revokedFor).toBe(session.ended);
  session.generation = record.generation;
  session.rotatedAt = record.rotatedAt;
  session.ended = record.revokedFor as ModelSession['ended'];
}

async function unspied({ store, clock }: TestAuth, { id, subject }: ModelSession) {
  store.heal();
  const record = await store.find({ id, subject }, clock());
  if (record === undefined) throw new Error('the record is gone');
  return record;
}

async function assertInvariants(model: Model, test: TestAuth): Promise<void> {
  for (const session of model.sessions) {
    const record = await unspied(test, session);
    expect([record.generation, record.endsAt, record.revokedFor]).toEqual([
      session.generation,
      session.endsAt,
      session.ended,
    ]);
    for (const token of session.tokens.values()) {
      expect(Number(decode(token).claims['exp']) * 1000).toBeLessThanOrEqual(session.endsAt);
      expect(refreshEnd(token)).toBeLessThanOrEqual(session.endsAt);
    }
  }
  if (model.failing !== undefined) test.store.fail(model.failing);
}

class Step implements Command {
  readonly #name: string;
  readonly #run: (model: Model, test: TestAuth) => Promise<void>;
  readonly #when: (model: Model) => boolean;

  constructor(
    name: string,
    run: (model: Model, test: TestAuth) => Promise<void>,
    when = (_model: Model): boolean => true,
  ) {
    this.#name = name;
    this.#run = run;
    this.#when = when;
  }

  check(model: Readonly<Model>): boolean {
    return this.#when(model);
  }

  async run(model: Model, test: TestAuth): Promise<void> {
    await this.#run(model, test);
    await assertInvariants(model, test);
  }

  toString(): string {
    return this.#name;
  }
}

const hasSession = (model: Model): boolean => model.sessions.length > 0;
const isUp = (model: Model): boolean => model.failing === undefined;

const login = fc.constantFrom('1', '2').map(
  (subject) =>
    new Step(
      `login ${subject}`,
      async (model, test) => {
        const user = test.users.get(subject);
        const pair = await logIn(test, subject).catch((error: AuthError) => error.code);
        if (user?.active !== true) {
          expect(pair).toBe('no_active_account');
          return;
        }
        if (typeof pair === 'string') throw new Error(pair);
        written(model, test.clock());
        const { endsAt, rotatedAt } = pair.session;
        expect(endsAt).toBe(test.clock() + END);
        model.sessions.push({
          id: pair.session.id,
          subject,
          endsAt,
          epoch: user.epoch,
          generation: 0,
          rotatedAt,
          tokens: new Map([[0, pair.refresh]]),
          ended: undefined,
        });
      },
      isUp,
    ),
);

/** `back` generations behind the newest known token; `times` at once. */
const refresh = fc
  .record({
    n: fc.nat(20),
    back: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(0, 0, 0, 1) }, fc.nat(4)),
    times: fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, fc.integer({ min: 2, max: 8 })),
  })
  .map(
    ({ n, back, times }) =>
      new Step(
        `refresh session ${n}, ${back} back, ${times} at once`,
        async (model, test) => {
          const session = pick(model.sessions, n) as ModelSession;
          const known = [...session.tokens.keys()].sort((a, b) => b - a);
          const generation = known[Math.min(back, known.length - 1)] as number;
          const token = session.tokens.get(generation) as string;
          const verdict = expected(model, session, generation, test);
          if (verdict !== 'token_expired') noteRefresh(model, session, verdict, test);
          const answers = await Promise.all(Array.from({ length: times }, () => answerOf(test, token)));

          if (model.failing !== undefined) {
            // Nothing that needs the store is accepted (I7), nobody is called a thief (I5).
            for (const answer of answers)
              expect(answer).toEqual({
                code: verdict === 'token_expired' ? 'token_expired' : 'store_unavailable',
              });
            await adopt(test, session);
            return;
          }
          if (verdict === 'rotate' || verdict === 'replay') {
            const next = verdict === 'rotate' ? generation + 1 : session.generation;
            if (verdict === 'rotate') {
              session.generation = next;
              session.rotatedAt = test.clock();
            }
            for (const answer of answers) expect(given(session, String(answer.refresh))).toBe(next);
            return;
          }
          const ended = ENDS_WITH[verdict];
          const again =
            verdict === 'session_expired' || verdict === 'refresh_token_reused' ? 'token_revoked' : verdict;
          for (const { code } of answers) expect(code).toBeOneOf([verdict, again]);
          expect(answers.some(({ code }) => code === verdict)).toBe(true);
          session.ended ??= ended;
          // The ordinary refresh rotates first and judges the epoch on the record that comes back: the step may be there.
          await adopt(test, session);
        },
        hasSession,
      ),
  );

const logout = fc.record({ n: fc.nat(20), generation: fc.nat(5), racing: fc.boolean() }).map(
  ({ n, generation, racing }) =>
    new Step(
      `logout session ${n}${racing ? ' while it is refreshed' : ''}`,
      async (model, test) => {
        const session = pick(model.sessions, n) as ModelSession;
        const newest = session.tokens.get(Math.max(...session.tokens.keys())) as string;
        const token = session.tokens.get(generation) ?? newest;
        const racer = racing ? answerOf(test, newest) : undefined;
        noteLogout(model, racing && isGood(newest, test), test);
        const acknowledged = await test.auth.logout(token).then(
          () => true,
          (error: AuthError) => error.code !== 'store_unavailable',
        );
        const won = await racer;
        expect(acknowledged).toBe(model.failing === undefined);
        await adoptLogout(test, session, acknowledged);
        if (won?.refresh !== undefined) given(session, won.refresh);
        if (acknowledged) {
          for (const each of session.tokens.values())
            expect((await answerOf(test, each)).refresh).toBeUndefined();
        }
      },
      hasSession,
    ),
);

/** The refresh that raced may have come first, or have ended the session for a reason of its own. */
async function adoptLogout(test: TestAuth, session: ModelSession, acknowledged: boolean): Promise<void> {
  const record = await unspied(test, session);
  if (acknowledged) expect(record.revokedFor).toBeDefined();
  await adopt(test, session);
}

const changePassword = fc.constantFrom('1', '2').map(
  (subject) =>
    new Step(`change the password of ${subject}`, async (_model, { users }) => {
      const user = users.get(subject);
      users.set(subject, { active: user?.active ?? true, epoch: `${user?.epoch}+` });
    }),
);

const setActive = fc.record({ subject: fc.constantFrom('1', '2'), active: fc.boolean() }).map(
  ({ subject, active }) =>
    new Step(`${active ? 'enable' : 'disable'} ${subject}`, async (_model, { users }) => {
      users.set(subject, { epoch: String(users.get(subject)?.epoch), active });
    }),
);

const pause = fc
  .oneof(
    fc.constantFrom(1, SECOND, GRACE, GRACE + LEEWAY, GRACE + LEEWAY + 1, MINUTE, IDLE - MINUTE, IDLE),
    fc.nat(2 * MINUTE),
  )
  .map((ms) => new Step(`${ms} ms pass`, async (_model, { clock }) => clock.advance(ms)));

const storeFails = fc.constantFrom<Fault | undefined>('throw', 'commit-then-throw', undefined, undefined).map(
  (fault) =>
    new Step(`the store ${fault === undefined ? 'is well' : `fails: ${fault}`}`, async (model, { store }) => {
      model.failing = fault;
      store.heal();
    }),
);

describe.each(['pair', 'sliding'] as const)('any history of sessions in %s mode', (mode) => {
  it('is answered by the table and keeps I1 to I7 and I9', async () => {
    const all = fc.commands(
      [
        login,
        refresh,
        refresh,
        refresh,
        refresh,
        logout,
        changePassword,
        setActive,
        pause,
        pause,
        storeFails,
      ],
      { maxCommands: 40, size: 'max' },
    );
    await fc.assert(
      fc.asyncProperty(all, async (commands) => {
        const setup = async () => {
          const real = makeAuth({ mode, session: { ttl: END / 1000 }, refresh: { ttl: IDLE / 1000 } });
          const { session, refresh: token } = await logIn(real);
          const first: ModelSession = {
            id: session.id,
            subject: '1',
            endsAt: session.endsAt,
            epoch: 'e0',
            generation: 0,
            rotatedAt: session.rotatedAt,
            tokens: new Map([[0, token]]),
            ended: undefined,
          };
          return {
            model: {
              sessions: [first],
              failing: undefined,
              away: undefined,
              outages: [],
            } satisfies Model as Model,
            real,
          };
        };
        await fc.asyncModelRun(setup, commands);
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});
