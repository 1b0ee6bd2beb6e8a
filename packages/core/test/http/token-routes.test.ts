import type { AuthRequest } from '@tokenpair/core';
import { describe, expect, it } from 'vitest';
import { logIn, makeAuth, PASSWORD } from '../support/auth.ts';
import { MINUTE } from '../support/clock.ts';
import { fastest } from '../support/random.ts';
import { jsonRequest, plain, requestOf } from '../support/requests.ts';
import { decode } from '../support/tokens.ts';

const POSTS = ['/', '/refresh', '/logout', '/blacklist', '/verify'];
const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' };
const errorOf = (code: string, detail: string, error = 'invalid_request') => ({ error, code, detail });

async function start(options: Parameters<typeof makeAuth>[0] = {}) {
  const test = makeAuth(options);
  const login = await logIn(test);
  test.store.calls.length = 0;
  const send = async (request: AuthRequest) => plain(await test.auth.handle(request));
  return { ...test, ...login, send, post: (path: string, body: unknown) => send(jsonRequest(path, body)) };
}

describe('a path', () => {
  it.each(POSTS)('%s is answered, with and without a slash at its end', async (path) => {
    const { post } = await start();
    const without = await post(path, {});
    expect(without).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    expect(await post(path === '/' ? '' : `${path}/`, {})).toEqual(without);
  });

  it.each([
    '/unknown',
    '/refresh/x',
    '/refreshx',
    '//refresh',
    '/Refresh',
    '/REFRESH',
    '/./refresh',
    '/%72efresh',
    '/refresh%2f',
    '/refresh?x=1',
    '/__proto__',
    '/constructor',
    '/api/token/refresh',
    'refresh',
  ])('%s is none of ours', async (path) => {
    const { send } = await start();
    expect(await send(requestOf('POST', path))).toBeUndefined();
    expect(await send(requestOf('GET', path))).toBeUndefined();
  });

  it('for logins is there only with a login hook', async () => {
    const { send } = await start({ login: undefined });
    expect(await send(jsonRequest('/', { username: '1', password: PASSWORD }))).toBeUndefined();
    expect(await send(requestOf('POST', '/refresh'))).toBeDefined();
  });

  it('of 15,000 slashes costs no time (I8)', async () => {
    const { auth } = await start();
    const request = requestOf('GET', `${'/'.repeat(15_000)}x`);
    expect(await auth.handle(request)).toBeUndefined();
    expect(fastest(() => void auth.handle(request))).toBeLessThan(5);
  });
});

describe('a method', () => {
  it.each(
    POSTS.flatMap((path) =>
      ['GET', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'post', 'TRACE', 'CONNECT', 'toString'].map(
        (method) => [method, path],
      ),
    ),
  )('%s %s is 405 with Allow', async (method, path) => {
    const { send, store } = await start();
    expect(await send(requestOf(method, path))).toEqual({
      status: 405,
      headers: { ...JSON_HEADERS, allow: 'POST' },
      body: errorOf('method_not_allowed', 'The method is not allowed here.'),
    });
    expect(store.calls).toEqual([]);
  });
});

