import { generateKeyPairSync } from 'node:crypto';
import type { Algorithm, Jwk } from '@tokenpair/core';
import { describe, expect, it } from 'vitest';
import { jwkOf, pairs } from '../support/keys.ts';
import { failureOf } from '../support/outcome.ts';
import { clientOf, ecKey, K1, startIssuer } from './issuer.ts';

const rsa = (more: Jwk = {}, name = 'a'): Jwk => ({
  ...jwkOf(pairs.rsa(2048, name).publicKey),
  kid: 'r1',
  ...more,
});
const R1 = { kid: 'r1', alg: 'RS256' };

async function clientFor(keys: readonly unknown[], algorithms: readonly Algorithm[] = ['ES256', 'RS256']) {
  return clientOf(await startIssuer(keys), { algorithms }).client;
}

/** What stands behind the refusal of a whole set: its cause, and everything that the error shows. */
async function refusalOfSet(keys: readonly unknown[]) {
  const client = await clientFor(keys);
  const error = await failureOf(() => client.find(K1));
  expect([error.code, error.status]).toEqual(['keys_unavailable', 503]);
  const cause = error.cause as Error & { readonly fault?: string; readonly code?: string };
  const shown = [error, cause, cause.cause]
    .map((each) => (each instanceof Error ? `${each.message} ${JSON.stringify(each)}` : ''))
    .join();
  return { reason: cause.fault ?? cause.code, shown };
}

