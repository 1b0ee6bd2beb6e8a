import { type Auth, GUARDED_HEADERS, type GuardOptions } from '@tokenpair/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { logIn, makeAuth } from '../support/auth.ts';
import { MINUTE, SECOND, T0 } from '../support/clock.ts';
import { plain } from '../support/requests.ts';
import { craftFrom, decode } from '../support/tokens.ts';

async function start(options: Parameters<typeof makeAuth>[0] = {}) {
  const test = makeAuth(options);
  const login = await logIn(test);
  test.store.calls.length = 0;
  return { ...test, ...login };
}

type Headers = readonly (readonly [string, string])[];

/** What a guard makes of header lines: who passed, or the whole answer. */
async function check(auth: Auth, headers: Headers | string | undefined, options?: GuardOptions) {
  const lines: Headers = typeof headers === 'string' ? [['Authorization', headers]] : (headers ?? []);
  const outcome = await auth.guard(options)({ method: 'GET', rawHeaders: lines.flat() });
  return outcome.passed ? { passed: outcome.auth } : { ...plain(outcome.answer), error: outcome.error };
}

const codeOf = async (...args: Parameters<typeof check>) => {
  const outcome = await check(...args);
  return 'passed' in outcome ? (outcome.passed?.subject ?? 'anonymous') : outcome.body?.code;
};

