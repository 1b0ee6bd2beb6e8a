import type { RevokeReason } from '@tokenpair/core';
import { describe, expect, it } from 'vitest';
import { logIn, makeAuth } from '../support/auth.ts';
import { DAY, MINUTE, T0 } from '../support/clock.ts';
import { refusalOf } from '../support/outcome.ts';
import { craftFrom, decode } from '../support/tokens.ts';

async function start(options: Parameters<typeof makeAuth>[0] = {}) {
  const test = makeAuth(options);
  const login = await logIn(test);
  test.events.length = 0;
  test.store.calls.length = 0;
  return { ...test, ...login };
}

describe('a logout', () => {
  it('ends the session with one call of the store and one event', async () => {
    const test = await start();
    await test.auth.logout(test.refresh);
    expect(test.store.calls).toEqual(['revoke']);
    expect(test.events).toEqual([
      { name: 'session.revoked', at: T0, subject: '1', session: test.ref.id, reason: 'logout', count: 1 },
    ]);
    expect(await test.store.find(test.ref, T0)).toMatchObject({ revokedAt: T0, revokedFor: 'logout' });
  });

  it('is good a second time, without a second event', async () => {
    const test = await start();
    await test.auth.logout(test.refresh);
    test.clock.advance(MINUTE);
    await test.auth.logout(test.refresh);
    expect(test.names()).toEqual(['session.revoked']);
    expect(await test.store.find(test.ref, T0)).toMatchObject({ revokedAt: T0 });
  });

  it('refuses every generation afterwards, grace or not (I3)', async () => {
    const test = await start();
    const second = String((await test.auth.refresh(test.refresh)).refresh);
    await test.auth.logout(second);
    for (const token of [test.refresh, second])
      expect(await refusalOf(() => test.auth.refresh(token))).toEqual(['token_revoked', 401]);
  });

  it('by a superseded token of a live session ends it, long after grace', async () => {
    const test = await start();
    const second = String((await test.auth.refresh(test.refresh)).refresh);
    test.clock.advance(10 * MINUTE);
    await test.auth.logout(test.refresh);
    expect(await refusalOf(() => test.auth.refresh(second))).toEqual(['token_revoked', 401]);
    expect(await test.store.find(test.ref, T0)).toMatchObject({ revokedFor: 'logout' });
  });

  it('is good for an expired token of ours', async () => {
    const test = await start();
    test.clock.advance(2 * DAY);
    expect(await refusalOf(() => test.auth.refresh(test.refresh))).toEqual(['token_expired', 401]);
    await test.auth.logout(test.refresh);
    expect(await test.store.find(test.ref, T0)).toMatchObject({ revokedFor: 'logout' });
  });

  it('is good for a session that the store does not know', async () => {
    const test = await start();
    const other = makeAuth();
    await other.auth.logout(test.refresh);
    expect(other.names()).toEqual([]);
  });

  it('works for a disabled user, and asks no hook', async () => {
    const test = await start();
    test.users.clear();
    await test.auth.logout(test.refresh);
    expect(await test.store.find(test.ref, T0)).toMatchObject({ revokedFor: 'logout' });
  });

  it('leaves the other sessions of the subject alone', async () => {
    const test = await start();
    const other = await logIn(test);
    await test.auth.logout(test.refresh);
    expect((await test.auth.refresh(other.refresh)).refresh).toBeTypeOf('string');
  });

  it.each([
    ['garbage', () => 'garbage', 'token_not_valid'],
    ['a forgery', (token: string) => `${token.slice(0, -4)}AAAA`, 'token_not_valid'],
    [
      'another issuer',
      (token: string) =>
        craftFrom(decode(token).headerSegment, { ...decode(token).claims, iss: 'https://evil.test' }),
      'token_not_valid',
    ],
    [
      'an expired token without session',
      (token: string) =>
        craftFrom(decode(token).headerSegment, {
          ...decode(token).claims,
          sid: '',
          exp: T0 / 1000 - 100,
          iat: T0 / 1000 - 200,
        }),
      'token_not_valid',
    ],
  ])('with %s is refused, and the store is not asked', async (_name, alter, code) => {
    const test = await start();
    expect(await refusalOf(() => test.auth.logout(alter(test.refresh)))).toEqual([code, 401]);
    expect(test.store.calls).toEqual([]);
  });

  it('with an access token is token_wrong_type', async () => {
    const test = await start();
    expect(await refusalOf(() => test.auth.logout(test.access))).toEqual(['token_wrong_type', 401]);
    expect(await test.store.find(test.ref, T0)).toMatchObject({ generation: 0 });
    expect((await test.store.find(test.ref, T0))?.revokedAt).toBeUndefined();
  });

  it.each(['throw', 'throw-at-once', 'commit-then-throw'] as const)(
    'is never acknowledged when the store fails (%s), and the retry is good',
    async (fault) => {
      const test = await start();
      test.store.fail(fault, 'revoke', 1);
      expect(await refusalOf(() => test.auth.logout(test.refresh))).toEqual(['store_unavailable', 503]);
      await test.auth.logout(test.refresh);
      expect(await refusalOf(() => test.auth.refresh(test.refresh))).toEqual(['token_revoked', 401]);
    },
  );

  it('acknowledged among parallel refreshes lets none succeed after it (I3)', async () => {
    const test = await start();
    const refreshes = Array.from({ length: 8 }, () => test.auth.refresh(test.refresh).catch(() => undefined));
    await test.auth.logout(test.refresh);
    const successors = (await Promise.all(refreshes)).flatMap((pair) => pair?.refresh ?? []);
    for (const token of [test.refresh, ...successors]) {
      expect(await refusalOf(() => test.auth.refresh(token))).toEqual(['token_revoked', 401]);
    }
  });
});

