// Bounds and orders of key admission that other tests do not pin: found by mutation testing (docs/mutation.md).
import { generateKeyPairSync, webcrypto } from 'node:crypto';
import type { KeyInput } from '@tokenpair/core';
import { describe, expect, it, vi } from 'vitest';
import { importPrivate, importPublic } from '../../src/engine/node.ts';
import { type AdmittedKey, admitKey } from '../../src/keys/admit-key.ts';
import { createKeyRing } from '../../src/keys/key-ring.ts';
import { looksLikeKey } from '../../src/keys/key-text.ts';
import { cryptoKeyOf } from '../engine/engines.ts';
import { jwkOf, keyFor, longSecret, pairFor, pairs, pemOf } from '../support/keys.ts';
import { encode, SECRET } from '../support/tokens.ts';

const admit = (input: unknown) => admitKey(input as KeyInput, 'keys[0]') as AdmittedKey;

function refusal(call: () => unknown): TypeError & { code?: string } {
  try {
    call();
  } catch (error) {
    if (error instanceof TypeError) return error;
    throw error;
  }
  throw new Error('it was expected to be refused, and was not');
}

const rsaPublic = jwkOf(pairs.rsa().publicKey);
const ecPublic = jwkOf(pairs.ec('P-256').publicKey);

describe('the exponent of an RSA key', () => {
  const hex = (exponent: bigint): string => exponent.toString(16);
  const withE = (exponent: bigint) => ({
    alg: 'RS256',
    publicKey: {
      ...rsaPublic,
      e: encode(
        Buffer.from(hex(exponent).padStart(hex(exponent).length + (hex(exponent).length % 2), '0'), 'hex'),
      ),
    },
  });

  it.each([65_537n, 65_539n, 65_541n, 2n ** 64n + 1n, 2n ** 256n - 1n])('may be %s', (exponent) => {
    expect(admit(withE(exponent)).alg).toBe('RS256');
  });

  it.each([65_535n, 65_536n, 65_538n, 65_540n, 2n ** 64n, 2n ** 256n, 2n ** 256n + 1n, 2n ** 300n + 1n])(
    'may not be %s',
    (exponent) => {
      expect(refusal(() => admit(withE(exponent))).code).toBe('ERR_INVALID_ARG_VALUE');
    },
  );
});

describe('what is wrong with a key is said before the engine looks at it', () => {
  it.each([
    ['an algorithm for key pairs with a secret', { alg: 'RS256', secret: longSecret() }],
    ['an algorithm for secrets with a private key', { alg: 'HS256', privateKey: pairs.rsa().privateKey }],
    ['no material', { alg: 'HS256' }],
    ['two materials', { alg: 'HS256', secret: SECRET, publicKey: rsaPublic }],
    ['a JWK for another use', { alg: 'RS256', publicKey: { ...rsaPublic, use: 'enc' } }],
    ['a short secret', { alg: 'HS256', secret: 'short' }],
    ['a list', { alg: 'ES256', publicKey: [ecPublic] }],
    ['a number', { alg: 'ES256', privateKey: 7 }],
    ['bytes', { alg: 'ES256', publicKey: Buffer.from(pemOf(pairs.ec('P-256').publicKey)) }],
  ])('%s', (_name, input) => {
    expect(refusal(() => admit(input)).cause).toBeUndefined();
  });

  it('and names the option', () => {
    expect(refusal(() => admit({ alg: 'HS256', secret: 'short' })).message).toContain('keys[0].secret');
    expect(refusal(() => admit({ alg: 'HS384', secret: SECRET })).message).toMatch(/48/);
  });

  it('what the engine says goes into the cause', () => {
    expect(refusal(() => admit({ alg: 'ES256', publicKey: 'no key' })).cause).toBeInstanceOf(Error);
  });
});