describe('a guard', () => {
  it('lets a good token pass and says who it is', async () => {
    const test = await start();
    const { claims } = decode(test.access);
    const { passed } = (await check(test.auth, `Bearer ${test.access}`)) as { passed?: object };
    expect(passed).toEqual({ subject: '1', session: test.ref.id, scopes: ['read', 'write'], claims });
    expect(Object.isFrozen(passed)).toBe(true);
    expect(Object.isFrozen((passed as { scopes: object }).scopes)).toBe(true);
    expect(Object.isFrozen((passed as { claims: object }).claims)).toBe(true);
    expect(test.store.calls).toEqual(['isLive']);
  });

  it('asks about the session and the token in one call', async () => {
    const test = await start();
    const isLive = vi.spyOn(test.store, 'isLive');
    const { auth } = makeAuth({ store: test.store, clock: test.clock });
    await check(auth, `Bearer ${test.access}`);
    const { jti, exp } = decode(test.access).claims;
    expect(isLive).toHaveBeenCalledExactlyOnceWith(
      { session: test.ref, token: { id: jti, subject: '1', expiresAt: Number(exp) * 1000 + 122_000 } },
      T0,
    );
  });

  it('is answered at once, without a promise, where the store is not asked', async () => {
    const test = await start({ revocation: 'none' });
    expect(
      test.auth.guard()({ method: 'GET', rawHeaders: ['Authorization', `Bearer ${test.access}`] }),
    ).not.toBeInstanceOf(Promise);
    expect(test.auth.guard()({ method: 'GET', rawHeaders: [] })).not.toBeInstanceOf(Promise);
    expect(test.store.calls).toEqual([]);
  });

  it('sets what a guarded answer carries', () => {
    expect(GUARDED_HEADERS).toEqual([
      ['cache-control', 'private, no-store'],
      ['vary', 'Authorization, Cookie'],
    ]);
  });

  it.each([
    ['no header', undefined, 401, 'token_missing', 'Bearer realm="api"', 'invalid_token'],
    ['an empty header', '', 401, 'token_missing', 'Bearer realm="api"', 'invalid_token'],
    ['another scheme', 'Basic dXNlcjpwYXNz', 401, 'token_missing', 'Bearer realm="api"', 'invalid_token'],
    ['BearerX', 'BearerX abc', 401, 'token_missing', 'Bearer realm="api"', 'invalid_token'],
    [
      'garbage',
      'Bearer abc',
      401,
      'token_not_valid',
      'Bearer realm="api", error="invalid_token", error_description="The token is not valid."',
      'invalid_token',
    ],
    [
      'the scheme alone',
      'Bearer',
      400,
      'bad_authorization_header',
      'Bearer realm="api", error="invalid_request", error_description="The request must carry exactly one well-formed credential."',
      'invalid_request',
    ],
  ])('answers %s in full', async (_name, header, status, code, challenge, error) => {
    const test = await start();
    expect(await check(test.auth, header)).toMatchObject({
      status,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'cache-control': 'no-store',
        'www-authenticate': challenge,
        vary: 'Authorization, Cookie',
      },
      body: { error, code },
    });
    expect(test.store.calls).toEqual([]);
  });

  describe.each([
    ['read', (token: string) => `Bearer ${token}`],
    ['read in lower case', (token: string) => `bearer ${token}`],
    ['read in upper case', (token: string) => `BEARER ${token}`],
  ])('the scheme is', (name, header) => {
    it(name, async () => {
      const test = await start();
      expect(await codeOf(test.auth, header(test.access))).toBe('1');
    });
  });

  it.each([
    ['two spaces', (token: string) => `Bearer  ${token}`],
    ['a tab', (token: string) => `Bearer\t${token}`],
    ['a second part', (token: string) => `Bearer ${token} x`],
    ['a trailing space', (token: string) => `Bearer ${token} `],
    ['two credentials in one header', (token: string) => `Bearer ${token}, Bearer ${token}`],
    [
      'two headers',
      (token: string) =>
        [
          ['Authorization', `Bearer ${token}`],
          ['Authorization', 'Bearer x'],
        ] as const,
    ],
    [
      'the same header twice',
      (token: string) =>
        [
          ['Authorization', `Bearer ${token}`],
          ['authorization', `Bearer ${token}`],
        ] as const,
    ],
    [
      'Basic and Bearer',
      (token: string) =>
        [
          ['Authorization', 'Basic eDp5'],
          ['Authorization', `Bearer ${token}`],
        ] as const,
    ],
  ] as [string, (token: string) => Headers | string][])(
    'refuses a good token that comes with %s: 400',
    async (_name, header) => {
      const test = await start();
      expect(await codeOf(test.auth, header(test.access))).toBe('bad_authorization_header');
      expect(test.store.calls).toEqual([]);
    },
  );

  it.each([
    ['a comma and more', (token: string) => `Bearer ${token},${token}`],
    ['padding', (token: string) => `Bearer ${token}=`],
    ['quotes', (token: string) => `Bearer "${token}"`],
    ['a latin-1 byte', (token: string) => `Bearer ${token}\u00e9`],
    ['an altered signature', (token: string) => `Bearer ${token.slice(0, -4)}AAAA`],
  ])('refuses a good token with %s as not valid', async (_name, header) => {
    const test = await start();
    expect(await codeOf(test.auth, header(test.access))).toBe('token_not_valid');
  });

  it('reads no other place: query, cookie, body and other headers do not count', async () => {
    const test = await start();
    const headers: Headers = [
      ['Cookie', `__Host-access=${test.access}; access=${test.access}`],
      ['X-Access-Token', test.access],
      ['Proxy-Authorization', `Bearer ${test.access}`],
      ['access_token', test.access],
    ];
    expect(await codeOf(test.auth, headers)).toBe('token_missing');
  });

  it('refuses a refresh token as of the wrong type', async () => {
    const test = await start();
    expect(await codeOf(test.auth, `Bearer ${test.refresh}`)).toBe('token_wrong_type');
    expect(test.store.calls).toEqual([]);
  });

  it('refuses a token for another audience', async () => {
    const test = await start();
    const { headerSegment, claims } = decode(test.access);
    expect(await codeOf(test.auth, `Bearer ${craftFrom(headerSegment, claims)}`)).toBe('1');
    expect(
      await codeOf(
        test.auth,
        `Bearer ${craftFrom(headerSegment, { ...claims, aud: 'https://issuer.test' })}`,
      ),
    ).toBe('token_not_valid');
  });

  it.each([
    [5 * MINUTE + 5 * SECOND - 1, '1'],
    [5 * MINUTE + 5 * SECOND, 'token_expired'],
  ])('%i ms after the login says %s', async (ms, expected) => {
    const test = await start();
    test.clock.advance(ms);
    expect(await codeOf(test.auth, `Bearer ${test.access}`)).toBe(expected);
  });

  it.each([
    ['a logout', (test: Awaited<ReturnType<typeof start>>) => test.auth.logout(test.refresh)],
    [
      'a password change',
      (test: Awaited<ReturnType<typeof start>>) => test.auth.sessions.revoke(test.ref, 'password_changed'),
    ],
    [
      'a disable',
      (test: Awaited<ReturnType<typeof start>>) =>
        test.auth.sessions.revokeAll('1', { reason: 'no_active_account' }),
    ],
    ['reuse', (test: Awaited<ReturnType<typeof start>>) => test.auth.sessions.revoke(test.ref, 'reuse')],
    [
      'a blacklisted id',
      (test: Awaited<ReturnType<typeof start>>) =>
        test.store.blacklist(
          { id: String(decode(test.access).claims['jti']), subject: '1', expiresAt: T0 + MINUTE },
          T0,
        ),
    ],
  ])('says token_revoked after %s, and not with revocation none', async (_name, end) => {
    const test = await start();
    expect(await codeOf(test.auth, `Bearer ${test.access}`)).toBe('1');
    await end(test);
    expect(await check(test.auth, `Bearer ${test.access}`)).toMatchObject({
      status: 401,
      headers: {
        'www-authenticate':
          'Bearer realm="api", error="invalid_token", error_description="The token has been revoked."',
      },
      body: { error: 'invalid_token', code: 'token_revoked', detail: 'The token has been revoked.' },
    });
    const stateless = makeAuth({ store: test.store, clock: test.clock, revocation: 'none' });
    expect(await codeOf(stateless.auth, `Bearer ${test.access}`)).toBe('1');
  });

  it('says token_revoked for a session that the store does not know', async () => {
    const test = await start();
    expect(await codeOf(makeAuth({ clock: test.clock }).auth, `Bearer ${test.access}`)).toBe('token_revoked');
  });

  it('hands the error over for apps that answer themselves', async () => {
    const test = await start();
    const outcome = await test.auth.guard()({ method: 'GET', rawHeaders: [] });
    if (outcome.passed) throw new Error('passed');
    expect(outcome.answer.error).toBe(outcome.error);
    expect({ ...outcome.error.headers, 'content-type': 'application/json; charset=utf-8' }).toEqual(
      Object.fromEntries(outcome.answer.headers),
    );
    expect(JSON.stringify(outcome.error)).toBe(outcome.answer.body);
  });
});

