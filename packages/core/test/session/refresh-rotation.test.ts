import { memoryStore } from '@tokenpair/core/memory';
import { describe, expect, it } from 'vitest';
import { type AuthTestOptions, logIn, makeAuth } from '../support/auth.ts';
import { MINUTE, SECOND, T0 } from '../support/clock.ts';
import { failureOf, refusalOf } from '../support/outcome.ts';
import { GRACE, LEEWAY, lose, record, refreshed, start } from '../support/refreshing.ts';
import { spyStore } from '../support/spy-store.ts';
import { craftFrom, decode } from '../support/tokens.ts';

describe('row 6: the current generation', () => {
  it('rotates with one call of the store', async () => {
    const test = await start();
    const pair = await test.auth.refresh(test.refresh);
    expect(test.store.calls).toEqual(['advance']);
    expect(decode(pair.refresh).claims).toMatchObject({
      gen: 1,
      sid: test.ref.id,
      sub: '1',
      jti: `${test.ref.id}.1`,
    });
    expect(test.events).toMatchObject([
      { name: 'session.refreshed', generation: 1, session: test.ref.id, subject: '1', at: T0 },
    ]);
  });

  it('starts at 0 and adds one each time (I6)', async () => {
    const test = await start();
    let token = test.refresh;
    for (let generation = 0; generation < 5; generation++) {
      expect(decode(token).claims['gen']).toBe(generation);
      test.clock.advance(MINUTE);
      token = await refreshed(test, token);
    }
    expect(await record(test)).toMatchObject({
      generation: 5,
      rotatedAt: test.clock(),
      lastUsedAt: test.clock(),
    });
  });

  it('gives an access token that says what holds now, and the time of the login', async () => {
    const test = await start();
    test.clock.advance(10 * MINUTE);
    test.users.set('1', { active: true, epoch: 'e0', scope: 'read', claims: { plan: 'pro' } });
    const { access, expiresIn, refreshExpiresIn } = await test.auth.refresh(test.refresh);
    const now = test.clock() / 1000;
    expect(decode(access).claims).toMatchObject({
      iss: 'https://issuer.test',
      aud: 'https://api.test',
      sub: '1',
      sid: test.ref.id,
      auth_time: T0 / 1000,
      iat: now,
      exp: now + 300,
      scope: 'read',
      plan: 'pro',
    });
    expect([expiresIn, refreshExpiresIn]).toEqual([300, 86_400]);
  });

  it('gives a refresh token that has only what a refresh needs', async () => {
    const test = await start();
    const { claims } = decode(await refreshed(test));
    expect(Object.keys(claims)).toEqual(['iss', 'aud', 'sub', 'sid', 'gen', 'jti', 'iat', 'exp']);
    expect(claims['aud']).toBe(claims['iss']);
  });

  it('gives access tokens of different ids', async () => {
    const test = await start();
    const first = await test.auth.refresh(test.refresh);
    const again = await test.auth.refresh(test.refresh);
    expect(decode(first.access).claims['jti']).not.toBe(decode(again.access).claims['jti']);
  });

  it.each([
    ['narrower', 'read', 'read'],
    ['in another order', 'write read', 'write read'],
    ['wider', 'read write admin', 'read write'],
    ['other', 'admin', undefined],
    ['absent', undefined, 'read write'],
  ])('never widens the scope: %s', async (_name, scope, expected) => {
    const test = await start();
    test.users.set('1', { active: true, epoch: 'e0', ...(scope === undefined ? {} : { scope }) });
    const { claims } = decode((await test.auth.refresh(test.refresh)).access);
    expect(claims['scope']).toBe(expected);
  });

  it('widens the scope where resolve says so', async () => {
    const test = await start();
    test.users.set('1', { active: true, epoch: 'e0', scope: 'read admin', widenScope: true });
    expect(decode((await test.auth.refresh(test.refresh)).access).claims['scope']).toBe('read admin');
  });

  it('takes scope and claims from the record without a resolve', async () => {
    const test = makeAuth({ resolve: undefined });
    const { refresh } = await test.auth.sessions.issue({
      subject: '1',
      scope: 'a b',
      claims: { plan: 'free' },
    });
    expect(decode((await test.auth.refresh(String(refresh))).access).claims).toMatchObject({
      scope: 'a b',
      plan: 'free',
    });
  });

  it('shows the store the client of the refresh, and keeps the label of the login', async () => {
    const test = makeAuth();
    const { refresh, session } = await test.auth.sessions.issue(
      { subject: '1', epoch: 'e0' },
      { userAgent: 'A', ip: '::1', label: 'Phone' },
    );
    await test.auth.refresh(String(refresh), { userAgent: 'B', ip: '::2' });
    expect((await test.store.find(session, T0))?.client).toEqual({
      userAgent: 'B',
      ip: '::2',
      label: 'Phone',
    });
  });

  it('judges anew after a lost race, which was another use of the same token (I1, I2)', async () => {
    const test = await start();
    let first: string | undefined;
    test.store.before('advance', async () => {
      first = await refreshed(test);
    });
    const second = await refreshed(test);
    expect(second).toBe(first);
    expect(test.store.calls).toEqual(['advance', 'advance', 'find']);
    expect(test.names()).toEqual(['session.refreshed', 'refresh.replayed']);
    expect(await record(test)).toMatchObject({ generation: 1 });
  });

  it('judges anew after a race lost to a logout (I3)', async () => {
    const test = await start();
    test.store.before('advance', () => test.auth.logout(test.refresh));
    expect(await refusalOf(() => test.auth.refresh(test.refresh))).toEqual(['token_revoked', 401]);
    expect((await record(test))?.generation).toBe(0);
  });

  it('is dead after a logout that came while the answer was under way (I3)', async () => {
    const test = await start();
    test.store.after('advance', () => test.auth.logout(test.refresh));
    const late = await refreshed(test).catch(() => test.refresh);
    expect(await refusalOf(() => test.auth.refresh(late))).toEqual(['token_revoked', 401]);
  });

  it('takes a record that carries its own mark for its own success', async () => {
    const inner = memoryStore();
    let swallow = true;
    const test = await start({
      store: spyStore({
        ...inner,
        // A driver that retried: the step was taken, the second try found it done.
        async advance(ref, from, next) {
          const done = await inner.advance(ref, from, next);
          if (!swallow) return done;
          swallow = false;
          return undefined;
        },
      }),
    });
    expect(decode(await refreshed(test)).claims['gen']).toBe(1);
    expect(test.store.calls).toEqual(['advance', 'find']);
    expect(test.names()).toEqual(['session.refreshed']);
  });

  /** The record as if nothing had happened, the compare-and-set lost `times` times. */
  async function losing(times: number) {
    const inner = memoryStore();
    let left = times;
    return start({
      store: spyStore({
        ...inner,
        advance: async (...args) => (left-- > 0 ? undefined : inner.advance(...args)),
      }),
    });
  }

  it.each([0, 1, 2, 3])('answers after %i lost races', async (times) => {
    const test = await losing(times);
    expect(decode(await refreshed(test)).claims['gen']).toBe(1);
    expect(test.store.calls.filter((call) => call === 'find')).toHaveLength(times);
  });

  it('gives up after judging anew three times, with nothing rotated: 503', async () => {
    const test = await losing(Number.POSITIVE_INFINITY);
    const error = await failureOf(() => test.auth.refresh(test.refresh));
    expect([error.code, error.status]).toEqual(['store_unavailable', 503]);
    expect(test.store.calls.filter((call) => call === 'find')).toHaveLength(3);
    expect((await record(test))?.revokedAt).toBeUndefined();
  });

  it.each([4, 5])(
    'never throws a rotation away: after %i lost races either nothing moved or the client knows',
    async (times) => {
      const test = await losing(times);
      const outcome = await test.auth.refresh(test.refresh).catch(() => undefined);
      expect((await record(test))?.generation).toBe(outcome === undefined ? 0 : 1);
    },
  );
});

