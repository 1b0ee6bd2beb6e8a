import { describe, expect, it } from 'vitest';
import { SECOND } from '../support/clock.ts';
import { longSecret, pairs } from '../support/keys.ts';
import { refusalOf } from '../support/outcome.ts';
import { encode, SECRET } from '../support/tokens.ts';
import {
  django,
  djangoClaims,
  hs256,
  JTI,
  makeSimpleJwt,
  makeStoreless,
  NOW,
  OLD_PYJWT_HEADER,
  PYJWT_HEADER,
  rs256,
} from './support.ts';

const NOT_VALID = ['token_not_valid', 401];
const WRONG_TYPE = ['token_wrong_type', 401];
const EXPIRED = ['token_expired', 401];

const HS256 = { alg: 'HS256', secret: SECRET } as const;

/** What `verify` says of a token. */
const refusal = (token: string, options: Parameters<typeof makeStoreless>[0] = {}) =>
  refusalOf(() => makeStoreless(options).auth.verify(token));

describe('a token of the fleet', () => {
  it('signed with HS256 is taken', async () => {
    expect(await makeSimpleJwt().auth.verify(django.access())).toEqual({
      subject: '42',
      tokenId: JTI,
      scopes: [],
      claims: djangoClaims('access'),
    });
  });

  it('signed with RS256 is taken', async () => {
    const { auth } = makeStoreless({ keys: { alg: 'RS256', privateKey: pairs.rsa().privateKey } });
    expect(await auth.verify(rs256(djangoClaims('access')))).toMatchObject({ subject: '42', tokenId: JTI });
  });

  it.each([
    ['PyJWT 2.4 and later', PYJWT_HEADER],
    ['earlier releases', OLD_PYJWT_HEADER],
  ])('with the header of %s is taken', async (_release, header) => {
    expect(await makeStoreless().auth.verify(hs256(djangoClaims('access'), { header }))).toMatchObject({
      subject: '42',
    });
  });

  it.each([
    'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ0b2tlbl90eXBlIjoicmVmcmVzaCIsImV4cCI6MTgwMDA4NjQwMCwiaWF0IjoxODAwMDAwMDAwLCJqdGkiOiI3ZjU5OTdiNzE1MGQ0NjU3OWRjMmI0OTE2NzA5N2U3YiIsInVzZXJfaWQiOiI0MiIsIm5hbWUiOiJab1x1MDBlYiJ9.CMdLfJSD5hohh0c3eqRsmPkBrlzrfpb3HDcaPmlDHPQ',
    'eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJ0b2tlbl90eXBlIjoicmVmcmVzaCIsImV4cCI6MTgwMDA4NjQwMCwiaWF0IjoxODAwMDAwMDAwLCJqdGkiOiI3ZjU5OTdiNzE1MGQ0NjU3OWRjMmI0OTE2NzA5N2U3YiIsInVzZXJfaWQiOiI0MiIsIm5hbWUiOiJab1x1MDBlYiJ9.MedoE33yvAZXXe9sG7HiM_YPNtWE0nFXTfh5NP4Ako8',
  ])('that Python itself has encoded and signed is taken: %#', async (token) => {
    const { auth } = makeStoreless();
    const { access } = await auth.refresh(token);
    expect((await auth.verify(access)).claims).toMatchObject({ user_id: '42', name: 'Zoë' });
  });

  it('of an earlier release, without iat and with a number for an id, is taken', async () => {
    const { iat: _iat, ...claims } = djangoClaims('access', { user_id: 1 });
    expect(await makeStoreless().auth.verify(hs256(claims))).toMatchObject({ subject: '1' });
  });

  it('gives its scopes, written as text or as a list', async () => {
    const { auth } = makeStoreless();
    expect((await auth.verify(django.access({ scope: 'read write' }))).scopes).toEqual(['read', 'write']);
    expect((await auth.verify(django.access({ scope: ['read', 'write'] }))).scopes).toEqual([
      'read',
      'write',
    ]);
  });

  it('gives frozen claims whose objects have no prototype', async () => {
    const { auth } = makeStoreless();
    const who = await auth.verify(django.access({ profile: { langs: ['pt'] } }));
    expect(Object.isFrozen(who)).toBe(true);
    expect(Object.isFrozen(who.scopes)).toBe(true);
    expect(Object.isFrozen(who.claims)).toBe(true);
    expect(Object.isFrozen(who.claims['profile'])).toBe(true);
    expect(Object.getPrototypeOf(who.claims)).toBe(null);
    expect(Object.getPrototypeOf(who.claims['profile'])).toBe(null);
  });

  it('may have claims of its own by the names sub and sid, of any shape', async () => {
    expect(await makeStoreless().auth.verify(django.access({ sid: 7, sub: null }))).toMatchObject({
      subject: '42',
    });
  });
});