describe('POST /refresh', () => {
  it('answers with the members of a login', async () => {
    const { post, refresh } = await start();
    const answer = await post('/refresh', { refresh });
    expect(answer).toMatchObject({ status: 200, headers: JSON_HEADERS });
    expect(Object.keys(answer?.body)).toEqual([
      'access',
      'refresh',
      'token_type',
      'expires_in',
      'refresh_expires_in',
    ]);
    expect(decode(answer?.body.refresh).claims['gen']).toBe(1);
  });

  it('answers without rotation with an access token alone', async () => {
    const { post, refresh } = await start({ refresh: { rotate: false } });
    const answer = await post('/refresh', { refresh });
    expect(Object.keys(answer?.body)).toEqual(['access', 'token_type', 'expires_in']);
  });

  it('hands the client on', async () => {
    const { auth, refresh, events } = await start();
    const body = new TextEncoder().encode(JSON.stringify({ refresh }));
    await auth.handle(
      requestOf('POST', '/refresh', {
        body,
        ip: '::1',
        headers: [
          ['Content-Type', 'application/json'],
          ['User-Agent', 'x'.repeat(600)],
        ],
      }),
    );
    expect(events.at(-1)).toMatchObject({
      name: 'session.refreshed',
      client: { ip: '::1', userAgent: 'x'.repeat(512) },
    });
  });

  it('refuses by the grant: error invalid_grant, a challenge that names no error', async () => {
    const { post, refresh, access, clock } = await start();
    const refused = (code: string, detail: string) => ({
      status: 401,
      headers: { ...JSON_HEADERS, 'www-authenticate': 'Bearer realm="api"' },
      body: errorOf(code, detail, 'invalid_grant'),
    });
    expect(await post('/refresh', { refresh: 'x' })).toEqual(
      refused('token_not_valid', 'The token is not valid.'),
    );
    expect(await post('/refresh', { refresh: access })).toEqual(
      refused('token_wrong_type', 'The token is of the wrong type.'),
    );
    await post('/refresh', { refresh });
    clock.advance(MINUTE);
    expect(await post('/refresh', { refresh })).toEqual(
      refused('refresh_token_reused', 'The refresh token has been used before; the session has ended.'),
    );
    expect(await post('/refresh', { refresh })).toEqual(
      refused('token_revoked', 'The token has been revoked.'),
    );
  });

  it('is 503 with Retry-After when the store fails, and nothing else changes', async () => {
    const { post, refresh, store } = await start();
    store.fail('throw');
    const answer = await post('/refresh', { refresh });
    expect(answer).toMatchObject({
      status: 503,
      body: errorOf(
        'store_unavailable',
        'The session store is not available; try again.',
        'temporarily_unavailable',
      ),
    });
    expect(Object.keys(answer?.headers ?? {})).toEqual(['content-type', 'cache-control', 'retry-after']);
  });

  it.each([
    ['no token', {}, 'This field is required.'],
    ['an empty one', { refresh: '' }, 'This field must be a non-empty string.'],
    ['a number', { refresh: 1 }, 'This field must be a non-empty string.'],
    ['null', { refresh: null }, 'This field must be a non-empty string.'],
    ['another field', { token: 'x' }, 'This field is required.'],
  ])('is 400 for %s', async (_name, body, sentence) => {
    const { post, store } = await start();
    expect(await post('/refresh', body)).toEqual({
      status: 400,
      headers: JSON_HEADERS,
      body: {
        ...errorOf('invalid_request', 'The request is malformed or lacks a field.'),
        fields: { refresh: sentence },
      },
    });
    expect(store.calls).toEqual([]);
  });
});

describe.each(['/logout', '/blacklist'])('POST %s', (path) => {
  it('is 200 {} the first and the second time', async () => {
    const { post, refresh } = await start();
    for (let n = 0; n < 2; n++)
      expect(await post(path, { refresh })).toEqual({ status: 200, headers: JSON_HEADERS, body: {} });
    expect(await post('/refresh', { refresh })).toMatchObject({
      status: 401,
      body: { code: 'token_revoked' },
    });
  });

  it.each([
    ['garbage', 'x', 'token_not_valid'],
    ['an access token', undefined, 'token_wrong_type'],
  ])('is 401 as on /refresh for %s', async (_name, token, code) => {
    const { post, access } = await start();
    const answer = await post(path, { refresh: token ?? access });
    expect(answer).toMatchObject({ status: 401, body: { code, error: 'invalid_grant' } });
    expect(answer).toEqual(await post('/refresh', { refresh: token ?? access }));
  });

  it('is 503 when the store fails, never 200', async () => {
    const { post, refresh, store } = await start();
    store.fail('throw');
    expect(await post(path, { refresh })).toMatchObject({ status: 503, body: { code: 'store_unavailable' } });
  });
});

