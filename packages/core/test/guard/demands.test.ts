import { BackendUnavailableError, type GuardOptions, RateLimitedError } from '@tokenpair/core';
import { createVerifier } from '@tokenpair/core/verifier';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeAuth } from '../support/auth.ts';
import { MINUTE, SECOND, T0 } from '../support/clock.ts';
import { craftFrom, decode, SECRET } from '../support/tokens.ts';
import { codeOf, refusal, request, start } from './support.ts';

/** An auth whose token carries these claims beside the usual ones; `undefined` takes one away. */
async function withClaims(
  claims: Readonly<Record<string, unknown>>,
  options: Parameters<typeof start>[0] = {},
) {
  const test = await start(options);
  const { headerSegment, claims: all } = decode(test.access);
  return { ...test, access: craftFrom(headerSegment, { ...all, ...claims }) };
}

describe('roles and permissions', () => {
  it.each<[unknown, GuardOptions, string]>([
    [['admin', 'editor'], { roles: ['admin'] }, '1'],
    [['admin', 'editor'], { roles: ['editor', 'admin'] }, '1'],
    ['admin editor', { roles: ['admin', 'editor'] }, '1'],
    [['Account Manager'], { roles: ['Account Manager'] }, '1'],
    [['admin'], { anyRole: ['owner', 'admin'] }, '1'],
    [['admin', 'editor'], { roles: ['admin'], anyRole: ['editor', 'owner'] }, '1'],
    [['admin'], { roles: ['admin', 'editor'] }, 'permission_denied'],
    [['admin'], { anyRole: ['owner', 'editor'] }, 'permission_denied'],
    [['admin'], { roles: ['admin'], anyRole: ['owner'] }, 'permission_denied'],
    [['admin'], { roles: ['owner'], anyRole: ['admin'] }, 'permission_denied'],
    [['ADMIN'], { roles: ['admin'] }, 'permission_denied'],
    ['administrator', { roles: ['admin'] }, 'permission_denied'],
    ['Account Manager', { roles: ['Account Manager'] }, 'permission_denied'],
    [[], { roles: ['admin'] }, 'permission_denied'],
    ['', { roles: ['admin'] }, 'permission_denied'],
    [undefined, { roles: ['admin'] }, 'permission_denied'],
    [null, { roles: ['admin'] }, 'permission_denied'],
    [true, { roles: ['true'] }, 'permission_denied'],
    [1, { roles: ['1'] }, 'permission_denied'],
    [{ admin: true }, { roles: ['admin'] }, 'permission_denied'],
    [['admin', 1], { roles: ['admin'] }, 'permission_denied'],
    [[['admin']], { roles: ['admin'] }, 'permission_denied'],
    [undefined, { roles: ['toString'] }, 'permission_denied'],
  ])('%j with %j: %s', async (roles, options, expected) => {
    const test = await withClaims({ roles });
    expect(await codeOf(test.auth, request(test.access), options)).toBe(expected);
  });

  it.each<[GuardOptions, string]>([
    [{ permissions: ['post:write'] }, '1'],
    [{ permissions: ['post:write', 'post:read'] }, '1'],
    [{ anyPermission: ['post:delete', 'post:read'] }, '1'],
    [{ roles: ['editor'], permissions: ['post:read'] }, '1'],
    [{ permissions: ['post:delete'] }, 'permission_denied'],
    [{ permissions: ['editor'] }, 'permission_denied'],
    [{ roles: ['post:read'] }, 'permission_denied'],
    [{ roles: ['owner'], permissions: ['post:read'] }, 'permission_denied'],
    [{ roles: ['editor'], anyPermission: ['post:delete'] }, 'permission_denied'],
  ])('of their own claims: %j says %s', async (options, expected) => {
    const test = await withClaims({ roles: ['editor'], permissions: ['post:read', 'post:write'] });
    expect(await codeOf(test.auth, request(test.access), options)).toBe(expected);
  });

  it('come from the claims that the app names', async () => {
    const names = { rolesClaim: 'https://app.test/roles', permissionsClaim: 'perms' };
    const claims = {
      'https://app.test/roles': ['admin'],
      perms: 'a b',
      roles: ['owner'],
      permissions: ['c'],
    };
    const test = await withClaims(claims, { guards: names });
    expect(await codeOf(test.auth, request(test.access), { roles: ['admin'], permissions: ['a', 'b'] })).toBe(
      '1',
    );
    expect(await codeOf(test.auth, request(test.access), { roles: ['owner'] })).toBe('permission_denied');
    expect(await codeOf(test.auth, request(test.access), { permissions: ['c'] })).toBe('permission_denied');
  });

  it('are refused with 403 and nothing of what was asked for', async () => {
    const test = await withClaims({ roles: ['editor'] });
    expect(await refusal(test.auth, request(test.access), { roles: ['admin'] })).toEqual({
      status: 403,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'cache-control': 'no-store',
        'www-authenticate':
          'Bearer realm="api", error="insufficient_scope", error_description="You do not have permission to do this."',
        vary: 'Authorization, Cookie',
      },
      body: {
        error: 'insufficient_scope',
        code: 'permission_denied',
        detail: 'You do not have permission to do this.',
      },
    });
  });
});

