import type { CredentialRequest, GuardOptions, TokenPlace } from '@tokenpair/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeAuth } from '../support/auth.ts';
import { COOKIE_OPTIONS, cookieLine, cookieLogin, type Line } from '../support/cookies.ts';
import { plain, requestOf } from '../support/requests.ts';
import { codeOf, refusal, request, start } from './support.ts';

const OWN = { header: 'X-Auth-Token' } as const;
const SCHEME = { header: 'X-Auth-Token', scheme: 'Token' } as const;
const QUERY = { query: 'access_token' } as const;

/** How a token is put on the wire. */
type Put = (token: string) => CredentialRequest;

const own =
  (...values: readonly ((token: string) => string)[]): Put =>
  (token) =>
    request(values.map((value): Line => ['X-Auth-Token', value(token)]));
const query =
  (value: (token: string) => string): Put =>
  (token) =>
    request([], { url: `/file${value(token)}` });

describe.each<[string, TokenPlace, readonly [string, Put, string][]]>([
  [
    'a header of its own',
    OWN,
    [
      ['the token', own((token) => token), '1'],
      ['the name in another case', (token) => request([['x-AUTH-token', token]]), '1'],
      ['nothing', own(), 'token_missing'],
      ['an empty value', own(() => ''), 'token_missing'],
      [
        'the header twice',
        own(
          (token) => token,
          (token) => token,
        ),
        'bad_authorization_header',
      ],
      [
        'the header twice, one empty',
        own(
          (token) => token,
          () => '',
        ),
        'bad_authorization_header',
      ],
      [
        'values joined by a comma and a blank',
        own((token) => `${token}, ${token}`),
        'bad_authorization_header',
      ],
      ['values joined by a comma', own((token) => `${token},${token}`), 'token_not_valid'],
      ['a scheme nobody asked for', own((token) => `Bearer ${token}`), 'bad_authorization_header'],
      ['a tab', own((token) => `${token}\t`), 'bad_authorization_header'],
      ['garbage', own(() => 'abc'), 'token_not_valid'],
      ['the token in Authorization', (token) => request(token), 'token_missing'],
      ['the token in another header', (token) => request([['X-Auth-Tokens', token]]), 'token_missing'],
    ],
  ],
  [
    'a header with a scheme',
    SCHEME,
    [
      ['the token', own((token) => `Token ${token}`), '1'],
      ['the scheme in another case', own((token) => `tOKEN ${token}`), '1'],
      ['no scheme', own((token) => token), 'token_missing'],
      ['another scheme', own((token) => `Bearer ${token}`), 'token_missing'],
      ['a longer scheme', own((token) => `Tokens ${token}`), 'token_missing'],
      ['an empty value', own(() => ''), 'token_missing'],
      ['the scheme alone', own(() => 'Token'), 'bad_authorization_header'],
      ['the scheme and a space', own(() => 'Token '), 'bad_authorization_header'],
      ['two spaces', own((token) => `Token  ${token}`), 'bad_authorization_header'],
      ['a tab', own((token) => `Token\t${token}`), 'bad_authorization_header'],
      ['a second part', own((token) => `Token ${token} x`), 'bad_authorization_header'],
      ['a trailing space', own((token) => `Token ${token} `), 'bad_authorization_header'],
      ['two in one', own((token) => `Token ${token}, Token ${token}`), 'bad_authorization_header'],
      [
        'the header twice',
        own(
          (token) => `Token ${token}`,
          () => 'Token x',
        ),
        'bad_authorization_header',
      ],
      [
        'the header twice, of two schemes',
        own(
          (token) => `Token ${token}`,
          () => 'Basic x',
        ),
        'bad_authorization_header',
      ],
    ],
  ],
  [
    'Authorization with a scheme of its own',
    { header: 'Authorization', scheme: 'JWT' },
    [
      ['the token', (token) => request([['Authorization', `JWT ${token}`]]), '1'],
      ['Bearer', (token) => request(token), 'token_missing'],
    ],
  ],
  [
    'the query',
    QUERY,
    [
      ['the token', query((token) => `?access_token=${token}`), '1'],
      ['other parameters around it', query((token) => `?a=b&access_token=${token}&c`), '1'],
      [
        'a whole URL with a fragment',
        (token) => request([], { url: `https://api.test/x?access_token=${token}#y` }),
        '1',
      ],
      ['the name in percent-encoding', query((token) => `?access%5Ftoken=${token}`), '1'],
      ['no query', query(() => ''), 'token_missing'],
      ['no URL', () => request(), 'token_missing'],
      ['another name', query((token) => `?Access_Token=${token}`), 'token_missing'],
      ['the token in the path', query((token) => `/access_token=${token}`), 'token_missing'],
      ['the token in the fragment', query((token) => `#?access_token=${token}`), 'token_missing'],
      ['an empty value', query(() => '?access_token='), 'bad_authorization_header'],
      ['the name alone', query(() => '?access_token'), 'bad_authorization_header'],
      [
        'the parameter twice',
        query((token) => `?access_token=${token}&access_token=${token}`),
        'bad_authorization_header',
      ],
      [
        'the parameter twice, one encoded',
        query((token) => `?access_token=${token}&access%5ftoken=x`),
        'bad_authorization_header',
      ],
      ['a blank in it', query((token) => `?access_token=Bearer+${token}`), 'bad_authorization_header'],
      ['broken percent-encoding', query((token) => `?access_token=${token}%zz`), 'token_not_valid'],
      ['the token in Authorization', (token) => request(token), 'token_missing'],
    ],
  ],
] as const)('%s', (_name, transport, rows) => {
  it.each(rows)('with %s', async (_what, put, expected) => {
    const test = await start();
    expect(await codeOf(test.auth, put(test.access), { transport })).toBe(expected);
  });

  it('is not read where it is not turned on', async () => {
    const test = await start();
    const [[, put] = []] = rows;
    if (put === undefined) throw new Error('no rows');
    expect(await codeOf(test.auth, put(test.access))).toBe('token_missing');
  });

  it('is asked for no origin on an unsafe method', async () => {
    const test = await start(COOKIE_OPTIONS);
    const [[, put] = []] = rows;
    if (put === undefined) throw new Error('no rows');
    expect(await codeOf(test.auth, { ...put(test.access), method: 'DELETE' }, { transport })).toBe('1');
  });
});

