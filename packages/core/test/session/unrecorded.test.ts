/** A store without records (design §5): single-use generations and revocation by id, from a bare blacklist. */
import { type AuthEvent, type AuthOptions, createAuth, type SubjectState } from '@tokenpair/core';
import type { TokenStore } from '@tokenpair/core/store';
import { describe, expect, it } from 'vitest';
import { AUDIENCE, ISSUER } from '../support/auth.ts';
import { bareStore } from '../support/bare-store.ts';
import { createClock, DAY, MINUTE, SECOND, T0 } from '../support/clock.ts';
import { refusalOf } from '../support/outcome.ts';
import { jsonRequest, plain, requestOf } from '../support/requests.ts';
import { decode, SECRET } from '../support/tokens.ts';

function makeBare(options: Partial<AuthOptions> = {}) {
  const store = bareStore();
  const clock = createClock();
  const state: { -readonly [M in keyof SubjectState]: SubjectState[M] } = { active: true };
  const auth = createAuth({
    issuer: ISSUER,
    audience: AUDIENCE,
    keys: { alg: 'HS256', secret: SECRET },
    refresh: { grace: 0 },
    resolve: () => ({ ...state }),
    login: ({ username = '' }) => ({ subject: username }),
    authenticateClient: () => true,
    store,
    clock,
    ...options,
  });
  const events: AuthEvent[] = [];
  auth.events.on('*', (event) => {
    if (event.name !== 'store.warning') events.push(event);
  });
  return { auth, store, clock, state, events, names: () => events.map(({ name }) => name) };
}

async function started(options: Partial<AuthOptions> = {}) {
  const test = makeBare(options);
  const pair = await test.auth.sessions.issue({
    subject: '1',
    scope: 'read write',
    claims: { plan: 'pro' },
  });
  test.store.calls.length = 0;
  test.events.length = 0;
  return { ...test, ...pair, refresh: String(pair.refresh), ref: { id: pair.session.id, subject: '1' } };
}

const refreshed = async (test: { auth: ReturnType<typeof createAuth> }, token: string) =>
  String((await test.auth.refresh(token)).refresh);

describe('a refresh over a store without records', () => {
  it('gives the next generation, with what was true at login, in two questions', async () => {
    const test = await started();
    test.clock.advance(MINUTE);
    const pair = await test.auth.refresh(test.refresh);
    expect(decode(String(pair.refresh)).claims).toMatchObject({ gen: 1, sid: test.ref.id, sub: '1' });
    expect(decode(pair.access).claims).toMatchObject({
      scope: 'read write',
      plan: 'pro',
      auth_time: T0 / 1000,
    });
    expect(test.store.calls).toEqual(['blacklist', 'isLive']);
    expect(test.names()).toEqual(['session.refreshed']);
    expect(decode(await refreshed(test, String(pair.refresh))).claims['gen']).toBe(2);
  });

  it('takes each generation once, and the second use for reuse, which ends the session', async () => {
    const test = await started();
    const next = await refreshed(test, test.refresh);
    expect(await refusalOf(() => test.auth.refresh(test.refresh))).toEqual(['refresh_token_reused', 401]);
    expect(await refusalOf(() => test.auth.refresh(next))).toEqual(['token_revoked', 401]);
    expect(test.names()).toEqual([
      'session.refreshed',
      'session.revoked',
      'refresh.reused',
      'refresh.refused',
    ]);
  });

  it('gives one winner of many at once (I1)', async () => {
    const test = await started();
    const calls = Array.from({ length: 32 }, () =>
      refusalOf(() => test.auth.refresh(test.refresh)).then(
        ([code]) => code,
        () => 'won',
      ),
    );
    const codes = await Promise.all(calls);
    expect(codes.filter((code) => code === 'won').length).toBeLessThanOrEqual(1);
    expect(new Set(codes)).toContain('refresh_token_reused');
    expect(test.store.calls.filter((call) => call === 'revoke').length).toBeGreaterThan(0);
    expect(await refusalOf(() => test.auth.refresh(test.refresh))).toEqual(['token_revoked', 401]);
  });

  it('is refused after a logout, and the guard refuses too (I3)', async () => {
    const test = await started();
    await test.auth.logout(test.refresh);
    expect(await refusalOf(() => test.auth.refresh(test.refresh))).toEqual(['token_revoked', 401]);
    const request = requestOf('GET', '/', { headers: [['Authorization', `Bearer ${test.access}`]] });
    expect(await test.auth.guard()(request)).toMatchObject({ passed: false });
    expect(test.store.ids.get(`s.${test.ref.id}`)).toBe(T0 + 30 * DAY + 2 * MINUTE + 2 * SECOND);
  });

  it('never passes the absolute end (I9)', async () => {
    const test = await started({ session: { ttl: '2d' } });
    let token = test.refresh;
    for (const _ of [1, 2]) {
      test.clock.advance(DAY - 1);
      token = await refreshed(test, token);
      expect(decode(token).claims['exp']).toBeLessThanOrEqual((T0 + 2 * DAY) / 1000);
    }
    test.clock.advance(2 + 1);
    expect(await refusalOf(() => test.auth.refresh(token))).toEqual(['session_expired', 401]);
  });

  it('ends for a subject that is gone', async () => {
    const test = await started();
    test.state.active = false;
    expect(await refusalOf(() => test.auth.refresh(test.refresh))).toEqual(['no_active_account', 401]);
    test.state.active = true;
    expect(await refusalOf(() => test.auth.refresh(test.refresh))).toEqual(['token_revoked', 401]);
  });

  it('without rotation gives an access token alone, as often as asked', async () => {
    const test = await started({ refresh: { grace: 0, rotate: false } });
    for (const _ of [1, 2]) {
      const pair = await test.auth.refresh(test.refresh);
      expect(pair.refresh).toBeUndefined();
      expect(pair.access).toBeTypeOf('string');
    }
    expect(test.store.calls).not.toContain('blacklist');
    test.store.ids.set(`t.${decode(test.refresh).claims['jti']}`, T0); // used up while there was rotation
    expect(await refusalOf(() => test.auth.refresh(test.refresh))).toEqual(['refresh_token_reused', 401]);
  });

  it('does not take the refresh token of a store that kept records', async () => {
    const test = await started();
    const { memoryStore } = await import('@tokenpair/core/memory');
    const other = makeBare({ store: memoryStore() });
    const pair = await other.auth.sessions.issue({ subject: '1' });
    expect(await refusalOf(() => test.auth.refresh(String(pair.refresh)))).toEqual(['token_not_valid', 401]);
  });

  it('is told of by /verify without being used up', async () => {
    const test = await started();
    const verify = async (token: string) =>
      plain(await test.auth.handle(jsonRequest('/verify', { token })))?.status;
    expect([await verify(test.refresh), await verify(test.refresh)]).toEqual([200, 200]);
    const next = await refreshed(test, test.refresh);
    expect([await verify(test.refresh), await verify(next)]).toEqual([401, 200]);
    expect(await refreshed(test, next)).toBeTypeOf('string');
  });
});

