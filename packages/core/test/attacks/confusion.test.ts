// Tokens taken for what they are not (security.md R12 to R14, node-peers.md §6): another kind, another issuer, another key.
import type { KeyInput } from '@tokenpair/core';
import { createVerifier } from '@tokenpair/core/verifier';
import { describe, expect, it } from 'vitest';
import { AUDIENCE, ISSUER, logIn, makeAuth } from '../support/auth.ts';
import { createClock } from '../support/clock.ts';
import { jwkOf, longSecret, pairFor, pairs } from '../support/keys.ts';
import { refusalOf } from '../support/outcome.ts';
import {
  CLAIMS,
  expectRefused,
  forge,
  headerOf,
  NOW,
  PATH_ALGORITHMS,
  PATHS,
  verifyingKey,
} from './paths.ts';

const NOT_VALID = ['token_not_valid', 401];
const WRONG_TYPE = ['token_wrong_type', 401];

describe.each(PATH_ALGORITHMS)('kinds of one auth (%s)', (alg) => {
  const key = verifyingKey(alg);
  const keys = 'secret' in key ? key : { ...key, privateKey: pairFor(alg).privateKey, publicKey: undefined };
  const { publicKey: _, ...signing } = keys as KeyInput & { publicKey?: unknown };
  const made = makeAuth({ keys: signing as KeyInput });
  const { auth } = made;
  const guard = auth.guard();
  const invite = auth.kind('invite', { ttl: '5m' });
  const reset = auth.kind('reset', { ttl: '5m' });
  const verifier = createVerifier({
    issuers: [{ issuer: ISSUER, audience: AUDIENCE, keys: key }],
    clock: made.clock,
  });

  const uses = {
    access: async (token: string) => {
      const outcome = await guard({ method: 'GET', rawHeaders: ['Authorization', `Bearer ${token}`] });
      if (!outcome.passed) throw outcome.error;
    },
    'access elsewhere': (token: string) => verifier.verify(token),
    refresh: (token: string) => auth.refresh(token),
    logout: (token: string) => auth.logout(token),
    invite: (token: string) => invite.verify(token),
    reset: (token: string) => reset.verify(token),
  };
  const fitting: Readonly<Record<string, readonly string[]>> = {
    access: ['access', 'access elsewhere'],
    refresh: ['refresh', 'logout'],
    invite: ['invite'],
    reset: ['reset'],
    'ID token': [],
    'token without typ': [],
  };

  async function tokenOf(kind: string): Promise<string> {
    if (kind === 'invite') return invite.issue({ subject: '1' });
    if (kind === 'reset') return reset.issue({ subject: '1' });
    if (kind === 'ID token') return forge(alg, { alg, typ: 'JWT', kid: 'k1' }, { ...CLAIMS, nonce: 'n' });
    if (kind === 'token without typ') return forge(alg, { alg, kid: 'k1' });
    const pair = await logIn(made);
    return kind === 'access' ? pair.access : pair.refresh;
  }

  const cells = Object.keys(fitting).flatMap((kind) => Object.keys(uses).map((use) => [kind, use] as const));

  it.each(cells)('an %s is judged as %s by its kind (R13, CVE-2023-48309)', async (kind, use) => {
    const call = async () => uses[use as keyof typeof uses](await tokenOf(kind));
    if (fitting[kind]?.includes(use)) await call();
    else expect((await refusalOf(call))[1]).toBe(401);
  });

  it('all claims alike, it is the typ alone that decides', async () => {
    const every = { ...CLAIMS, gen: 0, aud: [AUDIENCE, ISSUER] };
    for (const typ of ['at+jwt', 'rt+jwt', 'invite+jwt', 'reset+jwt', 'JWT', 'sl+jwt']) {
      const token = forge(alg, { alg, typ, kid: 'k1' }, every);
      expect(await refusalOf(() => reset.verify(typ === 'reset+jwt' ? 'x.x.x' : token))).toEqual(
        ['at+jwt', 'rt+jwt', 'invite+jwt'].includes(typ) ? WRONG_TYPE : NOT_VALID,
      );
    }
    expect(await reset.verify(forge(alg, { alg, typ: 'reset+jwt', kid: 'k1' }, every))).toMatchObject({
      id: 'j',
    });
  });
});

