import { createAuth, type KeyInput } from '@tokenpair/core';
import { memoryStore } from '@tokenpair/core/memory';
import { describe, expect, it } from 'vitest';
import { toJwks } from '../../src/keys/jwks.ts';
import { createKeyRing } from '../../src/keys/key-ring.ts';
import { AUDIENCE, ISSUER } from '../support/auth.ts';
import { ALL_ALGORITHMS, jwkOf, keyFor, longSecret, pairFor, pairs } from '../support/keys.ts';
import { SECRET } from '../support/tokens.ts';

const ring = (...inputs: unknown[]) => createKeyRing(inputs as KeyInput[], 'keys');
const VALUE = expect.objectContaining({ name: 'TypeError', code: 'ERR_INVALID_ARG_VALUE' });
const TYPE = expect.objectContaining({ name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' });
const authWith = (keys: KeyInput | KeyInput[], refreshKeys?: KeyInput | KeyInput[]) =>
  createAuth({
    issuer: ISSUER,
    audience: AUDIENCE,
    store: memoryStore(),
    keys,
    ...(refreshKeys === undefined ? {} : { refresh: { keys: refreshKeys } }),
  });

describe('a key ring', () => {
  it('takes a key alone, and signs with the first of several', () => {
    expect(createKeyRing(keyFor('HS256', 'a', 'x'), 'keys').signer.kid).toBe('x');
    expect(ring(keyFor('ES256', 'a', 'x'), keyFor('HS256', 'a', 'y')).signer.kid).toBe('x');
  });

  it.each([
    ['no key', []],
    ['undefined', [undefined]],
    ['null', [null]],
  ])('refuses %s', (_name, inputs) => {
    expect(() => ring(...inputs)).toThrow(TYPE);
  });

  it('refuses undefined in place of a list', () => {
    expect(() => createKeyRing(undefined, 'keys')).toThrow(TYPE);
  });

  it('refuses two keys of one kid', () => {
    expect(() => ring(keyFor('HS256', 'a', 'x'), keyFor('HS256', 'b', 'x'))).toThrow(VALUE);
    expect(ring(keyFor('HS256', 'a', 'x'), keyFor('HS256', 'b', 'y')).keys).toHaveLength(2);
  });

  it.each([
    ['with the same alg', { alg: 'HS256', secret: longSecret(), kid: 'b' }],
    ['with another alg', { alg: 'HS512', secret: longSecret(), kid: 'b' }],
  ])('refuses one secret twice, %s', (_name, second) => {
    expect(() => ring({ alg: 'HS256', secret: longSecret(), kid: 'a' }, second)).toThrow(VALUE);
  });

  it.each([
    ['with another alg', { alg: 'PS256', privateKey: pairs.rsa().privateKey, kid: 'b' }],
    ['as public key', { alg: 'RS256', publicKey: pairs.rsa().publicKey, kid: 'b' }],
    ['as JWK', { alg: 'RS256', publicKey: jwkOf(pairs.rsa().publicKey), kid: 'b' }],
  ])('refuses one RSA key twice, %s', (_name, second) => {
    expect(() => ring({ alg: 'RS256', privateKey: pairs.rsa().privateKey, kid: 'a' }, second)).toThrow(VALUE);
  });

  it('refuses one Ed25519 key under both of its names', () => {
    expect(() => ring(keyFor('EdDSA', 'a', 'x'), keyFor('Ed25519', 'a', 'y'))).toThrow(VALUE);
  });

  it('refuses a public key in the first place, where it would have to sign', () => {
    const publicKey = { alg: 'ES256', publicKey: pairFor('ES256').publicKey };
    expect(() => ring(publicKey)).toThrow(VALUE);
    expect(() => ring(publicKey, keyFor('HS256'))).toThrow(VALUE);
    expect(ring(keyFor('HS256'), publicKey).keys).toHaveLength(2);
  });
});

describe('the rings of an auth', () => {
  it('may be two, with keys of their own', () => {
    expect(() => authWith(keyFor('HS256', 'a', 'x'), keyFor('ES256', 'a', 'y'))).not.toThrow();
  });

  it('refuse one kid for two keys: a key set can publish one of them only', () => {
    expect(() => authWith(keyFor('ES256', 'a', 'x'), keyFor('ES256', 'b', 'x'))).toThrow(VALUE);
  });

  it('refuse one key with two algorithms', () => {
    expect(() => authWith(keyFor('RS256', 'a', 'x'), keyFor('PS256', 'a', 'y'))).toThrow(VALUE);
    expect(() => authWith(keyFor('HS256', 'a', 'x'), keyFor('HS512', 'a', 'y'))).toThrow(VALUE);
  });
});

describe('the key set', () => {
  const PUBLIC: Readonly<Record<string, string[]>> = {
    RSA: ['alg', 'e', 'kid', 'kty', 'n', 'use'],
    EC: ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'],
    OKP: ['alg', 'crv', 'kid', 'kty', 'use', 'x'],
  };

  it('is empty for secrets', () => {
    expect(toJwks(ring({ alg: 'HS256', secret: SECRET }))).toEqual({ keys: [] });
    expect(authWith({ alg: 'HS256', secret: SECRET }).jwks()).toEqual({ keys: [] });
  });

  it.each(ALL_ALGORITHMS.filter((alg) => !alg.startsWith('HS')))(
    'of %s has exactly the public members',
    (alg) => {
      const { privateKey, publicKey } = pairFor(alg);
      const extra = { ...jwkOf(privateKey), x5c: ['AAAA'], priv: 'secret', ext: true };
      for (const input of [
        { alg, privateKey },
        { alg, privateKey: extra },
      ] as KeyInput[]) {
        const [jwk, ...others] = toJwks(ring(input)).keys;
        expect(others).toEqual([]);
        expect(Object.keys(jwk ?? {}).sort()).toEqual(PUBLIC[String(jwk?.kty)]);
        expect(jwk).toMatchObject({ ...jwkOf(publicKey), alg, use: 'sig', kid: ring(input).signer.kid });
      }
    },
  );

  it('has a key that is in both rings once, and leaves secrets out', () => {
    const both = [keyFor('ES256', 'a', 'x'), keyFor('HS256', 'a', 'y')];
    expect(
      authWith(both)
        .jwks()
        .keys.map((key) => key['kid']),
    ).toEqual(['x']);
  });
});