describe('row 7: the predecessor within grace', () => {
  it('gets the same successor, and the store is left alone (I2, I5)', async () => {
    const test = await start();
    const first = await test.auth.refresh(test.refresh, { userAgent: 'A', ip: '::1' });
    const before = await record(test);
    test.clock.advance(GRACE + LEEWAY);
    test.store.calls.length = 0;
    const again = await test.auth.refresh(test.refresh, { userAgent: 'B', ip: '::2' });
    expect(again.refresh).toBe(first.refresh);
    expect(test.store.calls).toEqual(['advance', 'find']);
    expect(await record(test)).toEqual(before);
    expect(test.events.at(-1)).toEqual({
      name: 'refresh.replayed',
      at: T0 + GRACE + LEEWAY,
      session: test.ref.id,
      subject: '1',
      generation: 1,
      client: { userAgent: 'B', ip: '::2' },
      rotatedFor: { userAgent: 'A', ip: '::1' },
    });
  });

  it('gets a refresh token whose remaining life is told', async () => {
    const test = await start();
    const first = await test.auth.refresh(test.refresh);
    test.clock.advance(20 * SECOND);
    const again = await test.auth.refresh(test.refresh);
    expect([first.refreshExpiresIn, again.refreshExpiresIn]).toEqual([86_400, 86_380]);
  });

  it('is measured from the rotation and never restarted', async () => {
    const test = await start();
    await refreshed(test);
    test.clock.advance(20 * SECOND);
    await refreshed(test);
    test.clock.advance(15 * SECOND);
    await refreshed(test);
    test.clock.advance(1);
    expect(await refusalOf(() => test.auth.refresh(test.refresh))).toEqual(['refresh_token_reused', 401]);
  });

  it('is served too when the clock went back', async () => {
    const test = await start();
    const first = await refreshed(test);
    test.clock.advance(-59 * SECOND);
    expect(await refreshed(test)).toBe(first);
  });

  it('gives fifty parallel uses one successor (I1, I2)', async () => {
    const test = await start();
    const pairs = await Promise.all(Array.from({ length: 50 }, () => test.auth.refresh(test.refresh)));
    expect(new Set(pairs.map((pair) => pair.refresh)).size).toBe(1);
    expect(new Set(pairs.map((pair) => decode(pair.access).claims['jti'])).size).toBe(50);
    expect(await record(test)).toMatchObject({ generation: 1 });
    expect(test.names().filter((name) => name === 'session.refreshed')).toHaveLength(1);
    expect(test.names().filter((name) => name === 'refresh.replayed')).toHaveLength(49);
  });

  it('is for any client by default, and for the same user agent alone by option', async () => {
    const test = await start({ refresh: { graceFor: 'same-client' } });
    const first = (await test.auth.refresh(test.refresh, { userAgent: 'A', ip: '::1' })).refresh;
    expect((await test.auth.refresh(test.refresh, { userAgent: 'A', ip: '::2' })).refresh).toBe(first);
    expect(await refusalOf(() => test.auth.refresh(test.refresh, { userAgent: 'B', ip: '::1' }))).toEqual([
      'refresh_token_reused',
      401,
    ]);
    expect(await refusalOf(() => test.auth.refresh(String(first), { userAgent: 'A' }))).toEqual([
      'token_revoked',
      401,
    ]);
  });

  it('is caught by the next divergence: thief and owner hold the same successor', async () => {
    const test = await start();
    const owner = await refreshed(test);
    const thief = await refreshed(test);
    test.clock.advance(MINUTE);
    await refreshed(test, thief);
    test.clock.advance(MINUTE);
    expect(await refusalOf(() => test.auth.refresh(owner))).toEqual(['refresh_token_reused', 401]);
  });

  it('does not apply at grace 0', async () => {
    const test = await start({ refresh: { grace: 0 } });
    await refreshed(test);
    expect(await refusalOf(() => test.auth.refresh(test.refresh))).toEqual(['refresh_token_reused', 401]);
  });
});

