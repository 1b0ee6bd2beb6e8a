import { createAuth } from '@tokenpair/core';
import { memoryStore } from '@tokenpair/core/memory';
import { describe, expect, it } from 'vitest';
import { hooksOf, makeAuth, PASSWORD } from '../support/auth.ts';
import { DAY } from '../support/clock.ts';
import { COOKIE_OPTIONS, cookieLine, cookieLogin, cookiesSet, SAME_ORIGIN } from '../support/cookies.ts';
import { keyFor } from '../support/keys.ts';
import { jsonRequest, plain, requestOf } from '../support/requests.ts';
import { SECRET } from '../support/tokens.ts';

const LOCAL = 'http://localhost:8000';

describe('a login by cookie transport', () => {
  it('sets the pair in cookies that no script reads, and the csrf cookie beside them', async () => {
    const { login } = await cookieLogin();
    const cookies = cookiesSet(login);
    expect([...cookies.keys()]).toEqual(['__Host-access', '__Secure-refresh', '__Host-csrf']);
    expect(cookies.get('__Host-access')?.attributes).toEqual([
      'Path=/',
      'HttpOnly',
      'Max-Age=300',
      'Secure',
      'SameSite=Lax',
    ]);
    expect(cookies.get('__Secure-refresh')?.attributes).toEqual([
      'Path=/api/token',
      'HttpOnly',
      'Max-Age=86400',
      'Secure',
      'SameSite=Lax',
    ]);
    expect(cookies.get('__Host-csrf')?.attributes).toEqual([
      'Path=/',
      'Max-Age=86400',
      'Secure',
      'SameSite=Lax',
    ]);
  });

  it('keeps the tokens out of the body', async () => {
    const { login } = await cookieLogin();
    expect(plain(login)?.body).toEqual({ token_type: 'Bearer', expires_in: 300, refresh_expires_in: 86_400 });
    for (const { value } of cookiesSet(login).values()) expect(login?.body).not.toContain(value);
  });

  it('stays under 3.5 kB together', async () => {
    const { login } = await cookieLogin();
    const bytes = (login?.headers ?? []).filter(([name]) => name === 'set-cookie').join().length;
    expect(bytes).toBeLessThan(3500);
  });

  it('warns when large claims take the cookies past 3.5 kB', async () => {
    const test = makeAuth(COOKIE_OPTIONS);
    const user = test.users.get('1');
    if (user) user.claims = { note: 'x'.repeat(2500) };
    await cookieLogin(test);
    expect(test.names()).toContain('cookies.large');
  });

  it('is refused when it shows no origin', async () => {
    const { auth } = makeAuth(COOKIE_OPTIONS);
    const answer = plain(await auth.handle(jsonRequest('/', { username: '1', password: PASSWORD })));
    expect([answer?.status, answer?.body.code, answer?.body.error]).toEqual([
      403,
      'csrf_failed',
      'access_denied',
    ]);
    expect(answer?.headers).not.toHaveProperty('www-authenticate');
  });

  it('ends the session of the refresh cookie that it came with', async () => {
    const { auth, login, names, store } = await cookieLogin();
    const again = await auth.handle(
      jsonRequest('/', { username: '1', password: PASSWORD }, [SAME_ORIGIN, cookieLine(login)]),
    );
    expect(again?.status).toBe(200);
    expect(names()).toContain('session.revoked');
    expect(await store.list('1', Date.UTC(2027, 0, 15, 9))).toHaveLength(1);
  });

  it('leaves a session alone whose refresh cookie came without its csrf cookie', async () => {
    const { auth, login, names } = await cookieLogin();
    const tossed = cookieLine(login, '__Secure-refresh');
    await auth.handle(jsonRequest('/', { username: '1', password: PASSWORD }, [SAME_ORIGIN, tossed]));
    expect(names()).not.toContain('session.revoked');
  });

  it('gives the refresh cookie to the whole site under the __Host- prefix where that is asked', async () => {
    const cookie = { path: '/api/token', refreshPrefix: 'host' } as const;
    const { login } = await cookieLogin(makeAuth({ transport: 'cookie', cookie }));
    expect(cookiesSet(login).get('__Host-refresh')?.attributes).toContain('Path=/');
  });

  it('drops prefixes and Secure for development at localhost', async () => {
    const cookie = { path: '/api/token', development: true } as const;
    const test = makeAuth({ issuer: LOCAL, transport: 'cookie', cookie });
    const cookies = cookiesSet((await cookieLogin(test)).login);
    expect([...cookies.keys()]).toEqual(['access', 'refresh', 'csrf']);
    for (const { attributes } of cookies.values()) expect(attributes).not.toContain('Secure');
  });
});

