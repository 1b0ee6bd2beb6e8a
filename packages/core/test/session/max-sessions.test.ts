import { describe, expect, it } from 'vitest';
import { logIn, makeAuth, PASSWORD, type TestAuth } from '../support/auth.ts';
import { refusalOf } from '../support/outcome.ts';
import { jsonRequest, plain } from '../support/requests.ts';

describe('session.maxSessions', () => {
  it('ends the session opened first when one more is opened', async () => {
    const test = makeAuth({ session: { maxSessions: 2 } });
    const [first, second] = [await logIn(test), await logIn(test)];
    test.clock.advance(1);
    await logIn(test);
    expect(await refusalOf(() => test.auth.refresh(first.refresh))).toEqual(['token_revoked', 401]);
    await test.auth.refresh(second.refresh);
    expect(await test.auth.sessions.list('1')).toHaveLength(2);
    await logIn(test, '2');
    expect(await test.auth.sessions.list('1')).toHaveLength(2);
  });

  it('is kept by ten logins at once, each way', async () => {
    for (const onLimit of ['evict-oldest', 'refuse'] as const) {
      const test = makeAuth({ session: { maxSessions: 3, onLimit } });
      const logins = await Promise.allSettled(Array.from({ length: 10 }, () => logIn(test)));
      expect(await test.auth.sessions.list('1')).toHaveLength(3);
      const refused = logins.filter(({ status }) => status === 'rejected');
      expect(refused).toHaveLength(onLimit === 'refuse' ? 7 : 0);
    }
  });

  it('refuses a login beyond it with a code of its own where the others are to stay', async () => {
    const test = makeAuth({ session: { maxSessions: 1, onLimit: 'refuse' } });
    const first = await logIn(test);
    const answer = await test.auth.handle(jsonRequest('/', { username: '1', password: PASSWORD }));
    expect(plain(answer)).toMatchObject({
      status: 403,
      body: { code: 'session_limit_reached', error: 'access_denied' },
    });
    expect(test.names()).not.toContain('backend.failed');
    await test.auth.logout(first.refresh);
    expect(
      plain(await test.auth.handle(jsonRequest('/', { username: '1', password: PASSWORD })))?.status,
    ).toBe(200);
  });

  it.each([0, -1, 1.5, 10_001, '3'])('refuses %j as a number of sessions', (maxSessions) => {
    expect(() => makeAuth({ session: { maxSessions: maxSessions as number } })).toThrow(
      'options.session.maxSessions must be a',
    );
  });
});

const COOKIES = {
  transport: 'cookie',
  cookie: { path: '/', development: true },
  issuer: 'http://localhost',
} as const;

/** A login from a browser that may hold the cookies of another session. */
async function browserLogin(test: TestAuth, username: string, cookies = '', password = PASSWORD) {
  const answer = await test.auth.handle(
    jsonRequest('/', { username, password }, [
      ['Sec-Fetch-Site', 'same-origin'],
      ...(cookies === '' ? [] : [['Cookie', cookies] as const]),
    ]),
  );
  const set = (answer?.headers ?? []).filter(([name]) => name.toLowerCase() === 'set-cookie');
  return { status: answer?.status, cookies: set.map(([, value]) => value.split(';')[0]).join('; ') };
}

describe('a login that replaces a session', () => {
  it('takes its place, so that a limit refuses nobody who logs in again from the same browser', async () => {
    const test = makeAuth({ ...COOKIES, session: { maxSessions: 1, onLimit: 'refuse' } });
    const { cookies } = await browserLogin(test, '1');
    expect((await browserLogin(test, '1', cookies)).status).toBe(200);
    expect(test.names().filter((name) => name === 'session.revoked')).toHaveLength(1);
    expect((await browserLogin(test, '1')).status).toBe(403);
    expect(await test.auth.sessions.list('1')).toHaveLength(1);
  });

  it('ends that of somebody else too, once there is one', async () => {
    const test = makeAuth(COOKIES);
    const { cookies } = await browserLogin(test, '1');
    expect((await browserLogin(test, '2', cookies)).status).toBe(200);
    expect(await test.auth.sessions.list('1')).toEqual([]);
  });

  it('ends none where it is refused, for the password, for the limit of somebody else, or by the store', async () => {
    const test = makeAuth({ ...COOKIES, session: { maxSessions: 1, onLimit: 'refuse' } });
    const { cookies } = await browserLogin(test, '1');
    await logIn(test, '2');
    expect((await browserLogin(test, '1', cookies, 'wrong')).status).toBe(401);
    expect((await browserLogin(test, '2', cookies)).status).toBe(403);
    const unlimited = makeAuth({ ...COOKIES, store: test.store });
    test.store.fail('throw', 'create', 1);
    expect((await browserLogin(unlimited, '1', cookies)).status).toBe(503);
    expect(await test.auth.sessions.list('1')).toHaveLength(1);
  });
});
