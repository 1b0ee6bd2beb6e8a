import { RateLimitedError, StoreUnavailableError } from '@tokenpair/core';
import { describe, expect, it } from 'vitest';
import { PASSWORD } from '../support/auth.ts';
import { DAY, MINUTE } from '../support/clock.ts';
import { plain, requestOf } from '../support/requests.ts';
import { decode } from '../support/tokens.ts';
import { FORM, LOGIN, logIn, make, refresh, refusal, send } from './support.ts';

const HEADERS = {
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'no-store',
  pragma: 'no-cache',
};

describe('POST /token with a password', () => {
  it('answers with the members of RFC 6749 §5.1, and no cache keeps them', async () => {
    const answer = await logIn(make());
    expect([answer.status, answer.headers]).toEqual([200, HEADERS]);
    expect(Object.keys(answer.body)).toEqual([
      'access_token',
      'token_type',
      'expires_in',
      'refresh_token',
      'scope',
    ]);
    expect(answer.body).toMatchObject({ token_type: 'Bearer', expires_in: 300, scope: 'read write' });
    expect(decode(answer.body.access_token).header['typ']).toBe('at+jwt');
    expect(decode(answer.body.refresh_token).header['typ']).toBe('rt+jwt');
  });

  it('says no scope where there is none', async () => {
    const test = make();
    test.users.set('1', { active: true, epoch: 'e0' });
    expect(Object.keys((await logIn(test)).body)).not.toContain('scope');
  });

  it('grants a narrower scope, to the session as well', async () => {
    const test = make();
    const first = await logIn(test, { scope: 'read' });
    expect(first.body.scope).toBe('read');
    expect(decode(first.body.access_token).claims['scope']).toBe('read');
    expect((await refresh(test, first.body.refresh_token)).body.scope).toBe('read');
  });

  it.each([
    ['wider than the login gives', 'read admin'],
    ['that the login does not give', 'admin'],
    ['with a character that no scope has', 'read "write"'],
    ['with two spaces', 'read  write'],
  ])('refuses a scope %s', async (_what, scope) => {
    const test = make();
    expect(refusal(await logIn(test, { scope }))).toEqual([400, 'invalid_scope', 'invalid_request']);
    expect(test.store.calls).not.toContain('create');
  });

  it('holds the scope to what the login hook gives, where it gives one', async () => {
    const test = make({ login: () => ({ subject: '1', epoch: 'e0', scope: 'read' }) });
    expect((await logIn(test, { scope: 'read' })).body.scope).toBe('read');
    expect(refusal(await logIn(test, { scope: 'write' }))[1]).toBe('invalid_scope');
  });

  it('tells a disabled user with a good password and a scope like any bad login', async () => {
    const test = make();
    test.users.set('1', { active: false, epoch: 'e0', scope: 'read' });
    const wrong = await logIn(test, { password: 'wrong', scope: 'admin' });
    expect(await logIn(test, { scope: 'admin' })).toEqual(wrong);
    expect(refusal(wrong)).toEqual([400, 'invalid_grant', 'invalid_credentials']);
  });

  it('refuses bad credentials as a grant, without a challenge', async () => {
    const test = make();
    const answer = await logIn(test, { password: 'wrong' });
    expect(answer).toEqual({
      status: 400,
      headers: HEADERS,
      body: {
        error: 'invalid_grant',
        error_description: 'No active account matches the credentials given.',
        code: 'invalid_credentials',
        detail: 'No active account matches the credentials given.',
      },
    });
    expect(test.names()).toEqual(['login.refused']);
  });

  it('takes more fields than the two, if the app wants them', async () => {
    const login = ({ username = '', otp }: Record<string, string>) =>
      otp === '1' ? { subject: username, epoch: 'e0' } : undefined;
    const test = make({ login, loginFields: ['username', 'password', 'otp'] });
    expect((await logIn(test, { otp: '1' })).status).toBe(200);
    const without = await logIn(test);
    expect([refusal(without), without.body.fields]).toEqual([
      [400, 'invalid_request', 'invalid_request'],
      { otp: 'This field is required.' },
    ]);
  });

  it('is no grant of a service without logins', async () => {
    expect(refusal(await logIn(make({ login: undefined })))).toEqual([
      400,
      'unsupported_grant_type',
      'invalid_request',
    ]);
  });

  it('hands on what the login hook says of its limits', async () => {
    const limited = make({
      login: () => {
        throw new RateLimitedError({ retryAfter: 7 });
      },
    });
    const answer = await logIn(limited);
    expect([refusal(answer), answer.headers['retry-after']]).toEqual([
      [429, 'invalid_request', 'rate_limited'],
      '7',
    ]);
  });

  it('refuses a login beyond the limit of sessions', async () => {
    const test = make({ session: { maxSessions: 1, onLimit: 'refuse' } });
    expect((await logIn(test)).status).toBe(200);
    expect(refusal(await logIn(test))).toEqual([400, 'access_denied', 'session_limit_reached']);
  });
});

