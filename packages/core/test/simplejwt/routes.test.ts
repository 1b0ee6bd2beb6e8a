import type { AuthEvent } from '@tokenpair/core';
import { describe, expect, it } from 'vitest';
import { PASSWORD } from '../support/auth.ts';
import { jsonRequest, plain, requestOf } from '../support/requests.ts';
import { decode } from '../support/tokens.ts';
import { django, login, makeSimpleJwt, makeStoreless, type TestSimpleJwt } from './support.ts';

const post = async ({ auth }: Pick<TestSimpleJwt, 'auth'>, path: string, body: unknown) =>
  plain(await auth.handle(jsonRequest(path, body)));
const code = async (test: Pick<TestSimpleJwt, 'auth'>, path: string, body: unknown) => {
  const answer = await post(test, path, body);
  return [answer?.body.code, answer?.status];
};
const credentials = { username: 'ada', password: PASSWORD };

describe('POST /', () => {
  it('gives a pair for good credentials', async () => {
    const answer = await post(makeSimpleJwt({ login }), '/', credentials);
    expect(answer).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
    expect(Object.keys(answer?.body)).toEqual([
      'access',
      'refresh',
      'token_type',
      'expires_in',
      'refresh_expires_in',
    ]);
    expect(answer?.body).toMatchObject({ token_type: 'Bearer', expires_in: 300, refresh_expires_in: 86_400 });
    expect(decode(answer?.body.refresh).claims).toMatchObject({ token_type: 'refresh', user_id: '42' });
  });

  it('takes a form, as Django does', async () => {
    const { auth } = makeSimpleJwt({ login });
    const body = new URLSearchParams(credentials).toString();
    const headers = [['Content-Type', 'application/x-www-form-urlencoded']] as const;
    expect(plain(await auth.handle(requestOf('POST', '/', { headers, body })))?.status).toBe(200);
  });

  it('says the same of a wrong password, an unknown user and a disabled account, and tells the app', async () => {
    const test = makeSimpleJwt({ login });
    const disabled = makeSimpleJwt({ login, resolve: () => ({ active: false }) });
    const events: AuthEvent[] = [];
    test.auth.events.on('*', (event) => events.push(event));
    const wrong = await post(test, '/', { ...credentials, password: 'x' });
    expect(wrong).toMatchObject({
      status: 401,
      body: { error: 'invalid_grant', code: 'invalid_credentials' },
    });
    expect(await post(test, '/', { ...credentials, username: 'bob' })).toEqual(wrong);
    expect(await post(disabled, '/', credentials)).toEqual(wrong);
    expect(events.map(({ name }) => name)).toEqual(['login.refused', 'login.refused']);
  });

  it('names the fields that are missing', async () => {
    const answer = await post(makeSimpleJwt({ login }), '/', { username: 'ada' });
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', fields: { password: expect.any(String) } },
    });
  });

  it('asks for the fields of the app', async () => {
    const test = makeSimpleJwt({
      login: ({ email }) => ({ subject: String(email) }),
      loginFields: ['email'],
    });
    expect((await post(test, '/', { email: 'a@b.c' }))?.status).toBe(200);
  });

  it('is not there without a login', async () => {
    expect(await post(makeSimpleJwt(), '/', credentials)).toBeUndefined();
  });

  it('is 503 when the hook names a claim of the shape', async () => {
    const test = makeSimpleJwt({ login: () => ({ subject: '42', claims: { user_id: '1' } }) });
    expect(await code(test, '/', credentials)).toEqual(['backend_unavailable', 503]);
  });
});

