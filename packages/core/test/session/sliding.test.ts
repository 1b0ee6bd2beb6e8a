/** Sliding mode: one token, access until `exp`, renewable until `refresh_exp` by the refresh table. */

import type { AuthOptions } from '@tokenpair/core';
import { memoryStore } from '@tokenpair/core/memory';
import { describe, expect, it } from 'vitest';
import { AUDIENCE, type AuthTestOptions, ISSUER, makeAuth } from '../support/auth.ts';
import { DAY, MINUTE, SECOND, T0 } from '../support/clock.ts';
import { refusalOf } from '../support/outcome.ts';
import { GRACE, LEEWAY } from '../support/refreshing.ts';
import { type Sliding, slide } from '../support/sliding.ts';
import { spyStore } from '../support/spy-store.ts';
import { craftFrom, decode } from '../support/tokens.ts';

const EXP = 5 * MINUTE;
const seconds = (ms: number) => Math.floor(ms / 1000);
const claimsOf = (token: string) => decode(token).claims;
const renewal = ({ auth }: Sliding, token: string) => refusalOf(() => auth.refresh(token));

/** The genuine token with other claims, signed anew: `undefined` takes one away. */
function resigned(token: string, changes: Record<string, unknown>): string {
  const { claims, headerSegment } = decode(token);
  return craftFrom(headerSegment, { ...claims, ...changes });
}

describe('a sliding token', () => {
  it('says what both tokens of a pair say', async () => {
    const { token, ref, record } = await slide();
    const stored = await record();
    expect(decode(token).header).toEqual({ alg: 'HS256', typ: 'sl+jwt', kid: 'k1' });
    expect(claimsOf(token)).toEqual({
      iss: ISSUER,
      aud: [AUDIENCE, ISSUER],
      sub: '1',
      sid: ref.id,
      gen: 0,
      jti: stored?.rotatedBy,
      iat: seconds(T0),
      exp: seconds(T0 + EXP),
      refresh_exp: seconds(T0 + DAY),
      auth_time: seconds(T0),
      scope: 'read write',
    });
  });

  it('carries the claims of the app, and leaves out a scope that nobody set', async () => {
    const test = await slide({ resolve: () => ({ active: true, claims: { plan: 'pro' } }) });
    expect(claimsOf(test.token)).toMatchObject({ plan: 'pro' });
    expect(claimsOf(test.token)).not.toHaveProperty('scope');
  });

  it('names one audience as text where the API is the issuer', async () => {
    const test = await slide({ audience: ISSUER });
    expect(claimsOf(test.token)['aud']).toBe(ISSUER);
    expect(await test.guarded(test.token)).toBe('1');
    expect(await test.guarded(await test.renew(test.token))).toBe('1');
  });

  it('is both members of what a login gives, with its seconds', async () => {
    const { auth } = makeAuth({ mode: 'sliding' });
    const { access, refresh, expiresIn, refreshExpiresIn } = await auth.sessions.issue({
      subject: '1',
      epoch: 'e0',
    });
    expect(access).toBe(refresh);
    expect([expiresIn, refreshExpiresIn]).toEqual([300, 86_400]);
  });

  it('ends with the session, as access and for renewal', async () => {
    const test = await slide({ session: { ttl: '10m' }, refresh: { ttl: '8m' } });
    expect(claimsOf(test.token)['refresh_exp']).toBe(seconds(T0 + 8 * MINUTE));
    test.clock.advance(7 * MINUTE);
    const next = claimsOf(await test.renew(test.token));
    expect(next).toMatchObject({ exp: seconds(T0 + 10 * MINUTE), refresh_exp: seconds(T0 + 10 * MINUTE) });
    test.clock.advance(3 * MINUTE);
    const last = await refusalOf(() => test.auth.refresh(resigned(test.token, { gen: 1, ...next })));
    expect(last).toEqual(['session_expired', 401]);
  });

  it('passes its own rules in the last second of a session', async () => {
    const test = await slide({ session: { ttl: 600 }, leeway: 0 });
    test.clock.advance(600 * SECOND - 200);
    const token = await test.renew(test.token);
    const { iat, exp, refresh_exp } = claimsOf(token);
    expect([iat, exp, refresh_exp]).toEqual([seconds(T0) + 599, seconds(T0) + 600, seconds(T0) + 600]);
    expect(await test.guarded(token)).toBe('1');
  });
});