describe('POST /token with a refresh token', () => {
  it('rotates it', async () => {
    const test = make();
    const first = await logIn(test);
    const next = await refresh(test, first.body.refresh_token);
    expect([next.status, next.headers]).toEqual([200, HEADERS]);
    expect(decode(next.body.refresh_token).claims['gen']).toBe(1);
    expect(decode(next.body.access_token).claims['sid']).toBe(decode(first.body.access_token).claims['sid']);
  });

  it('answers a repeat in grace with the same successor (I2)', async () => {
    const test = make();
    const { refresh_token: token } = (await logIn(test)).body;
    const [first, second] = [await refresh(test, token), await refresh(test, token)];
    expect(second.body.refresh_token).toBe(first.body.refresh_token);
    expect(second.status).toBe(200);
  });

  it('gives no refresh token without rotation', async () => {
    const test = make({ refresh: { rotate: false } });
    const { refresh_token: token } = (await logIn(test)).body;
    expect(Object.keys((await refresh(test, token)).body)).toEqual([
      'access_token',
      'token_type',
      'expires_in',
      'scope',
    ]);
  });

  it('refuses reuse, and ends the session (I4)', async () => {
    const test = make();
    const { refresh_token: token } = (await logIn(test)).body;
    const next = (await refresh(test, token)).body.refresh_token;
    test.clock.advance(MINUTE);
    expect(refusal(await refresh(test, token))).toEqual([400, 'invalid_grant', 'refresh_token_reused']);
    expect(refusal(await refresh(test, next))).toEqual([400, 'invalid_grant', 'token_revoked']);
  });

  it.each([
    ['garbage', async () => 'x', 'token_not_valid'],
    ['an access token', async (test: Test) => (await logIn(test)).body.access_token, 'token_wrong_type'],
    [
      'an expired one',
      async (test: Test) => {
        const { refresh_token: token } = (await logIn(test)).body;
        test.clock.advance(DAY + MINUTE);
        return token;
      },
      'token_expired',
    ],
    [
      'one of a disabled user',
      async (test: Test) => {
        const { refresh_token: token } = (await logIn(test)).body;
        test.users.delete('1');
        return token;
      },
      'no_active_account',
    ],
    [
      'one from before a new password',
      async (test: Test) => {
        const { refresh_token: token } = (await logIn(test)).body;
        test.users.set('1', { active: true, epoch: 'e1' });
        return token;
      },
      'password_changed',
    ],
  ])('refuses %s', async (_what, tokenOf, code) => {
    const test = make();
    const answer = await refresh(test, await tokenOf(test));
    expect([refusal(answer), answer.headers]).toEqual([[400, 'invalid_grant', code], HEADERS]);
  });

  it('narrows the access token alone: the next refresh may have all of it again', async () => {
    const test = make();
    const first = (await logIn(test)).body;
    const narrow = (await refresh(test, first.refresh_token, { scope: 'write' })).body;
    expect([narrow.scope, decode(narrow.access_token).claims['scope']]).toEqual(['write', 'write']);
    expect((await refresh(test, narrow.refresh_token)).body.scope).toBe('read write');
  });

  it.each(['read admin', 'admin', 'read\twrite'])(
    'refuses the scope %j, and rotates nothing',
    async (scope) => {
      const test = make();
      const { refresh_token: token } = (await logIn(test)).body;
      test.store.calls.length = 0;
      expect(refusal(await refresh(test, token, { scope }))).toEqual([
        400,
        'invalid_scope',
        'invalid_request',
      ]);
      expect(test.store.calls).not.toContain('advance');
      expect((await refresh(test, token)).status).toBe(200);
    },
  );

  it('gives of the scope asked for what is left today, and says so', async () => {
    const test = make();
    const { refresh_token: token } = (await logIn(test)).body;
    test.users.set('1', { active: true, epoch: 'e0', scope: 'read' });
    const next = (await refresh(test, token, { scope: 'read write' })).body;
    expect(next.scope).toBe('read');
    expect(refusal(await refresh(test, next.refresh_token, { scope: 'write' }))[1]).toBe('invalid_scope');
  });

  it('takes a scope that the app has widened since', async () => {
    const test = make();
    const { refresh_token: token } = (await logIn(test)).body;
    test.users.set('1', { active: true, epoch: 'e0', scope: 'read admin', widenScope: true });
    expect((await refresh(test, token, { scope: 'admin' })).body.scope).toBe('admin');
  });

  it('says nothing of scope where the session has ended', async () => {
    const test = make();
    const { refresh_token: token } = (await logIn(test)).body;
    await test.auth.logout(token);
    expect(refusal(await refresh(test, token, { scope: 'admin' }))).toEqual([
      400,
      'invalid_grant',
      'token_revoked',
    ]);
  });

  it('is 503 with Retry-After while the store is away', async () => {
    const test = make();
    const { refresh_token: token } = (await logIn(test)).body;
    test.store.fail('throw');
    const answer = await refresh(test, token);
    expect(refusal(answer)).toEqual([503, 'temporarily_unavailable', new StoreUnavailableError().code]);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  });
});