describe('several places', () => {
  const transport = ['bearer', SCHEME, QUERY] as const;

  it.each<[string, Put]>([
    [
      'Authorization and the header',
      (token) =>
        request([
          ['Authorization', `Bearer ${token}`],
          ['X-Auth-Token', `Token ${token}`],
        ]),
    ],
    ['Authorization and the query', (token) => request(token, { url: `/?access_token=${token}` })],
    [
      'the header and the query',
      (token) => request([['X-Auth-Token', `Token ${token}`]], { url: `/?access_token=${token}` }),
    ],
    ['a good one and garbage', (token) => request(token, { url: '/?access_token=x' })],
    ['a good one and an empty one', (token) => request(token, { url: '/?access_token=' })],
    [
      'all three',
      (token) =>
        request(
          [
            ['Authorization', `Bearer ${token}`],
            ['X-Auth-Token', `Token ${token}`],
          ],
          { url: `/?access_token=${token}` },
        ),
    ],
  ])('refuse %s together: 400, and nothing is asked', async (_what, put) => {
    const test = await start();
    expect(await refusal(test.auth, put(test.access), { transport })).toMatchObject({
      status: 400,
      headers: { 'www-authenticate': expect.stringContaining('error="invalid_request"') },
      body: { error: 'invalid_request', code: 'bad_authorization_header' },
    });
    expect(test.store.calls).toEqual([]);
  });

  it.each<[string, Put]>([
    ['Authorization', (token) => request(token, { url: '/?a=b' })],
    [
      'the header beside a Basic one',
      (token) =>
        request([
          ['Authorization', 'Basic eDp5'],
          ['X-Auth-Token', `Token ${token}`],
        ]),
    ],
    [
      'the query beside an empty header',
      (token) => request([['Authorization', '']], { url: `/?access_token=${token}` }),
    ],
  ])('take one, from %s', async (_what, put) => {
    const test = await start();
    expect(await codeOf(test.auth, put(test.access), { transport })).toBe('1');
  });

  it('may be two schemes of one header', async () => {
    const test = await start();
    const both = { transport: ['bearer', { header: 'Authorization', scheme: 'JWT' }] } as const;
    expect(await codeOf(test.auth, request(test.access), both)).toBe('1');
    expect(await codeOf(test.auth, request([['Authorization', `JWT ${test.access}`]]), both)).toBe('1');
  });

  it('are refused for a cookie and a token in the query', async () => {
    const { auth, login } = await cookieLogin();
    const { access } = await start(COOKIE_OPTIONS);
    const asked = request([cookieLine(login, '__Host-access')], { url: `/?access_token=${access}` });
    expect(await codeOf(auth, asked, { transport: ['cookie', QUERY] })).toBe('bad_authorization_header');
  });
});

