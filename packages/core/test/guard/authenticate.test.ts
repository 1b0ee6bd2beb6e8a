import type { AnyRequest, AuthError } from '@tokenpair/core';
import { describe, expect, it } from 'vitest';
import { makeAuth } from '../support/auth.ts';
import { COOKIE_OPTIONS, cookieLine, cookieLogin, type Line } from '../support/cookies.ts';
import { failureOf, refusalOf } from '../support/outcome.ts';
import { codeOf, request, start } from './support.ts';

const FORMS: readonly [string, (lines: readonly Line[]) => AnyRequest][] = [
  ['raw header lines', (lines) => ({ rawHeaders: lines.flat() })],
  ['an object', (lines) => ({ headers: Object.fromEntries(lines) })],
  [
    'an object with names in lower case',
    (lines) => ({ headers: Object.fromEntries(lines.map(([name, value]) => [name.toLowerCase(), value])) }),
  ],
  [
    'an object of lists',
    (lines) => ({ headers: Object.fromEntries(lines.map(([name, value]) => [name, [value]])) }),
  ],
  [
    'an object without prototype',
    (lines) => ({ headers: Object.assign(Object.create(null), Object.fromEntries(lines)) }),
  ],
  ['Headers', (lines) => ({ headers: new Headers(lines.map(([name, value]) => [name, value])) })],
  [
    'a Request',
    (lines) =>
      new Request('https://api.test/', {
        headers: lines.map(([name, value]): [string, string] => [name, value]),
      }),
  ],
];

describe.each(FORMS)('auth.authenticate with %s', (form, of) => {
  it('says who it is', async () => {
    const test = await start();
    const who = await test.auth.authenticate(
      of([
        ['Authorization', `Bearer ${test.access}`],
        ['X-Other', 'a'],
      ]),
    );
    expect(who).toMatchObject({ subject: '1', session: test.ref.id, scopes: ['read', 'write'] });
    expect(test.store.calls).toEqual(['isLive']);
  });

  it('throws what a guard would answer', async () => {
    const test = await start();
    expect(await refusalOf(() => test.auth.authenticate(of([])))).toEqual(['token_missing', 401]);
    expect(await refusalOf(() => test.auth.authenticate(of([['Authorization', 'Bearer x']])))).toEqual([
      'token_not_valid',
      401,
    ]);
    expect(await refusalOf(() => test.auth.authenticate(of([['Authorization', 'Bearer  x']])))).toEqual([
      'bad_authorization_header',
      400,
    ]);
    const good = of([['Authorization', `Bearer ${test.access}`]]);
    expect(await refusalOf(() => test.auth.authenticate(good, { scope: 'admin' }))).toEqual([
      'insufficient_scope',
      403,
    ]);
    await test.auth.logout(test.refresh);
    const failure: AuthError = await failureOf(() => test.auth.authenticate(good));
    expect([failure.code, failure.headers['www-authenticate']]).toEqual([
      'token_revoked',
      'Bearer realm="api", error="invalid_token", error_description="The token has been revoked."',
    ]);
  });

  it('takes the options of a guard', async () => {
    const test = await start();
    expect(await test.auth.authenticate(of([]), { optional: true })).toBeUndefined();
    const lines: Line[] = [['X-Auth-Token', test.access]];
    const transport = { header: 'X-Auth-Token' } as const;
    expect(await test.auth.authenticate(of(lines), { transport })).toMatchObject({ subject: '1' });
  });

  it('refuses two credentials', async () => {
    if (form === 'a Request' || form === 'Headers' || form === 'raw header lines') {
      const test = await start();
      const twice: Line[] = [
        ['Authorization', `Bearer ${test.access}`],
        ['Authorization', 'Bearer x'],
      ];
      expect(await refusalOf(() => test.auth.authenticate(of(twice)))).toEqual([
        'bad_authorization_header',
        400,
      ]);
    }
    const { auth, login } = await cookieLogin();
    const both: Line[] = [['Authorization', 'Bearer x'], cookieLine(login, '__Host-access')];
    expect(await refusalOf(() => auth.authenticate(of(both)))).toEqual(['bad_authorization_header', 400]);
  });
});

