import { type AuthOptions, RateLimitedError, type TokenPair } from '@tokenpair/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type AuthTestOptions, hooksOf, makeAuth, PASSWORD, type TestAuth } from '../support/auth.ts';
import { DAY, SECOND, T0 } from '../support/clock.ts';
import { failureOf, refusalOf } from '../support/outcome.ts';
import { jsonRequest, plain } from '../support/requests.ts';
import { decode } from '../support/tokens.ts';

/** `POST /`, as a browser would. */
async function post({ auth }: TestAuth, credentials: object = { username: '1', password: PASSWORD }) {
  const answer = plain(await auth.handle(jsonRequest('/', credentials, [['User-Agent', 'A']])));
  return answer ?? { status: 0, headers: {}, body: {} };
}

/** A point that one side waits at until the other opens it. */
function barrier(): { open: () => void; opened: Promise<void> } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), opened };
}

const live = ({ store, clock }: TestAuth, subject = '1') => store.list(subject, clock());
const REFUSED = {
  error: 'invalid_grant',
  code: 'invalid_credentials',
  detail: 'No active account matches the credentials given.',
};

/** What an app does when a password changes: the user first, then the sessions. */
async function changePassword({ auth, users }: TestAuth, subject = '1') {
  users.set(subject, { ...users.get(subject), active: true, epoch: 'e1' });
  await auth.sessions.revokeAll(subject, { reason: 'password_changed' });
}

async function disable({ auth, users }: TestAuth, subject = '1') {
  users.set(subject, { active: false, epoch: 'e0' });
  await auth.sessions.revokeAll(subject, { reason: 'no_active_account' });
}

