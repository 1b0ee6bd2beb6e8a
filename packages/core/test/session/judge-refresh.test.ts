import type { RevokeReason, Session } from '@tokenpair/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeRefresh, type RefreshCase, type RefreshVerdict } from '../../src/session/judge-refresh.ts';
import { DAY, MINUTE, SECOND, T0 } from '../support/clock.ts';

const GRACE = 30 * SECOND;
const LEEWAY = 5 * SECOND;
const ENDS = T0 + 30 * DAY;
const REASONS: readonly RevokeReason[] = [
  'logout',
  'reuse',
  'expired',
  'no_active_account',
  'password_changed',
  'evicted',
  'replaced',
  'revoked',
];

const session = (changes: Partial<Session> = {}): Session => ({
  id: 's',
  subject: '1',
  createdAt: T0,
  authTime: T0,
  endsAt: ENDS,
  generation: 3,
  rotatedAt: T0,
  rotatedBy: 'another request',
  expiresAt: T0 + DAY,
  lastUsedAt: T0,
  epoch: 'e0',
  client: { userAgent: 'A' },
  ...changes,
});

const given = (
  changes: Partial<RefreshCase> = {},
  policy: Partial<RefreshCase['policy']> = {},
): RefreshCase => ({
  generation: 3,
  session: session(),
  subject: { active: true, epoch: 'e0' },
  requestId: 'this request',
  userAgent: 'A',
  now: T0,
  arrivedAt: T0 + 365 * DAY,
  ...changes,
  policy: { grace: GRACE, leeway: LEEWAY, graceFor: 'any-client', rotate: true, ...policy },
});

/**
 * The table of design §4 again, as a list of rows: condition and verdict, first match wins. Written from the design and not
 * from the code.
 */
const ROWS: readonly (readonly [
  row: string,
  when: (c: RefreshCase, s: Session) => boolean,
  then: (c: RefreshCase, s: Session) => RefreshVerdict,
])[] = [
  [
    '2',
    (_c, s) => s.revokedAt !== undefined,
    (_c, s) => ({ kind: 'revoked', reason: s.revokedFor ?? 'revoked' }),
  ],
  ['3', (c, s) => !(c.now < s.endsAt), () => ({ kind: 'end', reason: 'expired' })],
  ['4', (c) => c.subject.active === false, () => ({ kind: 'end', reason: 'no_active_account' })],
  [
    '5',
    (c, s) => typeof c.subject.epoch === 'string' && c.subject.epoch !== s.epoch,
    () => ({ kind: 'end', reason: 'password_changed' }),
  ],
  ['6, own success', (c, s) => s.rotatedBy === c.requestId, () => ({ kind: 'rotated' })],
  ['6', (c, s) => s.generation - c.generation === 0, (c) => ({ kind: c.policy.rotate ? 'rotate' : 'keep' })],
  [
    '7',
    (c, s) => {
      const elapsed = c.now < s.rotatedAt ? 0 : c.now - s.rotatedAt;
      return mayReplay(c, s) && elapsed <= c.policy.grace + c.policy.leeway;
    },
    () => ({ kind: 'replay', afterOutage: false }),
  ],
  [
    '7, after an outage',
    (c, s) => {
      if (c.graceFrom === undefined) return false;
      const elapsed = c.now < c.graceFrom ? 0 : c.now - c.graceFrom;
      return mayReplay(c, s) && elapsed <= c.policy.grace + c.policy.leeway;
    },
    () => ({ kind: 'replay', afterOutage: true }),
  ],
  ['8', (c, s) => s.generation < c.generation, () => ({ kind: 'recover' })],
  ['9, outrun', (c, s) => c.arrivedAt < s.rotatedAt, () => ({ kind: 'outrun' })],
];

function mayReplay(c: RefreshCase, s: Session): boolean {
  const sameClient = c.policy.graceFor !== 'same-client' || c.userAgent === s.client?.userAgent;
  return s.generation - c.generation === 1 && c.policy.grace !== 0 && sameClient;
}

