/**
 * Tokens as the issuers of docs/issuers.md write them, taken with the configuration that the page gives, and refused with each single
 * difference.
 */
import type { JsonObject } from '@tokenpair/core';
import { createVerifier, type IssuerOptions, type Verifier } from '@tokenpair/core/verifier';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { createClock, DAY, T0 } from '../support/clock.ts';
import { pemOf } from '../support/keys.ts';
import { refusalOf } from '../support/outcome.ts';
import { runPage } from './docs.ts';
import { FIXTURES, type IssuerFixture } from './fixtures.ts';
import { issuerKey, servedAt, signToken, signWithPublicKey, startKeyHost, without } from './support.ts';

const NOW = T0 / 1000;
const NOT_VALID = ['token_not_valid', 401];
const WRONG_TYPE = ['token_wrong_type', 401];
const EXPIRED = ['token_expired', 401];

let page: Readonly<Record<string, unknown>> = {};

beforeAll(async () => {
  vi.stubEnv('TOKENPAIR_SECRET', 'a secret of the documentation, 32 bytes');
  vi.stubEnv('REPORTS_SECRET', 'of reports');
  page = await runPage('issuers');
});

function documented({ name, change }: IssuerFixture): IssuerOptions {
  const issuer = page[name] as IssuerOptions;
  const { typ: _, ...rest } = issuer;
  return change === undefined ? issuer : rest;
}

/** A verifier with the page's configuration, its key set at a local server. */
async function setUp(fixture: IssuerFixture) {
  const issuer = documented(fixture);
  const host = await startKeyHost();
  const key = issuerKey('RS256', 'a', String(fixture.header['kid']));
  host.publish('/keys', { keys: fixture.keySet(key) });
  const clock = createClock();
  const verifier = createVerifier({ issuers: [servedAt(host.urlOf('/keys'), issuer)], clock });
  return { issuer, key, clock, verifier };
}

/** Verdicts on tokens that differ from a good one in what is given. */
function judging(verifier: Verifier, fixture: IssuerFixture, key = issuerKey('RS256', 'a')) {
  return (header: JsonObject, claims: JsonObject = {}) =>
    refusalOf(() =>
      verifier.verify(signToken({ ...fixture.header, ...header }, { ...fixture.claims, ...claims }, key)),
    );
}

/** Whether such a token is taken. */
function taking(verifier: Verifier, fixture: IssuerFixture) {
  return (claims: JsonObject) =>
    expect(
      verifier.verify(signToken(fixture.header, { ...fixture.claims, ...claims }, issuerKey('RS256', 'a'))),
    ).resolves.toBeDefined();
}