type Test = ReturnType<typeof make>;

describe('a request to /token', () => {
  it.each([
    ['without grant_type', {}, 'invalid_request'],
    ['with an empty grant_type', { grant_type: '' }, 'invalid_request'],
    ['with an unknown grant_type', { grant_type: 'client_credentials' }, 'unsupported_grant_type'],
    ['with the name of an inherited member', { grant_type: 'toString' }, 'unsupported_grant_type'],
    ['without username', { grant_type: 'password', password: 'x' }, 'invalid_request'],
    ['with an empty password', { ...LOGIN, password: '' }, 'invalid_request'],
    ['without refresh_token', { grant_type: 'refresh_token' }, 'invalid_request'],
  ])('%s is refused', async (_what, form, error) => {
    expect(refusal(await send(make(), '/token', form))).toEqual([400, error, 'invalid_request']);
  });

  it('is refused with a parameter given twice, whoever parsed it', async () => {
    const body = `grant_type=password&username=1&password=${PASSWORD}&username=2`;
    expect(refusal(await send(make(), '/token', body))).toEqual([400, 'invalid_request', 'invalid_request']);
    for (const username of [['1', '2'], { x: '1' }]) {
      const parsed = { ...LOGIN, username };
      const answer = await make().auth.handle(
        requestOf('POST', '/token', { headers: [['content-type', FORM]], parsed }),
      );
      expect([answer?.status, plain(answer)?.body.error]).toEqual([400, 'invalid_request']);
    }
  });

  it('takes what the app has parsed', async () => {
    const headers = [['content-type', `${FORM}; charset=UTF-8`]] as const;
    const answer = await make().auth.handle(requestOf('POST', '/token', { headers, parsed: LOGIN }));
    expect(answer?.status).toBe(200);
  });

  it('is refused with a parameter that the parser of the app made an object of', async () => {
    const parsed = { ...LOGIN, scope: { x: 'read' } };
    const headers = [['content-type', FORM]] as const;
    const answer = await make().auth.handle(requestOf('POST', '/token', { headers, parsed }));
    expect([answer?.status, plain(answer)?.body.error]).toEqual([400, 'invalid_request']);
  });

  it('counts parameters without value as omitted', async () => {
    const answer = await logIn(make(), { scope: '', client_id: '', client_secret: '' });
    expect([answer.status, answer.body.scope]).toEqual([200, 'read write']);
  });

  it('takes parameters that it does not know', async () => {
    expect((await logIn(make(), { resource: 'https://api.test', x: '' })).status).toBe(200);
  });

  it.each([
    ['JSON', 'application/json', JSON.stringify(LOGIN)],
    ['no type', '', 'grant_type=password'],
    ['a type that begins alike', `${FORM}x`, 'grant_type=password'],
  ])('is 415 with %s', async (_what, type, body) => {
    const answer = plain(
      await make().auth.handle(requestOf('POST', '/token', { headers: [['content-type', type]], body })),
    );
    expect(answer).toMatchObject({ status: 415, headers: HEADERS, body: { error: 'invalid_request' } });
  });

  it('is 413 beyond 16,384 bytes, and 405 with another method', async () => {
    const test = make();
    expect((await send(test, '/token', { x: 'x'.repeat(16_384) })).status).toBe(413);
    const get = plain(await test.auth.handle(requestOf('GET', '/token')));
    expect(get).toMatchObject({ status: 405, headers: { ...HEADERS, allow: 'POST' } });
  });

  it('is refused in the same words where the app writes the answer itself', async () => {
    const { auth } = make();
    const headers = [['content-type', FORM]] as const;
    const body = 'grant_type=refresh_token&refresh_token=x';
    const answer = await auth.handle(requestOf('POST', '/token', { headers, body }));
    expect(answer?.error).toMatchObject({ status: 400, statusCode: 400, headers: { pragma: 'no-cache' } });
    expect(JSON.stringify(answer?.error)).toBe(answer?.body);
    expect(answer?.error?.headers).not.toHaveProperty('www-authenticate');
  });
});