describe('the header', () => {
  const withHeader = (header: string) => refusal(hs256(djangoClaims('access'), { header }));
  const taken = (header: string) => makeStoreless().auth.verify(hs256(djangoClaims('access'), { header }));

  it.each(['{"alg":"HS256"}', '{"alg":"HS256","typ":"JWT","kid":"any"}', '{"kid":"","alg":"HS256"}'])(
    'may be %s',
    async (header) => {
      expect(await taken(header)).toMatchObject({ subject: '42' });
    },
  );

  it.each([
    ['a key', '{"alg":"HS256","typ":"JWT","jwk":{"kty":"oct","k":"AA"}}'],
    ['the URL of keys', '{"alg":"HS256","typ":"JWT","jku":"https://evil.test"}'],
    ['a certificate', '{"alg":"HS256","typ":"JWT","x5c":[]}'],
    ['the URL of a certificate', '{"alg":"HS256","typ":"JWT","x5u":"https://evil.test"}'],
    ['an extension', '{"alg":"HS256","typ":"JWT","crit":[]}'],
    ['b64', '{"alg":"HS256","typ":"JWT","b64":true}'],
    ['a compression', '{"alg":"HS256","typ":"JWT","zip":"DEF"}'],
    ['cty', '{"alg":"HS256","typ":"JWT","cty":"JWT"}'],
    ['an unknown member', '{"alg":"HS256","typ":"JWT","x":1}'],
    ['two algorithms', '{"alg":"none","alg":"HS256","typ":"JWT"}'],
    ['two types', '{"alg":"HS256","typ":"at+jwt","typ":"JWT"}'],
    ['__proto__', '{"alg":"HS256","typ":"JWT","__proto__":{}}'],
  ])('with %s is refused', async (_what, header) => {
    expect(await withHeader(header)).toEqual(NOT_VALID);
  });

  it.each(['"jwt"', '"at+jwt"', '"rt+jwt"', '"application/jwt"', '""', 'null', 'true', '["JWT"]'])(
    'with typ %s is refused',
    async (typ) => {
      expect(await withHeader(`{"alg":"HS256","typ":${typ}}`)).toEqual(NOT_VALID);
    },
  );

  it.each(['1', 'null', '{}', '["a"]'])('with kid %s is refused', async (kid) => {
    expect(await withHeader(`{"alg":"HS256","typ":"JWT","kid":${kid}}`)).toEqual(NOT_VALID);
  });

  it.each(['"none"', '"None"', '"hs256"', '"HS384"', '"RS256"', '"A128KW"', '""', 'null', '1', '["HS256"]'])(
    'with alg %s is refused',
    async (alg) => {
      expect(await withHeader(`{"alg":${alg},"typ":"JWT"}`)).toEqual(NOT_VALID);
    },
  );

  it.each(['{"typ":"JWT"}', '[]', '"HS256"', 'null', '{', '{"alg":"HS256","typ":"JWT"} x'])(
    'that is %s is refused',
    async (header) => {
      expect(await withHeader(header)).toEqual(NOT_VALID);
    },
  );

  it('that is no UTF-8 is refused', async () => {
    const input = `${encode(Uint8Array.of(0x7b, 0xff, 0x7d))}.${encode('{}')}`;
    expect(await refusal(`${input}.${encode(new Uint8Array(32))}`)).toEqual(NOT_VALID);
  });
});