describe.each(FIXTURES)('%s', (_, fixture) => {
  it('is taken with the documented configuration', async () => {
    const { issuer, key, verifier } = await setUp(fixture);
    expect(issuer.jwks).toBe(fixture.jwks);

    const who = await verifier.verify(signToken(fixture.header, fixture.claims, key));

    expect(who).toEqual({
      issuer: fixture.claims['iss'],
      subject: fixture.claims['sub'],
      session: fixture.session,
      scopes: fixture.scopes,
      claims: fixture.claims,
    });
  });

  it('is refused with another audience', async () => {
    const { verifier } = await setUp(fixture);
    const judge = judging(verifier, fixture);
    const good = [fixture.claims[fixture.audienceClaim] ?? ''].flat()[0] as string;
    const others = [
      'another',
      `${good}/`,
      good.slice(0, -1),
      good.toUpperCase(),
      '',
      [],
      ['another'],
      [[good]],
    ];
    const near = [[`${good}/`], [good.slice(0, -1), ` ${good}`], { [good]: true }, [good, 1], null, 1];
    for (const audience of [...others, ...near]) {
      expect([audience, ...(await judge({}, { [fixture.audienceClaim]: audience }))]).toEqual([
        audience,
        ...NOT_VALID,
      ]);
    }
  });

  it('is refused with another issuer', async () => {
    const { verifier } = await setUp(fixture);
    const judge = judging(verifier, fixture);
    const good = String(fixture.claims['iss']);
    const slash = good.endsWith('/') ? good.slice(0, -1) : `${good}/`;
    for (const iss of [slash, good.toUpperCase(), `${good}x`, 'https://issuer.test', '', [good], null]) {
      expect([iss, ...(await judge({}, { iss }))]).toEqual([iss, ...NOT_VALID]);
    }
  });

  it('is refused with another type, where the issuer writes one', async () => {
    const { issuer, verifier, key } = await setUp(fixture);
    const types = ['rt+jwt', 'logout+jwt', 'dpop+jwt', `${String(fixture.header['typ'])}x`, ''];
    if (issuer.typ === null) {
      for (const typ of types) {
        const token = signToken({ ...fixture.header, typ }, fixture.claims, key);
        await expect(verifier.verify(token)).resolves.toBeDefined();
      }
      return;
    }
    const judge = judging(verifier, fixture);
    for (const typ of types) expect([typ, ...(await judge({ typ }))]).toEqual([typ, ...WRONG_TYPE]);
    const { typ: _typ, ...untyped } = fixture.header;
    expect(await refusalOf(() => verifier.verify(signToken(untyped, fixture.claims, key)))).toEqual(
      WRONG_TYPE,
    );
    for (const typ of [null, 1, ['JWT'], {}]) expect(await judge({ typ: typ as never })).toEqual(NOT_VALID);
  });

  it('is refused once it has expired, and before it is good', async () => {
    const { verifier, clock } = await setUp(fixture);
    const judge = judging(verifier, fixture);
    const exp = Number(fixture.claims['exp']);
    clock.now = (exp + 5) * 1000 - 1;
    await taking(verifier, fixture)({});
    clock.now += 1;
    expect(await judge({})).toEqual(EXPIRED);
    clock.now = T0;
    expect(await judge({}, { nbf: NOW + 61 })).toEqual(NOT_VALID);
    expect(await judge({}, { iat: NOW + 61 })).toEqual(NOT_VALID);
    await taking(verifier, fixture)({ nbf: NOW + 60, iat: NOW + 60 });
  });

  it('is refused without any one of the required claims', async () => {
    const { verifier, key } = await setUp(fixture);
    for (const name of fixture.required) {
      const token = signToken(fixture.header, without(fixture.claims, name), key);
      expect([name, ...(await refusalOf(() => verifier.verify(token)))]).toEqual([name, ...NOT_VALID]);
    }
  });

  it('is refused with a life beyond a day', async () => {
    const { verifier } = await setUp(fixture);
    const judge = judging(verifier, fixture);
    const iat = Number(fixture.claims['iat']);
    expect(await judge({}, { exp: iat + DAY / 1000 + 1 })).toEqual(NOT_VALID);
    await taking(verifier, fixture)({ exp: iat + DAY / 1000 });
  });

  it('is refused with the key of somebody else, under its own kid and under theirs', async () => {
    const { verifier } = await setUp(fixture);
    const other = issuerKey('RS256', 'b');
    expect(await judging(verifier, fixture, other)({})).toEqual(NOT_VALID);
    expect(await judging(verifier, fixture)({ kid: 'of-another-issuer' })).toEqual(NOT_VALID);
    for (const kid of ['', '__proto__', 'constructor', '../../dev/null', 'k'.repeat(300)])
      expect(await judging(verifier, fixture)({ kid })).toEqual(NOT_VALID);
    for (const kid of [null, 1, [], {}])
      expect(await judging(verifier, fixture)({ kid: kid as never })).toEqual(NOT_VALID);
  });

  it('is refused with another algorithm', async () => {
    const { verifier, key } = await setUp(fixture);
    const judge = judging(verifier, fixture);
    for (const alg of ['RS512', 'PS256', 'ES256', 'HS256', 'none', 'rs256', '', '__proto__'])
      expect([alg, ...(await judge({ alg }))]).toEqual([alg, ...NOT_VALID]);
    for (const alg of ['RS512', 'PS256'] as const) {
      const token = signToken({ ...fixture.header, alg }, fixture.claims, key, alg);
      expect(await refusalOf(() => verifier.verify(token))).toEqual(NOT_VALID);
    }
    for (const alg of [null, 1, ['RS256'], undefined])
      expect(await judge({ alg } as never)).toEqual(NOT_VALID);
  });

  it('is refused as an HMAC under the text of the public key', async () => {
    const { verifier, key } = await setUp(fixture);
    const header = { ...fixture.header, alg: 'HS256' };
    for (const text of [pemOf(key.privateKey), JSON.stringify(key.jwk), String(key.jwk['n'])]) {
      const token = signWithPublicKey(header, fixture.claims, text);
      expect(await refusalOf(() => verifier.verify(token))).toEqual(NOT_VALID);
    }
  });

  it('is refused with a header member that brings a key, an extension or an encryption', async () => {
    const { verifier, key } = await setUp(fixture);
    const judge = judging(verifier, fixture);
    const members: readonly (readonly [string, unknown])[] = [
      ['jwk', key.jwk],
      ['jku', fixture.jwks],
      ['x5u', fixture.jwks],
      ['x5c', ['MIIC']],
      ['crit', ['exp']],
      ['crit', []],
      ['b64', true],
      ['b64', false],
      ['zip', 'DEF'],
      ['enc', 'A256GCM'],
    ];
    for (const [name, value] of members) {
      for (const each of [value, null])
        expect([name, ...(await judge({ [name]: each } as JsonObject))]).toEqual([name, ...NOT_VALID]);
    }
  });

  it('is taken with header members that nobody knows', async () => {
    const { verifier, key } = await setUp(fixture);
    const header = {
      ...fixture.header,
      x5t: 'a',
      'x5t#S256': 'b',
      cty: 'json',
      nonce: 'n',
      extra: { a: [1] },
    };
    await expect(verifier.verify(signToken(header, fixture.claims, key))).resolves.toBeDefined();
  });

  it('is refused with a repeated member, in the header or in the claims', async () => {
    const { verifier, key } = await setUp(fixture);
    const header = JSON.stringify(fixture.header);
    const claims = JSON.stringify(fixture.claims);
    const repeated = (json: string, member: string) => `${json.slice(0, -1)},${member}}`;
    const twoAlgs = signToken(repeated(header, '"alg":"RS256"'), claims, key);
    const twoSubs = signToken(header, repeated(claims, `"sub":"${String(fixture.claims['sub'])}"`), key);
    for (const token of [twoAlgs, twoSubs])
      expect(await refusalOf(() => verifier.verify(token))).toEqual(NOT_VALID);
  });

  it.each(fixture.nearMisses)('is refused as $name', async ({ header, claims, code = 'token_not_valid' }) => {
    const { verifier } = await setUp(fixture);
    expect(await judging(verifier, fixture)(header ?? {}, claims)).toEqual([code, 401]);
  });
});
