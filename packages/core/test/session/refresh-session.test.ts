import type { RevokeReason } from '@tokenpair/core';
import { describe, expect, it } from 'vitest';
import { makeAuth } from '../support/auth.ts';
import { DAY, MINUTE, T0 } from '../support/clock.ts';
import { failureOf, refusalOf } from '../support/outcome.ts';
import { LEEWAY, record, refreshed, type Started, start } from '../support/refreshing.ts';
import { craftFrom, decode } from '../support/tokens.ts';

describe('row 0: a token that fails verification', () => {
  it.each([
    ['garbage', () => 'garbage'],
    ['an empty string', () => ''],
    ['an altered signature', (token: string) => `${token.slice(0, -4)}AAAA`],
    [
      'an altered payload',
      (token: string) => token.replace(/\.[^.]+\./, `.${Buffer.from('{"gen":9}').toString('base64url')}.`),
    ],
    [
      'another audience',
      (token: string) =>
        craftFrom(decode(token).headerSegment, { ...decode(token).claims, aud: 'https://api.test' }),
    ],
    [
      'no generation',
      (token: string) => craftFrom(decode(token).headerSegment, { ...decode(token).claims, gen: undefined }),
    ],
    [
      'a negative generation',
      (token: string) => craftFrom(decode(token).headerSegment, { ...decode(token).claims, gen: -1 }),
    ],
    [
      'a generation as text',
      (token: string) => craftFrom(decode(token).headerSegment, { ...decode(token).claims, gen: '0' }),
    ],
    [
      'no session',
      (token: string) => craftFrom(decode(token).headerSegment, { ...decode(token).claims, sid: undefined }),
    ],
  ])('for %s is token_not_valid, and the store is not asked', async (_name, alter) => {
    const test = await start();
    expect(await refusalOf(() => test.auth.refresh(alter(test.refresh)))).toEqual(['token_not_valid', 401]);
    expect(test.store.calls).toEqual([]);
  });

  it('has a near miss: the same claims crafted with the same key are taken', async () => {
    const test = await start();
    const { headerSegment, claims } = decode(test.refresh);
    expect(await refreshed(test, craftFrom(headerSegment, claims))).toBeTypeOf('string');
  });

  it('for an access token is token_wrong_type', async () => {
    const test = await start();
    expect(await refusalOf(() => test.auth.refresh(test.access))).toEqual(['token_wrong_type', 401]);
    expect(test.store.calls).toEqual([]);
  });

  it.each([
    [DAY + LEEWAY - 1, undefined],
    [DAY + LEEWAY, ['token_expired', 401]],
  ])('%i ms after the login is %s', async (ms, expected) => {
    const test = await start();
    test.clock.advance(ms);
    if (expected === undefined) expect(await refreshed(test)).toBeTypeOf('string');
    else {
      expect(await refusalOf(() => test.auth.refresh(test.refresh))).toEqual(expected);
      expect(test.store.calls).toEqual([]);
    }
  });
});

describe('row 1: an unknown session', () => {
  it('is token_not_valid and changes nothing', async () => {
    const test = await start();
    const other = makeAuth({ clock: test.clock });
    expect(await refusalOf(() => other.auth.refresh(test.refresh))).toEqual(['token_not_valid', 401]);
    expect(other.store.calls).toEqual(['advance', 'find']);
    expect(other.names()).toEqual(['refresh.refused']);
  });

  it('is what the session of another subject is', async () => {
    const test = await start();
    const { headerSegment, claims } = decode(test.refresh);
    const other = craftFrom(headerSegment, { ...claims, sub: '2' });
    expect(await refusalOf(() => test.auth.refresh(other))).toEqual(['token_not_valid', 401]);
    expect((await record(test))?.revokedAt).toBeUndefined();
  });
});

describe('row 2: a session that ended before', () => {
  it.each([
    ['logout', 'token_revoked'],
    ['reuse', 'token_revoked'],
    ['expired', 'token_revoked'],
    ['evicted', 'token_revoked'],
    ['replaced', 'token_revoked'],
    ['revoked', 'token_revoked'],
    ['password_changed', 'password_changed'],
    ['no_active_account', 'no_active_account'],
  ] satisfies [RevokeReason, string][])('by %s is %s, and is not ended again', async (reason, code) => {
    const test = await start();
    await test.auth.sessions.revoke(test.ref, reason);
    test.store.calls.length = 0;
    test.events.length = 0;
    const before = await record(test);
    test.clock.advance(1);
    expect(await refusalOf(() => test.auth.refresh(test.refresh))).toEqual([code, 401]);
    expect(await record(test)).toEqual(before);
    expect(test.store.calls).not.toContain('revoke');
    expect(test.events).toMatchObject([
      { name: 'refresh.refused', code, session: test.ref.id, subject: '1' },
    ]);
  });
});