describe('as access a sliding token', () => {
  it('is good until exp and the leeway, by the second', async () => {
    const test = await slide();
    const exp = Number(claimsOf(test.token)['exp']) * 1000;
    for (const [at, said] of [
      [exp - SECOND, '1'],
      [exp + LEEWAY - 1, '1'],
      [exp + LEEWAY, 'token_expired'],
      [exp + LEEWAY + SECOND, 'token_expired'],
    ] as const) {
      test.clock.now = at;
      expect([at - exp, await test.guarded(test.token)]).toEqual([at - exp, said]);
    }
  });

  it('is good whatever its generation, after any number of renewals', async () => {
    const test = await slide();
    let token = test.token;
    for (let n = 0; n < 5; n++) token = await test.renew(token);
    expect(claimsOf(token)['gen']).toBe(5);
    expect(await test.guarded(test.token)).toBe('1');
    expect(await test.guarded(token)).toBe('1');
  });

  it('dies with its session at once, the renewed and the old alike', async () => {
    const test = await slide();
    const next = await test.renew(test.token);
    await test.auth.logout(next);
    for (const token of [test.token, next]) expect(await test.guarded(token)).toBe('token_revoked');
    expect(await renewal(test, next)).toEqual(['token_revoked', 401]);
  });

  it('dies with its id on the blacklist, and the next one lives', async () => {
    const test = await slide();
    const next = await test.renew(test.token);
    const { jti, exp } = claimsOf(test.token);
    await test.store.blacklist(
      { id: String(jti), subject: '1', expiresAt: Number(exp) * 1000 },
      test.clock(),
    );
    expect(await test.guarded(test.token)).toBe('token_revoked');
    expect(await test.guarded(next)).toBe('1');
  });

  it('outlives a logout until exp only where revocation is off', async () => {
    const test = await slide({ revocation: 'none' });
    await test.auth.logout(test.token);
    expect(await test.guarded(test.token)).toBe('1');
    expect(await renewal(test, test.token)).toEqual(['token_revoked', 401]);
  });

  it('is held to the claims that the app asks for, and a renewal is not', async () => {
    const test = await slide({ requiredClaims: ['plan'] });
    expect(await test.guarded(test.token)).toBe('token_not_valid');
    expect(claimsOf(await test.renew(test.token))['gen']).toBe(1);
  });
});

describe('a renewal', () => {
  it('rotates: a new id, new times, the login kept', async () => {
    const test = await slide();
    test.clock.advance(MINUTE);
    const next = claimsOf(await test.renew(test.token));
    const before = claimsOf(test.token);
    expect(next).toEqual({
      ...before,
      gen: 1,
      jti: expect.not.stringMatching(String(before['jti'])),
      iat: seconds(T0 + MINUTE),
      exp: seconds(T0 + MINUTE + EXP),
      refresh_exp: seconds(T0 + MINUTE + DAY),
    });
    expect(test.names()).toEqual(['session.refreshed']);
    expect(test.store.calls).toEqual(['advance']);
  });

  it('keeps one record of the session and puts nothing on the blacklist', async () => {
    const test = await slide();
    let token = test.token;
    for (let n = 0; n < 4; n++) token = await test.renew(token);
    expect(await test.store.list('1', test.clock())).toHaveLength(1);
    expect(test.store.calls).not.toContain('blacklist');
    expect(test.store.calls).not.toContain('create');
  });

  it('is had after exp, until refresh_exp and the leeway, by the second', async () => {
    const edges: readonly (readonly [number, string | undefined])[] = [
      [EXP - SECOND, undefined],
      [EXP + LEEWAY, undefined],
      [EXP + LEEWAY + SECOND, undefined],
      [DAY - SECOND, undefined],
      [DAY + LEEWAY - 1, undefined],
      [DAY + LEEWAY, 'token_expired'],
      [DAY + LEEWAY + SECOND, 'token_expired'],
    ];
    for (const [after, code] of edges) {
      const test = await slide();
      test.clock.advance(after);
      if (code === undefined) expect(claimsOf(await test.renew(test.token))['gen']).toBe(1);
      else expect([after, await renewal(test, test.token)]).toEqual([after, [code, 401]]);
    }
  });

  it('never moves the absolute end (I9)', async () => {
    const test = await slide({ session: { ttl: '3d' } });
    let token = test.token;
    for (let n = 0; n < 5; n++) {
      test.clock.advance(0.5 * DAY);
      token = await test.renew(token);
      expect(claimsOf(token)['refresh_exp']).toBe(seconds(Math.min(test.clock() + DAY, T0 + 3 * DAY)));
    }
    expect((await test.record())?.endsAt).toBe(T0 + 3 * DAY);
    test.clock.now = T0 + 3 * DAY;
    expect(await renewal(test, token)).toEqual(['session_expired', 401]);
    expect(test.names()).toContain('session.revoked');
  });
});

