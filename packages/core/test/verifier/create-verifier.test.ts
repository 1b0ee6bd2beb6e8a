import { generateKeyPairSync } from 'node:crypto';
import type { JsonObject, KeyInput } from '@tokenpair/core';
import { createVerifier, type IssuerOptions, type VerifierOptions } from '@tokenpair/core/verifier';
import { describe, expect, it, vi } from 'vitest';
import { createClock, T0 } from '../support/clock.ts';
import { keyFor, pairFor } from '../support/keys.ts';
import { failureOf, refusalOf } from '../support/outcome.ts';
import { craft, SECRET } from '../support/tokens.ts';
import { bearer, issuerKey, short, signToken, without } from './support.ts';

const NOW = T0 / 1000;
const NOT_VALID = ['token_not_valid', 401];
const ISSUER: IssuerOptions = {
  issuer: 'https://issuer.test',
  audience: 'https://api.test',
  keys: { alg: 'HS256', secret: SECRET, kid: 'k1' },
};
const HEADER: JsonObject = { alg: 'HS256', typ: 'at+jwt', kid: 'k1' };
const CLAIMS: JsonObject = {
  iss: 'https://issuer.test',
  aud: 'https://api.test',
  sub: '1',
  iat: NOW,
  exp: NOW + 300,
};

function verifierOf(issuer: Partial<IssuerOptions> = {}, options: Partial<VerifierOptions> = {}) {
  return createVerifier({ issuers: [{ ...ISSUER, ...issuer }], clock: createClock(), ...options });
}

function tokenOf(claims: JsonObject = {}, header: JsonObject = {}): string {
  return craft({ ...HEADER, ...header }, { ...CLAIMS, ...claims });
}

describe('a verifier', () => {
  it('gives who a token speaks of, frozen', async () => {
    const who = await verifierOf().verify(tokenOf({ sid: 's', scope: 'read write', tags: [{ a: 1 }] }));
    expect(who).toEqual({
      issuer: 'https://issuer.test',
      subject: '1',
      session: 's',
      scopes: ['read', 'write'],
      claims: { ...CLAIMS, sid: 's', scope: 'read write', tags: [{ a: 1 }] },
    });
    for (const part of [who, who.scopes, who.claims, who.claims['tags'], who.claims['aud'] as unknown])
      expect(Object.isFrozen(part)).toBe(true);
    expect(Object.getPrototypeOf(who.claims)).toBeNull();
  });

  it('has no subject and no session where the token names none and none is required', async () => {
    const verifier = verifierOf({ requiredClaims: ['exp'] });
    const who = await verifier.verify(craft(HEADER, without(CLAIMS, 'sub')));
    expect([who.subject, who.session, who.scopes]).toEqual([undefined, undefined, []]);
  });

  it('refuses what is no token with a rejection, never with a throw', async () => {
    const verifier = verifierOf();
    for (const token of [
      '',
      'a.b.c',
      `${tokenOf()}=`,
      ` ${tokenOf()}`,
      'x'.repeat(9000),
      undefined,
      null,
      {},
    ])
      expect(await refusalOf(() => verifier.verify(token as string))).toEqual(NOT_VALID);
  });

  it('refuses header and claims that are no JSON objects', async () => {
    const verifier = verifierOf();
    for (const text of ['[]', 'null', '1', '"a"', '{', '', '{"alg":"HS256"}x', '{"__proto__":{}}']) {
      expect([text, ...(await refusalOf(() => verifier.verify(craft(text, CLAIMS))))]).toEqual([
        text,
        ...NOT_VALID,
      ]);
      expect([text, ...(await refusalOf(() => verifier.verify(craft(HEADER, text))))]).toEqual([
        text,
        ...NOT_VALID,
      ]);
    }
  });

  it('answers a guard at once where nothing has to be asked', () => {
    const guard = verifierOf().guard();
    expect(guard(bearer(tokenOf()))).not.toBeInstanceOf(Promise);
    expect(guard(bearer('x'))).not.toBeInstanceOf(Promise);
  });
});