describe('auth.authenticate', () => {
  it('reads the query of a URL', async () => {
    const test = await start();
    const transport = { query: 'access_token' } as const;
    for (const url of [
      `/chat?access_token=${test.access}`,
      `https://api.test/chat?access_token=${test.access}`,
    ])
      expect(await test.auth.authenticate({ headers: {}, url }, { transport })).toMatchObject({
        subject: '1',
      });
    expect(await refusalOf(() => test.auth.authenticate({ headers: {} }, { transport }))).toEqual([
      'token_missing',
      401,
    ]);
  });

  it('takes a list of values for several lines', async () => {
    const test = await start();
    const headers = { authorization: [`Bearer ${test.access}`, 'Bearer x'] };
    expect(await refusalOf(() => test.auth.authenticate({ headers }))).toEqual([
      'bad_authorization_header',
      400,
    ]);
  });

  it('goes by the raw lines where there are both, since Node hides a second Authorization', async () => {
    const test = await start();
    const rawHeaders = ['Authorization', `Bearer ${test.access}`, 'Authorization', 'Bearer x'];
    const headers = { authorization: `Bearer ${test.access}` };
    expect(await refusalOf(() => test.auth.authenticate({ rawHeaders, headers }))).toEqual([
      'bad_authorization_header',
      400,
    ]);
  });

  it('loads the user', async () => {
    const user = { name: 'Ada' };
    const test = await start({ loadUser: () => user });
    const who = await test.auth.authenticate({ headers: { authorization: `Bearer ${test.access}` } });
    expect(who).toMatchObject({ user });
  });

  it('is 503 while the store is away, also where nobody may be there', async () => {
    const test = await start();
    test.store.fail('throw', 'isLive');
    const asked = { headers: { authorization: `Bearer ${test.access}` } };
    for (const options of [{}, { optional: true, onInvalid: 'anonymous' } as const])
      expect(await refusalOf(() => test.auth.authenticate(asked, options))).toEqual([
        'store_unavailable',
        503,
      ]);
  });

  it.each([
    [{}],
    [{ headers: null }],
    [{ headers: 'x' }],
    [{ rawHeaders: 'x' }],
    [{ rawHeaders: null, headers: undefined }],
  ])('refuses %j, which has no headers', async (asked) => {
    const { auth } = makeAuth();
    await expect(auth.authenticate(asked as AnyRequest)).rejects.toThrow(
      expect.objectContaining({ name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' }),
    );
  });

  it('refuses wrong options', async () => {
    const { auth } = makeAuth();
    await expect(auth.authenticate({ headers: {} }, { scopes: 'a' } as never)).rejects.toThrow(TypeError);
  });
});

describe('the access cookie of a request for a WebSocket', () => {
  const APP = 'https://app.test';
  const OPTIONS = { ...COOKIE_OPTIONS, csrf: { origins: [APP] } };
  const UPGRADE: readonly Line[] = [
    ['Connection', 'Upgrade'],
    ['Upgrade', 'websocket'],
  ];

  const asked = async (lines: readonly Line[]) => {
    const { auth, login } = await cookieLogin(makeAuth(OPTIONS));
    return { auth, request: request([...lines, cookieLine(login, '__Host-access', '__Host-csrf')]), login };
  };

  it.each<[string, readonly Line[], string]>([
    ['an origin on the list', [['Origin', APP]], '1'],
    ['the origin of the issuer', [['Origin', 'https://issuer.test']], '1'],
    ['no origin', [], 'csrf_failed'],
    ['an origin off the list', [['Origin', 'https://evil.test']], 'csrf_failed'],
    ['the null origin', [['Origin', 'null']], 'csrf_failed'],
    ['an empty origin', [['Origin', '']], 'csrf_failed'],
    [
      'two origins',
      [
        ['Origin', APP],
        ['Origin', APP],
      ],
      'csrf_failed',
    ],
    ['same-origin alone, which is no Origin', [['Sec-Fetch-Site', 'same-origin']], 'csrf_failed'],
    [
      'an origin off the list that says same-origin',
      [
        ['Sec-Fetch-Site', 'same-origin'],
        ['Origin', 'https://evil.test'],
      ],
      'csrf_failed',
    ],
  ])('with %s: %s', async (_what, lines, expected) => {
    const { auth, request: upgrade } = await asked([...UPGRADE, ...lines]);
    expect(await codeOf(auth, upgrade)).toBe(expected);
    const answer = auth.authenticate(upgrade).then(
      ({ subject }) => subject,
      ({ code }) => code,
    );
    expect(await answer).toBe(expected);
  });

  it('is not saved by a csrf token, which a page could not send', async () => {
    const { auth, login } = await asked([]);
    const [, cookie] = cookieLine(login, '__Host-csrf');
    const lines: Line[] = [
      ...UPGRADE,
      ['X-CSRF-Token', cookie.split('=')[1] ?? ''],
      cookieLine(login, '__Host-access', '__Host-csrf'),
    ];
    expect(await codeOf(auth, request(lines))).toBe('csrf_failed');
  });

  it.each(['WebSocket', 'WEBSOCKET', 'h2c, websocket', 'websocket/13'])(
    'counts as one by "Upgrade: %s"',
    async (value) => {
      const { auth, request: upgrade } = await asked([['Upgrade', value]]);
      expect(await codeOf(auth, upgrade)).toBe('csrf_failed');
    },
  );

  it.each<[string, readonly Line[]]>([
    ['no Upgrade', []],
    ['an upgrade to HTTP/2, which some clients offer each time', [['Upgrade', 'h2c']]],
    ['another header of such a name', [['Upgrade-Insecure-Requests', 'websocket']]],
  ])('is asked of no other GET: %s', async (_what, lines) => {
    const { auth, request: plain } = await asked(lines);
    expect(await codeOf(auth, plain)).toBe('1');
  });

  it('is not asked of a header, which no other page can send', async () => {
    const test = await start(OPTIONS);
    expect(await codeOf(test.auth, request([...UPGRADE, ['Authorization', `Bearer ${test.access}`]]))).toBe(
      '1',
    );
  });

  it('that is optional is still refused', async () => {
    const { auth, request: upgrade } = await asked(UPGRADE);
    expect(await codeOf(auth, upgrade, { optional: true, onInvalid: 'anonymous' })).toBe('csrf_failed');
  });
});