describe('a guard while the store is away (I7)', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  it.each([
    ['throw', {}],
    ['throw-at-once', {}],
    ['hang', {}],
    ['throw', { optional: true }],
    ['throw', { optional: true, onInvalid: 'anonymous' }],
    ['hang', { optional: true, onInvalid: 'anonymous' }],
  ] as const)('(%s) is 503 with Retry-After, never anonymous: %j', async (fault, options) => {
    const test = await start();
    test.store.fail(fault, 'isLive');
    const checking = check(test.auth, `Bearer ${test.access}`, options);
    await vi.advanceTimersByTimeAsync(2000);
    const outcome = await checking;
    expect(outcome).toMatchObject({
      status: 503,
      headers: { 'cache-control': 'no-store', vary: 'Authorization, Cookie' },
      body: { error: 'temporarily_unavailable', code: 'store_unavailable' },
    });
    expect((outcome as { headers: object }).headers).not.toHaveProperty('www-authenticate');
    expect(['1', '2', '3']).toContain(
      (outcome as { headers: Record<string, string> }).headers['retry-after'],
    );
  });

  it('still refuses what needs no store', async () => {
    const test = await start();
    test.store.fail('throw');
    expect(await codeOf(test.auth, undefined)).toBe('token_missing');
    expect(await codeOf(test.auth, 'Bearer x')).toBe('token_not_valid');
    expect(await codeOf(test.auth, undefined, { optional: true })).toBe('anonymous');
  });
});

describe('an optional guard', () => {
  const optional = { optional: true } as const;

  it.each([
    ['a good token', (token: string) => `Bearer ${token}`, '1'],
    ['nothing', () => undefined, 'anonymous'],
    ['another scheme', () => 'Basic abc', 'anonymous'],
    ['garbage', () => 'Bearer abc', 'token_not_valid'],
    ['two spaces', (token: string) => `Bearer  ${token}`, 'bad_authorization_header'],
  ])('lets pass or refuses %s', async (_name, header, expected) => {
    const test = await start();
    expect(await codeOf(test.auth, header(test.access), optional)).toBe(expected);
  });

  it.each([
    ['garbage', () => 'Bearer abc'],
    ['two spaces', (token: string) => `Bearer  ${token}`],
    ['an altered token', (token: string) => `Bearer ${token.slice(0, -4)}AAAA`],
  ])('takes %s for anonymous by option', async (_name, header) => {
    const test = await start();
    expect(await codeOf(test.auth, header(test.access), { optional: true, onInvalid: 'anonymous' })).toBe(
      'anonymous',
    );
  });

  it('takes an expired and a revoked token for anonymous by option, and refuses them without', async () => {
    const test = await start();
    await test.auth.logout(test.refresh);
    expect(await codeOf(test.auth, `Bearer ${test.access}`, { optional: true, onInvalid: 'anonymous' })).toBe(
      'anonymous',
    );
    expect(await codeOf(test.auth, `Bearer ${test.access}`, optional)).toBe('token_revoked');
    test.clock.advance(10 * MINUTE);
    expect(await codeOf(test.auth, `Bearer ${test.access}`, { optional: true, onInvalid: 'anonymous' })).toBe(
      'anonymous',
    );
    expect(await codeOf(test.auth, `Bearer ${test.access}`, optional)).toBe('token_expired');
  });

  it.each(['scope', 'anyScope'])('cannot ask for a %s: it lets anybody pass', async (option) => {
    const { auth } = await start();
    expect(() => auth.guard({ optional: true, [option]: 'admin' })).toThrow(TypeError);
  });

  it('does nothing by onInvalid alone', async () => {
    const test = await start();
    expect(await codeOf(test.auth, 'Bearer abc', { onInvalid: 'anonymous' })).toBe('token_not_valid');
    expect(await codeOf(test.auth, undefined, { onInvalid: 'anonymous' })).toBe('token_missing');
  });
});