describe('audience', () => {
  it('may be several names, of which the token carries one', async () => {
    const verifier = verifierOf({ audience: ['a', 'b'] });
    for (const aud of ['a', 'b', ['b', 'x'], ['x', 'a']])
      await expect(verifier.verify(tokenOf({ aud }))).resolves.toBeDefined();
    for (const aud of ['c', ['c'], 'a b', 'a,b'])
      expect(await refusalOf(() => verifier.verify(tokenOf({ aud })))).toEqual(NOT_VALID);
  });

  it('is not judged when null, and only then', async () => {
    const verifier = verifierOf({ audience: null });
    for (const aud of ['anybody', ['x', 'y']])
      await expect(verifier.verify(tokenOf({ aud }))).resolves.toBeDefined();
    for (const audience of [undefined, '', []])
      expect(() => verifierOf({ audience: audience as never })).toThrow(TypeError);
  });

  it('need not be there when null', async () => {
    const verifier = verifierOf({ audience: null });
    await expect(verifier.verify(craft(HEADER, without(CLAIMS, 'aud')))).resolves.toBeDefined();
  });
});

describe('typ', () => {
  it('is at+jwt unless said otherwise, in any case and with its media type spelled out', async () => {
    for (const typ of ['at+jwt', 'AT+JWT', 'application/at+jwt', 'APPLICATION/AT+JWT'])
      await expect(verifierOf().verify(tokenOf({}, { typ }))).resolves.toBeDefined();
    for (const typ of [
      'JWT',
      'rt+jwt',
      'at',
      'application/jwt',
      'text/at+jwt',
      'application/application/at+jwt',
    ])
      expect(await refusalOf(() => verifierOf().verify(tokenOf({}, { typ })))).toEqual([
        'token_wrong_type',
        401,
      ]);
  });

  it('may be several', async () => {
    const verifier = verifierOf({ typ: ['JWT', 'application/at+jwt'] });
    for (const typ of ['jwt', 'at+jwt'])
      await expect(verifier.verify(tokenOf({}, { typ }))).resolves.toBeDefined();
    expect(await refusalOf(() => verifier.verify(tokenOf({}, { typ: 'rt+jwt' })))).toEqual([
      'token_wrong_type',
      401,
    ]);
  });

  it('is not judged when null, but is still a text', async () => {
    const verifier = verifierOf({ typ: null });
    const { typ: _, ...untyped } = HEADER;
    await expect(verifier.verify(craft(untyped, CLAIMS))).resolves.toBeDefined();
    await expect(verifier.verify(tokenOf({}, { typ: 'anything' }))).resolves.toBeDefined();
    for (const typ of [null, 1, ['JWT']])
      expect(await refusalOf(() => verifier.verify(tokenOf({}, { typ: typ as never })))).toEqual(NOT_VALID);
  });
});

describe('required claims', () => {
  it('replace the default list', async () => {
    const verifier = verifierOf({ requiredClaims: ['exp', 'tenant'] });
    expect(await refusalOf(() => verifier.verify(tokenOf()))).toEqual(NOT_VALID);
    await expect(
      verifier.verify(craft(HEADER, { ...without(CLAIMS, 'iat'), tenant: 't' })),
    ).resolves.toBeDefined();
  });

  it('do not take the end away: without exp a token would never die', async () => {
    const verifier = verifierOf({ requiredClaims: ['sub', 'tenant'] });
    const endless = { ...without(CLAIMS, 'exp'), tenant: 't' };
    expect(await refusalOf(() => verifier.verify(craft(HEADER, endless)))).toEqual(NOT_VALID);
  });

  it('do not take the longest life away: without iat the rest of it counts', async () => {
    const verifier = verifierOf({ requiredClaims: ['exp'], maxLife: '1h' });
    const long = { ...without(CLAIMS, 'iat'), exp: NOW + 3_700 };
    expect(await refusalOf(() => verifier.verify(craft(HEADER, long)))).toEqual(NOT_VALID);
  });

  it('do not take issuer and audience away', async () => {
    const verifier = verifierOf({ requiredClaims: ['exp'] });
    for (const name of ['iss', 'aud'])
      expect(await refusalOf(() => verifier.verify(craft(HEADER, without(CLAIMS, name))))).toEqual(NOT_VALID);
  });

  it('are judged where a claim is there though it need not be', async () => {
    const verifier = verifierOf({ requiredClaims: ['exp'] });
    for (const claims of [
      { sub: '' },
      { sub: 1 },
      { iat: 'now' },
      { iat: null },
      { nbf: -1 },
      { sid: '' },
      { jti: [] },
    ])
      expect(await refusalOf(() => verifier.verify(tokenOf(claims as never)))).toEqual(NOT_VALID);
  });
});