describe('sessions ended by the app', () => {
  it('are one, by its reference or its record; whose it is decides', async () => {
    const test = await start();
    expect(await test.auth.sessions.revoke({ id: test.ref.id, subject: '2' })).toBe(false);
    expect(await test.auth.sessions.revoke({ id: 'unknown', subject: '1' })).toBe(false);
    const [record] = await test.auth.sessions.list('1');
    expect(await test.auth.sessions.revoke(record ?? test.ref)).toBe(true);
    expect(await test.auth.sessions.revoke(test.ref)).toBe(false);
    expect(await test.store.find(test.ref, T0)).toMatchObject({ revokedFor: 'revoked' });
  });

  it.each(['password_changed', 'no_active_account', 'logout'] satisfies RevokeReason[])(
    'carry the reason %s',
    async (reason) => {
      const test = await start();
      await test.auth.sessions.revoke(test.ref, reason);
      expect(await test.store.find(test.ref, T0)).toMatchObject({ revokedFor: reason });
      expect(test.events).toMatchObject([{ name: 'session.revoked', reason, count: 1 }]);
    },
  );

  it('are all of a subject, or all but one', async () => {
    const test = await start();
    const others = [await logIn(test), await logIn(test)];
    const stranger = await logIn(test, '2');
    test.events.length = 0;
    expect(await test.auth.sessions.revokeAll('1', { except: test.ref.id, reason: 'password_changed' })).toBe(
      2,
    );
    expect(test.events).toMatchObject([
      { name: 'session.revoked', subject: '1', reason: 'password_changed', count: 2 },
    ]);
    expect((await test.auth.sessions.list('1')).map(({ id }) => id)).toEqual([test.ref.id]);
    for (const { refresh } of others)
      expect(await refusalOf(() => test.auth.refresh(refresh))).toEqual(['password_changed', 401]);
    expect(await test.auth.sessions.revokeAll('1')).toBe(1);
    expect(await test.auth.sessions.revokeAll('1')).toBe(0);
    expect(await test.auth.sessions.list('2')).toHaveLength(1);
    expect((await test.auth.refresh(stranger.refresh)).refresh).toBeTypeOf('string');
  });
});
