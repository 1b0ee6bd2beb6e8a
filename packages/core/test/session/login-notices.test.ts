import {
  type AuthOptions,
  type FailedLogin,
  type LoginNotice,
  RateLimitedError,
  StoreUnavailableError,
} from '@tokenpair/core';
import { describe, expect, it } from 'vitest';
import { type AuthTestOptions, hooksOf, makeAuth, PASSWORD, type TestAuth } from '../support/auth.ts';
import { T0 } from '../support/clock.ts';
import { failureOf, refusalOf } from '../support/outcome.ts';
import { jsonRequest, plain } from '../support/requests.ts';
import { decode } from '../support/tokens.ts';

const MASK = '********************';
const GOOD = { username: '1', password: PASSWORD };
const WRONG = { username: '1', password: 'wrong hunter2' };
const UNKNOWN = { username: 'nobody', password: 'wrong hunter2' };

async function post({ auth }: TestAuth, credentials: object = GOOD) {
  const answer = plain(await auth.handle(jsonRequest('/', credentials, [['User-Agent', 'A']])));
  return answer ?? { status: 0, headers: {}, body: {} };
}

/** An auth whose hooks note what they are told. */
function noting(options: AuthTestOptions = {}) {
  const logins: LoginNotice[] = [];
  const failures: FailedLogin[] = [];
  const test = makeAuth({
    onLogin: (login) => void logins.push(login),
    onLoginFailed: (attempt) => void failures.push(attempt),
    ...options,
  });
  return { ...test, logins, failures };
}

/** A hook that fails in each way there is. */
const FAILINGS: readonly (readonly [string, () => Promise<void>])[] = [
  [
    'throws',
    () => {
      throw new Error('the table is gone');
    },
  ],
  ['rejects', () => Promise.reject(new Error('the table is gone'))],
  ['refuses', () => Promise.reject(new RateLimitedError())],
  ['is silent', () => new Promise(() => {})],
];

describe('onLogin', () => {
  it('is told who, which session, from where and when', async () => {
    const test = noting();
    const { body } = await post(test);
    expect(test.logins).toEqual([
      { subject: '1', session: decode(body.refresh).claims['sid'], client: { userAgent: 'A' }, at: T0 },
    ]);
    expect(Object.isFrozen(test.logins[0])).toBe(true);
    expect(test.failures).toEqual([]);
  });

  it('is told of sessions that the app opens, and not of refreshes', async () => {
    const test = noting();
    const pair = await test.auth.sessions.issue({ subject: '2', epoch: 'e0', label: 'phone' }, { ip: '::1' });
    await test.auth.refresh(String(pair.refresh));
    expect(test.logins).toEqual([
      { subject: '2', session: pair.session.id, client: { ip: '::1', label: 'phone' }, at: T0 },
    ]);
  });

  it('is called when the session is in the store, and waited for', async () => {
    const seen: unknown[] = [];
    const test: TestAuth = makeAuth({
      onLogin: async ({ session, subject }) => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        seen.push(await test.store.find({ id: session, subject }, T0));
      },
    });
    await post(test);
    expect(seen).toEqual([expect.objectContaining({ subject: '1' })]);
  });

  it('is not told of a login that is refused after its session was stored', async () => {
    let asked = 0;
    const test = noting({
      login: () => ({ subject: '1', epoch: 'e0' }),
      resolve: () => ({ active: true, epoch: asked++ === 0 ? 'e0' : 'e1' }),
    });
    expect((await post(test)).status).toBe(401);
    expect(test.logins).toEqual([]);
    expect(test.failures).toHaveLength(1);
  });

  it.each(FAILINGS)(
    'locks nobody out when it %s: the login goes on, and an event tells',
    async (how, onLogin) => {
      const test = noting({ onLogin, hookTimeoutMs: 50 });
      const { status, body } = await post(test);
      expect([how, status]).toEqual([how, 200]);
      expect(await test.auth.refresh(body.refresh)).toHaveProperty('access');
      const [failed, ...others] = test.events.filter(({ name }) => name === 'backend.failed');
      expect(failed).toMatchObject({ backend: 'onLogin', cause: expect.any(Error) });
      expect(others).toEqual([]);
    },
  );
});