describe('life', () => {
  it('is at most maxLife', async () => {
    const verifier = verifierOf({ maxLife: '10m' });
    await expect(verifier.verify(tokenOf({ exp: NOW + 600 }))).resolves.toBeDefined();
    expect(await refusalOf(() => verifier.verify(tokenOf({ exp: NOW + 601 })))).toEqual(NOT_VALID);
  });

  it('ends with the leeway, and begins with the clock skew', async () => {
    const clock = createClock();
    const verifier = verifierOf({}, { clock, leeway: 10, clockSkew: 20 });
    await expect(verifier.verify(tokenOf({ iat: NOW + 20, exp: NOW + 300 }))).resolves.toBeDefined();
    expect(await refusalOf(() => verifier.verify(tokenOf({ iat: NOW + 21 })))).toEqual(NOT_VALID);
    clock.now = (NOW + 310) * 1000 - 1;
    await expect(verifier.verify(tokenOf())).resolves.toBeDefined();
    clock.now += 1;
    expect(await refusalOf(() => verifier.verify(tokenOf()))).toEqual(['token_expired', 401]);
  });

  it.each(['1e400', '-1', '"1"', 'null', '[]', 'true', '1e-400'])('refuses exp %s', async (exp) => {
    const text = JSON.stringify(CLAIMS).replace(/"exp":\d+/, `"exp":${exp}`);
    expect(await refusalOf(() => verifierOf().verify(craft(HEADER, text)))).toEqual(NOT_VALID);
  });
});

describe('scopes', () => {
  it.each([
    ['a text', 'read write', ['read', 'write']],
    ['a text with more spaces', ' read  write ', ['read', 'write']],
    ['a list', ['read', 'write'], ['read', 'write']],
    ['a list with other things in it', ['read', 1, null, ['write']], ['read']],
    ['a number', 7, []],
    ['an object', { read: true }, []],
    ['null', null, []],
  ])('are read from %s', async (_, scope, expected) => {
    const who = await verifierOf().verify(tokenOf({ scope: scope as never }));
    expect(who.scopes).toEqual(expected);
  });

  it('are read from the claim that holds them, and from no other', async () => {
    const verifier = verifierOf({ scopeClaim: 'scp' });
    const who = await verifier.verify(tokenOf({ scp: ['read'], scope: 'admin' }));
    expect(who.scopes).toEqual(['read']);
    expect((await verifier.verify(tokenOf({ scope: 'admin' }))).scopes).toEqual([]);
  });
});