describe('two issuers', () => {
  const A = { issuer: 'https://a.test', audience: AUDIENCE, keys: verifyingKey('ES256', 'a') };
  const B = { issuer: 'https://b.test', audience: 'https://b-api.test', keys: verifyingKey('ES256', 'b') };
  const verifier = createVerifier({ issuers: [A, B], clock: createClock() });
  const token = (iss: unknown, aud: unknown, key: string) =>
    forge('ES256', headerOf('ES256'), { ...CLAIMS, iss, aud }, key);

  it('are each taken with their own key and audience, though the kid is the same', async () => {
    expect((await verifier.verify(token(A.issuer, A.audience, 'a'))).issuer).toBe(A.issuer);
    expect((await verifier.verify(token(B.issuer, B.audience, 'b'))).issuer).toBe(B.issuer);
  });

  it.each([
    ['the key of B for A (CVE-2025-59936)', A.issuer, A.audience, 'b'],
    ['the key of A for B', B.issuer, B.audience, 'a'],
    ['the audience of B at A', A.issuer, B.audience, 'a'],
    ['the audience of A at B', B.issuer, A.audience, 'b'],
    ['an issuer that is neither', 'https://c.test', A.audience, 'a'],
    ['no issuer', undefined, A.audience, 'a'],
    ['both issuers in a list (CVE-2025-30144)', [A.issuer, B.issuer], A.audience, 'a'],
    ['a longer name', `${A.issuer}.evil.test`, A.audience, 'a'],
    ['a slash more', `${A.issuer}/`, A.audience, 'a'],
    ['upper case', A.issuer.toUpperCase(), A.audience, 'a'],
    ['__proto__', '__proto__', A.audience, 'a'],
    ['constructor', 'constructor', A.audience, 'a'],
    ['null', null, A.audience, 'a'],
    ['a number', 0, A.audience, 'a'],
    ['an object', {}, A.audience, 'a'],
  ])('refuse %s', async (_name, iss, aud, key) => {
    expect(await refusalOf(() => verifier.verify(token(iss, aud, key)))).toEqual(NOT_VALID);
  });

  it('refuse a payload that names both, in either order', async () => {
    const claims = JSON.stringify({ ...CLAIMS, iss: A.issuer });
    for (const text of [
      claims.replace('{', `{"iss":"${B.issuer}",`),
      claims.replace(/\}$/, `,"iss":"${B.issuer}"}`),
    ])
      for (const key of ['a', 'b'])
        expect(await refusalOf(() => verifier.verify(forge('ES256', headerOf('ES256'), text, key)))).toEqual(
          NOT_VALID,
        );
  });

  it('cannot be confused by a secret of one and a public key of the other', async () => {
    const hmac = {
      issuer: 'https://h.test',
      audience: AUDIENCE,
      keys: { alg: 'HS256', secret: longSecret(), kid: 'k1' } as const,
    };
    const mixed = createVerifier({ issuers: [A, hmac], clock: createClock() });
    const good = { ...CLAIMS, iss: hmac.issuer };
    expect((await mixed.verify(forge('HS256', headerOf('HS256'), good))).issuer).toBe(hmac.issuer);
    const bad = { ...CLAIMS, iss: A.issuer };
    expect(await refusalOf(() => mixed.verify(forge('HS256', headerOf('HS256'), bad)))).toEqual(NOT_VALID);
    expect(await refusalOf(() => mixed.verify(forge('ES256', headerOf('ES256'), good)))).toEqual(NOT_VALID);
  });
});