describe('whatever comes', () => {
  it('is refused or takes nobody in, and nothing breaks (I8)', async () => {
    const test = await start(COOKIE_OPTIONS);
    const guard = test.auth.guard({ transport: ['bearer', 'cookie', SCHEME, QUERY] });
    const name = fc.constantFrom('Authorization', 'X-Auth-Token', 'Cookie', 'Upgrade', 'Origin');
    const word = fc.constantFrom('Bearer', 'Token', ' ', '\t', ',', '__Host-access=', ';', '', 'a.b.c');
    const value = fc.oneof(
      fc.string(),
      fc.array(word).map((words) => words.join('')),
    );
    const url = fc.oneof(
      fc.string(),
      fc.array(fc.constantFrom('?', '&', '=', '%', '#', 'access_token', 'x')).map((parts) => parts.join('')),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(name, value)), url, async (lines, target) => {
        const outcome = await guard(request(lines, { url: target }));
        expect(outcome.passed ? 200 : outcome.answer.status).toSatisfy(
          (status) => status === 400 || status === 401 || status === 403,
        );
      }),
      { numRuns: 500 },
    );
  });
});

describe('the access cookie', () => {
  it('is the only credential where a route says so: a header beside it does not count', async () => {
    const { auth, login } = await cookieLogin();
    const lines: Line[] = [['Authorization', 'Bearer x'], cookieLine(login, '__Host-access')];
    expect(await codeOf(auth, request(lines), { transport: 'cookie' })).toBe('1');
    expect(await codeOf(auth, request(lines))).toBe('bad_authorization_header');
  });

  it('does not count where a route reads headers alone', async () => {
    const { auth, login } = await cookieLogin();
    expect(await codeOf(auth, request([cookieLine(login, '__Host-access')]), { transport: 'bearer' })).toBe(
      'token_missing',
    );
  });

  it('shows its origin on an unsafe method, also where a route names it', async () => {
    const { auth, login } = await cookieLogin();
    const asked = request([cookieLine(login, '__Host-access')], { method: 'POST' });
    expect(await codeOf(auth, asked, { transport: 'cookie' })).toBe('csrf_failed');
  });
});

describe('the places of an app', () => {
  const guards = { transport: ['bearer', SCHEME] } as const;

  it('hold for its guards and for the token endpoints that need a token', async () => {
    const test = await start({ guards });
    const lines: Line[] = [['X-Auth-Token', `Token ${test.access}`]];
    expect(await codeOf(test.auth, request(lines))).toBe('1');
    const sessions = plain(await test.auth.handle(requestOf('GET', '/sessions', { headers: lines })));
    expect(sessions?.status).toBe(200);
  });

  it('give way to those of a route', async () => {
    const test = await start({ guards });
    const asked = request([['X-Auth-Token', `Token ${test.access}`]]);
    expect(await codeOf(test.auth, asked, { transport: 'bearer' })).toBe('token_missing');
    expect(await codeOf(test.auth, request(test.access), { transport: 'bearer' })).toBe('1');
  });
});