describe('a secret as JWK', () => {
  it.each([
    ['of another type, with a k', { kty: 'RSA', k: encode(longSecret()) }],
    ['without kty in capitals', { kty: 'OCT', k: encode(longSecret()) }],
    ['with a k in base64', { kty: 'oct', k: Buffer.alloc(32, 0xfb).toString('base64') }],
    ['with a k that has padding', { kty: 'oct', k: `${encode(SECRET)}=` }],
    ['with a k that has a space', { kty: 'oct', k: ` ${encode(SECRET)}` }],
    ['with a k that has bits over', { kty: 'oct', k: `${encode(SECRET).slice(0, -1)}B` }],
  ])('%s is refused', (_name, secret) => {
    expect(refusal(() => admit({ alg: 'HS256', secret })).code).toBe('ERR_INVALID_ARG_VALUE');
  });

  it('has a near miss', () => {
    expect(admit({ alg: 'HS256', secret: { kty: 'oct', k: encode(SECRET) } }).alg).toBe('HS256');
  });
});

describe('key_ops', () => {
  it.each([
    ['privateKey', ['sign'], true],
    ['privateKey', ['sign', 'verify'], true],
    ['privateKey', ['verify'], false],
    ['privateKey', [], false],
    ['publicKey', ['verify'], true],
    ['publicKey', ['sign', 'verify'], true],
    ['publicKey', ['sign'], false],
    ['secret', ['sign', 'verify'], true],
    ['secret', ['sign'], undefined],
  ] as const)('of a %s: %j', (member, operations, allowed) => {
    const jwk = member === 'secret' ? { kty: 'oct', k: encode(SECRET) } : jwkOf(pairs.ec('P-256')[member]);
    const input = { alg: member === 'secret' ? 'HS256' : 'ES256', [member]: { ...jwk, key_ops: operations } };
    if (allowed === undefined) return;
    if (allowed) expect(admit(input).alg).toBe(input.alg);
    else expect(refusal(() => admit(input)).code).toBe('ERR_INVALID_ARG_VALUE');
  });
});

describe('the name of a key', () => {
  it('is what the app gives, or what a JWK says, or its print', () => {
    const jwk = { ...ecPublic, kid: 'own' };
    expect(admit({ alg: 'ES256', publicKey: jwk, kid: 'given' }).kid).toBe('given');
    expect(admit({ alg: 'ES256', publicKey: jwk }).kid).toBe('own');
    const { fingerprint, kid } = admit({ alg: 'ES256', publicKey: ecPublic });
    expect([kid, kid.length]).toEqual([fingerprint, 43]);
    expect(admit({ alg: 'HS256', secret: SECRET }).kid).toHaveLength(16);
  });

  it.each(['', 'k'.repeat(256), 7, null])('is no %j of a JWK', (kid) => {
    const input = { alg: 'ES256', publicKey: { ...ecPublic, kid } };
    if (kid === null) expect(admit(input).kid).toHaveLength(43);
    else refusal(() => admit(input));
  });
});

describe('a private key whose public half is of another', () => {
  const halves = (alg: 'RS256' | 'PS512' | 'ES256' | 'EdDSA') => {
    const { n, e, x, y } = jwkOf(pairFor(alg, 'b').publicKey);
    const other = Object.entries({ n, e, x, y }).filter(([, value]) => value !== undefined);
    return { ...jwkOf(pairFor(alg).privateKey), ...Object.fromEntries(other) };
  };

  it.each(['RS256', 'PS512', 'ES256'] as const)('is refused for %s', (alg) => {
    expect(refusal(() => admit({ alg, privateKey: halves(alg) })).code).toBe('ERR_INVALID_ARG_VALUE');
  });

  it('counts by its private half for EdDSA, whose public half follows from it', () => {
    const key = admit({ alg: 'EdDSA', privateKey: halves('EdDSA') });
    expect(key.publicJwk?.['x']).toBe(jwkOf(pairFor('EdDSA').publicKey)['x']);
  });

  it('is found by what it signs, whatever an engine takes', () => {
    const [one, other] = [
      importPrivate('ES256', pemOf(pairs.ec('P-256').privateKey)),
      importPublic('ES256', ecPublic),
    ];
    expect(other.verify('a.b', String(one.sign?.('a.b')))).toBe(true);
    expect(
      importPublic('ES256', jwkOf(pairs.ec('P-256', 'b').publicKey)).verify('a.b', String(one.sign?.('a.b'))),
    ).toBe(false);
  });
});