describe('a refresh by cookie transport', () => {
  it('rotates the cookies', async () => {
    const { auth, login } = await cookieLogin();
    const answer = await auth.handle(
      requestOf('POST', '/refresh', { headers: [SAME_ORIGIN, cookieLine(login)] }),
    );
    expect(answer?.status).toBe(200);
    expect(cookiesSet(answer).get('__Secure-refresh')?.value).not.toBe(
      cookiesSet(login).get('__Secure-refresh')?.value,
    );
    expect(cookiesSet(answer).get('__Host-csrf')?.value).toBe(cookiesSet(login).get('__Host-csrf')?.value);
  });

  it('says 401 token_missing without the cookie', async () => {
    const { auth } = makeAuth(COOKIE_OPTIONS);
    const answer = plain(await auth.handle(requestOf('POST', '/refresh', { headers: [SAME_ORIGIN] })));
    expect([answer?.status, answer?.body.code]).toEqual([401, 'token_missing']);
  });

  it.each(['/refresh', '/logout'])('takes no token from the body at %s', async (path) => {
    const { auth, login } = await cookieLogin();
    const refresh = cookiesSet(login).get('__Secure-refresh')?.value;
    const answer = plain(await auth.handle(jsonRequest(path, { refresh }, [SAME_ORIGIN, cookieLine(login)])));
    expect([answer?.status, answer?.body.code]).toEqual([400, 'invalid_request']);
    expect(answer?.body.fields).toHaveProperty('refresh');
  });

  it.each(['/refresh', '/logout'])(
    'refuses a tossed refresh cookie at %s, and keeps the cookies',
    async (path) => {
      const { auth, login } = await cookieLogin();
      const tossed = cookieLine(login, '__Secure-refresh');
      const answer = await auth.handle(requestOf('POST', path, { headers: [SAME_ORIGIN, tossed] }));
      expect([answer?.status, plain(answer)?.body.code]).toEqual([403, 'csrf_failed']);
      expect(cookiesSet(answer).size).toBe(0);
    },
  );

  it('refuses a refresh cookie beside the csrf cookie of another session', async () => {
    const test = await cookieLogin();
    const other = await cookieLogin(test);
    const refresh = cookieLine(test.login, '__Secure-refresh')[1];
    const csrf = cookieLine(other.login, '__Host-csrf')[1];
    const answer = await test.auth.handle(
      requestOf('POST', '/refresh', { headers: [SAME_ORIGIN, ['Cookie', `${refresh}; ${csrf}`]] }),
    );
    expect(answer?.status).toBe(403);
  });

  it('refuses two refresh cookies with 400', async () => {
    const { auth, login } = await cookieLogin();
    const twice = cookieLine(login, '__Secure-refresh')[1];
    const answer = await auth.handle(
      requestOf('POST', '/refresh', { headers: [SAME_ORIGIN, ['Cookie', `${twice}; ${twice}`]] }),
    );
    expect([answer?.status, plain(answer)?.body.code]).toEqual([400, 'bad_authorization_header']);
  });

  it('clears the cookies when the session has ended', async () => {
    const { auth, login } = await cookieLogin();
    await auth.handle(requestOf('POST', '/logout', { headers: [SAME_ORIGIN, cookieLine(login)] }));
    const answer = await auth.handle(
      requestOf('POST', '/refresh', { headers: [SAME_ORIGIN, cookieLine(login)] }),
    );
    expect(answer?.status).toBe(401);
    expect(
      [...cookiesSet(answer).values()].map(({ attributes }) => attributes.includes('Max-Age=0')),
    ).toEqual([true, true, true]);
  });

  it('clears the cookies of an expired token', async () => {
    const { auth, clock, login } = await cookieLogin();
    clock.advance(2 * DAY);
    const answer = await auth.handle(
      requestOf('POST', '/refresh', { headers: [SAME_ORIGIN, cookieLine(login)] }),
    );
    expect([answer?.status, plain(answer)?.body.code, cookiesSet(answer).size]).toEqual([
      401,
      'token_expired',
      3,
    ]);
  });

  it('keeps the cookies when the store fails', async () => {
    const store = memoryStore();
    const test = await cookieLogin(makeAuth(COOKIE_OPTIONS));
    const failing = createAuth({
      issuer: 'https://issuer.test',
      audience: 'https://api.test',
      keys: { alg: 'HS256', secret: SECRET, kid: 'k1' },
      ...hooksOf(test.users),
      ...COOKIE_OPTIONS,
      clock: test.clock,
      store: { ...store, advance: () => Promise.reject(new Error('down')) },
    });
    const answer = await failing.handle(
      requestOf('POST', '/refresh', { headers: [SAME_ORIGIN, cookieLine(test.login)] }),
    );
    expect([answer?.status, cookiesSet(answer).size]).toEqual([503, 0]);
  });

  it('knows csrf cookies made under a secret that has moved to second place', async () => {
    const test = await cookieLogin();
    const next = {
      alg: 'HS256',
      secret: Uint8Array.from({ length: 32 }, (_, at) => at * 3 + 9),
      kid: 'k2',
    } as const;
    const rotated = makeAuth({
      ...COOKIE_OPTIONS,
      keys: [next, { alg: 'HS256', secret: SECRET, kid: 'k1' }],
      store: test.store,
      clock: test.clock,
    });
    const answer = await rotated.auth.handle(
      requestOf('POST', '/refresh', { headers: [SAME_ORIGIN, cookieLine(test.login)] }),
    );
    expect(answer?.status).toBe(200);
  });
});

