import { describe, expect, it } from 'vitest';
import { makeAuth } from '../support/auth.ts';
import { COOKIE_OPTIONS, cookieLine, cookieLogin, cookiesSet, type Line } from '../support/cookies.ts';
import { requestOf } from '../support/requests.ts';

const APP = 'https://app.test';
const OPTIONS = { ...COOKIE_OPTIONS, csrf: { origins: [APP] } };

/** What a row says of a request: its lines, and whether `X-CSRF-Token` repeats the csrf cookie. */
interface Row {
  readonly lines: readonly Line[];
  readonly token?: 'good' | 'bad';
  readonly status: number;
}

const ROWS: Readonly<Record<string, Row>> = {
  'same-origin by Sec-Fetch-Site': { lines: [['Sec-Fetch-Site', 'same-origin']], status: 200 },
  'same-origin with an Origin off the list': {
    lines: [
      ['Sec-Fetch-Site', 'same-origin'],
      ['Origin', 'https://evil.test'],
    ],
    status: 200,
  },
  'the origin of the issuer': { lines: [['Origin', 'https://issuer.test']], status: 200 },
  'an origin on the list': { lines: [['Origin', APP]], status: 200 },
  'cross-site from an origin on the list': {
    lines: [
      ['Sec-Fetch-Site', 'cross-site'],
      ['Origin', APP],
    ],
    status: 200,
  },
  'an origin off the list': { lines: [['Origin', 'https://evil.test']], status: 403 },
  'an origin off the list with a good token': {
    lines: [['Origin', 'https://evil.test']],
    token: 'good',
    status: 403,
  },
  'the null origin with a good token': { lines: [['Origin', 'null']], token: 'good', status: 403 },
  'an origin in other case': { lines: [['Origin', 'https://APP.test']], status: 403 },
  'an origin with a slash': { lines: [['Origin', `${APP}/`]], status: 403 },
  'two origins': {
    lines: [
      ['Origin', APP],
      ['Origin', 'https://evil.test'],
    ],
    status: 403,
  },
  'cross-site without Origin with a good token': {
    lines: [['Sec-Fetch-Site', 'cross-site']],
    token: 'good',
    status: 403,
  },
  'same-site without Origin with a good token': {
    lines: [['Sec-Fetch-Site', 'same-site']],
    token: 'good',
    status: 403,
  },
  'neither header with a good token': { lines: [], token: 'good', status: 200 },
  'neither header with a bad token': { lines: [], token: 'bad', status: 403 },
  'neither header and no token': { lines: [], status: 403 },
};

describe.each(['/refresh', '/logout'])('an unsafe request with cookies to %s', (path) => {
  it.each(Object.entries(ROWS))('from %s', async (_from, { lines, token, status }) => {
    const { auth, login } = await cookieLogin(makeAuth(OPTIONS));
    const csrf = cookiesSet(login).get('__Host-csrf')?.value ?? '';
    const shown: Line[] = token === undefined ? [] : [['X-CSRF-Token', token === 'good' ? csrf : `${csrf}x`]];
    const answer = await auth.handle(
      requestOf('POST', path, { headers: [...lines, ...shown, cookieLine(login)] }),
    );
    expect(answer?.status).toBe(status);
  });
});

describe('a guarded route', () => {
  const guarded = async (method: string, lines: readonly Line[], token?: 'good') => {
    const { auth, login } = await cookieLogin(makeAuth(OPTIONS));
    const csrf = cookiesSet(login).get('__Host-csrf')?.value ?? '';
    const shown: Line[] = token === undefined ? [] : [['X-CSRF-Token', csrf]];
    const headers = [...lines, ...shown, cookieLine(login, '__Host-access', '__Host-csrf')];
    const outcome = await auth.guard()(requestOf(method, '/', { headers }));
    return outcome.passed ? 200 : outcome.error.code;
  };

  it.each(['GET', 'HEAD', 'OPTIONS'])(
    'takes the access cookie of a safe %s from anywhere',
    async (method) => {
      expect(await guarded(method, [['Origin', 'https://evil.test']])).toBe(200);
    },
  );

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'BREW', 'CONNECT'])(
    'asks a %s with the cookie for its origin',
    async (method) => {
      expect(await guarded(method, [])).toBe('csrf_failed');
      expect(await guarded(method, [['Origin', 'https://evil.test']], 'good')).toBe('csrf_failed');
      expect(await guarded(method, [], 'good')).toBe(200);
      expect(await guarded(method, [['Sec-Fetch-Site', 'same-origin']])).toBe(200);
    },
  );

  it('asks a bearer header for no origin, with cookie transport too', async () => {
    const { auth, login } = await cookieLogin(makeAuth(OPTIONS));
    const bearer = `Bearer ${cookiesSet(login).get('__Host-access')?.value}`;
    const outcome = await auth.guard()(requestOf('POST', '/', { headers: [['Authorization', bearer]] }));
    expect(outcome.passed).toBe(true);
  });

  it('refuses header and cookie together with 400', async () => {
    const { auth, login } = await cookieLogin(makeAuth(OPTIONS));
    const bearer = `Bearer ${cookiesSet(login).get('__Host-access')?.value}`;
    const outcome = await auth.guard()(
      requestOf('GET', '/', { headers: [['Authorization', bearer], cookieLine(login, '__Host-access')] }),
    );
    expect(outcome.passed ? 200 : outcome.error.code).toBe('bad_authorization_header');
  });

  it.each([
    ['lower case', '__host-access'],
    ['a no-break space before it', '\u00a0__Host-access'],
    ['another prefix', '__Secure-access'],
  ])('does not know the cookie under a name with %s', async (_what, name) => {
    const { auth, login } = await cookieLogin(makeAuth(OPTIONS));
    const value = cookiesSet(login).get('__Host-access')?.value;
    const outcome = await auth.guard()(requestOf('GET', '/', { headers: [['Cookie', `${name}=${value}`]] }));
    expect(outcome.passed ? 200 : outcome.error.code).toBe('token_missing');
  });

  it('reads no cookie with header transport', async () => {
    const { login } = await cookieLogin(makeAuth(OPTIONS));
    const { auth } = makeAuth();
    const outcome = await auth.guard()(
      requestOf('GET', '/', { headers: [cookieLine(login, '__Host-access')] }),
    );
    expect(outcome.passed ? 200 : outcome.error.code).toBe('token_missing');
  });

  it('finds the cookie among several Cookie lines, as HTTP/2 sends them', async () => {
    const { auth, login } = await cookieLogin(makeAuth(OPTIONS));
    const headers: Line[] = [['Cookie', 'theme=dark'], cookieLine(login, '__Host-access')];
    const outcome = await auth.guard()(requestOf('GET', '/', { headers }));
    expect(outcome.passed).toBe(true);
  });
});