describe('validateClaims', () => {
  it('takes a token only for true', async () => {
    for (const good of [() => true, async () => true])
      await expect(verifierOf({ validateClaims: good }).verify(tokenOf())).resolves.toBeDefined();
    const odd = [
      false,
      undefined,
      null,
      1,
      'true',
      {},
      [],
      Promise.resolve(1),
      Promise.resolve(false),
      Object(true),
    ];
    for (const answer of odd) {
      const verifier = verifierOf({ validateClaims: () => answer as boolean });
      expect(await refusalOf(() => verifier.verify(tokenOf()))).toEqual(NOT_VALID);
    }
  });

  it('sees the verified claims, and none of a token that is refused before', async () => {
    const validateClaims = vi.fn(() => true);
    const verifier = verifierOf({ validateClaims });
    await verifier.verify(tokenOf({ tenant: 't' }));
    expect(validateClaims).toHaveBeenCalledExactlyOnceWith({ ...CLAIMS, tenant: 't' });
    const wrong = [
      craft(HEADER, CLAIMS, SECRET.toReversed()),
      tokenOf({ iss: 'x' }),
      tokenOf({ exp: NOW - 9 }),
    ];
    for (const token of wrong) await refusalOf(() => verifier.verify(token));
    expect(validateClaims).toHaveBeenCalledTimes(1);
  });

  it('that throws is a failing backend, not a bad token', async () => {
    const cause = new Error('the database is away');
    const throwing = () => {
      throw cause;
    };
    for (const validateClaims of [throwing, async () => throwing()]) {
      const failure = await failureOf(() => verifierOf({ validateClaims }).verify(tokenOf()));
      expect([failure.code, failure.status, failure.cause]).toEqual(['backend_unavailable', 503, cause]);
      expect(failure.headers['retry-after']).toMatch(/^[123]$/);
    }
  });

  it('that is silent is a failing backend within a minute', async () => {
    vi.useFakeTimers();
    try {
      const silent = verifierOf({ validateClaims: () => new Promise(() => {}) });
      const outcome = Promise.race([
        refusalOf(() => silent.verify(tokenOf())),
        new Promise((resolve) => setTimeout(resolve, 60_000, 'still waiting')),
      ]);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(await outcome).toEqual(['backend_unavailable', 503]);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('local keys', () => {
  const rsa = issuerKey('RS256', 'a', 'r1');
  const ec = issuerKey('ES256', 'a', 'e1');
  const keys: readonly KeyInput[] = [
    { alg: 'RS256', publicKey: rsa.jwk },
    { alg: 'ES256', publicKey: pairFor('ES256').publicKey, kid: 'e1' },
    { alg: 'HS256', secret: SECRET, kid: 'k1' },
  ];

  it('are found by kid, each for its algorithm alone', async () => {
    const verifier = verifierOf({ keys });
    for (const key of [rsa, ec])
      await expect(
        verifier.verify(signToken({ alg: key.alg, typ: 'at+jwt', kid: key.kid }, CLAIMS, key)),
      ).resolves.toBeDefined();
    for (const [alg, kid, key] of [
      ['RS256', 'e1', rsa],
      ['ES256', 'r1', ec],
      ['RS256', 'r1', ec],
      // Signed as the key signs: what the header says of it is wrong all the same.
      ['RS256', 'e1', ec],
      ['ES256', 'r1', rsa],
      ['HS256', 'r1', rsa],
      ['RS256', 'unknown', rsa],
    ] as const)
      expect(
        await refusalOf(() => verifier.verify(signToken({ alg, typ: 'at+jwt', kid }, CLAIMS, key))),
      ).toEqual(NOT_VALID);
    const asSecret = craft({ alg: 'HS256', typ: 'at+jwt', kid: 'r1' }, CLAIMS);
    expect(await refusalOf(() => verifier.verify(asSecret))).toEqual(NOT_VALID);
  });

  it('are found without kid where one key alone has the algorithm', async () => {
    const token = signToken({ alg: 'RS256', typ: 'at+jwt' }, CLAIMS, rsa);
    await expect(verifierOf({ keys }).verify(token)).resolves.toBeDefined();
    const two = [
      ...keys,
      { alg: 'RS256', publicKey: pairFor('RS256', 'b').publicKey },
    ] as readonly KeyInput[];
    expect(await refusalOf(() => verifierOf({ keys: two }).verify(token))).toEqual(NOT_VALID);
  });

  it('are admitted as those of an auth', () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
    const bad: readonly unknown[] = [
      [],
      undefined,
      { alg: 'HS256', secret: SECRET.subarray(1) },
      { alg: 'HS256', secret: '-----BEGIN PUBLIC KEY----- that is long enough' },
      { alg: 'none', secret: SECRET },
      { secret: SECRET },
      { alg: 'RS256', publicKey: weak },
      { alg: 'ES384', publicKey: pairFor('ES256').publicKey },
      [keyFor('ES256', 'a', 'x'), keyFor('ES256', 'b', 'x')],
      [keyFor('RS256', 'a', 'x'), keyFor('PS256', 'a', 'y')],
    ];
    for (const each of bad) expect(() => verifierOf({ keys: each as never })).toThrow(TypeError);
  });
});

describe('wrong options', () => {
  const cases: readonly (readonly [string, unknown])[] = [
    ['none', undefined],
    ['a list', []],
    ['no issuers', {}],
    ['an empty list of issuers', { issuers: [] }],
    ['an issuer that is no object', { issuers: ['https://issuer.test'] }],
    ['an unknown option', { issuers: [ISSUER], audience: 'a' }],
    ['an unknown option of an issuer', { issuers: [{ ...ISSUER, aud: 'a' }] }],
    ['an issuer twice', { issuers: [ISSUER, ISSUER] }],
    ['claims that are no schema', { issuers: [ISSUER], claims: { parse: () => {} } }],
    ['a leeway of more than a minute', { issuers: [ISSUER], leeway: 61 }],
    ['a leeway below 0', { issuers: [ISSUER], leeway: -1 }],
    ['an endless leeway', { issuers: [ISSUER], leeway: Number.POSITIVE_INFINITY }],
    ['no number for a leeway', { issuers: [ISSUER], leeway: Number.NaN }],
    ['a clock skew of more than 5 minutes', { issuers: [ISSUER], clockSkew: '6m' }],
    ['a clock that is none', { issuers: [ISSUER], clock: 0 }],
    ['revocation without a store', { issuers: [ISSUER], revocation: {} }],
    ['revocation by a word', { issuers: [ISSUER], revocation: 'session' }],
    ['a store without isLive', { issuers: [ISSUER], revocation: { store: {} } }],
    [
      'a time limit of a hundred seconds',
      { issuers: [ISSUER], revocation: { store: { isLive() {} }, timeoutMs: 1e5 } },
    ],
    ['revocation that is null', { issuers: [ISSUER], revocation: null }],
    ['revocation of an issuer that is null', { issuers: [{ ...ISSUER, revocation: null }] }],
    ['revocation of an issuer without a store', { issuers: [{ ...ISSUER, revocation: {} }] }],
    [
      'introspection that is no object',
      { issuers: [ISSUER], revocation: { introspection: 'https://a.test' } },
    ],
  ];
  const endpoint = { url: 'https://issuer.test/introspect', client: { id: 'a', secret: 'b' } };
  const introspections: readonly (readonly [string, unknown])[] = [
    ['a store beside it', { introspection: endpoint, store: { isLive() {} } }],
    ['an unknown option', { introspection: { ...endpoint, cache: 5 } }],
    ['no url', { introspection: { client: endpoint.client } }],
    ['an http url', { introspection: { ...endpoint, url: 'http://127.0.0.1/introspect' } }],
    ['another scheme', { introspection: { ...endpoint, allowHttp: true, url: 'ftp://127.0.0.1/' } }],
    ['a url with a password', { introspection: { ...endpoint, url: 'https://a:b@issuer.test/' } }],
    ['allowHttp by a word', { introspection: { ...endpoint, allowHttp: 'yes' } }],
    ['no client', { introspection: { url: endpoint.url } }],
    ['a client without a secret', { introspection: { ...endpoint, client: { id: 'a' } } }],
    ['an empty secret', { introspection: { ...endpoint, client: { id: 'a', secret: '' } } }],
    ['an empty id', { introspection: { ...endpoint, client: { id: '', secret: 'b' } } }],
    ['answers of more than a minute', { introspection: { ...endpoint, cacheMs: 60_001 } }],
    ['answers of the future', { introspection: { ...endpoint, cacheMs: -1 } }],
    ['no answers', { introspection: { ...endpoint, cacheEntries: 0 } }],
    ['a time limit of a hundred seconds', { introspection: { ...endpoint, timeoutMs: 1e5 } }],
    ['a fetch that is none', { introspection: { ...endpoint, fetch: 'fetch' } }],
  ];
  it.each(introspections)('are refused: introspection with %s', (_, revocation) => {
    for (const options of [{ issuers: [ISSUER], revocation }, { issuers: [{ ...ISSUER, revocation }] }])
      expect(() => createVerifier(options as never)).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^ERR_INVALID_ARG_(TYPE|VALUE)$/) }),
      );
  });

  it('name the option of the issuer, and show no value', () => {
    const revocation = { introspection: { ...endpoint, url: 'http://:hidden@issuer.test' } };
    const make = () => createVerifier({ issuers: [{ ...ISSUER, revocation } as never] });
    expect(make).toThrow(/^options\.issuers\[0\]\.revocation\.introspection\.url must/);
    expect(make).not.toThrow('hidden');
  });

  it.each(cases)('are refused: %s', (_, options) => {
    expect(() => createVerifier(options as never)).toThrow(
      expect.objectContaining({
        name: 'TypeError',
        code: expect.stringMatching(/^ERR_INVALID_ARG_(TYPE|VALUE)$/),
      }),
    );
  });

  const { keys: _, ...keyless } = ISSUER;
  const remote = { ...keyless, algorithms: ['RS256'], jwks: 'https://issuer.test/jwks' };
  const issuers: readonly (readonly [string, unknown])[] = [
    ['no issuer', { ...ISSUER, issuer: undefined }],
    ['an empty issuer', { ...ISSUER, issuer: '' }],
    ['a pattern for an issuer', { ...ISSUER, issuer: /issuer/ }],
    ['a pattern for an audience', { ...ISSUER, audience: /api/ }],
    ['neither keys nor key set', keyless],
    ['keys and key set', { ...remote, keys: ISSUER.keys }],
    ['keys and key set without algorithms', { ...ISSUER, jwks: 'https://issuer.test/jwks' }],
    ['algorithms beside local keys', { ...ISSUER, algorithms: ['HS256'] }],
    ['no algorithms for a key set', { ...remote, algorithms: undefined }],
    ['an empty list of algorithms', { ...remote, algorithms: [] }],
    ['a secret algorithm for a key set', { ...remote, algorithms: ['HS256'] }],
    ['no algorithm at all', { ...remote, algorithms: ['none'] }],
    ['two algorithms for RSA keys', { ...remote, algorithms: ['RS256', 'PS256'] }],
    ['two algorithms for Ed25519 keys', { ...remote, algorithms: ['EdDSA', 'Ed25519'] }],
    ['one algorithm twice', { ...remote, algorithms: ['ES256', 'ES256'] }],
    ['an http URL', { ...remote, jwks: 'http://issuer.test/jwks' }],
    ['a URL with a password', { ...remote, jwks: 'https://a:b@issuer.test/jwks' }],
    ['no URL', { ...remote, jwks: { timeoutMs: 100 } }],
    ['an unknown limit', { ...remote, jwks: { url: 'https://issuer.test/jwks', ttl: 1 } }],
    ['algorithms in the place of limits', { ...remote, jwks: { url: remote.jwks, algorithms: ['ES256'] } }],
    ['null for a key set', { ...remote, jwks: null }],
    ['an empty type', { ...ISSUER, typ: '' }],
    ['no type in a list', { ...ISSUER, typ: [] }],
    ['a number for a type', { ...ISSUER, typ: 1 }],
    ['a required claim that is no name', { ...ISSUER, requiredClaims: [1] }],
    ['null for an audience claim', { ...ISSUER, audienceClaim: null }],
    ['null for a scope claim', { ...ISSUER, scopeClaim: null }],
    ['an endless life', { ...ISSUER, maxLife: Number.POSITIVE_INFINITY }],
    ['no life', { ...ISSUER, maxLife: 0 }],
    ['a schema for validateClaims', { ...ISSUER, validateClaims: {} }],
  ];
  it.each(issuers)('are refused for an issuer: %s', (_case, issuer) => {
    expect(() => createVerifier({ issuers: [issuer as IssuerOptions] })).toThrow(
      expect.objectContaining({
        name: 'TypeError',
        code: expect.stringMatching(/^ERR_INVALID_ARG_(TYPE|VALUE)$/),
      }),
    );
  });

  it('are told by name, and not shown', () => {
    const secret = 'short-secret-1234';
    const call = () => verifierOf({ keys: { alg: 'HS256', secret } });
    expect(call).toThrow(/options\.issuers\[0\]\.keys/);
    expect(call).not.toThrow(secret);
    expect(() =>
      createVerifier({ issuers: [remote as IssuerOptions, { ...ISSUER, issuer: 'b', typ: '' }] }),
    ).toThrow(/options\.issuers\[1\]\.typ/);
  });

  it('one algorithm for each type of key is right', () => {
    const algorithms = ['RS256', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const;
    expect(() => createVerifier({ issuers: [{ ...remote, algorithms }] })).not.toThrow();
  });
});

describe('a guard of a verifier', () => {
  const verifier = verifierOf();

  it('passes who has a token, with scopes where they are asked for', async () => {
    const token = tokenOf({ scope: 'read write' });
    expect(short(await verifier.guard()(bearer(token)))).toBe('1');
    expect(short(await verifier.guard({ scope: 'read write' })(bearer(token)))).toBe('1');
    expect(short(await verifier.guard({ anyScope: 'admin read' })(bearer(token)))).toBe('1');
    const refused = await verifier.guard({ scope: 'read admin' })(bearer(token));
    expect(short(refused)).toEqual(['insufficient_scope', 403]);
    if (!refused.passed) {
      const challenge = Object.fromEntries(refused.answer.headers)['www-authenticate'];
      expect(challenge).toContain('error="insufficient_scope"');
      expect(challenge).toContain('scope="read admin"');
    }
  });

  it('refuses a token as any guard does', async () => {
    const guard = verifier.guard();
    expect(short(await guard(bearer(tokenOf({ exp: NOW - 6, iat: NOW - 60 }))))).toEqual([
      'token_expired',
      401,
    ]);
    expect(short(await guard(bearer(tokenOf({}, { typ: 'JWT' }))))).toEqual(['token_wrong_type', 401]);
    expect(short(await guard({ method: 'GET', rawHeaders: [] }))).toEqual(['token_missing', 401]);
    expect(short(await guard({ method: 'GET', rawHeaders: ['Authorization', 'Basic eDp5'] }))).toEqual([
      'token_missing',
      401,
    ]);
    const twice = {
      method: 'GET',
      rawHeaders: [...bearer(tokenOf()).rawHeaders, 'authorization', 'Bearer x'],
    };
    expect(short(await guard(twice))).toEqual(['bad_authorization_header', 400]);
  });

  it('challenges with what RFC 6750 says, and with nothing of the token', async () => {
    const outcome = await verifier.guard()(bearer(tokenOf({ iss: 'https://evil.test' })));
    if (outcome.passed) throw new Error('it was not to pass');
    const { headers, body } = outcome.answer;
    expect(Object.fromEntries(headers)['www-authenticate']).toBe(
      'Bearer realm="api", error="invalid_token", error_description="The token is not valid."',
    );
    expect(JSON.stringify([headers, body])).not.toContain('evil');
  });

  it('that is optional lets nobody pass as anonymous for a failing backend', async () => {
    const options = { optional: true, onInvalid: 'anonymous' } as const;
    expect(short(await verifier.guard(options)(bearer('x')))).toBe('anonymous');
    expect(short(await verifier.guard(options)({ method: 'GET', rawHeaders: [] }))).toBe('anonymous');
    const failing = verifierOf({
      validateClaims: () => {
        throw new Error('away');
      },
    });
    expect(short(await failing.guard(options)(bearer(tokenOf())))).toEqual(['backend_unavailable', 503]);
  });

  it('refuses wrong options when it is made', () => {
    for (const options of [{ scopes: 'read' }, { scope: '' }, { optional: 'yes' }, { onInvalid: 'pass' }])
      expect(() => verifier.guard(options as never)).toThrow(TypeError);
  });
});