describe('the rows of the refresh table, by a sliding token', () => {
  it('0: a forged one does not reach the store', async () => {
    const test = await slide();
    const forged = craftFrom(decode(test.token).headerSegment, claimsOf(test.token), new Uint8Array(32));
    expect(await renewal(test, forged)).toEqual(['token_not_valid', 401]);
    expect(test.store.calls).toEqual([]);
  });

  it('1: an unknown session', async () => {
    const test = await slide();
    expect(await renewal(test, resigned(test.token, { sid: 'other' }))).toEqual(['token_not_valid', 401]);
  });

  it('2: a session that has ended', async () => {
    const test = await slide();
    await test.auth.sessions.revoke(test.ref);
    expect(await renewal(test, test.token)).toEqual(['token_revoked', 401]);
  });

  it('4: a subject that is gone or disabled', async () => {
    for (const change of [undefined, { active: false, epoch: 'e0' }]) {
      const test = await slide();
      if (change === undefined) test.users.delete('1');
      else test.users.set('1', change);
      expect(await renewal(test, test.token)).toEqual(['no_active_account', 401]);
      expect(await test.guarded(test.token)).toBe('token_revoked');
    }
  });

  it('5: a password that changed, and then the session has ended', async () => {
    const test = await slide();
    test.users.set('1', { active: true, epoch: 'e1' });
    expect(await renewal(test, test.token)).toEqual(['password_changed', 401]);
    expect(await test.guarded(test.token)).toBe('token_revoked');
  });

  it('7: the same successor, claim for claim, whenever within grace', async () => {
    const test = await slide();
    const next = await test.renew(test.token);
    for (const after of [0, SECOND, GRACE + LEEWAY - SECOND]) {
      test.clock.now = T0 + after;
      const again = await test.renew(test.token);
      expect(claimsOf(again)).toEqual(claimsOf(next));
      // HMAC is deterministic, so the text is the same too.
      expect(again).toBe(next);
    }
    expect((await test.record())?.generation).toBe(1);
    expect(test.names().slice(1)).toEqual(['refresh.replayed', 'refresh.replayed', 'refresh.replayed']);
  });

  it('7: what remains of the same successor is what it says', async () => {
    const test = await slide();
    await test.renew(test.token);
    test.clock.advance(20 * SECOND);
    const { expiresIn, refreshExpiresIn } = await test.auth.refresh(test.token);
    expect([expiresIn, refreshExpiresIn]).toEqual([280, 86_380]);
  });

  it('7: scope and claims are what holds now; nothing else differs', async () => {
    const test = await slide();
    const next = claimsOf(await test.renew(test.token));
    test.users.set('1', { active: true, epoch: 'e0', scope: 'read', claims: { plan: 'pro' } });
    const again = claimsOf(await test.renew(test.token));
    expect(again).toEqual({ ...next, scope: 'read', plan: 'pro' });
  });

  it('7: a successor that is past exp by then is renewable all the same', async () => {
    const test = await slide({ access: { ttl: 1 }, leeway: 0 });
    await test.renew(test.token);
    test.clock.advance(10 * SECOND);
    const again = await test.auth.refresh(test.token);
    expect(again.expiresIn).toBe(0);
    expect(await test.guarded(again.access)).toBe('token_expired');
    expect(claimsOf(await test.renew(again.access))['gen']).toBe(2);
  });

  it('8: a token newer than the record goes forward', async () => {
    const test = await slide();
    const newer = resigned(test.token, { gen: 3 });
    expect(claimsOf(await test.renew(newer))['gen']).toBe(4);
    expect(test.names()).toEqual(['session.recovered']);
  });

  it('9: beyond grace the session ends, and every token of it as access too', async () => {
    const test = await slide();
    const next = await test.renew(test.token);
    test.clock.advance(GRACE + LEEWAY + 1);
    expect(await test.guarded(test.token)).toBe('1');
    expect(await renewal(test, test.token)).toEqual(['refresh_token_reused', 401]);
    for (const token of [test.token, next]) expect(await test.guarded(token)).toBe('token_revoked');
    expect(await renewal(test, next)).toEqual(['token_revoked', 401]);
    expect(test.names()).toContain('refresh.reused');
  });

  it('9: two generations behind, also within grace', async () => {
    const test = await slide();
    await test.renew(await test.renew(test.token));
    expect(await renewal(test, test.token)).toEqual(['refresh_token_reused', 401]);
  });

  it('9: at grace 0 the second use', async () => {
    const test = await slide({ refresh: { grace: 0 } });
    await test.renew(test.token);
    expect(await test.guarded(test.token)).toBe('1');
    expect(await renewal(test, test.token)).toEqual(['refresh_token_reused', 401]);
  });

  it('E: a store that fails is a 503, as access and for renewal, and a retry is answered', async () => {
    const test = await slide();
    test.store.fail('commit-then-throw', 'advance', 1);
    expect(await renewal(test, test.token)).toEqual(['store_unavailable', 503]);
    expect(claimsOf(await test.renew(test.token))['gen']).toBe(1);
    test.store.fail('throw');
    expect(await test.guarded(test.token)).toBe('store_unavailable');
  });

  it('I2: fifty parallel renewals give one successor', async () => {
    const test = await slide();
    const tokens = await Promise.all(Array.from({ length: 50 }, () => test.renew(test.token)));
    expect(new Set(tokens).size).toBe(1);
    expect((await test.record())?.generation).toBe(1);
  });

  it('I3: after a logout no renewal succeeds, whatever raced it', async () => {
    const test = await slide();
    test.store.after('advance', () => test.auth.logout(test.token));
    await test.auth.refresh(test.token).catch(() => undefined);
    expect(await renewal(test, test.token)).toEqual(['token_revoked', 401]);
    expect(await test.guarded(test.token)).toBe('token_revoked');
  });
});

