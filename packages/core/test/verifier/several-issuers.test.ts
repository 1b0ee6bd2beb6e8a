import type { JsonObject } from '@tokenpair/core';
import { createVerifier, type IssuerOptions } from '@tokenpair/core/verifier';
import { describe, expect, it } from 'vitest';
import { createClock, MINUTE, T0 } from '../support/clock.ts';
import { failureOf, refusalOf } from '../support/outcome.ts';
import { encode } from '../support/tokens.ts';
import {
  bearer,
  clientFor,
  type IssuerKey,
  issuerKey,
  servedAt,
  short,
  signToken,
  startKeyHost,
} from './support.ts';

const NOW = T0 / 1000;
const NOT_VALID = ['token_not_valid', 401];
const A = 'https://a.test';
const B = 'https://b.test';

function issuerOf(issuer: string, more: Partial<IssuerOptions> = {}): IssuerOptions {
  return { issuer, audience: 'api', algorithms: ['ES256'], ...more };
}

function tokenOf(iss: unknown, key: IssuerKey, claims: JsonObject = {}, kid = key.kid): string {
  return signToken(
    { alg: key.alg, typ: 'at+jwt', kid },
    { iss, aud: 'api', sub: '1', iat: NOW, exp: NOW + 300, ...claims },
    key,
  );
}

/** Two issuers with an ES256 key each, both under the same kid if wanted. */
async function twoIssuers({ kidOfB = 'b' } = {}) {
  const host = await startKeyHost();
  const a = issuerKey('ES256', 'a');
  const b = issuerKey('ES256', 'b', kidOfB);
  host.publish('/a', { keys: [a.jwk] });
  host.publish('/b', { keys: [b.jwk] });
  const clock = createClock();
  const issuers = [
    servedAt(host.urlOf('/a'), issuerOf(A)),
    servedAt(host.urlOf('/b'), issuerOf(B, { audience: 'api of b', scopeClaim: 'scp', typ: ['JWT'] })),
  ];
  return { host, a, b, clock, verifier: createVerifier({ issuers, clock }) };
}

describe('several issuers', () => {
  it('are each held to their own audience, type and scopes', async () => {
    const { verifier, a, b } = await twoIssuers();
    const ofA = await verifier.verify(tokenOf(A, a, { scope: 'x', scp: ['y'] }));
    expect([ofA.issuer, ofA.scopes]).toEqual([A, ['x']]);
    const claims = { iss: B, aud: 'api of b', sub: '1', iat: NOW, exp: NOW + 60, scope: 'x', scp: ['y'] };
    const ofB = await verifier.verify(signToken({ alg: 'ES256', typ: 'JWT', kid: 'b' }, claims, b));
    expect([ofB.issuer, ofB.scopes]).toEqual([B, ['y']]);

    const likeA = signToken({ alg: 'ES256', typ: 'at+jwt', kid: 'b' }, claims, b);
    expect(await refusalOf(() => verifier.verify(likeA))).toEqual(['token_wrong_type', 401]);
    const forA = signToken({ alg: 'ES256', typ: 'JWT', kid: 'b' }, { ...claims, aud: 'api' }, b);
    expect(await refusalOf(() => verifier.verify(forA))).toEqual(NOT_VALID);
  });

  it.each(['b', 'a'])(
    "do not speak for each other: A's key below B's name, B's kid being %s",
    async (kidOfB) => {
      const { verifier, a, b } = await twoIssuers({ kidOfB });
      const claims = { iss: B, aud: ['api of b', 'api'], sub: '1', iat: NOW, exp: NOW + 60 };
      for (const kid of ['a', 'b']) {
        for (const typ of ['JWT', 'at+jwt']) {
          const forged = signToken({ alg: 'ES256', typ, kid }, claims, a);
          expect((await failureOf(() => verifier.verify(forged))).status).toBe(401);
          const reverse = signToken({ alg: 'ES256', typ, kid }, { ...claims, iss: A }, b);
          expect((await failureOf(() => verifier.verify(reverse))).status).toBe(401);
        }
      }
    },
  );

  it('are not asked for a token of nobody', async () => {
    const { verifier, host, a } = await twoIssuers();
    const strangers = [
      'https://c.test',
      `${A}/`,
      '',
      '__proto__',
      'constructor',
      null,
      [A],
      { a: A },
      1,
      undefined,
    ];
    for (const iss of strangers)
      expect(await refusalOf(() => verifier.verify(tokenOf(iss, a)))).toEqual(NOT_VALID);
    expect([host.fetches('/a'), host.fetches('/b')]).toEqual([0, 0]);
  });

  it('are told apart by a name that is there once', async () => {
    const { verifier, a } = await twoIssuers();
    const header = encode('{"alg":"ES256","typ":"at+jwt","kid":"a"}');
    const payload = `{"iss":"${B}","iss":"${A}","aud":"api","sub":"1","iat":${NOW},"exp":${NOW + 60}}`;
    const token = signToken(Buffer.from(header, 'base64url').toString(), payload, a);
    expect(await refusalOf(() => verifier.verify(token))).toEqual(NOT_VALID);
  });

  it('ask for their own keys only', async () => {
    const { verifier, host, a } = await twoIssuers();
    for (let i = 0; i < 5; i++) await verifier.verify(tokenOf(A, a));
    for (let i = 0; i < 5; i++) await refusalOf(() => verifier.verify(tokenOf(A, a, {}, `unknown ${i}`)));
    expect([host.fetches('/a') <= 2, host.fetches('/b')]).toEqual([true, 0]);
  });

  it('do not suffer from one whose key set cannot be had', async () => {
    const { verifier, host, a, b, clock } = await twoIssuers();
    host.publish('/b', { status: 500 });
    const ofB = tokenOf(B, b, { aud: 'api of b' });
    const typed = signToken(
      { alg: 'ES256', typ: 'JWT', kid: 'b' },
      { iss: B, aud: 'api of b', sub: '1', iat: NOW, exp: NOW + 300 },
      b,
    );
    for (let round = 0; round < 20; round++) {
      await expect(verifier.verify(tokenOf(A, a))).resolves.toBeDefined();
      const failure = await failureOf(() => verifier.verify(typed));
      expect([failure.code, failure.status]).toEqual(['keys_unavailable', 503]);
      expect(Number(failure.headers['retry-after'])).toBeGreaterThanOrEqual(1);
      clock.advance(100);
    }
    expect(host.fetches('/b')).toBeLessThan(4);
    expect(host.fetches('/a')).toBe(1);

    const guard = verifier.guard({ optional: true, onInvalid: 'anonymous' });
    expect(short(await guard(bearer(typed)))).toEqual(['keys_unavailable', 503]);
    // What is wrong with a token without asking for a key is told as ever.
    expect(await refusalOf(() => verifier.verify(ofB))).toEqual(['token_wrong_type', 401]);

    host.publish('/b', { keys: [b.jwk] });
    clock.advance(MINUTE);
    await expect(verifier.verify(typed)).resolves.toMatchObject({ issuer: B });
  });
});