describe('the gate', () => {
  const token = django.access();

  it.each([
    ['an empty string', ''],
    ['garbage', 'garbage'],
    ['two segments', 'a.b'],
    ['no signature', token.slice(0, token.lastIndexOf('.') + 1)],
    ['padding', `${token}=`],
    ['a space', ` ${token}`],
    ['four segments', `${token}.AA`],
    ['more than 8 kB', django.access({ long: 'x'.repeat(8192) })],
  ])('refuses %s', async (_what, text) => {
    expect(await refusal(text)).toEqual(NOT_VALID);
  });

  it('refuses what is no string', async () => {
    expect(await refusalOf(() => makeStoreless().auth.verify(undefined as unknown as string))).toEqual(
      NOT_VALID,
    );
  });
});

describe('the signature', () => {
  it('of another secret is refused', async () => {
    const secret = Uint8Array.from(SECRET).reverse();
    expect(await refusal(hs256(djangoClaims('access'), { secret }))).toEqual(NOT_VALID);
  });

  it('of other claims is refused', async () => {
    const [header, , signature] = django.access().split('.');
    expect(
      await refusal(
        `${header}.${encode(JSON.stringify(djangoClaims('access', { user_id: '1' })))}.${signature}`,
      ),
    ).toEqual(NOT_VALID);
  });

  it('made with the public key as a secret is refused', async () => {
    const { privateKey, publicKey } = pairs.rsa();
    const secret = Buffer.from(publicKey.export({ format: 'pem', type: 'spki' }));
    const keys = { alg: 'RS256', privateKey } as const;
    expect(await refusal(hs256(djangoClaims('access'), { secret }), { keys })).toEqual(NOT_VALID);
  });

  it('of a genuine RS256 token under a header that says RS512 is refused', async () => {
    const keys = { alg: 'RS256', privateKey: pairs.rsa().privateKey } as const;
    const token = rs256(djangoClaims('access'), '{"alg":"RS512","typ":"JWT"}');
    expect(await refusal(token, { keys })).toEqual(NOT_VALID);
  });

  it('is judged before the claims: a forgery with a wrong type is not valid', async () => {
    const secret = Uint8Array.from(SECRET).reverse();
    expect(await refusal(hs256(djangoClaims('refresh', { exp: 1 }), { secret }))).toEqual(NOT_VALID);
  });
});

describe('two keys', () => {
  const old = longSecret(3);
  const keys = [HS256, { alg: 'HS256', secret: old }] as const;

  it('of one algorithm both verify, and the first signs', async () => {
    const { auth } = makeStoreless({ keys });
    expect(await auth.verify(django.access())).toMatchObject({ subject: '42' });
    expect(await auth.verify(hs256(djangoClaims('access'), { secret: old }))).toMatchObject({
      subject: '42',
    });
    const { access } = await auth.issue({ subject: '42' });
    expect(await makeStoreless().auth.verify(access)).toMatchObject({ subject: '42' });
    expect(await refusal(access, { keys: keys[1] })).toEqual(NOT_VALID);
  });

  it('have a near miss: a third secret is refused', async () => {
    const token = hs256(djangoClaims('access'), { secret: longSecret(4) });
    expect(await refusal(token, { keys })).toEqual(NOT_VALID);
  });

  it('of two algorithms verify each its own', async () => {
    const { auth } = makeStoreless({ keys: [{ alg: 'RS256', privateKey: pairs.rsa().privateKey }, HS256] });
    expect(await auth.verify(rs256(djangoClaims('access')))).toMatchObject({ subject: '42' });
    expect(await auth.verify(django.access())).toMatchObject({ subject: '42' });
  });

  it('that only verify may be public', async () => {
    const { auth } = makeStoreless({ keys: [HS256, { alg: 'RS256', publicKey: pairs.rsa().publicKey }] });
    expect(await auth.verify(rs256(djangoClaims('access')))).toMatchObject({ subject: '42' });
  });
});