describe('a login', () => {
  it('opens a session of generation 0 and gives its pair', async () => {
    const test = makeAuth();
    const { status, body } = await post(test);
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual([
      'access',
      'refresh',
      'token_type',
      'expires_in',
      'refresh_expires_in',
    ]);
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 300, refresh_expires_in: 86_400 });
    const [session, ...others] = await live(test);
    expect(others).toEqual([]);
    expect(session).toEqual({
      id: decode(body.refresh).claims['sid'],
      subject: '1',
      createdAt: T0,
      authTime: T0,
      lastUsedAt: T0,
      endsAt: T0 + 30 * DAY,
      generation: 0,
      rotatedAt: T0,
      rotatedBy: expect.any(String),
      expiresAt: T0 + DAY,
      epoch: 'e0',
      scope: 'read write',
      client: { userAgent: 'A' },
    });
    expect(decode(body.access)).toMatchObject({
      header: { typ: 'at+jwt' },
      claims: {
        sub: '1',
        sid: session?.id,
        auth_time: T0 / 1000,
        iat: T0 / 1000,
        exp: T0 / 1000 + 300,
        scope: 'read write',
      },
    });
    expect(decode(body.refresh)).toMatchObject({
      header: { typ: 'rt+jwt' },
      claims: { sub: '1', gen: 0, exp: T0 / 1000 + 86_400 },
    });
    expect(test.events).toEqual([
      { name: 'session.issued', at: T0, session: session?.id, subject: '1', client: { userAgent: 'A' } },
    ]);
  });

  it('gives every session an id of its own that nobody can guess', async () => {
    const test = makeAuth();
    const ids = new Set<unknown>();
    for (let n = 0; n < 20; n++) ids.add(decode((await post(test)).body.refresh).claims['sid']);
    expect(ids.size).toBe(20);
    for (const id of ids) expect(id).toMatch(/^[\w-]{24}$/);
  });

  it('takes scope and claims from the login before resolve', async () => {
    const test = makeAuth({
      login: () => ({ subject: '1', scope: 'a', claims: { plan: 'pro' } }),
      resolve: () => ({ active: true, scope: 'a b', claims: { plan: 'free' } }),
    });
    expect(decode((await post(test)).body.access).claims).toMatchObject({ scope: 'a', plan: 'pro' });
  });

  it('leaves scope out where nobody sets one', async () => {
    const test = makeAuth({ login: () => ({ subject: '1' }), resolve: () => ({ active: true }) });
    expect(decode((await post(test)).body.access).claims).not.toHaveProperty('scope');
  });

  it('hands the hook the fields it is told of, and the client', async () => {
    const login = vi.fn(() => ({ subject: '1', epoch: 'e0' }));
    const test = makeAuth({ login, loginFields: ['email', 'code'] });
    expect((await post(test, { email: 'a@b', code: '123', password: 'x' })).status).toBe(200);
    expect(login).toHaveBeenCalledExactlyOnceWith({ email: 'a@b', code: '123' }, { userAgent: 'A' });
  });

  it('answers an unknown user, a wrong password and a disabled account alike', async () => {
    const test = makeAuth();
    test.users.set('3', { active: false, epoch: 'e0' });
    const answers = [
      await post(test, { username: 'nobody', password: PASSWORD }),
      await post(test, { username: '1', password: 'wrong' }),
      await post(test, { username: '3', password: PASSWORD }),
    ];
    for (const answer of answers) {
      expect(answer).toEqual({
        status: 401,
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'cache-control': 'no-store',
          'www-authenticate': 'Bearer realm="api"',
        },
        body: REFUSED,
      });
    }
    expect(test.events).toEqual(
      answers.map(() => ({
        name: 'login.refused',
        at: T0,
        client: { userAgent: 'A' },
        code: 'invalid_credentials',
      })),
    );
    expect(await live(test, '3')).toEqual([]);
  });

  it.each([undefined, null])('is refused where the hook gives %s', async (result) => {
    const test = makeAuth({ login: () => result });
    expect((await post(test)).body).toEqual(REFUSED);
  });

  it.each([
    ['a subject that is no text', { subject: 1 }],
    ['an empty subject', { subject: '' }],
    ['a subject of 256 characters', { subject: 'x'.repeat(256) }],
    ['no subject', {}],
    ['text', 'user-1'],
    ['a scope that is a list', { subject: '1', scope: ['read'] }],
    ['an epoch that is a number', { subject: '1', epoch: 1 }],
    ['claims that are a list', { subject: '1', claims: ['x'] }],
    ['a claim that names the subject', { subject: '1', claims: { sub: '2' } }],
    ['a claim that names the end', { subject: '1', claims: { exp: 1 } }],
    ['a claim that names the session', { subject: '1', claims: { sid: 'x' } }],
    ['a claim that names the scope', { subject: '1', claims: { scope: 'admin' } }],
  ])('is 503 where the hook gives %s, and opens nothing', async (_name, result) => {
    const test = makeAuth({ login: () => result as never, resolve: () => ({ active: true }) });
    const answer = await post(test);
    expect([answer.status, answer.body.code]).toEqual([503, 'backend_unavailable']);
    expect(test.store.calls).toEqual([]);
  });

  it('is answered with the error that the hook throws', async () => {
    const test = makeAuth({
      login: () => {
        throw new RateLimitedError({ retryAfter: 60 });
      },
    });
    expect(await post(test)).toMatchObject({
      status: 429,
      headers: { 'retry-after': '60' },
      body: { code: 'rate_limited' },
    });
  });

  describe('and hooks that do not answer', () => {
    beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
    afterEach(() => void vi.useRealTimers());

    it.each([
      [
        'login throws',
        {
          login: () => {
            throw new Error('hunter2');
          },
        },
      ],
      ['login never answers', { login: () => new Promise<never>(() => {}) }],
      ['resolve never answers', { resolve: () => new Promise<never>(() => {}) }],
    ] satisfies [string, Partial<AuthOptions>][])('%s: 503 with Retry-After', async (_name, options) => {
      const test = makeAuth(options);
      const answering = post(test);
      await vi.advanceTimersByTimeAsync(3000);
      const { status, headers, body } = await answering;
      expect([status, body.code]).toEqual([503, 'backend_unavailable']);
      expect(['1', '2', '3']).toContain(headers['retry-after']);
      expect(JSON.stringify(body)).not.toContain('hunter2');
      expect(await live(test)).toEqual([]);
    });
  });
});