describe('row 8: a generation that the store has lost', () => {
  it('goes forward past it and closes the older generation again (I6)', async () => {
    const test = await start();
    let token = test.refresh;
    for (let n = 0; n < 4; n++) token = await refreshed(test, token);
    const older = await refreshed(await start());
    const store = await lose(test, { generation: 1 });
    const restored = makeAuth({ store, clock: test.clock });
    const pair = await restored.auth.refresh(token);
    expect(decode(pair.refresh).claims['gen']).toBe(5);
    expect(restored.events).toMatchObject([{ name: 'session.recovered', generation: 5, stored: 1 }]);
    expect(store.calls).toEqual(['create', 'advance', 'find', 'advance']);
    test.clock.advance(MINUTE);
    const claims = { ...decode(older).claims, sid: test.ref.id, gen: 1, jti: `${test.ref.id}.1` };
    expect(
      await refusalOf(() => restored.auth.refresh(craftFrom(decode(older).headerSegment, claims))),
    ).toEqual(['refresh_token_reused', 401]);
  });

  it('gives parallel uses one successor (I2)', async () => {
    const test = await start();
    const token = await refreshed(test, await refreshed(test));
    const restored = makeAuth({ store: await lose(test, { generation: 0 }), clock: test.clock });
    const pairs = await Promise.all(Array.from({ length: 8 }, () => restored.auth.refresh(token)));
    expect(new Set(pairs.map((pair) => pair.refresh)).size).toBe(1);
    expect(decode(pairs[0]?.refresh).claims['gen']).toBe(3);
    expect(restored.names().filter((name) => name === 'session.recovered')).toHaveLength(1);
  });

  it('does not apply to a session that has ended', async () => {
    const test = await start();
    const token = await refreshed(test, await refreshed(test));
    const restored = makeAuth({
      store: await lose(test, { generation: 0, revokedAt: T0, revokedFor: 'logout' }),
      clock: test.clock,
    });
    expect(await refusalOf(() => restored.auth.refresh(token))).toEqual(['token_revoked', 401]);
  });
});