describe('the kind', () => {
  it.each([['refresh'], ['sliding'], ['untyped'], ['Access'], [''], [null], [1], [['access']]])(
    '%j is no access token',
    async (kind) => {
      expect(await refusal(django.access({ token_type: kind }))).toEqual(WRONG_TYPE);
    },
  );

  it.each([['access'], ['sliding'], [null]])('%j is no refresh token', async (kind) => {
    const { auth, store } = makeSimpleJwt();
    expect(await refusalOf(() => auth.refresh(django.refresh({ token_type: kind })))).toEqual(WRONG_TYPE);
    expect(store.calls).toEqual([]);
  });

  it('has to be said', async () => {
    const { token_type: _kind, ...claims } = djangoClaims('access');
    expect(await refusal(hs256(claims))).toEqual(WRONG_TYPE);
  });
});

describe('a claim that is required', () => {
  it.each(['exp', 'jti', 'user_id'])('%s, is missed', async (name) => {
    const { [name]: _gone, ...claims } = djangoClaims('access');
    expect(await refusal(hs256(claims))).toEqual(NOT_VALID);
  });
});

describe('the user id', () => {
  it.each([
    ['"42"', '42'],
    ['42', '42'],
    ['0', '0'],
    ['9007199254740991', '9007199254740991'],
    ['"9007199254740993"', '9007199254740993'],
    ['"3f0c5a2e-7d3b-4f4e-9a51-3d0f9b6f1f0a"', '3f0c5a2e-7d3b-4f4e-9a51-3d0f9b6f1f0a'],
  ])('%s is read as the text %s', async (json, subject) => {
    const text = JSON.stringify(djangoClaims('access')).replace('"user_id":"42"', `"user_id":${json}`);
    expect(await makeStoreless().auth.verify(hs256(text))).toMatchObject({ subject });
  });

  it.each([
    '""',
    'null',
    'true',
    'false',
    '1.5',
    '-1',
    '9007199254740992',
    '9007199254740993',
    '1e400',
    '[1]',
    '{"id":1}',
    `"${'x'.repeat(256)}"`,
  ])('%s is refused', async (json) => {
    const text = JSON.stringify(djangoClaims('access')).replace('"user_id":"42"', `"user_id":${json}`);
    expect(await refusal(hs256(text))).toEqual(NOT_VALID);
  });
});

describe('the token id', () => {
  it.each([[''], [null], [1], [true], [['a']], ['x'.repeat(256)]])('%j is refused', async (jti) => {
    expect(await refusal(django.access({ jti }))).toEqual(NOT_VALID);
  });

  it('may be any text of up to 255 characters', async () => {
    expect(await makeStoreless().auth.verify(django.access({ jti: 'x'.repeat(255) }))).toMatchObject({
      tokenId: 'x'.repeat(255),
    });
  });
});