describe('what is no sliding token', () => {
  it.each([
    ['no gen', { gen: undefined }],
    ['a gen that is text', { gen: '0' }],
    ['a negative gen', { gen: -1 }],
    ['a broken gen', { gen: 0.5 }],
    ['no refresh_exp', { refresh_exp: undefined }],
    ['a refresh_exp that is text', { refresh_exp: `${seconds(T0 + DAY)}` }],
    ['a broken refresh_exp', { refresh_exp: seconds(T0 + DAY) + 0.5 }],
    ['an endless refresh_exp', { refresh_exp: 1e308 }],
    ['no exp', { exp: undefined }],
    ['an exp that is text', { exp: `${seconds(T0 + EXP)}` }],
    ['no sid', { sid: undefined }],
    ['no jti', { jti: undefined }],
    ['another issuer', { iss: 'https://other.test' }],
  ])('one with %s passes neither way', async (_name, changes) => {
    const test = await slide();
    const token = resigned(test.token, changes);
    expect(await test.guarded(token)).toBe('token_not_valid');
    expect(await renewal(test, token)).toEqual(['token_not_valid', 401]);
    expect(test.store.calls).toEqual([]);
  });

  it('one for the API alone is not renewed, one for the issuer alone is no access', async () => {
    const test = await slide();
    const forApi = resigned(test.token, { aud: AUDIENCE });
    const forIssuer = resigned(test.token, { aud: ISSUER });
    expect([await test.guarded(forApi), await test.guarded(forIssuer)]).toEqual(['1', 'token_not_valid']);
    expect(await renewal(test, forApi)).toEqual(['token_not_valid', 401]);
    expect(claimsOf(await test.renew(forIssuer))['gen']).toBe(1);
  });

  it('one that lives longer than is taken is refused for what is too long', async () => {
    const test = await slide({ access: { maxLife: '1h' }, refresh: { maxLife: '2d' } });
    const long = resigned(test.token, { exp: seconds(T0) + 3601 });
    expect(await test.guarded(long)).toBe('token_not_valid');
    const renewable = resigned(test.token, { refresh_exp: seconds(T0 + 2 * DAY) + 1 });
    expect(await renewal(test, renewable)).toEqual(['token_not_valid', 401]);
    for (const good of [{ exp: seconds(T0) + 3600 }, { refresh_exp: seconds(T0 + 2 * DAY) }]) {
      const token = resigned(test.token, good);
      expect(await test.guarded(token)).toBe('1');
      expect(claimsOf(await test.renew(token))['gen']).toBe(1);
    }
  });

  it('one whose renewal ends before it begins is not renewed', async () => {
    const test = await slide();
    const token = resigned(test.token, { refresh_exp: seconds(T0) });
    expect(await renewal(test, token)).toEqual(['token_not_valid', 401]);
  });
});