describe('row 9: reuse', () => {
  /** Used, and used again long after. */
  async function reused(options: AuthTestOptions = {}) {
    const test = await start(options);
    const successor = await refreshed(test);
    test.clock.advance(GRACE + LEEWAY + 1);
    test.events.length = 0;
    return { ...test, successor };
  }

  it('ends the session durably before the client is told, with one event (I4)', async () => {
    const test = await reused();
    const error = await failureOf(() => test.auth.refresh(test.refresh, { userAgent: 'thief' }));
    expect([error.code, error.status]).toEqual(['refresh_token_reused', 401]);
    expect(await record(test)).toMatchObject({ revokedFor: 'reuse', revokedAt: test.clock(), generation: 1 });
    expect(test.events.filter(({ name }) => name === 'refresh.reused')).toMatchObject([
      { generation: 0, stored: 1, session: test.ref.id, subject: '1', client: { userAgent: 'thief' } },
    ]);
    expect(await refusalOf(() => test.auth.refresh(test.successor))).toEqual(['token_revoked', 401]);
  });

  it('gives one event for many uses at once', async () => {
    const test = await reused();
    const codes = await Promise.all(
      Array.from({ length: 8 }, async () => (await refusalOf(() => test.auth.refresh(test.refresh)))[0]),
    );
    for (const code of codes) expect(code).toBeOneOf(['refresh_token_reused', 'token_revoked']);
    expect(test.names().filter((name) => name === 'refresh.reused')).toHaveLength(1);
    expect(test.names().filter((name) => name === 'session.revoked')).toHaveLength(1);
  });

  it('is two generations behind even at once', async () => {
    const test = await start();
    await refreshed(test, await refreshed(test));
    expect(await refusalOf(() => test.auth.refresh(test.refresh))).toEqual(['refresh_token_reused', 401]);
  });

  it.each([
    ['session', undefined],
    ['subject', 'reuse'],
  ] as const)('by %s: the other session is ended by %s', async (reuse, reason) => {
    const test = await start({ refresh: { reuse } });
    const other = await logIn(test);
    const stranger = await logIn(test, '2');
    await refreshed(test);
    test.clock.advance(GRACE + LEEWAY + 1);
    test.events.length = 0;
    expect(await refusalOf(() => test.auth.refresh(test.refresh))).toEqual(['refresh_token_reused', 401]);
    expect((await record(test))?.revokedFor).toBe('reuse');
    expect((await test.store.find(other.ref, T0))?.revokedFor).toBe(reason);
    expect((await test.store.find(stranger.ref, T0))?.revokedFor).toBeUndefined();
    expect(test.names().filter((name) => name === 'refresh.reused')).toHaveLength(1);
  });

  it('is not told when the session could not be ended: 503, and told at the retry (I4)', async () => {
    const test = await reused();
    test.store.fail('throw', 'revoke', 1);
    expect(await refusalOf(() => test.auth.refresh(test.refresh))).toEqual(['store_unavailable', 503]);
    expect(test.names()).toEqual(['backend.failed']);
    expect(await refusalOf(() => test.auth.refresh(test.refresh))).toEqual(['refresh_token_reused', 401]);
    expect((await record(test))?.revokedFor).toBe('reuse');
  });
});

