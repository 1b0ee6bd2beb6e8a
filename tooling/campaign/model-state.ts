/**
 * What the model knows of each session, and what the design says a token is worth.
 *
 * @module
 */
import type { AuthErrorCode } from '@tokenpair/core';
import type { RevokeReason, Session } from '@tokenpair/core/store';
import { hold } from './invariants.ts';
import { RULES, type World } from './model-world.ts';
import { isMadeUpFor, type OutageBook } from './outage-book.ts';
import { contentOf } from './token-content.ts';

export interface ModelSession {
  readonly id: string;
  readonly subject: string;
  readonly endsAt: number;
  /** The refresh token of each generation: the only one that may ever be given out for it. */
  readonly tokens: Map<number, string>;
  access: string;
  epoch: string;
  generation: number;
  rotatedAt: number;
  ended: RevokeReason | undefined;
  /** Its record has been collected. */
  pruned: boolean;
}

export interface Model {
  readonly sessions: ModelSession[];
  /** Whether every call fails now. */
  down: boolean;
  outages: OutageBook;
  /** Sessions by subject that may be in the store though nobody got their tokens. */
  readonly phantoms: Map<string, number>;
}

export type Verdict = AuthErrorCode | 'rotate' | 'replay';

/** Design §4 for a token handed out for `generation`; several where it depends on what this node saw of an outage. */
export function verdictsOn(
  model: Model,
  session: ModelSession,
  generation: number,
  world: World,
): readonly Verdict[] {
  const { now, users } = world;
  const user = users.get(session.subject);
  const { exp } = contentOf(session.tokens.get(generation) ?? '');
  if (now >= exp * 1000 + RULES.leeway) return ['token_expired'];
  if (session.pruned) return ['token_not_valid'];
  if (session.ended === 'password_changed' || session.ended === 'no_active_account') return [session.ended];
  if (session.ended !== undefined) return ['token_revoked'];
  if (now >= session.endsAt) return ['session_expired'];
  if (user?.active !== true) return ['no_active_account'];
  if (user.epoch !== session.epoch) return ['password_changed'];
  if (generation === session.generation) return ['rotate'];
  if (generation !== session.generation - 1) return ['refresh_token_reused'];
  if (isInGrace(session.rotatedAt, now)) return ['replay'];
  return afterOutage(model, session.rotatedAt, world);
}

function isInGrace(since: number, now: number): boolean {
  return now - since <= RULES.grace + RULES.leeway;
}

/** Grace runs from the store's return for a rotation that fell into an outage; at its margins either answer is right. */
function afterOutage(model: Model, rotatedAt: number, { now, timeoutMs }: World): readonly Verdict[] {
  const graceMs = RULES.grace + RULES.leeway;
  const madeUp = isMadeUpFor(model.outages, rotatedAt, { now, graceMs, slackMs: timeoutMs });
  if (madeUp === 'surely') return ['replay'];
  return madeUp === 'perhaps' ? ['replay', 'refresh_token_reused'] : ['refresh_token_reused'];
}

/** A token given out: for the generation it says, and the only one ever for it. */
export function keepToken(session: ModelSession, token: string): number {
  const { sid, gen, exp } = contentOf(token);
  hold(sid === session.id, 'I2', `a token of another session was given out`);
  hold(
    (session.tokens.get(gen) ?? token) === token,
    'I2',
    `two different tokens were given out for generation ${gen}`,
  );
  hold(exp * 1000 <= session.endsAt, 'I9', 'a refresh token outlives the session');
  session.tokens.set(gen, token);
  return gen;
}

/** After an outcome that was unknown or raced, the record says what happened: at most one step on, never back. */
export async function adopt(world: World, session: ModelSession): Promise<void> {
  const record = await recordOf(world, session);
  if (record === undefined) return;
  const steps = record.generation - session.generation;
  hold(steps >= 0, 'I6', `generation ${session.generation} became ${record.generation}`);
  hold(steps <= 1, 'I1', `generation ${session.generation} became ${record.generation} in one step`);
  holdEnd(session, record);
  session.generation = record.generation;
  session.rotatedAt = record.rotatedAt;
  session.epoch = record.epoch ?? '';
  session.ended = record.revokedFor;
}

/** The record as it is, past whatever fails. */
export async function recordOf({ store, now }: World, session: ModelSession): Promise<Session | undefined> {
  return store.untroubled().find({ id: session.id, subject: session.subject }, now);
}

export function holdEnd(session: ModelSession, record: Session): void {
  if (session.ended === undefined) return;
  const invariant = session.ended === 'reuse' ? 'I4' : 'I3';
  hold(record.revokedAt !== undefined, invariant, `a session ended by ${session.ended} is live again`);
}

/** What has to hold after every step, seen from the store. */
export async function holdInvariants(model: Model, world: World): Promise<void> {
  await Promise.all(
    model.sessions.map(async (session) => {
      const record = await recordOf(world, session);
      if (record === undefined) {
        hold(session.pruned, 'I6', 'a record is gone that nothing has collected');
        return;
      }
      const { generation } = session;
      hold(record.generation >= generation, 'I6', `generation ${generation} became ${record.generation}`);
      hold(record.generation <= generation, 'I1', `generation ${generation} became ${record.generation}`);
      hold(record.endsAt === session.endsAt, 'I9', 'the absolute end has moved');
      holdEnd(session, record);
      hold(
        record.revokedFor === session.ended,
        'table',
        `the session ended by ${record.revokedFor}, not ${session.ended}`,
      );
    }),
  );
}