describe('a logout by cookie transport', () => {
  it('ends the session and clears the cookies, also the second time', async () => {
    const { auth, login } = await cookieLogin();
    for (const _ of [1, 2]) {
      const answer = await auth.handle(
        requestOf('POST', '/logout', { headers: [SAME_ORIGIN, cookieLine(login)] }),
      );
      expect([answer?.status, answer?.body, cookiesSet(answer).size]).toEqual([200, '{}', 3]);
    }
  });
});

describe('the cookie options', () => {
  const make = (options: object) => () => makeAuth(options);

  it.each([
    ['no path', { transport: 'cookie' }],
    ['a path that is none', { transport: 'cookie', cookie: { path: 'api' } }],
    ['a path with an attribute in it', { transport: 'cookie', cookie: { path: '/;Domain=evil' } }],
    ['an unknown prefix', { transport: 'cookie', cookie: { path: '/', refreshPrefix: 'none' } }],
    ['a misspelt option', { transport: 'cookie', cookie: { path: '/', secure: false } }],
    ['development away from localhost', { transport: 'cookie', cookie: { path: '/', development: true } }],
    ['cookie options without the transport', { cookie: { path: '/' } }],
    ['asymmetric keys without csrf.secret', { ...COOKIE_OPTIONS, keys: keyFor('ES256') }],
    ['a short csrf secret', { ...COOKIE_OPTIONS, csrf: { secret: 'short' } }],
    ['an origin with a path', { ...COOKIE_OPTIONS, csrf: { origins: ['https://app.test/'] } }],
    ['the null origin', { ...COOKIE_OPTIONS, csrf: { origins: ['null'] } }],
  ])('refuse %s', (_what, options) => {
    expect(make(options)).toThrow(TypeError);
  });

  it('take asymmetric keys with a csrf secret', () => {
    expect(make({ ...COOKIE_OPTIONS, keys: keyFor('ES256'), csrf: { secret: SECRET } })).not.toThrow();
  });
});