describe('a login while the store fails', () => {
  it.each([
    ['create', 'throw'],
    ['create', 'commit-then-throw'],
  ] as const)('in %s (%s) is 503 and hands nothing out (I7)', async (method, fault) => {
    const test = makeAuth();
    test.store.fail(fault, method);
    const { status, body } = await post(test);
    expect([status, body.code, body.access]).toEqual([503, 'store_unavailable', undefined]);
    expect(test.names()).not.toContain('session.issued');
  });
});

describe('a login racing a password change', () => {
  /** What happens once the credentials were found right. */
  const pending = new WeakMap<TestAuth, () => Promise<void>>();
  const holdAfterLogin = (test: TestAuth, change: () => Promise<void>): void =>
    void pending.set(test, change);

  /** The moments of a login between which a change may fall. */
  const MOMENTS: readonly (readonly [
    name: string,
    arrange: (test: TestAuth, change: () => Promise<void>) => void,
  ])[] = [
    ['after the credentials were checked', (test, change) => holdAfterLogin(test, change)],
    ['before the session is in the store', (test, change) => test.store.before('create', change)],
    ['after the session is in the store', (test, change) => test.store.after('create', change)],
  ];

  function racing(options: AuthTestOptions = {}): TestAuth {
    const test: TestAuth = makeAuth({
      ...options,
      login: async (credentials, client) => {
        const result = await hooksOf(test.users).login(credentials, client);
        await pending.get(test)?.();
        return result;
      },
      resolve: (subject) => hooksOf(test.users).resolve(subject),
    });
    return test;
  }

  describe.each([
    ['password change', changePassword],
    ['disable', disable],
  ])('a %s', (_change, change) => {
    it.each(MOMENTS)('%s leaves no live session', async (_name, arrange) => {
      const test = racing();
      arrange(test, () => change(test));
      const answer = await post(test);
      expect([answer.status, answer.body.code]).toEqual([401, 'invalid_credentials']);
      expect(await live(test)).toEqual([]);
      expect(test.names()).toContain('login.refused');
      expect(test.names()).not.toContain('session.issued');
    });

    it('that marks the user and ends the sessions before the session is in the store, in this order, leaves none', async () => {
      const test = racing();
      const [gate, atCreate] = [barrier(), barrier()];
      test.store.before('create', () => {
        atCreate.open();
        return gate.opened;
      });
      const answering = post(test);
      await atCreate.opened;
      await change(test);
      gate.open();
      expect((await answering).body.code).toBe('invalid_credentials');
      expect(await live(test)).toEqual([]);
    });

    it('that marks the user before and ends the sessions after the login leaves none', async () => {
      const test = racing();
      const { epoch } = test.users.get('1') ?? {};
      const pair: TokenPair = await test.auth.sessions.issue({ subject: '1', epoch });
      await change(test);
      expect(await live(test)).toEqual([]);
      expect((await refusalOf(() => test.auth.refresh(String(pair.refresh))))[1]).toBe(401);
    });
  });

  it('is refused when the epoch moved, even though the old password was right', async () => {
    const test = racing();
    holdAfterLogin(test, async () => void test.users.set('1', { active: true, epoch: 'e1' }));
    expect((await post(test)).body).toEqual(REFUSED);
    expect(await live(test)).toEqual([]);
  });

  it('leaves no live session where the hook tells no epoch although resolve has one', async () => {
    const test: TestAuth = makeAuth({
      login: async () => {
        await changePassword(test);
        return { subject: '1' };
      },
      resolve: (subject) => hooksOf(test.users).resolve(subject),
    });
    expect((await post(test)).status).not.toBe(200);
    expect(await live(test)).toEqual([]);
  });

  it('has a near miss: a change of scope alone does not refuse', async () => {
    const test = racing();
    holdAfterLogin(test, async () => void test.users.set('1', { active: true, epoch: 'e0', scope: 'read' }));
    expect((await post(test)).status).toBe(200);
  });

  it('leaves no live session when resolve fails after the session is in the store', async () => {
    let asked = 0;
    const test = makeAuth({
      login: () => ({ subject: '1' }),
      resolve: () => {
        asked += 1;
        if (asked > 1) throw new Error('the database is away');
        return { active: true };
      },
    });
    expect((await post(test)).status).toBe(503);
    expect(await live(test)).toEqual([]);
  });

  it('hands nothing out when the session can then not be ended (I7)', async () => {
    const test = racing();
    test.store.after('create', async () => void test.users.set('1', { active: true, epoch: 'e1' }));
    test.store.fail('throw', 'revoke');
    expect((await post(test)).body.code).toBe('store_unavailable');
    test.store.heal();
    expect(test.names()).not.toContain('session.issued');
  });
});