describe('a key set', () => {
  it('gives the key of a kid', async () => {
    const client = await clientFor([ecKey('k1'), ecKey('k2', 'b')]);
    const [one, two] = [await client.find(K1), await client.find({ kid: 'k2', alg: 'ES256' })];
    expect([one?.kid, two?.kid]).toEqual(['k1', 'k2']);
    expect(one?.fingerprint).not.toBe(two?.fingerprint);
    expect(one?.sign).toBeUndefined();
  });

  it('gives every type of key its one algorithm, said or unsaid', async () => {
    const okp = (more: Jwk): Jwk => ({ ...jwkOf(pairs.ed25519().publicKey), ...more });
    const client = await clientFor(
      [ecKey('e'), rsa({ kid: 'r' }), rsa({ kid: 's', alg: 'PS256' }, 'b'), okp({ kid: 'o', alg: 'EdDSA' })],
      ['ES256', 'PS256', 'EdDSA'],
    );
    const alg = async (kid: string, wanted: string) => (await client.find({ kid, alg: wanted }))?.alg;
    expect([
      await alg('e', 'ES256'),
      await alg('r', 'PS256'),
      await alg('s', 'PS256'),
      await alg('o', 'EdDSA'),
    ]).toEqual(['ES256', 'PS256', 'PS256', 'EdDSA']);
    expect(await alg('r', 'RS256')).toBeUndefined();
  });

  it('gives nothing when the algorithm is not that of the key', async () => {
    const client = await clientFor([ecKey('k1'), rsa()]);
    expect(await client.find(R1)).toBeDefined();
    expect(client.find({ kid: 'k1', alg: 'RS256' })).toBeUndefined();
    expect(client.find({ kid: 'r1', alg: 'ES256' })).toBeUndefined();
  });

  it.each(['none', 'HS256', 'RS512', 'es256', '', 'constructor', '__proto__'])(
    'is not fetched for the algorithm %j',
    async (alg) => {
      const issuer = await startIssuer();
      expect(clientOf(issuer).client.find({ kid: 'k1', alg })).toBeUndefined();
      expect(issuer.requests).toBe(0);
    },
  );

  it.each(['constructor', '__proto__', 'toString', '../k1', 'k1\0', 'K1', ''])(
    'does not have the kid %j',
    async (kid) => {
      const client = await clientFor([ecKey('k1')]);
      expect(await client.find({ kid, alg: 'ES256' })).toBeUndefined();
    },
  );

  it('is not fetched for a kid that is too long to be one', async () => {
    const issuer = await startIssuer();
    expect(clientOf(issuer).client.find({ kid: 'k'.repeat(256), alg: 'ES256' })).toBeUndefined();
    expect(issuer.requests).toBe(0);
  });

  it('gives a token without kid the only key of its algorithm', async () => {
    const client = await clientFor([ecKey('k1'), rsa()]);
    expect(await client.find({ kid: undefined, alg: 'ES256' })).toMatchObject({ kid: 'k1' });
    expect(client.find({ kid: undefined, alg: 'RS256' })).toMatchObject({ kid: 'r1' });
  });

  it('gives a token without kid nothing when there are two such keys', async () => {
    const client = await clientFor([ecKey('k1'), ecKey(undefined, 'b')]);
    expect(await client.find({ kid: undefined, alg: 'ES256' })).toBeUndefined();
  });

  it('gives a key without kid to a token without kid, and to no other', async () => {
    const client = await clientFor([ecKey(undefined)]);
    const key = await client.find({ kid: undefined, alg: 'ES256' });
    expect(key).toMatchObject({ alg: 'ES256' });
    expect(await client.find({ kid: key?.kid, alg: 'ES256' })).toBeUndefined();
  });

  it('may be empty', async () => {
    expect(await (await clientFor([])).find(K1)).toBeUndefined();
  });

  it.each<[string, unknown]>([
    ['an unknown type', { kty: 'AKP', alg: 'ML-DSA-44', pub: 'AAAA', kid: 'x' }],
    ['no type', { kid: 'x', crv: 'P-256' }],
    ['a type that is no text', { kty: ['EC'], crv: 'P-256', kid: 'x' }],
    ['another curve', { ...jwkOf(pairs.ec('P-384').publicKey), kid: 'x' }],
    ['another algorithm', ecKey('x', 'b', { alg: 'ES384' })],
    ['the algorithm of another type', ecKey('x', 'b', { alg: 'RS256' })],
    ['encryption', ecKey('x', 'b', { use: 'enc' })],
    ['another operation', ecKey('x', 'b', { key_ops: ['deriveKey'] })],
    ['no operation', ecKey('x', 'b', { key_ops: [] })],
    ['operations that are no list', ecKey('x', 'b', { key_ops: 'verify' })],
    [
      'encryption, and is weak',
      { ...jwkOf(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey), kid: 'x', use: 'enc' },
    ],
    ['encryption, under the kid of another', ecKey('k1', 'b', { use: 'enc' })],
  ])('is used without a key of it that is for %s', async (_, odd) => {
    const client = await clientFor([odd, ecKey('k1')]);
    expect(await client.find(K1)).toMatchObject({ kid: 'k1' });
    expect(client.find({ kid: undefined, alg: 'ES256' })).toMatchObject({ kid: 'k1' });
  });

  it('is used with keys that say what they are for', async () => {
    const client = await clientFor([
      ecKey('k1', 'a', { alg: 'ES256', use: 'sig', key_ops: ['verify'], x5t: 'AAAA' }),
    ]);
    expect(await client.find(K1)).toMatchObject({ kid: 'k1' });
  });
});