describe('a login that has to be fresh', () => {
  it.each([
    [0, '1'],
    [5 * MINUTE, '1'],
    [5 * MINUTE + 1, 'fresh_login_required'],
  ])('%i ms after it says %s within 5 minutes', async (ms, expected) => {
    const test = await start({ access: { ttl: '1h' } });
    test.clock.advance(ms);
    expect(await codeOf(test.auth, request(test.access), { freshWithin: '5m' })).toBe(expected);
  });

  it('is not made fresh by a refresh', async () => {
    const test = await start();
    test.clock.advance(4 * MINUTE);
    const { access } = await test.auth.refresh(test.refresh);
    expect(await codeOf(test.auth, request(access), { freshWithin: 240 })).toBe('1');
    test.clock.advance(1);
    expect(await codeOf(test.auth, request(access), { freshWithin: 240 })).toBe('fresh_login_required');
  });

  it('is made fresh by another login', async () => {
    const test = await start();
    test.clock.advance(4 * MINUTE);
    expect(await codeOf(test.auth, request(test.access), { freshWithin: '1m' })).toBe('fresh_login_required');
    const { access } = await test.auth.sessions.issue({ subject: '1', epoch: 'e0' });
    expect(await codeOf(test.auth, request(access), { freshWithin: '1m' })).toBe('1');
  });

  it.each([
    ['absent', undefined, 'fresh_login_required'],
    ['text', String(T0 / 1000), 'fresh_login_required'],
    ['null', null, 'fresh_login_required'],
    ['in milliseconds', T0, 'fresh_login_required'],
    ['as far ahead as clocks may differ', T0 / 1000 + 60, '1'],
    ['farther ahead', T0 / 1000 + 61, 'fresh_login_required'],
    ['long ago', 0, 'fresh_login_required'],
  ])('says so when auth_time is %s', async (_what, authTime, expected) => {
    const { verifier, access } = await foreign({ auth_time: authTime });
    const outcome = await verifier.guard({ freshWithin: '1h' })(request(access));
    expect(outcome.passed ? '1' : outcome.error.code).toBe(expected);
  });

  it('is asked for by a challenge with the age that will do', async () => {
    const test = await start();
    test.clock.advance(2 * MINUTE);
    expect(await refusal(test.auth, request(test.access), { freshWithin: '90s' })).toEqual({
      status: 401,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'cache-control': 'no-store',
        'www-authenticate':
          'Bearer realm="api", error="insufficient_user_authentication", error_description="A more recent login is required.", max_age="90"',
        vary: 'Authorization, Cookie',
      },
      body: {
        error: 'insufficient_user_authentication',
        code: 'fresh_login_required',
        detail: 'A more recent login is required.',
      },
    });
  });
});