describe('without rotation', () => {
  const options = { refresh: { rotate: false } } as const;

  it('a refresh gives an access token alone and leaves the generation', async () => {
    const test = await start(options);
    const before = await record(test);
    test.store.calls.length = 0;
    const pair = await test.auth.refresh(test.refresh);
    expect([pair.refresh, pair.refreshExpiresIn]).toEqual([undefined, undefined]);
    expect(pair.expiresIn).toBe(300);
    expect(test.store.calls).toEqual(['find']);
    expect(await record(test)).toEqual(before);
    expect(test.events).toMatchObject([{ name: 'session.refreshed', generation: 0 }]);
    expect((await test.auth.refresh(test.refresh)).access).not.toBe(pair.access);
  });

  it('a client whose answer was lost when rotation was switched off is not logged out later (I5)', async () => {
    const test = await start();
    const successor = await refreshed(test);
    const off = makeAuth({ store: test.store, clock: test.clock, ...options });
    const { refresh = test.refresh } = await off.auth.refresh(test.refresh);
    test.clock.advance(MINUTE);
    expect((await off.auth.refresh(refresh)).access).toBeTypeOf('string');
    expect(refresh).toBe(successor);
  });

  it('rows 2 to 5 hold', async () => {
    const test = await start(options);
    test.users.set('1', { active: true, epoch: 'e1' });
    expect(await refusalOf(() => test.auth.refresh(test.refresh))).toEqual(['password_changed', 401]);
    expect(await refusalOf(() => test.auth.refresh(test.refresh))).toEqual(['password_changed', 401]);
  });

  it('a generation that the store has lost is recovered, and the token stays good', async () => {
    const test = await start();
    const token = await refreshed(test, await refreshed(test));
    const restored = makeAuth({ store: await lose(test, { generation: 0 }), clock: test.clock, ...options });
    const pair = await restored.auth.refresh(token);
    expect(pair.refresh).toBeUndefined();
    expect(restored.events).toMatchObject([{ name: 'session.recovered', generation: 2, stored: 0 }]);
    test.clock.advance(MINUTE);
    expect((await restored.auth.refresh(token)).access).toBeTypeOf('string');
  });
});
