import { createAuth } from '@tokenpair/core';
import { createJwksClient } from '@tokenpair/core/jwks';
import { memoryStore } from '@tokenpair/core/memory';
import { createVerifier } from '@tokenpair/core/verifier';
import { type FakeJwksOptions, fakeClock, fakeJwks, mintTokens, testAuth } from '@tokenpair/testkit';
import { describe, expect, it } from 'vitest';

const MINUTE = 60_000;
const ISSUER = 'https://issuer.test';
const AUDIENCE = 'https://api.test';

describe('fakeClock', () => {
  it('stands still until it is moved', () => {
    const clock = fakeClock();
    expect([clock(), clock()]).toEqual([1_800_000_000_000, 1_800_000_000_000]);
    clock.advance(MINUTE);
    expect(clock()).toBe(1_800_000_060_000);
    clock.advance(-2 * MINUTE);
    expect(clock()).toBe(1_799_999_940_000);
    clock.set(5);
    expect(clock()).toBe(5);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, '5m', undefined])('refuses %s for a time', (time) => {
    const clock = fakeClock(7);
    expect(() => clock.advance(time as number)).toThrow(TypeError);
    expect(() => clock.set(time as number)).toThrow(TypeError);
    expect(clock()).toBe(7);
  });

  it('refuses to start at no time', () => {
    expect(() => fakeClock(Number.NaN)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }));
  });
});

describe('mintTokens', () => {
  const make = (options: { readonly mode?: 'sliding' } = {}) =>
    createAuth({
      issuer: ISSUER,
      audience: AUDIENCE,
      keys: { alg: 'HS256', secret: Uint8Array.from({ length: 32 }, (_, at) => at) },
      store: memoryStore(),
      ...options,
    });

  it('opens a session past the login, with what it is given', async () => {
    const auth = make();
    const client = { userAgent: 'Firefox', ip: '192.0.2.1' };
    const minted = await mintTokens(auth, 'ada', { scope: 'read write', claims: { plan: 'pro' }, client });
    const { subject, scopes, claims } = await auth.authenticate({ headers: minted.headers });
    expect([subject, scopes, claims['plan']]).toEqual(['ada', ['read', 'write'], 'pro']);
    expect((await auth.sessions.list('ada'))[0]?.client).toEqual(client);
    await expect(auth.refresh(minted.refresh)).resolves.toBeDefined();
  });

  it('gives the one token of sliding mode as refresh token too', async () => {
    const { access, refresh } = await mintTokens(make({ mode: 'sliding' }), 'ada');
    expect(refresh).toBe(access);
  });
});

describe('testAuth', () => {
  const login = { method: 'POST', path: '/', rawHeaders: [] };

  it('issues the same header and times in every run', async () => {
    const { auth, loginAs } = testAuth();
    const { access, headers } = await loginAs('ada');
    expect(headers).toEqual({ authorization: `Bearer ${access}` });
    const { claims } = await auth.authenticate({ headers });
    expect([claims.iss, claims.aud, claims.iat, claims.exp]).toEqual([
      ISSUER,
      AUDIENCE,
      1_800_000_000,
      1_800_000_300,
    ]);
    expect(access.split('.')[0]).toBe((await testAuth().loginAs('ada')).access.split('.')[0]);
  });

  it('grants scope and claims, also through a refresh', async () => {
    const { auth, loginAs } = testAuth();
    const { refresh } = await loginAs('ada', { scope: 'read admin', claims: { plan: 'pro' } });
    const { access } = await auth.refresh(refresh);
    const { scopes, claims } = await auth.authenticate({ headers: { authorization: `Bearer ${access}` } });
    expect([scopes, claims['plan']]).toEqual([['read', 'admin'], 'pro']);
  });

  it('puts a subject that it does not know into the table, and leaves one that it knows', async () => {
    const { loginAs, users } = testAuth({ users: { ada: { scope: 'read' } } });
    await loginAs('ada');
    await loginAs('bob');
    expect([...users]).toEqual([
      ['ada', { scope: 'read' }],
      ['bob', {}],
    ]);
  });

  it.each([
    ['the right password', { username: 'ada', password: 'x' }, 200],
    ['a wrong one', { username: 'ada', password: 'y' }, 401],
    ['none where the user has none', { username: 'bob', password: '' }, 400],
    ['one where the user has none', { username: 'bob', password: 'undefined' }, 401],
    ['that of a disabled user', { username: 'eve', password: 'x' }, 401],
    ['one of nobody', { username: 'nobody', password: 'x' }, 401],
  ])('judges a login with %s', async (_which, parsed, status) => {
    const users = { ada: { password: 'x' }, bob: {}, eve: { password: 'x', active: false } };
    const { auth } = testAuth({ users });
    expect((await auth.handle({ ...login, body: { parsed } }))?.status).toBe(status);
  });

  it('goes by the clock', async () => {
    const { auth, clock, loginAs } = testAuth();
    const { headers } = await loginAs('ada');
    clock.advance(4 * MINUTE);
    await expect(auth.authenticate({ headers })).resolves.toBeDefined();
    clock.advance(2 * MINUTE);
    await expect(auth.authenticate({ headers })).rejects.toMatchObject({ code: 'token_expired' });
  });

  it.each([
    ['disabled', { active: false }, 'no_active_account'],
    ['given a new password', { epoch: '2' }, 'password_changed'],
  ])('ends the sessions of a user who is %s', async (_what, row, code) => {
    const { auth, loginAs, users } = testAuth({ users: { ada: { epoch: '1' } } });
    const { refresh } = await loginAs('ada');
    users.set('ada', row);
    await expect(auth.refresh(refresh)).rejects.toMatchObject({ code });
  });

  it('refuses to log in as a user who is not active', async () => {
    const { loginAs } = testAuth({ users: { ada: { active: false } } });
    await expect(loginAs('ada')).rejects.toMatchObject({ code: 'no_active_account' });
  });

  it('fails with its store', async () => {
    const { auth, loginAs, store } = testAuth();
    const { headers } = await loginAs('ada');
    store.fail('throw');
    await expect(auth.authenticate({ headers })).rejects.toMatchObject({ code: 'store_unavailable' });
    store.heal();
    await expect(auth.authenticate({ headers })).resolves.toBeDefined();
  });

  it('takes a clock, a store and every option of createAuth', async () => {
    const clock = fakeClock(1_900_000_000_000);
    const store = memoryStore();
    const first = testAuth({ clock, store, access: { ttl: '1m' } });
    const { headers, session } = await first.loginAs('ada');
    expect(await store.find(session, clock())).toBeDefined();
    clock.advance(2 * MINUTE);
    await expect(first.auth.authenticate({ headers })).rejects.toMatchObject({ code: 'token_expired' });
  });

  it('gives auth.user of loadUser its type', async () => {
    const { auth, loginAs } = testAuth({ loadUser: ({ subject }) => ({ name: subject.toUpperCase() }) });
    const { headers } = await loginAs('ada');
    const { user } = await auth.authenticate({ headers });
    expect(user.name).toBe('ADA');
  });
});