/** A verifier of the test's issuer, and a token of it that lacks or has whatever a test says. */
async function foreign(claims: Readonly<Record<string, unknown>>) {
  const test = await withClaims(claims);
  const issuer = {
    issuer: 'https://issuer.test',
    audience: 'https://api.test',
    keys: { alg: 'HS256', secret: SECRET, kid: 'k1' },
  } as const;
  return { ...test, verifier: createVerifier({ issuers: [issuer], clock: test.clock }) };
}

describe('a predicate', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  it('is given who asks and the request', async () => {
    const test = await start();
    const when = vi.fn(() => true);
    const asked = request(test.access, { method: 'PUT', url: '/a?b' });
    expect(await codeOf(test.auth, asked, { when })).toBe('1');
    expect(when).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ subject: '1', session: test.ref.id, scopes: ['read', 'write'] }),
      asked,
    );
  });

  it('that answers at once keeps the guard without a promise', async () => {
    const test = await start({ revocation: 'none' });
    expect(test.auth.guard({ when: () => true })(request(test.access))).toMatchObject({ passed: true });
    expect(test.auth.guard({ when: () => false })(request(test.access))).toMatchObject({ passed: false });
  });

  it.each([false, undefined, null, 0, 1, 'true', {}, [], 'yes'])('that gives %j is 403', async (answer) => {
    const test = await start();
    for (const when of [() => answer, async () => answer]) {
      expect(await refusal(test.auth, request(test.access), { when } as GuardOptions)).toMatchObject({
        status: 403,
        body: { error: 'insufficient_scope', code: 'permission_denied' },
      });
    }
    expect(test.names()).not.toContain('backend.failed');
  });

  it('that gives true later passes', async () => {
    const test = await start();
    expect(await codeOf(test.auth, request(test.access), { when: async () => true })).toBe('1');
  });

  it.each<[string, () => never | Promise<never>]>([
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no'))],
    ['is silent', () => new Promise(() => {})],
  ])('that %s is 503 and an event', async (_what, when) => {
    const test = await start();
    const refusing = refusal(test.auth, request(test.access), { when });
    await vi.advanceTimersByTimeAsync(3000);
    const answer = await refusing;
    expect(answer).toMatchObject({
      status: 503,
      headers: { vary: 'Authorization, Cookie', 'retry-after': expect.stringMatching(/^[123]$/) },
      body: { error: 'temporarily_unavailable', code: 'backend_unavailable' },
    });
    expect(JSON.stringify(answer)).not.toContain('"no"');
    expect(test.events.at(-1)).toMatchObject({
      name: 'backend.failed',
      backend: 'when',
      cause: expect.any(Error),
    });
  });

  it('that answers too late changes nothing', async () => {
    const test = await start({ hookTimeoutMs: 50 });
    const asking = codeOf(test.auth, request(test.access), {
      when: () => new Promise((resolve) => setTimeout(() => resolve(true), 51)),
    });
    await vi.advanceTimersByTimeAsync(60);
    expect(await asking).toBe('backend_unavailable');
  });

  it('may refuse by an AuthError of its own, which is no failure', async () => {
    const test = await start();
    const when = () => {
      throw new RateLimitedError({ retryAfter: 7 });
    };
    expect(await refusal(test.auth, request(test.access), { when })).toMatchObject({
      status: 429,
      headers: { 'retry-after': '7' },
      body: { code: 'rate_limited' },
    });
    expect(test.names()).not.toContain('backend.failed');
  });
});