describe('a CryptoKey', () => {
  const cases = [
    ['RS256', 'RS384'],
    ['RS256', 'PS256'],
    ['PS256', 'PS512'],
    ['ES256', 'ES384'],
    ['EdDSA', 'ES256'],
    ['ES256', 'EdDSA'],
    ['RS256', 'ES256'],
  ] as const;

  it.each(cases)('for %s is not one for %s', (made, alg) => {
    for (const [member, key] of [
      ['privateKey', pairFor(made).privateKey],
      ['publicKey', pairFor(made).publicKey],
    ] as const) {
      expect(admit({ alg: made, [member]: cryptoKeyOf(key, made) }).alg).toBe(made);
      const error = refusal(() => admit({ alg, [member]: cryptoKeyOf(key, made) }));
      expect([error.code, error.cause]).toEqual(['ERR_INVALID_ARG_VALUE', undefined]);
    }
  });

  it.each([
    ['SHA-256', 'HS256', true],
    ['SHA-256', 'HS512', false],
    ['SHA-512', 'HS512', true],
    ['SHA-384', 'HS384', true],
    ['SHA-1', 'HS256', false],
  ] as const)('for HMAC with %s is one for %s: %s', async (hash, alg, allowed) => {
    const key = await webcrypto.subtle.importKey('raw', longSecret(), { name: 'HMAC', hash }, true, [
      'sign',
      'verify',
    ]);
    if (allowed) expect(admit({ alg, secret: key }).alg).toBe(alg);
    else expect(refusal(() => admit({ alg, secret: key })).code).toBe('ERR_INVALID_ARG_VALUE');
  });

  it('for encryption is none for a secret', async () => {
    const key = await webcrypto.subtle.importKey('raw', longSecret().slice(0, 32), 'AES-GCM', true, [
      'encrypt',
    ]);
    expect(refusal(() => admit({ alg: 'HS256', secret: key })).code).toBe('ERR_INVALID_ARG_VALUE');
  });
});