describe('a pair issued by the app', () => {
  it('is that of a login without password', async () => {
    const test = makeAuth();
    const pair = await test.auth.sessions.issue(
      { subject: '1', epoch: 'e0', scope: 'a', claims: { plan: 'pro' } },
      { label: 'Phone' },
    );
    expect(pair.session).toMatchObject({
      subject: '1',
      generation: 0,
      scope: 'a',
      data: { plan: 'pro' },
      client: { label: 'Phone' },
    });
    expect([pair.expiresIn, pair.refreshExpiresIn]).toEqual([300, 86_400]);
    expect(decode(pair.access).claims).toMatchObject({ sub: '1', scope: 'a', plan: 'pro' });
  });

  it('is refused with no_active_account for a subject that is not active, or whose epoch moved', async () => {
    const test = makeAuth();
    test.users.set('3', { active: false, epoch: 'e0' });
    expect(await refusalOf(() => test.auth.sessions.issue({ subject: '3' }))).toEqual([
      'no_active_account',
      401,
    ]);
    expect(await refusalOf(() => test.auth.sessions.issue({ subject: 'nobody' }))).toEqual([
      'no_active_account',
      401,
    ]);
    expect(await refusalOf(() => test.auth.sessions.issue({ subject: '1', epoch: 'old' }))).toEqual([
      'no_active_account',
      401,
    ]);
    expect(await live(test, '1')).toEqual([]);
  });

  it.each([
    ['the subject', { sub: '2' }],
    ['the session', { sid: 'x' }],
    ['the end', { exp: 9_999_999_999 }],
    ['the issuer', { iss: 'https://evil.test' }],
    ['the scope', { scope: 'admin' }],
    ['the time of the login', { auth_time: 1 }],
  ])('cannot set %s by a claim of the app: it is a TypeError and opens nothing', async (_name, claims) => {
    const test = makeAuth();
    await expect(test.auth.sessions.issue({ subject: '1', epoch: 'e0', claims })).rejects.toThrow(TypeError);
    expect(test.store.calls).toEqual([]);
  });

  it.each([
    ['no subject', {}],
    ['an empty subject', { subject: '' }],
    ['a subject of 256 characters', { subject: 'x'.repeat(256) }],
    ['a subject that is a number', { subject: 1 }],
  ])('is a TypeError for %s: no guard would take the token', async (_name, login) => {
    const test = makeAuth({ resolve: () => ({ active: true }) });
    await expect(test.auth.sessions.issue(login as never)).rejects.toThrow(TypeError);
    expect(test.store.calls).toEqual([]);
  });
});

describe('a session shorter than its tokens', () => {
  it('bounds both of them', async () => {
    const test = makeAuth({ session: { ttl: '2m' } });
    const pair = await test.auth.sessions.issue({ subject: '1', epoch: 'e0' });
    expect([pair.expiresIn, pair.refreshExpiresIn]).toEqual([120, 120]);
    expect([decode(pair.access).claims['exp'], decode(pair.refresh).claims['exp']]).toEqual([
      T0 / 1000 + 120,
      T0 / 1000 + 120,
    ]);
  });

  it.each([1, 500, 999])('gives tokens that are well-formed %i ms before its end', async (ms) => {
    const test = makeAuth({ session: { ttl: '2m' } });
    const pair = await test.auth.sessions.issue({ subject: '1', epoch: 'e0' });
    test.clock.advance(120 * SECOND - ms);
    const next = await test.auth.refresh(String(pair.refresh));
    for (const token of [next.access, next.refresh]) {
      const { iat, exp } = decode(token).claims as { iat: number; exp: number };
      expect(exp).toBeGreaterThan(iat);
      expect(exp).toBeLessThanOrEqual(T0 / 1000 + 120);
    }
    expect((await failureOf(() => test.auth.refresh('x'))).code).toBe('token_not_valid');
  });
});