describe('sliding mode', () => {
  const refused: readonly (readonly [string, AuthTestOptions, string])[] = [
    ['cookies', { transport: 'cookie', cookie: { path: '/t' } }, "options.transport 'cookie'"],
    [
      'keys of its own for renewals',
      { refresh: { keys: { alg: 'HS256', secret: 'keys of the refresh tokens, 32 bytes', kid: 'r' } } },
      'options.refresh.keys',
    ],
    ['no rotation', { refresh: { rotate: false } }, 'options.refresh.rotate false'],
    ['a life beyond access.maxLife', { access: { ttl: '10m', maxLife: '5m' } }, 'options.access.maxLife'],
    ['a life beyond refresh.maxLife', { refresh: { ttl: '2d', maxLife: '1d' } }, 'options.refresh.maxLife'],
  ];

  it.each(refused)('cannot be had with %s', (_name, options, said) => {
    expect(() => makeAuth({ mode: 'sliding', ...options })).toThrow(said);
    const error = expect.objectContaining({ code: 'ERR_INVALID_ARG_VALUE' });
    expect(() => makeAuth({ mode: 'sliding', ...options })).toThrow(error);
  });

  it('cannot be had over a store without records', () => {
    const store = { ...spyStore(memoryStore()), capabilities: [] };
    expect(() => makeAuth({ mode: 'sliding', store, refresh: { grace: 0 } })).toThrow('keeps no records');
  });

  it('is a word of its own, and pair is the other', () => {
    expect(() => makeAuth({ mode: 'sliding' })).not.toThrow();
    expect(() => makeAuth({ mode: 'pair', refresh: { rotate: false } })).not.toThrow();
    for (const mode of ['SLIDING', '', null, 1])
      expect(() => makeAuth({ mode: mode as AuthOptions['mode'] })).toThrow('options.mode must be one of');
  });

  it('lets a password change keep its session under a new token', async () => {
    const test = await slide();
    test.users.set('1', { active: true, epoch: 'e1' });
    const { access } = await test.auth.sessions.reauthenticate(test.ref, { epoch: 'e1' });
    expect(claimsOf(access)).toMatchObject({ sid: test.ref.id, gen: 1 });
    expect(await test.guarded(access)).toBe('1');
    expect(claimsOf(await test.renew(access))['gen']).toBe(2);
  });

  it('follows a rotation of keys with both of its views', async () => {
    const test = await slide();
    await test.auth.keys.access.publish({
      alg: 'HS256',
      secret: 'the next key of this service, 32 bytes',
      kid: 'k2',
    });
    test.auth.keys.access.signWith('k2');
    expect(await test.guarded(test.token)).toBe('1');
    const next = await test.renew(test.token);
    expect(decode(next).header['kid']).toBe('k2');
    expect(await test.guarded(next)).toBe('1');
    test.auth.keys.access.retire('k1');
    expect(await test.guarded(test.token)).toBe('token_not_valid');
    expect(await renewal(test, test.token)).toEqual(['token_not_valid', 401]);
    expect(claimsOf(await test.renew(next))['gen']).toBe(2);
  });
});