describe('what a store without records cannot do', () => {
  it.each([
    [{ refresh: {} }, 'options.refresh.grace above 0'],
    [{ refresh: { grace: 0, reuse: 'subject' } }, "options.refresh.reuse 'subject'"],
    [{ session: { maxSessions: 3 } }, 'options.session.maxSessions'],
    [{ revocation: 'feed' }, "options.revocation 'feed'"],
    [
      { store: { ...bareStore(), watch: async () => ({ close: async () => {} }) }, revocation: 'feed' },
      "options.revocation 'feed'",
    ],
  ] as const)('is refused when the auth is made: %j', (options, name) => {
    expect(() => makeBare(options as Partial<AuthOptions>)).toThrow(`${name} cannot be had`);
  });

  it.each([[['record']], [['subjects']], [['']], [['records', 'more']]])(
    'is not said in other words than there are: %j',
    (capabilities) => {
      const store = { ...bareStore(), capabilities } as unknown as TokenStore;
      expect(() => makeBare({ store })).toThrow('options.store.capabilities');
    },
  );

  it('keeps what is used up refused for longer than anybody takes the token', async () => {
    const test = await started();
    await refreshed(test, test.refresh);
    const { exp, jti } = decode(test.refresh).claims;
    expect(test.store.ids.get(`t.${jti}`)).toBe(Number(exp) * 1000 + 2 * MINUTE + 2 * SECOND);
  });

  it('is refused when it is asked for', async () => {
    const { auth, ref } = await started();
    for (const call of [
      () => auth.sessions.list('1'),
      () => auth.sessions.revokeAll('1'),
      () => auth.sessions.reauthenticate(ref),
      () => auth.sessions.issue({ subject: '1', epoch: 'e1' }),
    ])
      await expect(call()).rejects.toThrow('cannot be had');
  });

  it('is an epoch from a hook: 503, since nothing would hold a session to it', async () => {
    const test = await started();
    test.state.epoch = 'e1';
    expect(await refusalOf(() => test.auth.refresh(test.refresh))).toEqual(['backend_unavailable', 503]);
    expect(test.names()).toEqual(['backend.failed']);
    delete test.state.epoch;
    expect(await refreshed(test, test.refresh)).toBeTypeOf('string');
  });

  it('has no endpoint', async () => {
    const { auth, access } = await started();
    const headers = [['Authorization', `Bearer ${access}`]] as const;
    for (const [method, path] of [
      ['GET', '/sessions'],
      ['DELETE', '/sessions/1'],
      ['POST', '/logout-all'],
    ] as const)
      expect(await auth.handle(requestOf(method, path, { headers }))).toBeUndefined();
  });
});