describe('time', () => {
  const claimsText = (name: string, json: string): string => {
    const { [name]: _gone, ...claims } = djangoClaims('access');
    return JSON.stringify(claims).replace('{', `{"${name}":${json},`);
  };

  it('is on the side of the token until exp and the leeway are over', async () => {
    const { auth, clock } = makeSimpleJwt();
    clock.advance(305 * SECOND - 1);
    expect(await auth.verify(django.access())).toMatchObject({ subject: '42' });
    clock.advance(1);
    expect(await refusalOf(() => auth.verify(django.access()))).toEqual(EXPIRED);
  });

  it('takes a leeway of its own', async () => {
    const { auth, clock } = makeSimpleJwt({ leeway: 0 });
    clock.advance(300 * SECOND - 1);
    expect(await auth.verify(django.access())).toMatchObject({ subject: '42' });
    clock.advance(1);
    expect(await refusalOf(() => auth.verify(django.access()))).toEqual(EXPIRED);
  });

  it.each(['iat', 'nbf'])('refuses %s ahead of the clock by more than the skew', async (name) => {
    const { auth } = makeStoreless();
    expect(await auth.verify(django.access({ [name]: NOW + 60 }))).toMatchObject({ subject: '42' });
    expect(await refusal(django.access({ [name]: NOW + 61 }))).toEqual(NOT_VALID);
    expect(await refusal(django.access({ [name]: NOW + 1 }), { clockSkew: 0 })).toEqual(NOT_VALID);
  });

  it('refuses an exp that is not after iat', async () => {
    expect(await refusal(django.access({ iat: NOW + 30, exp: NOW + 30 }))).toEqual(NOT_VALID);
  });

  it.each(['exp', 'iat', 'nbf'])('refuses %s that is no whole second', async (name) => {
    const values = [
      'null',
      'true',
      `"${NOW}"`,
      `${NOW}.5`,
      '-1',
      '1e400',
      '9007199254740993',
      '253402300800',
      '[]',
    ];
    for (const json of values)
      expect([json, await refusal(hs256(claimsText(name, json)))]).toEqual([json, NOT_VALID]);
  });

  it('takes the last second that Python knows', async () => {
    expect(await makeStoreless().auth.verify(django.access({ exp: 253_402_300_799 }))).toMatchObject({
      subject: '42',
    });
  });

  it('says not valid, not expired, of an old token that is wrong in itself', async () => {
    expect(await refusal(django.access({ exp: NOW - 100, iat: NOW - 200, user_id: 1.5 }))).toEqual(NOT_VALID);
  });

  it('does not limit the life that Django gives', async () => {
    const year = 31_536_000;
    expect(await makeStoreless().auth.verify(django.access({ exp: NOW + 5 * year }))).toMatchObject({
      subject: '42',
    });
  });
});

describe('issuer and audience', () => {
  const both = { issuer: 'https://fleet.test', audience: 'api' };

  it('are not judged unless configured', async () => {
    const token = django.access({ iss: 5, aud: ['x', 1] });
    expect(await makeStoreless().auth.verify(token)).toMatchObject({ subject: '42' });
  });

  it('that are configured are taken, the audience among others too', async () => {
    const { auth } = makeStoreless(both);
    for (const aud of ['api', ['other', 'api']]) {
      expect(await auth.verify(django.access({ iss: both.issuer, aud }))).toMatchObject({ subject: '42' });
    }
  });

  it.each([
    ['another issuer', { iss: 'https://fleet.test/', aud: 'api' }],
    ['no issuer', { aud: 'api' }],
    ['another audience', { iss: 'https://fleet.test', aud: 'api2' }],
    ['no audience', { iss: 'https://fleet.test' }],
    ['an odd audience', { iss: 'https://fleet.test', aud: ['api', 1] }],
  ])('%s is refused', async (_what, claims) => {
    expect(await refusal(django.access(claims), both)).toEqual(NOT_VALID);
  });

  it('one of several audiences will do', async () => {
    const { auth } = makeStoreless({ audience: ['a', 'b'] });
    expect(await auth.verify(django.access({ aud: 'b' }))).toMatchObject({ subject: '42' });
    expect(await refusal(django.access({ aud: 'c' }), { audience: ['a', 'b'] })).toEqual(NOT_VALID);
  });
});

describe('the payload', () => {
  const inner = JSON.stringify(djangoClaims('access')).slice(1, -1);

  it.each([
    ['a repeated member', `{"user_id":"1",${inner}}`],
    ['a member repeated with an escape', `{"user\\u005fid":"1",${inner}}`],
    ['__proto__', `{"__proto__":{},${inner}}`],
    ['a list', `[{${inner}}]`],
    ['null', 'null'],
    ['text after it', `{${inner}} x`],
    ['a byte order mark', `\ufeff{${inner}}`],
  ])('with %s is refused', async (_what, text) => {
    expect(await refusal(hs256(text))).toEqual(NOT_VALID);
  });

  it('has a near miss: the same text without it is taken', async () => {
    expect(await makeStoreless().auth.verify(hs256(`{${inner}}`))).toMatchObject({ subject: '42' });
  });
});