describe('POST /refresh', () => {
  it('gives an access token', async () => {
    const answer = await post(makeSimpleJwt(), '/refresh', { refresh: django.refresh() });
    expect(answer).toMatchObject({ status: 200, body: { token_type: 'Bearer', expires_in: 300 } });
    expect(Object.keys(answer?.body)).toEqual(['access', 'token_type', 'expires_in']);
  });

  it('with rotation gives a pair, the trailing slash of Django included', async () => {
    const test = makeSimpleJwt({ refresh: { rotate: true } });
    const answer = await post(test, '/refresh/', { refresh: django.refresh() });
    expect(Object.keys(answer?.body)).toEqual([
      'access',
      'refresh',
      'token_type',
      'expires_in',
      'refresh_expires_in',
    ]);
  });

  it('without a token is 400, and with a bad one 401 in the shape of the others', async () => {
    const test = makeSimpleJwt();
    expect(await code(test, '/refresh', {})).toEqual(['invalid_request', 400]);
    expect(await code(test, '/refresh', { refresh: 5 })).toEqual(['invalid_request', 400]);
    expect(await post(test, '/refresh', { refresh: 'x' })).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'Bearer realm="api"' },
      body: { error: 'invalid_grant', code: 'token_not_valid', detail: expect.any(String) },
    });
  });

  it('of a GET is 405', async () => {
    expect((await makeSimpleJwt().auth.handle(requestOf('GET', '/refresh')))?.status).toBe(405);
  });
});

describe('POST /verify', () => {
  it('takes an access and a refresh token', async () => {
    const test = makeSimpleJwt();
    for (const token of [django.access(), django.refresh()]) {
      expect(await post(test, '/verify', { token })).toMatchObject({ status: 200, body: {} });
    }
  });

  it('refuses another kind, a revoked token and a refresh token of a disabled user', async () => {
    const test = makeSimpleJwt();
    expect(await code(test, '/verify', { token: django.access({ token_type: 'sliding' }) })).toEqual([
      'token_wrong_type',
      401,
    ]);
    await test.auth.revoke(django.access());
    expect(await code(test, '/verify', { token: django.access() })).toEqual(['token_revoked', 401]);
    const disabled = makeSimpleJwt({ resolve: () => ({ active: false }) });
    expect(await code(disabled, '/verify', { token: django.refresh() })).toEqual(['no_active_account', 401]);
  });

  it('uses nothing up', async () => {
    const test = makeSimpleJwt({ refresh: { rotate: true } });
    await post(test, '/verify', { token: django.refresh() });
    expect(test.store.calls).toEqual(['isLive']);
    expect((await post(test, '/refresh', { refresh: django.refresh() }))?.status).toBe(200);
  });

  it('is 503 while the store fails', async () => {
    const test = makeSimpleJwt({ revocation: 'none' });
    test.store.fail('throw');
    expect(await code(test, '/verify', { token: django.access() })).toEqual(['store_unavailable', 503]);
  });
});

describe.each(['/logout', '/blacklist'])('POST %s', (path) => {
  it('ends a refresh token', async () => {
    const test = makeSimpleJwt();
    expect(await post(test, path, { refresh: django.refresh() })).toMatchObject({ status: 200, body: {} });
    expect(await code(test, '/refresh', { refresh: django.refresh() })).toEqual(['token_revoked', 401]);
  });

  it.each([
    ['garbage', 'garbage', 'token_not_valid'],
    ['an access token', django.access(), 'token_wrong_type'],
  ])('of %s is refused', async (_what, refresh, expected) => {
    expect(await code(makeSimpleJwt(), path, { refresh })).toEqual([expected, 401]);
  });

  it('with an access token of another user, or a bad one, ends nothing', async () => {
    const test = makeSimpleJwt();
    for (const access of [django.access({ user_id: '43' }), 'garbage']) {
      expect(await code(test, path, { refresh: django.refresh(), access })).toEqual(['token_not_valid', 401]);
    }
    expect(await code(test, path, { refresh: django.refresh(), access: '' })).toEqual([
      'invalid_request',
      400,
    ]);
    expect(test.store.calls).toEqual([]);
  });

  it('is 503 while the store fails', async () => {
    const test = makeSimpleJwt();
    test.store.fail('throw');
    expect(await code(test, path, { refresh: django.refresh() })).toEqual(['store_unavailable', 503]);
  });

  it('is not there without a store', async () => {
    expect(await post(makeStoreless(), path, { refresh: django.refresh() })).toBeUndefined();
  });
});

it('no other path is there', async () => {
  for (const path of ['/sessions', '/logout-all', '/jwks', '/introspect', '/revoke', '/refresh/x']) {
    expect(await post(makeSimpleJwt({ login }), path, {})).toBeUndefined();
  }
});