describe('the key that a token names', () => {
  const keys: KeyInput[] = [
    { alg: 'ES256', publicKey: pairFor('ES256').publicKey, kid: 'one' },
    { alg: 'ES256', publicKey: pairFor('ES256', 'b').publicKey, kid: 'two' },
    { alg: 'HS256', secret: longSecret(), kid: 'three' },
  ];
  const verifier = createVerifier({
    issuers: [{ issuer: ISSUER, audience: AUDIENCE, keys }],
    clock: createClock(),
  });
  const token = (alg: 'ES256' | 'HS256', kid: unknown, key = 'a') =>
    forge(alg, { ...headerOf(alg), kid }, CLAIMS, key);

  it('is the only one that is tried', async () => {
    expect((await verifier.verify(token('ES256', 'one'))).subject).toBe('1');
    expect((await verifier.verify(token('ES256', 'two', 'b'))).subject).toBe('1');
    expect((await verifier.verify(token('HS256', 'three'))).subject).toBe('1');
    expect(await refusalOf(() => verifier.verify(token('ES256', 'two')))).toEqual(NOT_VALID);
    expect(await refusalOf(() => verifier.verify(token('ES256', 'one', 'b')))).toEqual(NOT_VALID);
  });

  it('must be of the algorithm that the token says (CVE-2015-9235)', async () => {
    expect(await refusalOf(() => verifier.verify(token('HS256', 'one')))).toEqual(NOT_VALID);
    expect(await refusalOf(() => verifier.verify(token('ES256', 'three')))).toEqual(NOT_VALID);
  });

  it('must be clear: a token without kid is taken only where one key of its algorithm is there', async () => {
    expect(await refusalOf(() => verifier.verify(token('ES256', undefined)))).toEqual(NOT_VALID);
    expect(await refusalOf(() => verifier.verify(token('ES256', undefined, 'b')))).toEqual(NOT_VALID);
    expect((await verifier.verify(token('HS256', undefined))).subject).toBe('1');
  });

  it('is text or nothing, also where the key has no name and every name is good', async () => {
    const { kid: _, ...key } = verifyingKey('HS256');
    const nameless = createVerifier({
      issuers: [{ issuer: ISSUER, audience: AUDIENCE, keys: key as KeyInput }],
      clock: createClock(),
    });
    for (const kid of ['anything', '', '__proto__', undefined])
      expect((await nameless.verify(token('HS256', kid))).subject).toBe('1');
    for (const kid of [1, null, true, ['k1'], {}])
      expect(await refusalOf(() => nameless.verify(token('HS256', kid)))).toEqual(NOT_VALID);
    expect(await refusalOf(() => nameless.verify(token('HS256', 'anything', 'b')))).toEqual(NOT_VALID);
  });

  it('with a name is not found by another, though a key without a name is there', async () => {
    const { kid: _, ...second } = verifyingKey('ES256', 'b');
    const named = verifyingKey('ES256', 'a', 'one');
    const mixed = createVerifier({
      issuers: [{ issuer: ISSUER, audience: AUDIENCE, keys: [named, second as KeyInput] }],
      clock: createClock(),
    });
    expect((await mixed.verify(token('ES256', 'one'))).subject).toBe('1');
    expect((await mixed.verify(token('ES256', 'other', 'b'))).subject).toBe('1');
    expect(await refusalOf(() => mixed.verify(token('ES256', 'other')))).toEqual(NOT_VALID);
    expect(await refusalOf(() => mixed.verify(token('ES256', 'one', 'b')))).toEqual(NOT_VALID);
  });

  it('is gone once it is retired (GHSA-675f-rq2r-jw82)', async () => {
    const old = { alg: 'ES256', privateKey: pairFor('ES256').privateKey, kid: 'k1' } as const;
    const { auth } = makeAuth({ keys: old, revocation: 'none' });
    const guard = auth.guard();
    const ask = async () =>
      (await guard({ method: 'GET', rawHeaders: ['Authorization', `Bearer ${forge('ES256')}`] })).passed;
    expect(await ask()).toBe(true);
    await auth.keys.access.publish({ alg: 'ES256', privateKey: pairFor('ES256', 'b').privateKey, kid: 'k2' });
    auth.keys.access.signWith('k2');
    expect(await ask()).toBe(true);
    auth.keys.access.retire('k1');
    expect(await ask()).toBe(false);
  });
});

describe('an access token made with the keys of refresh tokens, or the reverse', () => {
  const refreshKey = { alg: 'HS256', secret: longSecret(5), kid: 'r1' } as const;
  const made = makeAuth({
    keys: { alg: 'HS256', secret: longSecret(), kid: 'k1' },
    refresh: { keys: refreshKey },
  });
  const refreshClaims = { ...CLAIMS, aud: ISSUER, gen: 0 };

  it.each([
    ['the access key, its kid', 'k1', 'a'],
    ['the access key, the kid of refresh tokens', 'r1', 'a'],
  ])('is refused as refresh token: %s', async (_name, kid, key) => {
    const token = forge('HS256', { alg: 'HS256', typ: 'rt+jwt', kid }, refreshClaims, key);
    expect(await refusalOf(() => made.auth.refresh(token))).toEqual(NOT_VALID);
  });

  it('a verifier that knows the access secret cannot make a refresh token (design §3)', async () => {
    const { refresh } = await logIn(made);
    const [, payload] = refresh.split('.');
    const text = Buffer.from(String(payload), 'base64url').toString();
    for (const kid of ['k1', 'r1'])
      for (const typ of ['rt+jwt', 'at+jwt'])
        expect(
          (await refusalOf(() => made.auth.refresh(forge('HS256', { alg: 'HS256', typ, kid }, text))))[1],
        ).toBe(401);
    expect((await made.auth.refresh(refresh)).access).toBeTypeOf('string');
  });
});

describe('the parts of a login token', () => {
  it('of another auth with the same name and another key are refused', async () => {
    await expectRefused(
      ({ alg }) => forge(alg, headerOf(alg), CLAIMS, 'c'),
      PATHS.filter(({ alg }) => alg !== 'RS256'),
    );
  });

  it('of another auth with the same key and another audience are refused', async () => {
    await expectRefused(({ alg }) => forge(alg, headerOf(alg), { ...CLAIMS, aud: 'https://other-api.test' }));
  });

  it('lose nothing when the clock goes back: an iat ahead of the clock skew is refused', async () => {
    await expectRefused(({ alg }) =>
      forge(alg, headerOf(alg), { ...CLAIMS, iat: NOW + 120, exp: NOW + 300 }),
    );
  });

  it('of a key that is both published and private show the public half only', () => {
    const { auth } = makeAuth({ keys: { alg: 'RS256', privateKey: jwkOf(pairs.rsa().privateKey) } });
    expect(JSON.stringify(auth.jwks())).not.toContain(String(jwkOf(pairs.rsa().privateKey)['d']));
  });
});