describe('row 3: the absolute end', () => {
  const options = { session: { ttl: '1h' }, refresh: { ttl: '1h' } } as const;
  const HOUR = 60 * MINUTE;

  it('is not reached a millisecond before', async () => {
    const test = await start(options);
    test.clock.advance(HOUR - 1);
    const pair = await test.auth.refresh(test.refresh);
    expect(Number(decode(pair.refresh).claims['exp'])).toBeLessThanOrEqual((T0 + HOUR) / 1000);
    expect(Number(decode(pair.access).claims['exp'])).toBeLessThanOrEqual((T0 + HOUR) / 1000);
  });

  it('ends the session with session_expired, then says token_revoked', async () => {
    const test = await start(options);
    test.clock.advance(HOUR);
    expect(await refusalOf(() => test.auth.refresh(test.refresh))).toEqual(['session_expired', 401]);
    expect(await record(test)).toMatchObject({ revokedAt: T0 + HOUR, revokedFor: 'expired', generation: 0 });
    expect(test.names()).toEqual(['session.revoked', 'refresh.refused']);
    expect(await refusalOf(() => test.auth.refresh(test.refresh))).toEqual(['token_revoked', 401]);
  });

  it('is never moved by rotation: a daily refresh dies at 30 days (I9)', async () => {
    const test = await start();
    let token = test.refresh;
    for (let day = 1; day < 30; day++) {
      test.clock.now = T0 + day * DAY - MINUTE;
      token = await refreshed(test, token);
      expect((await record(test))?.endsAt).toBe(T0 + 30 * DAY);
      expect(Number(decode(token).claims['exp'])).toBeLessThanOrEqual((T0 + 30 * DAY) / 1000);
    }
    test.clock.now = T0 + 30 * DAY - MINUTE;
    token = await refreshed(test, token);
    expect(decode(token).claims['exp']).toBe((T0 + 30 * DAY) / 1000);
    test.clock.now = T0 + 30 * DAY;
    expect(await refusalOf(() => test.auth.refresh(token))).toEqual(['session_expired', 401]);
  });
});

describe('row 4: a subject that is gone or disabled', () => {
  it.each([
    ['disabled', (test: Started) => test.users.set('1', { active: false, epoch: 'e0' })],
    ['gone', (test: Started) => test.users.delete('1')],
  ])('is no_active_account when %s; the session ends and no rotation is tried', async (_name, act) => {
    const test = await start();
    act(test);
    expect(await refusalOf(() => test.auth.refresh(test.refresh))).toEqual(['no_active_account', 401]);
    expect(test.store.calls).toEqual(['find', 'revoke']);
    expect(await record(test)).toMatchObject({ revokedFor: 'no_active_account', generation: 0 });
    expect(test.names()).toEqual(['session.revoked', 'refresh.refused']);
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['an empty object', {}],
    ['a truthy active', { active: 'yes' }],
    ['active 1', { active: 1 }],
    ['true', true],
    ['a promise of nothing', Promise.resolve(undefined)],
  ])(
    'is not what a resolve that gives %s says: it is broken, which is 503 and ends nothing',
    async (_name, state) => {
      let answer: unknown = { active: true };
      const test = await start({ resolve: () => answer as never });
      answer = state;
      expect(await refusalOf(() => test.auth.refresh(test.refresh))).toEqual(['backend_unavailable', 503]);
      answer = { active: true };
      await expect(test.auth.refresh(test.refresh)).resolves.toBeDefined();
    },
  );

  it('may be enabled again, but its session stays ended', async () => {
    const test = await start();
    test.users.set('1', { active: false, epoch: 'e0' });
    await failureOf(() => test.auth.refresh(test.refresh));
    test.users.set('1', { active: true, epoch: 'e0' });
    expect(await refusalOf(() => test.auth.refresh(test.refresh))).toEqual(['no_active_account', 401]);
  });
});

describe('row 5: a password that has changed', () => {
  it('is password_changed, the session ends, and no pair leaves', async () => {
    const test = await start();
    test.users.set('1', { active: true, epoch: 'e1' });
    expect(await refusalOf(() => test.auth.refresh(test.refresh))).toEqual(['password_changed', 401]);
    expect(await record(test)).toMatchObject({ revokedFor: 'password_changed' });
    expect(test.names()).toEqual(['session.revoked', 'refresh.refused']);
    expect(await refusalOf(() => test.auth.refresh(test.refresh))).toEqual(['password_changed', 401]);
  });

  it('does not concern an app that has no epochs', async () => {
    const test = await start({ resolve: () => ({ active: true }) });
    expect(await refreshed(test)).toBeTypeOf('string');
  });
});