describe('a ring', () => {
  const [a, b, c] = [keyFor('HS256', 'a', 'a'), keyFor('HS256', 'b', 'b'), keyFor('HS256', 'c', 'c')];
  const kids = (ring: ReturnType<typeof createKeyRing>) => ring.list().map(({ kid }) => kid);

  it('lists its keys, the one that signs first', () => {
    const ring = createKeyRing([a, b], 'keys');
    expect(ring.list()).toEqual([
      { kid: 'a', alg: 'HS256' },
      { kid: 'b', alg: 'HS256' },
    ]);
    expect(ring.publish(c)).toBe('c');
    expect(kids(ring)).toEqual(['a', 'b', 'c']);
    ring.signWith('c');
    expect([kids(ring), ring.signer.kid]).toEqual([['c', 'a', 'b'], 'c']);
    ring.retire('a');
    expect(kids(ring)).toEqual(['c', 'b']);
    expect(Object.isFrozen(ring.keys)).toBe(true);
  });

  it('gives the kid of a published key', () => {
    expect(createKeyRing([a], 'keys').publish(b)).toBe('b');
  });

  it('tells its listeners of its keys and of every change, once each', () => {
    const ring = createKeyRing([a], 'keys');
    const listener = vi.fn();
    ring.onChange(listener);
    expect(listener).toHaveBeenCalledTimes(1);
    expect(ring.publish(b)).toBe('b');
    expect(listener).toHaveBeenCalledTimes(2);
    ring.signWith('b');
    ring.retire('a');
    expect(listener).toHaveBeenCalledTimes(4);
  });

  it('refuses a key that it has, under whatever name, and is as before', () => {
    const ring = createKeyRing([a, b], 'keys');
    const listener = vi.fn();
    ring.onChange(listener);
    for (const key of [a, { ...keyFor('HS256', 'a'), kid: 'new' }, { ...keyFor('HS256', 'c'), kid: 'a' }])
      expect(refusal(() => ring.publish(key)).code).toBe('ERR_INVALID_ARG_VALUE');
    expect([kids(ring), listener.mock.calls.length]).toEqual([['a', 'b'], 1]);
  });

  it('refuses to sign with or to retire what it has not, and to retire what signs', () => {
    const ring = createKeyRing([a, b], 'keys');
    for (const call of [
      () => ring.signWith('c'),
      () => ring.retire('c'),
      () => ring.retire('a'),
      () => ring.signWith(''),
    ])
      expect(refusal(call).code).toBe('ERR_INVALID_ARG_VALUE');
    expect(kids(ring)).toEqual(['a', 'b']);
  });

  it('cannot sign with a public key, and is as before', () => {
    const ring = createKeyRing(
      [a, { alg: 'ES256', publicKey: pairFor('ES256').publicKey, kid: 'p' }],
      'keys',
    );
    expect(refusal(() => ring.signWith('p')).code).toBe('ERR_INVALID_ARG_VALUE');
    expect([kids(ring), ring.signer.kid]).toEqual([['a', 'p'], 'a']);
  });

  it('is as before when a listener will not have the change', () => {
    const ring = createKeyRing([a], 'keys');
    const seen: string[][] = [];
    ring.onChange(() => {
      seen.push(kids(ring));
      if (kids(ring).includes('b')) throw new Error('no');
    });
    expect(() => ring.publish(b)).toThrow('no');
    expect(kids(ring)).toEqual(['a']);
    expect(seen).toEqual([['a'], ['a', 'b'], ['a']]);
  });

  it('is ready at once on Node', () => {
    expect(createKeyRing([a], 'keys').ready).toBeUndefined();
  });

  it('beside another shares no kid and no key with it but the very same', () => {
    const access = createKeyRing([a], 'keys');
    const refresh = createKeyRing([b, a], 'refresh.keys', access);
    expect(kids(refresh)).toEqual(['b', 'a']);
    expect(
      refusal(() => createKeyRing([{ ...keyFor('HS256', 'c'), kid: 'a' }], 'refresh.keys', access)).code,
    ).toBe('ERR_INVALID_ARG_VALUE');
    expect(
      refusal(() => createKeyRing([{ ...keyFor('HS256', 'a'), kid: 'z' }], 'refresh.keys', access)).code,
    ).toBe('ERR_INVALID_ARG_VALUE');
    const sameForOther = { alg: 'HS512', secret: longSecret(), kid: 'a' } as const;
    expect(refusal(() => createKeyRing([sameForOther], 'refresh.keys', access)).code).toBe(
      'ERR_INVALID_ARG_VALUE',
    );
    // Both ways, and at run time too.
    expect(refusal(() => access.publish({ ...keyFor('HS256', 'c'), kid: 'b' })).code).toBe(
      'ERR_INVALID_ARG_VALUE',
    );
    expect(refusal(() => refresh.publish({ ...keyFor('HS256', 'a'), kid: 'y' })).code).toBe(
      'ERR_INVALID_ARG_VALUE',
    );
    expect(access.publish(b)).toBe('b');
    expect(kids(access)).toEqual(['a', 'b']);
  });
});