describe('the answer', () => {
  it('says that it differs by the headers that were read', async () => {
    const test = await start();
    const guard = test.auth.guard({ transport: [OWN, 'bearer', QUERY] });
    expect(guard.headers).toEqual([
      ['cache-control', 'private, no-store'],
      ['vary', 'Authorization, Cookie, x-auth-token'],
    ]);
    expect(await refusal(test.auth, request(), { transport: OWN })).toMatchObject({
      headers: { vary: 'Authorization, Cookie, x-auth-token', 'cache-control': 'no-store' },
    });
    expect(test.auth.guard({ transport: QUERY }).headers).toEqual([
      ['cache-control', 'private, no-store'],
      ['vary', 'Authorization, Cookie'],
    ]);
  });
});

describe('the options of places', () => {
  const WRONG: readonly [string, unknown][] = [
    ['an unknown word', 'header'],
    ['an empty list', []],
    ['a number', 1],
    ['null', null],
    ['an empty object', {}],
    ['a scheme alone', { scheme: 'Token' }],
    ['a misspelt member', { header: 'X-A', schema: 'Token' }],
    ['header and query in one', { header: 'X-A', query: 'a' }],
    ['an empty header', { header: '' }],
    ['a header with a colon', { header: 'X-A:' }],
    ['a header with a line break', { header: 'X-A\r\nX-B' }],
    ['an empty scheme', { header: 'X-A', scheme: '' }],
    ['a scheme with a space', { header: 'X-A', scheme: 'My Token' }],
    ['the Cookie header', { header: 'cookie' }],
    ['an empty parameter', { query: '' }],
    ['one place twice', ['bearer', 'bearer']],
    ['bearer by another name', ['bearer', { header: 'authorization', scheme: 'BEARER' }]],
    ['the whole header beside a scheme of it', ['bearer', { header: 'Authorization' }]],
    ['one parameter twice', [QUERY, { query: 'access_token' }]],
    ['the cookie without cookie transport', 'cookie'],
  ];

  it.each(WRONG)('refuse %s on a route', (_what, transport) => {
    const { auth } = makeAuth();
    expect(() => auth.guard({ transport } as GuardOptions)).toThrow(
      expect.objectContaining({ name: 'TypeError', message: expect.stringContaining('guard.transport') }),
    );
  });

  it.each([...WRONG, ['the query', QUERY], ['the query among others', ['bearer', QUERY]]] as const)(
    'refuse %s for an app',
    (_what, transport) => {
      expect(() => makeAuth({ guards: { transport } as never })).toThrow(
        expect.objectContaining({
          name: 'TypeError',
          message: expect.stringContaining('options.guards.transport'),
        }),
      );
    },
  );

  it('take several parameters and several headers', () => {
    const { auth } = makeAuth(COOKIE_OPTIONS);
    const transport = [
      'bearer',
      'cookie',
      OWN,
      { header: 'X-B', scheme: 'A' },
      { header: 'X-B', scheme: 'B' },
      QUERY,
      { query: 't' },
    ] as const;
    expect(() => auth.guard({ transport })).not.toThrow();
  });

  it.each([
    ['an unknown member', { guards: { transports: 'bearer' } }],
    ['a claim that is no text', { guards: { rolesClaim: 1 } }],
    ['an empty claim', { guards: { permissionsClaim: '' } }],
    ['no object', { guards: 'bearer' }],
    ['null', { guards: null }],
  ])('refuse %s', (_what, options) => {
    expect(() => makeAuth(options as never)).toThrow(
      expect.objectContaining({ name: 'TypeError', message: expect.stringContaining('options.guards') }),
    );
  });
});
