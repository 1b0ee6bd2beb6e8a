import { type GuardOptions, RateLimitedError } from '@tokenpair/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { jsonRequest, plain, requestOf } from '../support/requests.ts';
import { codeOf, refusal, request, start } from './support.ts';

const ADA = Object.freeze({ id: 1, name: 'Ada' });

describe('loadUser', () => {
  it('puts the user on auth.user, as it is', async () => {
    const loadUser = vi.fn(() => ADA);
    const test = await start({ loadUser });
    const outcome = await test.auth.guard()(request(test.access));
    const auth = outcome.passed ? (outcome.auth as unknown as Record<string, unknown>) : {};
    expect(auth['user']).toBe(ADA);
    expect(auth).toMatchObject({ subject: '1', session: test.ref.id, scopes: ['read', 'write'] });
    expect(Object.isFrozen(auth)).toBe(true);
  });

  it('is asked once a request, with who the token speaks for', async () => {
    const loadUser = vi.fn(async () => ADA);
    const test = await start({ loadUser });
    await codeOf(test.auth, request(test.access), { scope: 'read', freshWithin: '1h', when: () => true });
    expect(loadUser).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({
        subject: '1',
        session: test.ref.id,
        claims: expect.objectContaining({ sub: '1' }),
      }),
    );
  });

  it('is not asked about nobody, a bad token or a revoked one', async () => {
    const loadUser = vi.fn(() => ADA);
    const test = await start({ loadUser });
    await test.auth.logout(test.refresh);
    expect(await codeOf(test.auth, request())).toBe('token_missing');
    expect(await codeOf(test.auth, request(), { optional: true })).toBe('anonymous');
    expect(await codeOf(test.auth, request('x'))).toBe('token_not_valid');
    expect(await codeOf(test.auth, request(test.access))).toBe('token_revoked');
    expect(loadUser).not.toHaveBeenCalled();
  });

  it('is not asked by the token endpoints', async () => {
    const loadUser = vi.fn(() => undefined);
    const test = await start({ loadUser });
    const headers = [['Authorization', `Bearer ${test.access}`]] as const;
    const answers = [
      await test.auth.handle(requestOf('GET', '/sessions', { headers })),
      await test.auth.handle(jsonRequest('/refresh', { refresh: test.refresh })),
      await test.auth.handle(requestOf('POST', '/logout-all', { headers })),
    ];
    expect(answers.map((answer) => plain(answer)?.status)).toEqual([200, 200, 200]);
    expect(loadUser).not.toHaveBeenCalled();
  });

  it('answers at once where it can', async () => {
    const test = await start({ loadUser: () => ADA, revocation: 'none' });
    expect(test.auth.guard()(request(test.access))).toMatchObject({ passed: true, auth: { user: ADA } });
  });

  it('leaves no user where there is none', async () => {
    const test = await start();
    const outcome = await test.auth.guard()(request(test.access));
    expect(outcome.passed && outcome.auth).not.toHaveProperty('user');
  });

  it.each([undefined, null, { active: false }, { ...ADA, active: false }])(
    '%j is 401 no_active_account',
    async (user) => {
      for (const loadUser of [() => user, async () => user]) {
        const test = await start({ loadUser });
        expect(await refusal(test.auth, request(test.access))).toMatchObject({
          status: 401,
          headers: {
            'www-authenticate':
              'Bearer realm="api", error="invalid_token", error_description="There is no active account for this token."',
            vary: 'Authorization, Cookie',
          },
          body: { error: 'invalid_token', code: 'no_active_account' },
        });
        expect(test.names()).not.toContain('backend.failed');
      }
    },
  );

  it.each([{ active: true }, { active: undefined }, {}, []])('%j passes', async (user) => {
    const test = await start({ loadUser: () => user });
    expect(await codeOf(test.auth, request(test.access))).toBe('1');
  });

  it.each([
    ['active that is 0, as some databases have false', { active: 0 }],
    ['active that is 1', { active: 1 }],
    ['active that is text', { active: 'false' }],
    ['active that is null', { active: null }],
    ['true', true],
    ['false', false],
    ['text', '1'],
    ['a number', 0],
  ])('%s is a hook that fails: 503', async (_what, user) => {
    const test = await start({ loadUser: () => user });
    expect(await refusal(test.auth, request(test.access))).toMatchObject({
      status: 503,
      body: { code: 'backend_unavailable' },
    });
    expect(test.events.at(-1)).toMatchObject({
      name: 'backend.failed',
      backend: 'loadUser',
      cause: expect.any(TypeError),
    });
  });

  it('is asked before anything that a user may do is judged', async () => {
    const test = await start({ loadUser: () => undefined });
    const when = vi.fn(() => true);
    expect(await codeOf(test.auth, request(test.access), { scope: 'admin', roles: ['a'], when })).toBe(
      'no_active_account',
    );
    expect(when).not.toHaveBeenCalled();
  });

  it('is on what the predicate gets', async () => {
    const test = await start({ loadUser: () => ADA });
    const when = (auth: unknown): boolean => (auth as { user: { name: string } }).user.name === 'Ada';
    expect(await codeOf(test.auth, request(test.access), { when })).toBe('1');
  });

  it.each<[string, GuardOptions, string]>([
    ['refused', { optional: true }, 'no_active_account'],
    ['anonymous by option', { optional: true, onInvalid: 'anonymous' }, 'anonymous'],
  ])('an account that is not active is %s behind an optional guard', async (_what, options, expected) => {
    const test = await start({ loadUser: () => null });
    expect(await codeOf(test.auth, request(test.access), options)).toBe(expected);
  });

  it.each([1, 'x', {}, null])('is a function: %j is refused', async (loadUser) => {
    await expect(start({ loadUser } as never)).rejects.toThrow(
      expect.objectContaining({ name: 'TypeError', message: expect.stringContaining('options.loadUser') }),
    );
  });
});