describe('bytes that look like a key', () => {
  const der = pairs.rsa().publicKey.export({ format: 'der', type: 'spki' });
  const ec = pairs.ec('P-256').publicKey.export({ format: 'der', type: 'spki' });
  const ed = pairs.ed25519().publicKey.export({ format: 'der', type: 'spki' });
  const bytes = (text: string) => Buffer.from(text);
  const oid = Buffer.from('06032b6570', 'hex');

  it.each([
    ['an RSA key in DER', der],
    ['an EC key in DER', ec],
    ['an Ed25519 key in DER', ed],
    ['a private RSA key in DER', pairs.rsa().privateKey.export({ format: 'der', type: 'pkcs8' })],
    ['a private EC key in DER', pairs.ec('P-256').privateKey.export({ format: 'der', type: 'pkcs8' })],
    ['a private Ed25519 key in DER', pairs.ed25519().privateKey.export({ format: 'der', type: 'pkcs8' })],
    [
      'an RSA-PSS key in DER',
      generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey.export({
        format: 'der',
        type: 'spki',
      }),
    ],
    ['a DER sequence of 127 bytes', Buffer.concat([Buffer.of(0x30, 127), oid, Buffer.alloc(122, 1)])],
    [
      'a DER sequence that names its kind just within the start',
      Buffer.concat([Buffer.of(0x30, 0x78), Buffer.alloc(57, 1), oid, Buffer.alloc(58, 1)]),
    ],
    ['base64', bytes(der.toString('base64'))],
    ['base64 of the shortest key', bytes(ed.toString('base64'))],
    ['base64url', bytes(ec.toString('base64url'))],
    ['base64 with padding', bytes(ec.toString('base64'))],
    ['base64 in lines', bytes(der.toString('base64').replaceAll(/.{64}/g, '$&\r\n'))],
    ['base64 in UTF-16', Buffer.from(der.toString('base64'), 'utf16le')],
    ['a PEM', bytes(pemOf(pairs.rsa().publicKey))],
    ['the first line of a PEM', bytes('-----BEGIN PUBLIC KEY-----')],
    ['the last line of a PEM', bytes('-----END PUBLIC KEY-----')],
    ['a JWK', bytes('{"kty":"oct"}')],
    ['a JWK with spaces', bytes('{ "kty"  : "oct" }')],
    ['a JWK set', bytes('{"keys" : []}')],
    ['an SSH RSA key', bytes('ssh-rsa AAAA')],
    ['an SSH Ed25519 key', bytes('ssh-ed25519 AAAA')],
    ['an SSH ECDSA key', bytes('ecdsa-sha2-nistp256 AAAA')],
  ])('are %s', (_name, value) => {
    expect(looksLikeKey(value)).toBe(true);
  });

  it.each([
    ['random bytes', longSecret()],
    ['no bytes', new Uint8Array()],
    ['one byte', Uint8Array.of(0x30)],
    ['base64 of a random secret', bytes(encode(longSecret()))],
    ['hex of a random secret', bytes(Buffer.from(longSecret()).toString('hex'))],
    ['words', bytes('a secret of keys, kty and ssh in words, BEGIN and END')],
    ['a DER sequence without a kind of key', Buffer.concat([Buffer.of(0x30, 62), Buffer.alloc(62, 1)])],
    ['a DER sequence of another length', Buffer.concat([der, Buffer.of(0)])],
    ['a DER sequence cut off', der.subarray(0, -1)],
    ['another DER element', Buffer.concat([Buffer.of(0x31), der.subarray(1)])],
    ['a DER sequence without a length', Buffer.concat([Buffer.of(0x30, 0x80), oid, Buffer.alloc(123, 1)])],
    [
      'a DER sequence that names its kind just past the start',
      Buffer.concat([Buffer.of(0x30, 0x78), Buffer.alloc(58, 1), oid, Buffer.alloc(57, 1)]),
    ],
    ['base64 with something before it', bytes(`!${der.toString('base64')}`)],
    ['base64 with something behind it', bytes(`${der.toString('base64')}!`)],
    ['base64 with something in it', bytes(der.toString('base64').replace(/^.{40}/, '$&!'))],
    ['base64 with padding in it', bytes(der.toString('base64').replace(/^.{40}/, '$&=='))],
    ['base64 of too little', bytes('MCowBQYDK2VwAyEA')],
    [
      'the kind of a key past the start',
      Buffer.concat([Buffer.of(0x30, 0x78), Buffer.alloc(115, 1), Buffer.from('06032b6570', 'hex')]),
    ],
  ])('are not %s', (_name, value) => {
    expect(looksLikeKey(value)).toBe(false);
  });
});