function oracle(c: RefreshCase): RefreshVerdict {
  const s = c.session;
  if (s === undefined) return { kind: 'unknown' };
  const row = ROWS.find(([, when]) => when(c, s));
  return row === undefined ? { kind: 'end', reason: 'reuse' } : row[2](c, s);
}

describe('the refresh table', () => {
  it('[1] does not know a session without record, whatever else holds', () => {
    expect(judgeRefresh(given({ session: undefined, subject: { active: false }, now: ENDS }))).toEqual({
      kind: 'unknown',
    });
  });

  it.each(REASONS)('[2] tells of a session that ended before by %s', (reason) => {
    expect(judgeRefresh(given({ session: session({ revokedAt: T0, revokedFor: reason }) }))).toEqual({
      kind: 'revoked',
      reason,
    });
  });

  it('[2] tells of a session that ended at the epoch of time itself', () => {
    expect(judgeRefresh(given({ session: session({ revokedAt: 0, revokedFor: 'logout' }) }))).toEqual({
      kind: 'revoked',
      reason: 'logout',
    });
  });

  it.each([
    [-1, 'rotate'],
    [0, 'end'],
    [1, 'end'],
  ])('[3] %i ms from the absolute end: %s', (ms, kind) => {
    expect(judgeRefresh(given({ now: ENDS + ms })).kind).toBe(kind);
  });

  it('[4] ends the session of a subject that is not active', () => {
    expect(judgeRefresh(given({ subject: { active: false, epoch: 'e0' } }))).toEqual({
      kind: 'end',
      reason: 'no_active_account',
    });
  });

  it.each([
    ['e0', 'e0', 'rotate'],
    ['e0', 'e1', 'end'],
    [undefined, 'e1', 'end'],
    [undefined, '', 'end'],
    ['e0', undefined, 'rotate'],
    [undefined, undefined, 'rotate'],
  ])('[5] session epoch %s, subject epoch %s: %s', (own, now, kind) => {
    const { epoch: _epoch, ...rest } = session();
    const verdict = judgeRefresh(
      given({
        session: own === undefined ? rest : { ...rest, epoch: own },
        subject: { active: true, epoch: now },
      }),
    );
    expect(verdict).toEqual(kind === 'end' ? { kind, reason: 'password_changed' } : { kind });
  });

  it('[6] knows its own success', () => {
    expect(judgeRefresh(given({ generation: 2, session: session({ rotatedBy: 'this request' }) }))).toEqual({
      kind: 'rotated',
    });
  });

  it.each([
    [true, 'rotate'],
    [false, 'keep'],
  ])('[6] with rotation %s the current generation is to %s', (rotate, kind) => {
    expect(judgeRefresh(given({}, { rotate })).kind).toBe(kind);
  });

  it.each([
    [-DAY, 'replay'],
    [-1, 'replay'],
    [0, 'replay'],
    [GRACE - 1, 'replay'],
    [GRACE, 'replay'],
    [GRACE + 1, 'replay'],
    [GRACE + LEEWAY - 1, 'replay'],
    [GRACE + LEEWAY, 'replay'],
    [GRACE + LEEWAY + 1, 'end'],
  ])('[7] the predecessor %i ms after the rotation: %s', (ms, kind) => {
    expect(judgeRefresh(given({ generation: 2, now: T0 + ms })).kind).toBe(kind);
  });

  it.each([-1, 0, 1])('[7] never at grace 0, %i ms after the rotation, leeway or not', (ms) => {
    expect(judgeRefresh(given({ generation: 2, now: T0 + ms }, { grace: 0 }))).toEqual({
      kind: 'end',
      reason: 'reuse',
    });
  });

  it.each([
    ['A', 'A', 'replay'],
    ['A', 'B', 'end'],
    ['A', undefined, 'end'],
    [undefined, 'A', 'end'],
    [undefined, undefined, 'replay'],
  ])('[7] for the same client alone: rotated by %s, replayed by %s: %s', (rotatedFor, userAgent, kind) => {
    const client = rotatedFor === undefined ? {} : { userAgent: rotatedFor };
    const verdict = judgeRefresh(
      given({ generation: 2, userAgent, session: session({ client }) }, { graceFor: 'same-client' }),
    );
    expect(verdict).toEqual(kind === 'end' ? { kind, reason: 'reuse' } : { kind, afterOutage: false });
  });

  it.each([
    [-1, 'outrun'],
    [0, 'end'],
    [1, 'end'],
  ])('[9] a request that came %i ms from the rotation: %s', (ms, kind) => {
    const late = { generation: 1, now: T0 + MINUTE, arrivedAt: T0 + ms };
    expect(judgeRefresh(given(late)).kind).toBe(kind);
    expect(judgeRefresh(given({ ...late, generation: 2 })).kind).toBe(kind); // the predecessor, grace being over
    expect(judgeRefresh(given({ ...late, now: T0, generation: 2 })).kind).toBe('replay');
  });

  it.each([4, 5, 100, Number.MAX_SAFE_INTEGER])(
    '[8] goes forward past generation %i, which the store has lost',
    (generation) => {
      expect(judgeRefresh(given({ generation }))).toEqual({ kind: 'recover' });
      expect(
        judgeRefresh(given({ generation }, { grace: 0, graceFor: 'same-client', rotate: false })),
      ).toEqual({ kind: 'recover' });
    },
  );

  it.each([0, 1])(
    '[9] takes generation %i, two or more behind, for a copy even within grace',
    (generation) => {
      expect(judgeRefresh(given({ generation }))).toEqual({ kind: 'end', reason: 'reuse' });
    },
  );

  describe('first match wins', () => {
    const revoked = { revokedAt: T0, revokedFor: 'logout' } as const;
    const late = { now: ENDS };
    const gone = { subject: { active: false, epoch: 'e1' } };
    const moved = { subject: { active: true, epoch: 'e1' } };

    it.each([
      [
        '[2] before [3], [4], [5] and [9]',
        { ...late, ...gone, generation: 0, session: session(revoked) },
        { kind: 'revoked', reason: 'logout' },
      ],
      [
        '[3] before [4], [5] and [9]',
        { ...late, ...gone, generation: 0 },
        { kind: 'end', reason: 'expired' },
      ],
      ['[4] before [5] and [9]', { ...gone, generation: 0 }, { kind: 'end', reason: 'no_active_account' }],
      ['[5] before [9]', { ...moved, generation: 0 }, { kind: 'end', reason: 'password_changed' }],
      ['[5] before [8]', { ...moved, generation: 9 }, { kind: 'end', reason: 'password_changed' }],
      ['[5] before [7]', { ...moved, generation: 2 }, { kind: 'end', reason: 'password_changed' }],
      [
        '[5] before its own success',
        { ...moved, session: session({ rotatedBy: 'this request' }) },
        { kind: 'end', reason: 'password_changed' },
      ],
      [
        '[3] before its own success',
        { ...late, session: session({ rotatedBy: 'this request' }) },
        { kind: 'end', reason: 'expired' },
      ],
      [
        'its own success before [9]',
        { generation: 0, session: session({ rotatedBy: 'this request' }) },
        { kind: 'rotated' },
      ],
    ] satisfies [string, Partial<RefreshCase>, RefreshVerdict][])('%s', (_name, changes, verdict) => {
      expect(judgeRefresh(given(changes))).toEqual(verdict);
    });
  });

  it('is the design at every combination of generations, states, times and policies', () => {
    const sessions: (Session | undefined)[] = [
      undefined,
      ...[0, 1, 2, 3, 4].flatMap((generation) => [
        session({ generation }),
        session({ generation, rotatedBy: 'this request' }),
        session({ generation, revokedAt: T0, revokedFor: 'password_changed' }),
        session({ generation, endsAt: T0 + GRACE + LEEWAY }),
        session({ generation, epoch: 'e1' }),
      ]),
    ];
    const times = [0, GRACE, GRACE + LEEWAY, MINUTE + GRACE + LEEWAY, 30 * DAY].flatMap((ms) => [
      T0 + ms - 1,
      T0 + ms,
      T0 + ms + 1,
    ]);
    const subjects = [{ active: true }, { active: true, epoch: 'e0' }, { active: false, epoch: 'e0' }];
    let cases = 0;
    for (const record of sessions)
      for (const now of times)
        for (const subject of subjects)
          for (const generation of [0, 1, 2, 3, 4, 5])
            for (const userAgent of ['A', 'B'])
              for (const rotate of [true, false])
                for (const grace of [0, GRACE])
                  for (const graceFor of ['any-client', 'same-client'] as const)
                    for (const [graceFrom, arrivedAt] of [
                      [undefined, T0 + 1],
                      [T0 + MINUTE, T0 + 1],
                      [undefined, T0 - 1],
                    ] as const) {
                      const c = given(
                        { session: record, now, subject, generation, userAgent, graceFrom, arrivedAt },
                        { rotate, grace, graceFor },
                      );
                      const [actual, expected] = [judgeRefresh(c), oracle(c)];
                      if (JSON.stringify(actual) !== JSON.stringify(expected))
                        expect([c, actual]).toEqual([c, expected]);
                      cases += 1;
                    }
    expect(cases).toBe(26 * 15 * 3 * 6 * 48);
  });

  it('is the design for any values', async () => {
    const ms = fc.oneof(
      fc.integer({ min: -2 * DAY, max: 40 * DAY }),
      fc.constantFrom(0, GRACE, GRACE + LEEWAY, 30 * DAY),
      fc.integer({ min: -5, max: 5 }),
    );
    const generation = fc.oneof(fc.nat({ max: 6 }), fc.nat({ max: Number.MAX_SAFE_INTEGER - 1 }));
    const epoch = fc.option(fc.constantFrom('e0', 'e1', ''), { nil: undefined });
    const record = fc.record({
      generation,
      at: ms,
      revoked: fc.boolean(),
      mine: fc.boolean(),
      epoch,
      agent: fc.constantFrom('A', 'B', undefined),
    });
    await fc.assert(
      fc.property(
        fc.option(record, { nil: undefined, freq: 12 }),
        fc.record({
          step: fc.integer({ min: -3, max: 3 }),
          now: ms,
          active: fc.boolean(),
          epoch,
          agent: fc.constantFrom('A', 'B', undefined),
        }),
        fc.record({
          grace: fc.constantFrom(0, 1, GRACE, 60 * SECOND),
          leeway: fc.constantFrom(0, 1, LEEWAY),
          graceFor: fc.constantFrom('any-client', 'same-client'),
          rotate: fc.boolean(),
        }),
        (r, c, policy) => {
          const { epoch: _epoch, client: _client, ...base } = session();
          const c1 = given(
            {
              generation: Math.max(0, (r?.generation ?? 0) + c.step),
              now: T0 + c.now,
              subject: { active: c.active, epoch: c.epoch },
              userAgent: c.agent,
              session: r && {
                ...base,
                generation: r.generation,
                rotatedAt: T0 + r.at,
                ...(r.epoch === undefined ? {} : { epoch: r.epoch }),
                ...(r.agent === undefined ? {} : { client: { userAgent: r.agent } }),
                ...(r.revoked ? { revokedAt: T0, revokedFor: 'logout' as const } : {}),
                ...(r.mine ? { rotatedBy: 'this request' } : {}),
              },
            },
            policy,
          );
          expect(judgeRefresh(c1)).toEqual(oracle(c1));
        },
      ),
      { numRuns: 2000 },
    );
  });
});
