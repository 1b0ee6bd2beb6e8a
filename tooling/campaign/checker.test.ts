import { describe, expect, it } from 'vitest';
import { checkHistory } from './checker.ts';
import {
  type SeenRecord,
  type SessionInput,
  type SessionOperation,
  type SessionOutput,
  sessionMachine,
} from './session-machine.ts';

const verdictOn = (...history: SessionOperation[]) => checkHistory(sessionMachine, history);

let calls = 0;

/** What was asked, what was heard, and from when to when; without an end the outcome is unknown. */
function op(
  input: SessionInput,
  output: SessionOutput | undefined,
  invoked: number,
  returned?: number,
): SessionOperation {
  calls += 1;
  const heard =
    returned === undefined || output === undefined
      ? { returned: Number.POSITIVE_INFINITY }
      : { returned, output };
  return { client: `c${calls}`, input, invoked, ...heard };
}

const at = (generation: number, by: string, revoked = false): SeenRecord => ({ generation, by, revoked });
const create = (by = 'a'): SessionInput => ({ kind: 'create', by });
const advance = (from: number, by: string): SessionInput => ({ kind: 'advance', from, to: from + 1, by });
const find: SessionInput = { kind: 'find' };
const revoke: SessionInput = { kind: 'revoke' };
const alive: SessionInput = { kind: 'is-live', session: true };
const CREATED = op(create(), true, 0, 1);

describe('takes', () => {
  it('steps one after the other', () => {
    expect(
      verdictOn(
        CREATED,
        op(advance(0, 'b'), at(1, 'b'), 2, 3),
        op(find, at(1, 'b'), 4, 5),
        op(revoke, 1, 6, 7),
        op(alive, false, 8, 9),
        op(find, at(1, 'b', true), 10, 11),
      ),
    ).toBe('linearizable');
  });

  it('steps at once in either order', () => {
    const race = [op(advance(0, 'b'), null, 2, 9), op(advance(0, 'c'), at(1, 'c'), 3, 4)];
    expect(verdictOn(CREATED, ...race)).toBe('linearizable');
    expect(verdictOn(CREATED, op(find, at(0, 'a'), 2, 9), op(advance(0, 'c'), at(1, 'c'), 3, 4))).toBe(
      'linearizable',
    );
  });

  it.each([
    ['never', at(0, 'a')],
    ['much later', at(1, 'b')],
  ])('a step of unknown outcome that is taken %s', (_when, seen) => {
    const unknown = op(advance(0, 'b'), undefined, 2);
    const between = op(find, at(0, 'a'), 10, 11);
    expect(verdictOn(CREATED, unknown, between, op(find, seen, 20, 21))).toBe('linearizable');
  });

  it('the counts of a revocation of two sessions, of which this is one', () => {
    const both: SessionInput = { kind: 'revoke-subject', alone: false };
    expect(verdictOn(CREATED, op(both, 2, 2, 3), op(both, 0, 4, 5))).toBe('linearizable');
    expect(verdictOn(CREATED, op(both, 1, 2, 3), op(alive, false, 4, 5))).toBe('linearizable');
  });
});

describe('refuses', () => {
  it('a stale read after an acknowledged write', () => {
    expect(verdictOn(CREATED, op(advance(0, 'b'), at(1, 'b'), 2, 3), op(find, at(0, 'a'), 4, 5))).toBe(
      'violation',
    );
  });

  it('a generation won twice', () => {
    const wins = [op(advance(0, 'b'), at(1, 'b'), 2, 9), op(advance(0, 'c'), at(1, 'c'), 3, 8)];
    expect(verdictOn(CREATED, ...wins)).toBe('violation');
  });

  it('a revival after a revocation', () => {
    expect(verdictOn(CREATED, op(revoke, 1, 2, 3), op(alive, true, 4, 5))).toBe('violation');
    expect(verdictOn(CREATED, op(revoke, 1, 2, 3), op(advance(0, 'b'), at(1, 'b'), 4, 5))).toBe('violation');
    expect(verdictOn(CREATED, op(revoke, 1, 2, 3), op(create('b'), true, 4, 5))).toBe('violation');
  });

  it('a lost acknowledged write', () => {
    expect(verdictOn(CREATED, op(revoke, 1, 2, 3), op(revoke, 1, 4, 5))).toBe('violation');
    expect(verdictOn(CREATED, op(find, null, 2, 3))).toBe('violation');
  });

  it('a step of unknown outcome that is seen to come and go', () => {
    const unknown = op(advance(0, 'b'), undefined, 2);
    const seen = [op(find, at(1, 'b'), 4, 5), op(find, at(0, 'a'), 6, 7)];
    expect(verdictOn(CREATED, unknown, ...seen)).toBe('violation');
  });

  it('a step that says it was not taken, and was', () => {
    expect(verdictOn(CREATED, op(advance(0, 'b'), null, 2, 3), op(find, at(1, 'b'), 4, 5))).toBe('violation');
  });

  it('a single use granted twice', () => {
    const use: SessionInput = { kind: 'blacklist', token: 1 };
    expect(verdictOn(op(use, true, 0, 5), op(use, true, 1, 4))).toBe('violation');
    const asked: SessionInput = { kind: 'is-live', session: false, token: 1 };
    expect(verdictOn(op(use, true, 0, 1), op(asked, true, 2, 3))).toBe('violation');
  });

  it('a revocation of all that counts a session which had ended, or none where one lived', () => {
    const both: SessionInput = { kind: 'revoke-subject', alone: false };
    expect(verdictOn(CREATED, op(revoke, 1, 2, 3), op(both, 2, 4, 5))).toBe('violation');
    expect(verdictOn(CREATED, op(both, 0, 2, 3))).toBe('violation');
  });
});