describe('a key set', () => {
  it('is fetched once for any number of tokens, and anew for a kid that it lacks', async () => {
    const { verifier, host, a, clock } = await twoIssuers();
    await Promise.all(Array.from({ length: 50 }, () => verifier.verify(tokenOf(A, a))));
    expect(host.fetches('/a')).toBe(1);
    const next = issuerKey('ES256', 'c');
    host.publish('/a', { keys: [a.jwk, next.jwk] });
    clock.advance(MINUTE);
    await expect(verifier.verify(tokenOf(A, next))).resolves.toBeDefined();
    expect(host.fetches('/a')).toBe(2);
  });

  it('that cannot be had anew is used for an hour more, then no longer', async () => {
    const { verifier, host, a, clock } = await twoIssuers();
    await verifier.verify(tokenOf(A, a));
    host.publish('/a', { status: 500 });
    const fresh = () => tokenOf(A, a, { iat: clock.now / 1000, exp: clock.now / 1000 + 300 });
    clock.advance(5 * MINUTE + 60 * MINUTE - 1);
    await expect(verifier.verify(fresh())).resolves.toBeDefined();
    clock.advance(1);
    expect(await refusalOf(() => verifier.verify(fresh()))).toEqual(['keys_unavailable', 503]);
  });

  it('may come from a client that several verifiers share', async () => {
    const host = await startKeyHost();
    const a = issuerKey('ES256', 'a');
    host.publish('/a', { keys: [a.jwk] });
    const clock = createClock();
    const jwks = clientFor(host.urlOf('/a'), ['ES256'], clock);
    const make = (audience: string) => createVerifier({ issuers: [{ issuer: A, audience, jwks }], clock });
    await make('api').verify(tokenOf(A, a));
    await make('other').verify(tokenOf(A, a, { aud: 'other' }));
    expect(host.fetches('/a')).toBe(1);
    expect(() =>
      createVerifier({ issuers: [{ issuer: A, audience: 'api', algorithms: ['ES256'], jwks }] }),
    ).toThrow(TypeError);
  });

  it('has each key for its algorithm alone, whatever the header says of it', async () => {
    const host = await startKeyHost();
    const [rsa, ec] = [issuerKey('RS256', 'a', 'r'), issuerKey('ES256', 'a', 'e')];
    host.publish('/a', { keys: [rsa.jwk, ec.jwk] });
    const issuer = servedAt(host.urlOf('/a'), issuerOf(A, { algorithms: ['RS256', 'ES256'] }));
    const verifier = createVerifier({ issuers: [issuer], clock: createClock() });
    const claims = { iss: A, aud: 'api', sub: '1', iat: NOW, exp: NOW + 60 };
    const token = (alg: string, key: IssuerKey) =>
      signToken({ alg, typ: 'at+jwt', kid: key.kid }, claims, key);
    for (const key of [rsa, ec]) await expect(verifier.verify(token(key.alg, key))).resolves.toBeDefined();
    for (const [alg, key] of [
      ['ES256', rsa],
      ['RS256', ec],
    ] as const)
      expect(await refusalOf(() => verifier.verify(token(alg, key)))).toEqual(NOT_VALID);
  });

  it('decides the algorithm by the configuration where a key has none', async () => {
    const host = await startKeyHost();
    const rsa = issuerKey('RS256', 'a');
    host.publish('/a', { keys: [rsa.jwk] });
    const issuer = servedAt(host.urlOf('/a'), issuerOf(A, { algorithms: ['PS256'] }));
    const verifier = createVerifier({ issuers: [issuer], clock: createClock() });
    const claims = { iss: A, aud: 'api', sub: '1', iat: NOW, exp: NOW + 60 };
    const token = (alg: 'RS256' | 'PS256') => signToken({ alg, typ: 'at+jwt', kid: 'a' }, claims, rsa, alg);
    await expect(verifier.verify(token('PS256'))).resolves.toBeDefined();
    expect(await refusalOf(() => verifier.verify(token('RS256')))).toEqual(NOT_VALID);
  });
});