describe('the scopes of a guard', () => {
  it.each([
    [{ scope: 'read' }, '1'],
    [{ scope: 'read write' }, '1'],
    [{ scope: ' write  read ' }, '1'],
    [{ anyScope: 'admin read' }, '1'],
    [{ scope: 'read', anyScope: 'write admin' }, '1'],
    [{ scope: 'admin' }, 'insufficient_scope'],
    [{ scope: 'read admin' }, 'insufficient_scope'],
    [{ scope: 'rea' }, 'insufficient_scope'],
    [{ scope: 'READ' }, 'insufficient_scope'],
    [{ scope: 'read:all' }, 'insufficient_scope'],
    [{ anyScope: 'admin owner' }, 'insufficient_scope'],
    [{ scope: 'read', anyScope: 'admin' }, 'insufficient_scope'],
    [{ scope: 'admin', anyScope: 'read' }, 'insufficient_scope'],
    [{ scope: 'toString' }, 'insufficient_scope'],
  ])('%j with "read write": %s', async (options, expected) => {
    const test = await start();
    expect(await codeOf(test.auth, `Bearer ${test.access}`, options)).toBe(expected);
  });

  it('are not met by a token without scope', async () => {
    const test = await start({ resolve: () => ({ active: true }) });
    expect(await codeOf(test.auth, `Bearer ${test.access}`, { scope: 'read' })).toBe('insufficient_scope');
    expect(await codeOf(test.auth, `Bearer ${test.access}`)).toBe('1');
  });

  it('are named in the challenge of a 403', async () => {
    const test = await start();
    expect(await check(test.auth, `Bearer ${test.access}`, { scope: 'read admin' })).toMatchObject({
      status: 403,
      headers: {
        'www-authenticate':
          'Bearer realm="api", error="insufficient_scope", error_description="The token does not carry the scope this needs.", scope="read admin"',
        vary: 'Authorization, Cookie',
        'cache-control': 'no-store',
      },
      body: {
        error: 'insufficient_scope',
        code: 'insufficient_scope',
        detail: 'The token does not carry the scope this needs.',
      },
    });
  });

  it('are judged after the token: a revoked one is 401 whatever it carried', async () => {
    const test = await start();
    await test.auth.logout(test.refresh);
    expect(await codeOf(test.auth, `Bearer ${test.access}`, { scope: 'admin' })).toBe('token_revoked');
  });
});

describe('the options of a guard', () => {
  const { auth } = makeAuth();

  it.each([
    ['an unknown one', { scopes: 'read' }],
    ['a misspelt one', { Optional: true }],
    ['an unknown onInvalid', { onInvalid: 'ignore' }],
    ['an optional that is text', { optional: 'true' }],
    ['an optional that is a number', { optional: 1 }],
    ['a scope that is a list', { scope: ['read'] }],
    ['an empty scope', { scope: '' }],
    ['an empty anyScope', { anyScope: '' }],
    ['a scope of blanks, which would ask for nothing', { scope: ' ' }],
    ['an anyScope of blanks', { anyScope: '  ' }],
    ['a scope with a quote, which would break the challenge', { scope: 'a"b' }],
    ['a scope with a line break, which no header takes', { scope: 'a\r\nb' }],
    ['text', 'read'],
    ['null', null],
    ['a list', []],
  ])('refuse %s when the guard is made', (_name, options) => {
    expect(() => auth.guard(options as unknown as GuardOptions)).toThrow(
      expect.objectContaining({ name: 'TypeError', code: expect.stringMatching(/^ERR_INVALID_ARG_/) }),
    );
  });
});