describe('a whole key set is refused', () => {
  it.each<[string, unknown]>([
    ['a list', [ecKey('k1')]],
    ['an object of keys', { keys: { k1: ecKey('k1') } }],
    ['no keys', {}],
    ['a key that is no object', { keys: [ecKey('k1'), 'k2'] }],
    ['a key that is null', { keys: [null] }],
  ])('when it is %s', async (_, document) => {
    const issuer = await startIssuer();
    issuer.answer = (response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(document));
    const error = await failureOf(() => clientOf(issuer).client.find(K1));
    expect(['not_a_key_set', 'not_json']).toContain((error.cause as { fault?: string }).fault);
  });

  it.each([
    [64, undefined],
    [65, 'too_many_keys'],
    [100, 'too_many_keys'],
  ])('or not, when it has %i keys', async (count, fault) => {
    const keys = [
      ecKey('k1'),
      ...Array.from({ length: count - 1 }, (_, index) => ({ kty: 'X', kid: `x${index}` })),
    ];
    const client = await clientFor(keys);
    if (fault === undefined) await expect(client.find(K1)).resolves.toMatchObject({ kid: 'k1' });
    else expect((await refusalOfSet(keys)).reason).toBe(fault);
  });

  it('when two keys have one kid', async () => {
    expect((await refusalOfSet([ecKey('k1'), ecKey('k1', 'b')])).reason).toBe('duplicate_kid');
    expect((await refusalOfSet([ecKey('k1'), rsa({ kid: 'k1' })])).reason).toBe('duplicate_kid');
  });

  it.each([
    ['d', 'private'],
    ['p', 'private'],
    ['q', 'private'],
    ['dp', 'private'],
    ['dq', 'private'],
    ['qi', 'private'],
    ['oth', 'private'],
    ['k', 'symmetric'],
    ['priv', 'private'],
  ])('when a key has the member %s, which is %s', async (member) => {
    const { reason, shown } = await refusalOfSet([ecKey('k1'), rsa({ [member]: 'c2VjcmV0' })]);
    expect(reason).toBe('private_key');
    expect(shown).not.toContain('c2VjcmV0');
  });

  it('when a key that would not be used is private', async () => {
    const leaked = { ...jwkOf(pairs.ec('P-384').privateKey), use: 'enc' };
    expect((await refusalOfSet([ecKey('k1'), leaked])).reason).toBe('private_key');
  });

  it('when a key is symmetric', async () => {
    expect((await refusalOfSet([ecKey('k1'), { kty: 'oct', kid: 's', k: 'AAAA' }])).reason).toBe(
      'private_key',
    );
    expect((await refusalOfSet([ecKey('k1'), { kty: 'oct', kid: 's' }])).reason).toBe('private_key');
  });

  const weak = (options: { modulusLength: number; publicExponent?: number }): Jwk =>
    jwkOf(generateKeyPairSync('rsa', options).publicKey);

  it.each<[string, () => Jwk]>([
    ['RSA of 1024 bits', () => weak({ modulusLength: 1024 })],
    ['RSA with the exponent 3', () => weak({ modulusLength: 2048, publicExponent: 3 })],
    ['RSA with the exponent 1', () => rsa({ e: 'AQ' })],
    ['RSA without a modulus', () => ({ kty: 'RSA', e: 'AQAB' })],
    ['no point of its curve', () => ecKey('k2', 'b', { y: jwkOf(pairs.ec('P-256', 'c').publicKey)['y'] })],
  ])('when a key that would be used is %s', async (_, make) => {
    const bad = make();
    const { reason, shown } = await refusalOfSet([ecKey('k1'), { ...bad, kid: 'bad' }]);
    expect(reason).toBe('ERR_INVALID_ARG_VALUE');
    expect(shown).toContain('keys[1]');
    for (const secret of [bad['n'], bad['x']])
      if (typeof secret === 'string') expect(shown).not.toContain(secret);
  });

  it.each([1, null, '', ['k1'], 'k'.repeat(256)])(
    'when a key that would be used has the kid %j',
    async (kid) => {
      expect((await refusalOfSet([ecKey('k1'), ecKey('x', 'b', { kid })])).reason).toMatch(
        /^ERR_INVALID_ARG_/,
      );
    },
  );

  it('and what was held before goes on being used', async () => {
    const issuer = await startIssuer();
    const { client, clock, idle } = clientOf(issuer);
    const key = await client.find(K1);
    issuer.publish([ecKey('k1', 'b', { d: 'AAAA' })]);
    clock.advance(601_000);
    expect(client.find(K1)).toBe(key);
    await idle();
    expect(client.find(K1)).toBe(key);
    expect(issuer.requests).toBe(2);
  });
});