describe('the paths', () => {
  it.each(['/', '/refresh', '/logout', '/blacklist', '/verify'])(
    '%s is one of the other wire',
    async (path) => {
      expect(await make().auth.handle(requestOf('POST', path))).toBeUndefined();
    },
  );

  it('/sessions and /jwks are the same on both', async () => {
    const test = make();
    const { access_token: token } = (await logIn(test)).body;
    const headers = [['authorization', `Bearer ${token}`]] as const;
    const list = plain(await test.auth.handle(requestOf('GET', '/sessions', { headers })));
    expect(list?.body.sessions).toHaveLength(1);
    expect((await test.auth.handle(requestOf('GET', '/sessions')))?.status).toBe(401);
    expect((await test.auth.handle(requestOf('GET', '/jwks')))?.status).toBe(200);
  });

  it('of a pair that the app answers itself: the same body', async () => {
    const { auth } = make();
    const pair = await auth.sessions.issue({ subject: '1', epoch: 'e0', scope: 'read' });
    const answer = plain(await auth.answerPair(pair));
    expect(answer).toMatchObject({ headers: HEADERS, body: { access_token: pair.access, scope: 'read' } });
  });
});

describe('wire', () => {
  it.each([
    ['cookie transport', { transport: 'cookie', cookie: { path: '/' } } as const],
    ['sliding mode', { mode: 'sliding' } as const],
    ['a login without username', { loginFields: ['email', 'password'] }],
    ['a word that is none', { wire: 'oauth' as 'oauth2' }],
  ])('is refused at construction with %s', (_what, options) => {
    expect(() => make(options)).toThrow(
      expect.objectContaining({ name: 'TypeError', code: 'ERR_INVALID_ARG_VALUE' }),
    );
  });
});