describe('the order of what a guard asks', () => {
  const everything = { scope: 'admin', roles: ['admin'], permissions: ['all'], freshWithin: '1m' } as const;

  /** A token that meets all up to one demand, and what the guard then says. */
  const STEPS: readonly [string, Record<string, unknown>, number, string][] = [
    ['scopes', { roles: [], permissions: [] }, 2 * MINUTE, 'insufficient_scope'],
    ['roles', { scope: 'admin', roles: [], permissions: [] }, 2 * MINUTE, 'permission_denied'],
    ['permissions', { scope: 'admin', roles: ['admin'], permissions: [] }, 2 * MINUTE, 'permission_denied'],
    [
      'freshness',
      { scope: 'admin', roles: ['admin'], permissions: ['all'] },
      2 * MINUTE,
      'fresh_login_required',
    ],
    [
      'the predicate',
      { scope: 'admin', roles: ['admin'], permissions: ['all'] },
      SECOND,
      'backend_unavailable',
    ],
  ];

  it.each(STEPS)('%s', async (_what, claims, age, expected) => {
    const test = await withClaims(claims);
    test.clock.advance(age);
    const when = vi.fn(() => {
      throw new BackendUnavailableError();
    });
    expect(await codeOf(test.auth, request(test.access), { ...everything, when })).toBe(expected);
    expect(when).toHaveBeenCalledTimes(expected === 'backend_unavailable' ? 1 : 0);
  });

  it('begins with the token: one that is revoked is 401 whatever is asked', async () => {
    const test = await start();
    await test.auth.logout(test.refresh);
    const when = vi.fn(() => true);
    expect(await codeOf(test.auth, request(test.access), { ...everything, when })).toBe('token_revoked');
    expect(when).not.toHaveBeenCalled();
  });

  it('lets who meets all of it pass', async () => {
    const test = await withClaims({ scope: 'admin', roles: ['admin'], permissions: ['all'] });
    expect(await codeOf(test.auth, request(test.access), { ...everything, when: () => true })).toBe('1');
  });
});

describe('options that cannot be', () => {
  const { auth } = makeAuth();

  it.each<[string, Record<string, unknown>]>([
    ['roles', { roles: 'admin' }],
    ['roles', { roles: [] }],
    ['roles', { roles: [''] }],
    ['roles', { roles: [1] }],
    ['roles', { roles: null }],
    ['anyRole', { anyRole: [] }],
    ['anyRole', { anyRole: 'admin' }],
    ['permissions', { permissions: {} }],
    ['permissions', { permissions: [] }],
    ['anyPermission', { anyPermission: ['a', null] }],
    ['freshWithin', { freshWithin: 0 }],
    ['freshWithin', { freshWithin: '5x' }],
    ['freshWithin', { freshWithin: -1 }],
    ['freshWithin', { freshWithin: Number.NaN }],
    ['freshWithin', { freshWithin: 31_536_001 }],
    ['freshWithin', { freshWithin: null }],
    ['when', { when: true }],
    ['when', { when: 'admin' }],
    ['revocation', { revocation: 'store' }],
    ['revocation', { revocation: true }],
    ['revocation', { revocation: 'feed' }],
  ])('refuse %s: %j', (name, options) => {
    expect(() => auth.guard(options as GuardOptions)).toThrow(
      expect.objectContaining({
        name: 'TypeError',
        code: expect.stringMatching(/^ERR_INVALID_ARG_/),
        message: expect.stringContaining(`guard.${name}`),
      }),
    );
  });

  it.each<[string, GuardOptions]>([
    ['scope', { scope: 'a' }],
    ['anyScope', { anyScope: 'a' }],
    ['roles', { roles: ['a'] }],
    ['anyRole', { anyRole: ['a'] }],
    ['permissions', { permissions: ['a'] }],
    ['anyPermission', { anyPermission: ['a'] }],
    ['freshWithin', { freshWithin: '5m' }],
    ['when', { when: () => true }],
  ])('an optional guard lets anybody pass, so it cannot have %s', (name, options) => {
    expect(() => auth.guard({ ...options, optional: true })).toThrow(
      expect.objectContaining({ name: 'TypeError', message: expect.stringContaining(`guard.${name}`) }),
    );
    expect(() => auth.guard({ ...options, optional: false })).not.toThrow();
  });

  it('but may say how it asks and where it reads', () => {
    expect(() => auth.guard({ optional: true, revocation: 'none', transport: { query: 't' } })).not.toThrow();
  });
});