describe('a loadUser that fails (I7)', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  const fail = (): never => {
    throw new Error('the user table is away');
  };

  it.each<[string, () => never | Promise<never>, GuardOptions]>([
    ['throws', fail, {}],
    ['rejects', async () => fail(), {}],
    ['is silent', () => new Promise(() => {}), {}],
    ['rejects', async () => fail(), { optional: true }],
    ['rejects', async () => fail(), { optional: true, onInvalid: 'anonymous' }],
    ['throws', fail, { optional: true, onInvalid: 'anonymous' }],
    ['is silent', () => new Promise(() => {}), { optional: true, onInvalid: 'anonymous' }],
  ])('because it %s is 503 and an event, never anonymous: %j', async (_what, loadUser, options) => {
    const test = await start({ loadUser });
    const refusing = refusal(test.auth, request(test.access), options);
    await vi.advanceTimersByTimeAsync(3000);
    expect(await refusing).toMatchObject({
      status: 503,
      headers: { 'retry-after': expect.stringMatching(/^[123]$/), vary: 'Authorization, Cookie' },
      body: { error: 'temporarily_unavailable', code: 'backend_unavailable' },
    });
    expect(test.events.at(-1)).toMatchObject({ name: 'backend.failed', backend: 'loadUser' });
  });

  it('by an AuthError has answered', async () => {
    const loadUser = (): never => {
      throw new RateLimitedError();
    };
    const test = await start({ loadUser });
    expect(await codeOf(test.auth, request(test.access))).toBe('rate_limited');
    expect(test.names()).not.toContain('backend.failed');
  });
});

describe('the roles of a user', () => {
  /** A token that says one thing and a user that says another. */
  const both = async (user: object) =>
    start({
      loadUser: () => user,
      resolve: () => ({ active: true, claims: { roles: ['old'], permissions: 'old' } }),
    });

  it.each<[object, string]>([
    [{ roles: ['new'] }, 'new'],
    [{ roles: 'new newer' }, 'new'],
    [{}, 'old'],
    [{ permissions: ['x'] }, 'old'],
  ])('of %j are those that count: %s', async (user, role) => {
    const test = await both(user);
    expect(await codeOf(test.auth, request(test.access), { roles: [role] })).toBe('1');
    const other = role === 'new' ? 'old' : 'new';
    expect(await codeOf(test.auth, request(test.access), { roles: [other] })).toBe('permission_denied');
  });

  it.each([
    { roles: [] },
    { roles: null },
    { roles: undefined },
    { roles: new Set(['old']) },
    { roles: [{ name: 'old' }] },
  ])('are none in %j, whatever the token says', async (user) => {
    const test = await both(user);
    expect(await codeOf(test.auth, request(test.access), { roles: ['old'] })).toBe('permission_denied');
  });

  it('may be a getter of a class', async () => {
    class User {
      get roles(): string[] {
        return ['new'];
      }
    }
    const test = await both(new User());
    expect(await codeOf(test.auth, request(test.access), { roles: ['new'] })).toBe('1');
  });

  it('and the permissions of a user are told apart', async () => {
    const test = await both({ permissions: ['new'] });
    expect(await codeOf(test.auth, request(test.access), { roles: ['old'], permissions: ['new'] })).toBe('1');
    expect(await codeOf(test.auth, request(test.access), { permissions: ['old'] })).toBe('permission_denied');
  });
});