describe('POST /verify', () => {
  it('is 200 {} for a good token of either kind, and changes nothing', async () => {
    const { post, access, refresh, store } = await start();
    for (const token of [access, refresh])
      expect(await post('/verify', { token })).toEqual({ status: 200, headers: JSON_HEADERS, body: {} });
    expect(store.calls).toEqual(['isLive', 'find']);
  });

  it('is 200 for a predecessor within grace, 401 token_revoked beyond, and ends nothing', async () => {
    const { post, auth, refresh, clock, ref, store, names } = await start();
    const next = (await auth.refresh(refresh)).refresh;
    expect(await post('/verify', { token: refresh })).toMatchObject({ status: 200 });
    clock.advance(MINUTE);
    expect(await post('/verify', { token: refresh })).toMatchObject({
      status: 401,
      body: { code: 'token_revoked', error: 'invalid_token' },
    });
    expect((await store.find(ref, clock()))?.revokedAt).toBeUndefined();
    expect(await post('/verify', { token: next })).toMatchObject({ status: 200 });
    expect(names().filter((name) => name !== 'session.issued' && name !== 'session.refreshed')).toEqual([]);
  });

  it.each([
    [
      'logged out',
      async (test: Awaited<ReturnType<typeof start>>) => test.auth.logout(test.refresh),
      'token_revoked',
      'token_revoked',
    ],
    [
      'disabled',
      async (test: Awaited<ReturnType<typeof start>>) => void test.users.delete('1'),
      undefined,
      'no_active_account',
    ],
    [
      'of a new password',
      async (test: Awaited<ReturnType<typeof start>>) =>
        void test.users.set('1', { active: true, epoch: 'e1' }),
      undefined,
      'password_changed',
    ],
  ])('of a subject that is %s: access and refresh', async (_name, act, access, refresh) => {
    const test = await start();
    await act(test);
    expect((await test.post('/verify', { token: test.access }))?.body.code).toBe(access);
    expect((await test.post('/verify', { token: test.refresh }))?.body.code).toBe(refresh);
    expect(test.store.calls.filter((call) => call === 'revoke' || call === 'advance')).toEqual(
      access === undefined ? [] : ['revoke'],
    );
  });

  it('is token_revoked for the access token of an unknown session, token_not_valid for its refresh token', async () => {
    const { access, refresh } = await start();
    const { post } = await start();
    expect(await post('/verify', { token: access })).toMatchObject({
      status: 401,
      body: { code: 'token_revoked' },
    });
    expect(await post('/verify', { token: refresh })).toMatchObject({
      status: 401,
      body: { code: 'token_not_valid' },
    });
  });

  it('names the error in its challenge', async () => {
    const { post } = await start();
    expect(await post('/verify', { token: 'x' })).toEqual({
      status: 401,
      headers: {
        ...JSON_HEADERS,
        'www-authenticate':
          'Bearer realm="api", error="invalid_token", error_description="The token is not valid."',
      },
      body: errorOf('token_not_valid', 'The token is not valid.', 'invalid_token'),
    });
  });

  it('is token_expired for an old token of either kind', async () => {
    const { post, access, refresh, clock } = await start();
    clock.advance(2 * 24 * 60 * MINUTE);
    for (const token of [access, refresh])
      expect(await post('/verify', { token })).toMatchObject({
        status: 401,
        body: { code: 'token_expired' },
      });
  });

  it('asks the store whatever revocation says', async () => {
    const { post, access, refresh, auth } = await start({ revocation: 'none' });
    await auth.logout(refresh);
    expect(await post('/verify', { token: access })).toMatchObject({
      status: 401,
      body: { code: 'token_revoked' },
    });
  });

  it.each(['access', 'refresh'] as const)('is 503 when the store fails, for %s', async (kind) => {
    const test = await start();
    test.store.fail('throw');
    expect(await test.post('/verify', { token: test[kind] })).toMatchObject({
      status: 503,
      body: { code: 'store_unavailable' },
    });
  });
});

describe('any input (I8)', () => {
  it.each(POSTS)('to %s is answered with a 4xx and never throws', async (path) => {
    const { auth } = await start();
    const bodies = [
      '',
      '{}',
      '[]',
      'null',
      '"x"',
      '{"refresh":{}}',
      '{"token":[]}',
      '{"username":1,"password":{}}',
      '\0',
      '{',
      'a=b',
      '%',
      '=',
      '&&&',
      'refresh=%',
      '{"refresh":"\\ud800"}',
      `{"refresh":"${'A'.repeat(9000)}"}`,
    ];
    const types = [
      'application/json',
      'application/x-www-form-urlencoded',
      'text/plain',
      'x',
      '',
      ';;;',
      'application/json;charset',
    ];
    for (const body of bodies)
      for (const type of types) {
        const answer = await auth.handle(
          requestOf('POST', path, { body, headers: [['Content-Type', type]] }),
        );
        expect([body, type, Math.floor(Number(answer?.status) / 100)]).toEqual([body, type, 4]);
      }
  });
});