describe('onLoginFailed', () => {
  it('is told what was tried, all but the first field as twenty asterisks', async () => {
    const test = noting();
    for (const password of ['x', 'wrong hunter2', 'w'.repeat(300)])
      await post(test, { username: '1', password });
    const attempt = {
      credentials: { username: '1', password: MASK },
      client: { userAgent: 'A' },
      code: 'invalid_credentials',
      at: T0,
    };
    expect(test.failures).toEqual([attempt, attempt, attempt]);
    expect(Object.isFrozen(test.failures[0])).toBe(true);
    expect(Object.isFrozen(test.failures[0]?.credentials)).toBe(true);
    expect(test.logins).toEqual([]);
  });

  it('masks by the fields of the login, also one that is all there is', async () => {
    const many = noting({ loginFields: ['email', 'password', 'otp'] });
    await post(many, { email: 'a@b', password: 'hunter2', otp: '123456', other: 'hunter2' });
    expect(many.failures[0]?.credentials).toEqual({ email: 'a@b', password: MASK, otp: MASK });
    const one = noting({ loginFields: ['code'] });
    await post(one, { code: 'hunter2' });
    expect(one.failures[0]?.credentials).toEqual({ code: MASK });
    for (const { failures } of [many, one]) expect(JSON.stringify(failures)).not.toContain('hunter2');
  });

  it('is told of an unknown user, a wrong password and a disabled account alike', async () => {
    const test = noting();
    test.users.set('3', { active: false, epoch: 'e0' });
    for (const credentials of [UNKNOWN, WRONG, { username: '3', password: PASSWORD }])
      await post(test, credentials);
    expect(test.failures.map(({ credentials: _credentials, ...rest }) => rest)).toEqual(
      Array.from({ length: 3 }, () => ({ client: { userAgent: 'A' }, code: 'invalid_credentials', at: T0 })),
    );
    expect(test.failures.map(({ credentials }) => credentials['username'])).toEqual(['nobody', '1', '3']);
  });

  it('is told of a refusal of the login hook, and so are the listeners', async () => {
    const test = noting({
      login: () => {
        throw new RateLimitedError({ retryAfter: 30 });
      },
    });
    const answer = await post(test, WRONG);
    expect(answer).toMatchObject({
      status: 429,
      headers: { 'retry-after': '30' },
      body: { code: 'rate_limited' },
    });
    expect(test.failures).toMatchObject([{ code: 'rate_limited', credentials: { password: MASK } }]);
    expect(test.events).toEqual([
      { name: 'login.refused', at: T0, client: { userAgent: 'A' }, code: 'rate_limited' },
    ]);
  });

  it.each([
    ['a hook that fails', () => Promise.reject(new Error('the users are away')), 'backend_unavailable'],
    ['a hook that says 503', () => Promise.reject(new StoreUnavailableError()), 'store_unavailable'],
  ])('is not told of %s: nobody was refused', async (_name, login, code) => {
    const test = noting({ login });
    expect((await post(test)).body).toMatchObject({ code });
    expect(test.failures).toEqual([]);
    expect(test.names()).not.toContain('login.refused');
  });

  it('is not told of a store that fails, nor of a request that lacks a field', async () => {
    const test = noting();
    expect((await post(test, { username: '1' })).status).toBe(400);
    test.store.fail('throw', 'create');
    expect((await post(test)).status).toBe(503);
    expect(test.failures).toEqual([]);
  });

  it('is not told of what the app issues itself', async () => {
    const test = noting();
    test.users.set('1', { active: false, epoch: 'e0' });
    await failureOf(() => test.auth.sessions.issue({ subject: '1' }));
    expect(test.failures).toEqual([]);
  });

  it.each(FAILINGS)('changes no answer when it %s', async (_how, onLoginFailed) => {
    const plainly = makeAuth();
    const test = noting({ onLoginFailed, hookTimeoutMs: 50 });
    for (const credentials of [UNKNOWN, WRONG])
      expect(await post(test, credentials)).toEqual(await post(plainly, credentials));
    expect(test.names()).toEqual(['login.refused', 'backend.failed', 'login.refused', 'backend.failed']);
    expect(test.events[1]).toMatchObject({ backend: 'onLoginFailed' });
  });

  it('changes no 429 when it fails', async () => {
    const test = noting({
      login: () => Promise.reject(new RateLimitedError()),
      onLoginFailed: () => Promise.reject(new Error('the log is gone')),
    });
    expect((await post(test)).body).toMatchObject({ code: 'rate_limited' });
  });

  it('is waited for in the same steps whoever was named', async () => {
    /** How many turns of the microtask queue lie between a step and the answer. */
    async function turns(credentials: object): Promise<number> {
      let count = 0;
      let isAnswered = false;
      const test = makeAuth({
        onLoginFailed: () => {
          const tick = (): void => {
            count++;
            if (!isAnswered && count < 1000) queueMicrotask(tick);
          };
          tick();
        },
      });
      await post(test, credentials);
      isAnswered = true;
      return count;
    }
    const unknown = await turns(UNKNOWN);
    expect(unknown).toBeGreaterThan(1);
    expect(unknown).toBeLessThan(1000);
    expect(await turns(WRONG)).toBe(unknown);
  });

  it.each(['onLogin', 'onLoginFailed'] as const)('%s has to be a function', (name) => {
    expect(() => makeAuth({ [name]: 'log' as never })).toThrow(`options.${name} must be a function`);
  });
});