describe('fakeJwks', () => {
  const setUp = (options: FakeJwksOptions = {}) => {
    const clock = fakeClock();
    const jwks = fakeJwks({ clock, ...options });
    const verifier = createVerifier({
      issuers: [{ issuer: ISSUER, audience: AUDIENCE, ...jwks.trusted }],
      clock,
    });
    const token = (more = {}) => jwks.sign({ iss: ISSUER, aud: AUDIENCE, sub: 'ada', ...more });
    return { clock, jwks, token, verifier };
  };

  it.each(['ES256', 'RS256', 'EdDSA'] as const)('signs and publishes with %s', async (alg) => {
    const { token, verifier } = setUp({ alg });
    await expect(verifier.verify(token())).resolves.toMatchObject({ subject: 'ada', issuer: ISSUER });
  });

  it('publishes public members alone', async () => {
    const { jwks } = setUp();
    const response = await jwks.fetch('', { headers: {}, redirect: 'manual', signal: AbortSignal.any([]) });
    const { keys } = (await new Response(response.body).json()) as { keys: object[] };
    expect(keys.map(Object.keys)).toEqual([['kty', 'x', 'y', 'crv', 'kid', 'alg', 'use']]);
  });

  it('counts its fetches, and is asked again when a set is no longer fresh', async () => {
    const { clock, jwks, token, verifier } = setUp({ maxAge: 120 });
    await verifier.verify(token());
    await verifier.verify(token());
    expect(jwks.fetches).toBe(1);
    clock.advance(121_000);
    await verifier.verify(token());
    await expect.poll(() => jwks.fetches).toBe(2);
  });

  it('publishes a new key beside the old one, and then alone', async () => {
    const { clock, jwks, token, verifier } = setUp();
    const before = token();
    await verifier.verify(before);
    jwks.rotate();
    clock.advance(31_000); // past the cooldown
    await verifier.verify(token());
    await verifier.verify(before);
    jwks.retire();
    const fresh = createVerifier({
      issuers: [{ issuer: ISSUER, audience: AUDIENCE, ...jwks.trusted }],
      clock,
    });
    await fresh.verify(token());
    await expect(fresh.verify(before)).rejects.toMatchObject({ code: 'token_not_valid' });
  });

  it.each(['throw', 'status', 'garbage', 'hang'] as const)('fails by %s until it heals', async (fault) => {
    const { clock, jwks, token } = setUp();
    const { jwks: source } = jwks.trusted;
    const options = { ...(source as object), url: ISSUER, timeoutMs: 10, algorithms: ['ES256'] as const };
    const client = createJwksClient(options);
    const verifier = createVerifier({
      issuers: [{ issuer: ISSUER, audience: AUDIENCE, jwks: client }],
      clock,
    });
    jwks.fail(fault);
    await expect(verifier.verify(token())).rejects.toMatchObject({ code: 'keys_unavailable' });
    expect(jwks.fetches).toBe(1);
    jwks.heal();
    clock.advance(5_000); // past the back-off
    await expect(verifier.verify(token())).resolves.toBeDefined();
  });

  it('signs what it is told, header and claims', async () => {
    const { clock, token, verifier, jwks } = setUp();
    const before = token({ exp: 1_800_000_001 });
    clock.advance(10_000);
    await expect(verifier.verify(before)).rejects.toMatchObject({
      code: 'token_expired',
    });
    const typed = jwks.sign({ iss: ISSUER, aud: AUDIENCE, sub: 'ada' }, { typ: 'JWT' });
    await expect(verifier.verify(typed)).rejects.toMatchObject({ code: 'token_wrong_type' });
    await expect(verifier.verify(token({ aud: 'https://other.test' }))).rejects.toMatchObject({
      code: 'token_not_valid',
    });
  });

  it('gives its keys to an auth, whose tokens its set verifies', async () => {
    const { clock, jwks, verifier } = setUp();
    const { loginAs } = testAuth({ clock, keys: jwks.keys });
    const { access } = await loginAs('ada');
    await expect(verifier.verify(access)).resolves.toMatchObject({ subject: 'ada' });
  });
});