describe('names of the fleet’s own', () => {
  const names = { id: 'sub', type: 'typ', jti: 'tid' };
  const claims = { typ: 'access', exp: NOW + 300, iat: NOW, tid: 't1', sub: 7 };

  it('are read', async () => {
    expect(await makeStoreless({ names }).auth.verify(hs256(claims))).toMatchObject({
      subject: '7',
      tokenId: 't1',
    });
  });

  it.each(['typ', 'tid', 'sub'])('refuse a token without %s', async (name) => {
    const { [name as 'tid']: _gone, ...rest } = claims;
    expect(await refusal(hs256(rest), { names })).toEqual(name === 'typ' ? WRONG_TYPE : NOT_VALID);
  });

  it('refuse a token of the default names', async () => {
    expect(await refusal(django.access(), { names })).toEqual(WRONG_TYPE);
  });

  it('hold a jti by another name to text too, and leave the plain jti alone', async () => {
    expect(await refusal(hs256({ ...claims, tid: 5 }), { names })).toEqual(NOT_VALID);
    expect(await makeStoreless({ names }).auth.verify(hs256({ ...claims, jti: 5 }))).toMatchObject({
      tokenId: 't1',
    });
  });
});

describe('the guard', () => {
  const ask = (token: string, guard = makeSimpleJwt().auth.guard()) =>
    guard({ method: 'GET', rawHeaders: ['Authorization', `Bearer ${token}`] });

  it('answers at once when nothing has to be asked', () => {
    const outcome = ask(django.access(), makeStoreless().auth.guard());
    expect(outcome).toMatchObject({ passed: true, auth: { subject: '42', tokenId: JTI } });
  });

  it('asks for scopes', async () => {
    const guard = makeSimpleJwt().auth.guard({ scope: 'admin' });
    expect(await ask(django.access({ scope: 'read admin' }), guard)).toMatchObject({ passed: true });
    expect(await ask(django.access({ scope: 'read' }), guard)).toMatchObject({
      passed: false,
      answer: { status: 403 },
    });
  });

  it('without a credential is 401 token_missing, and optional lets pass', async () => {
    const { auth } = makeSimpleJwt();
    const request = { method: 'GET', rawHeaders: [] };
    expect(await auth.guard()(request)).toMatchObject({ passed: false, error: { code: 'token_missing' } });
    expect(await auth.guard({ optional: true })(request)).toEqual({ passed: true, auth: undefined });
  });

  it('asks the store for the token’s id, and for nothing else', async () => {
    const { auth, store } = makeSimpleJwt();
    expect(await ask(django.access(), auth.guard())).toMatchObject({ passed: true });
    expect(store.calls).toEqual(['isLive']);
  });

  it('does not ask it under revocation none', async () => {
    const { auth, store } = makeSimpleJwt({ revocation: 'none' });
    expect(await ask(django.access(), auth.guard())).toMatchObject({ passed: true });
    expect(store.calls).toEqual([]);
  });

  it.each(['throw', 'throw-at-once', 'hang'] as const)(
    'while the store fails (%s) is 503, never a pass',
    async (fault) => {
      const { auth, store } = makeSimpleJwt({ storeTimeoutMs: 10 });
      store.fail(fault);
      for (const options of [{}, { optional: true, onInvalid: 'anonymous' as const }]) {
        expect(await ask(django.access(), auth.guard(options))).toMatchObject({
          passed: false,
          error: { code: 'store_unavailable', status: 503 },
        });
      }
    },
  );

  it('refuses a refresh token', async () => {
    expect(await ask(django.refresh())).toMatchObject({ passed: false, error: { code: 'token_wrong_type' } });
  });
});