describe('the label of a login', () => {
  const labelled = (label: unknown): AuthTestOptions => ({
    login: (async () => ({ subject: '1', epoch: 'e0', label })) as NonNullable<AuthOptions['login']>,
  });

  it('is the label of its session, in the list and after refreshes too', async () => {
    const test = makeAuth(labelled('Ada’s phone'));
    const { body } = await post(test);
    const pair = await test.auth.refresh(body.refresh, { userAgent: 'B' });
    const request = {
      ...jsonRequest('/sessions', {}, [['Authorization', `Bearer ${pair.access}`]]),
      method: 'GET',
    };
    const answer = plain(await test.auth.handle(request));
    expect(answer?.body.sessions).toMatchObject([{ label: 'Ada’s phone', user_agent: 'B' }]);
  });

  it('comes before one that the client member of issue gives', async () => {
    const { auth } = makeAuth();
    const login = { subject: '1', epoch: 'e0' };
    const labelOf = async (label: string | undefined) =>
      (await auth.sessions.issue({ ...login, label }, { label: 'client' })).session.client?.label;
    expect(await labelOf('login')).toBe('login');
    expect(await labelOf(undefined)).toBe('client');
  });

  it.each([
    ['empty', ''],
    ['longer than 255 characters', 'x'.repeat(256)],
    ['with a line break', 'a\nb'],
    ['half of a pair', '\uD800'],
    ['a number', 7],
    ['null', null],
  ])('that is %s is a broken hook', async (_name, label) => {
    const test = makeAuth(labelled(label));
    expect(await post(test)).toMatchObject({ status: 503, body: { code: 'backend_unavailable' } });
    await expect(
      test.auth.sessions.issue({ subject: '1', epoch: 'e0', label: label as never }),
    ).rejects.toBeInstanceOf(TypeError);
    expect(await test.store.list('1', T0)).toEqual([]);
  });

  it('may have 255 characters', async () => {
    const test = makeAuth(labelled('x'.repeat(255)));
    expect((await post(test)).status).toBe(200);
  });

  it('stays on the device when a password change ends its session and opens another', async () => {
    const test = makeAuth();
    const pair = await test.auth.sessions.issue({ subject: '1', epoch: 'e0', label: 'phone' });
    test.users.set('1', { active: true, epoch: 'e1' });
    // A refresh that falls between the two ends the session.
    expect(await refusalOf(() => test.auth.refresh(String(pair.refresh)))).toEqual(['password_changed', 401]);
    const { session } = await test.auth.sessions.reauthenticate(pair.session, {
      epoch: 'e1',
      client: { ip: '::1' },
    });
    expect(session.client).toEqual({ ip: '::1', label: 'phone' });
  });
});

describe('the user agent of a session', () => {
  it('is kept up to 512 characters', async () => {
    const test = makeAuth();
    const request = jsonRequest('/', GOOD, [['User-Agent', 'x'.repeat(5000)]]);
    await test.auth.handle(request);
    const [session] = await test.store.list('1', T0);
    expect(session?.client?.userAgent).toBe('x'.repeat(512));
  });
});

describe('the hooks of a login', () => {
  it('are not needed', async () => {
    const test = makeAuth({ ...hooksOf(new Map()), resolve: undefined, login: () => ({ subject: '1' }) });
    expect((await post(test)).status).toBe(200);
  });
});
