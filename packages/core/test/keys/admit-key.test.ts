import { createSecretKey, generateKeyPairSync, webcrypto } from 'node:crypto';
import { inspect } from 'node:util';
import type { KeyInput } from '@tokenpair/core';
import { calculateJwkThumbprint } from 'jose';
import { describe, expect, it } from 'vitest';
import { type AdmittedKey, admitKey } from '../../src/keys/admit-key.ts';
import { ALL_ALGORITHMS, jwkOf, longSecret, pairFor, pairs, pemOf } from '../support/keys.ts';
import { encode, SECRET } from '../support/tokens.ts';

/** On Node a key is ready at once. */
const admit = (input: unknown) => admitKey(input as KeyInput, 'keys[0]') as AdmittedKey;
const bytes = (length: number): Uint8Array => longSecret().slice(0, length);
const rsa = pairs.rsa();
const ec = pairs.ec('P-256');
const ed = pairs.ed25519();
const rsaPublic = jwkOf(rsa.publicKey);
const ecPrivate = jwkOf(ec.privateKey);
const ecPublic = jwkOf(ec.publicKey);
const octJwk = { kty: 'oct', k: encode(SECRET) };
const pkcs1 = rsa.privateKey.export({ format: 'pem', type: 'pkcs1' }).toString();
const sec1 = ec.privateKey.export({ format: 'pem', type: 'sec1' }).toString();

/** The error, and all that a log could show of it. */
function refusal(input: unknown): { error: TypeError & { code?: string }; shown: string } {
  try {
    admit(input);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { error, shown: inspect(error, { depth: 10, showHidden: true, maxStringLength: null }) };
  }
  throw new Error('the key was admitted');
}

describe('a key that is admitted', () => {
  it.each([
    ['HS256 with 32 bytes', { alg: 'HS256', secret: bytes(32) }],
    ['HS384 with 48 bytes', { alg: 'HS384', secret: bytes(48) }],
    ['HS512 with 64 bytes', { alg: 'HS512', secret: bytes(64) }],
    ['a secret as text of 32 characters', { alg: 'HS256', secret: '0123456789abcdefghijklmnopqrstuv' }],
    ['a secret as text of 16 characters of two bytes', { alg: 'HS256', secret: 'äöüßéèêëàâîïôûçñ' }],
    ['a secret as Buffer', { alg: 'HS256', secret: Buffer.from(SECRET) }],
    ['a secret as JWK', { alg: 'HS256', secret: octJwk }],
    [
      'a secret as JWK that says what it is for',
      { alg: 'HS256', secret: { ...octJwk, alg: 'HS256', use: 'sig', key_ops: ['sign', 'verify'] } },
    ],
    ['a secret as KeyObject', { alg: 'HS256', secret: createSecretKey(SECRET) }],
    [
      'a secret that talks of keys',
      { alg: 'HS256', secret: 'the keys and the kty of BEGIN and END, in words' },
    ],
    ['RSA of 2048 bits', { alg: 'RS256', privateKey: rsa.privateKey }],
    ['RSA as PKCS#8', { alg: 'RS256', privateKey: pemOf(rsa.privateKey) }],
    ['RSA as PKCS#1', { alg: 'RS256', privateKey: pkcs1 }],
    ['RSA as JWK', { alg: 'PS512', privateKey: jwkOf(rsa.privateKey) }],
    ['an RSA public key as SPKI', { alg: 'RS256', publicKey: pemOf(rsa.publicKey) }],
    ['an RSA public key as JWK', { alg: 'RS256', publicKey: rsaPublic }],
    ['RSA with e = 65539', { alg: 'RS256', publicKey: { ...rsaPublic, e: 'AQAD' } }],
    ['EC as SEC1', { alg: 'ES256', privateKey: sec1 }],
    ['EC as JWK', { alg: 'ES256', privateKey: ecPrivate }],
    [
      'EC as JWK that says what it is for',
      { alg: 'ES256', privateKey: { ...ecPrivate, alg: 'ES256', use: 'sig', key_ops: ['sign'] } },
    ],
    [
      'an EC public key as JWK for verifying',
      { alg: 'ES256', publicKey: { ...ecPublic, key_ops: ['verify'] } },
    ],
    ['Ed25519 as EdDSA', { alg: 'EdDSA', privateKey: ed.privateKey }],
    ['Ed25519 by its own name', { alg: 'Ed25519', privateKey: jwkOf(ed.privateKey) }],
    ['an Ed25519 public key', { alg: 'Ed25519', publicKey: ed.publicKey }],
  ])('is %s', (_name, input) => {
    expect(admit(input).alg).toBe(input.alg);
  });

  it('is a CryptoKey', async () => {
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
    const pair = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
    expect(admit({ alg: 'ES256', privateKey: pair.privateKey }).sign).toBeTypeOf('function');
    expect(admit({ alg: 'ES256', publicKey: pair.publicKey }).sign).toBeUndefined();
  });

  it('is RSA of 8192 bits, and not of 8193 or 2047', () => {
    const modulus = (first: number, length: number): string =>
      encode(Uint8Array.from({ length }, (_, at) => (at === 0 ? first : 0xff)));
    const withModulus = (n: string) => ({ alg: 'RS256', publicKey: { ...rsaPublic, n } });
    expect(admit(withModulus(modulus(0xff, 1024))).alg).toBe('RS256');
    expect(admit(withModulus(modulus(0x80, 256))).alg).toBe('RS256');
    expect(refusal(withModulus(modulus(0x01, 1025))).error.code).toBe('ERR_INVALID_ARG_VALUE');
    expect(refusal(withModulus(modulus(0x7f, 256))).error.code).toBe('ERR_INVALID_ARG_VALUE');
  });

  it('does not change when the app changes its bytes afterwards', () => {
    const secret = Uint8Array.from(SECRET);
    const key = admit({ alg: 'HS256', secret });
    const before = key.sign?.('x');
    secret.fill(0);
    expect(key.sign?.('x')).toBe(before);
  });
});

const PEM = pemOf(rsa.publicKey);
const JWK_TEXT = JSON.stringify(rsaPublic);

describe('a key that is refused with ERR_INVALID_ARG_VALUE', () => {
  const asText: [string, unknown][] = [
    ['a public PEM', PEM],
    ['a private PEM', pemOf(rsa.privateKey)],
    ['a PKCS#1 PEM', pkcs1],
    ['a SEC1 PEM', sec1],
    ['a trimmed PEM', PEM.trim()],
    ['a PEM on one line', PEM.replaceAll('\n', '')],
    ['a PEM with CRLF', PEM.replaceAll('\n', '\r\n')],
    ['a PEM after a space', ` ${PEM}`],
    ['a PEM after a newline', `\n${PEM}`],
    ['a PEM after a byte order mark', `\uFEFF${PEM}`],
    ['a PEM after a NUL', `\0${PEM}`],
    ['a PEM after a zero-width space', `\u200B${PEM}`],
    ['a PEM after a no-break space', `\u00A0${PEM}`],
    ['a PEM after a comment', `// my key\n${PEM}`],
    ['a PEM after a shebang', `#!key\n${PEM}`],
    ['a PEM in quotes', JSON.stringify(PEM)],
    ['a PEM whose first line is missing', PEM.slice(PEM.indexOf('\n') + 1)],
    ['a certificate', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'],
    ['a JWK as text', JWK_TEXT],
    ['a JWK as text after a space', ` ${JWK_TEXT}`],
    ['a JWK as text after a byte order mark', `\uFEFF${JWK_TEXT}`],
    ['an indented JWK', JSON.stringify(rsaPublic, null, 2)],
    ['a JWK with space before the colon', JWK_TEXT.replace('"kty":', '"kty" : ')],
    ['a JWK set as text', JSON.stringify({ keys: [rsaPublic] })],
    ['an array of JWKs as text', JSON.stringify([rsaPublic])],
    ['an empty JWK set as text', '{"keys":[]}                                   '],
    ['an OpenSSH RSA key', `ssh-rsa ${'A'.repeat(60)} me@host`],
    ['an OpenSSH Ed25519 key', `ssh-ed25519 ${'A'.repeat(60)} me@host`],
    ['an OpenSSH ECDSA key', `ecdsa-sha2-nistp256 ${'A'.repeat(60)} me@host`],
  ];

  it.each(asText)('is %s as secret, as text and as bytes', (_name, secret) => {
    expect(refusal({ alg: 'HS256', secret }).error.code).toBe('ERR_INVALID_ARG_VALUE');
    expect(refusal({ alg: 'HS256', secret: Buffer.from(String(secret)) }).error.code).toBe(
      'ERR_INVALID_ARG_VALUE',
    );
    expect(refusal({ alg: 'HS256', secret: { kty: 'oct', k: encode(String(secret)) } }).error.code).toBe(
      'ERR_INVALID_ARG_VALUE',
    );
    expect(refusal({ alg: 'HS256', secret: createSecretKey(Buffer.from(String(secret))) }).error.code).toBe(
      'ERR_INVALID_ARG_VALUE',
    );
  });

  it.each([
    ['HS256 with 31 bytes', { alg: 'HS256', secret: bytes(31) }],
    ['HS384 with 47 bytes', { alg: 'HS384', secret: bytes(47) }],
    ['HS512 with 63 bytes', { alg: 'HS512', secret: bytes(63) }],
    ['an empty secret', { alg: 'HS256', secret: '' }],
    ['no bytes', { alg: 'HS256', secret: new Uint8Array() }],
    ['one byte', { alg: 'HS256', secret: 'x' }],
    ['a secret as text of 31 characters', { alg: 'HS256', secret: 'x'.repeat(31) }],
    ['a short KeyObject', { alg: 'HS256', secret: createSecretKey(bytes(31)) }],
    ['a JWK with an empty k', { alg: 'HS256', secret: { kty: 'oct', k: '' } }],
    ['a JWK with a short k', { alg: 'HS256', secret: { kty: 'oct', k: encode(bytes(31)) } }],
    ['a JWK without k', { alg: 'HS256', secret: { kty: 'oct' } }],
    ['a public JWK as secret', { alg: 'HS256', secret: rsaPublic }],
    ['a private JWK as secret', { alg: 'HS256', secret: ecPrivate }],
    ['a public KeyObject as secret', { alg: 'HS256', secret: rsa.publicKey }],
    ['a private KeyObject as secret', { alg: 'HS256', secret: rsa.privateKey }],
    ['an object that is no key', { alg: 'HS256', secret: {} }],
    ['RSA of 1024 bits', { alg: 'RS256', privateKey: pairs.rsa(1024).privateKey }],
    ['RSA of 1024 bits, public', { alg: 'RS256', publicKey: pairs.rsa(1024).publicKey }],
    ['RSA with e = 1', { alg: 'RS256', publicKey: { ...rsaPublic, e: 'AQ' } }],
    ['RSA with e = 3', { alg: 'RS256', publicKey: { ...rsaPublic, e: 'Aw' } }],
    ['RSA with e = 17', { alg: 'PS256', publicKey: { ...rsaPublic, e: 'EQ' } }],
    [
      'RSA with e = 65535',
      { alg: 'RS256', publicKey: { ...rsaPublic, e: encode(Uint8Array.of(0xff, 0xff)) } },
    ],
    ['RSA with an even e', { alg: 'RS256', publicKey: { ...rsaPublic, e: encode(Uint8Array.of(1, 0, 2)) } }],
    ['RSA without e', { alg: 'RS256', publicKey: { kty: 'RSA', n: rsaPublic['n'] } }],
    ['P-384 for ES256', { alg: 'ES256', privateKey: pairs.ec('P-384').privateKey }],
    ['P-521 for ES384', { alg: 'ES384', privateKey: pairs.ec('P-521').privateKey }],
    ['P-256 for ES512', { alg: 'ES512', publicKey: ec.publicKey }],
    ['secp256k1 for ES256', { alg: 'ES256', privateKey: pairs.ec('secp256k1').privateKey }],
    ['Ed448 for EdDSA', { alg: 'EdDSA', privateKey: pairs.ed448().privateKey }],
    ['X25519 for EdDSA', { alg: 'EdDSA', publicKey: pairs.x25519().publicKey }],
    ['RSA for ES256', { alg: 'ES256', privateKey: rsa.privateKey }],
    ['EC for RS256', { alg: 'RS256', privateKey: ec.privateKey }],
    ['Ed25519 for ES256', { alg: 'ES256', publicKey: ed.publicKey }],
    ['EC for Ed25519', { alg: 'Ed25519', privateKey: ec.privateKey }],
    [
      'an RSA-PSS key bound to its own parameters',
      { alg: 'PS256', privateKey: generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey },
    ],
    ['a private KeyObject as public', { alg: 'ES256', publicKey: ec.privateKey }],
    ['a private JWK as public', { alg: 'ES256', publicKey: ecPrivate }],
    ['a private RSA JWK as public', { alg: 'RS256', publicKey: jwkOf(rsa.privateKey) }],
    ['a private PEM as public', { alg: 'ES256', publicKey: pemOf(ec.privateKey) }],
    ['a PKCS#1 private PEM as public', { alg: 'RS256', publicKey: pkcs1 }],
    ['a public KeyObject as private', { alg: 'ES256', privateKey: ec.publicKey }],
    ['a public JWK as private', { alg: 'ES256', privateKey: ecPublic }],
    ['a public PEM as private', { alg: 'ES256', privateKey: pemOf(ec.publicKey) }],
    ['a secret KeyObject as private', { alg: 'ES256', privateKey: createSecretKey(SECRET) }],
    ['a secret KeyObject as public', { alg: 'RS256', publicKey: createSecretKey(SECRET) }],
    ['an oct JWK as public', { alg: 'RS256', publicKey: octJwk }],
    ['text that is no PEM', { alg: 'ES256', privateKey: 'no key at all' }],
    ['an empty PEM', { alg: 'ES256', publicKey: '' }],
    [
      'a PEM with damaged content',
      { alg: 'ES256', privateKey: pemOf(ec.privateKey).replace(/\n..../, '\n!!!!') },
    ],
    ['an object that is no key', { alg: 'ES256', privateKey: {} }],
    ['a JWK with a point off the curve', { alg: 'ES256', publicKey: { ...ecPublic, y: ecPublic['x'] } }],
    ['a secret for an asymmetric alg', { alg: 'RS256', secret: bytes(64) }],
    ['a private key for a secret alg', { alg: 'HS256', privateKey: rsa.privateKey }],
    ['a public key for a secret alg', { alg: 'HS256', publicKey: PEM }],
    ['no key at all', { alg: 'HS256' }],
    ['two kinds at once', { alg: 'ES256', privateKey: ec.privateKey, publicKey: ec.publicKey }],
    ['a secret beside a private key', { alg: 'HS256', secret: SECRET, privateKey: ec.privateKey }],
    ['no alg', { secret: SECRET }],
    ['alg none', { alg: 'none', secret: SECRET }],
    ['alg in lower case', { alg: 'hs256', secret: SECRET }],
    ['alg as a list', { alg: ['HS256'], secret: SECRET }],
    ['an unknown alg', { alg: 'ES256K', privateKey: ec.privateKey }],
    ['an alg of the prototype', { alg: 'toString', secret: SECRET }],
    ['a misspelt member', { alg: 'HS256', secret: SECRET, Kid: 'k' }],
    ['an empty kid', { alg: 'HS256', secret: SECRET, kid: '' }],
    ['a kid of 256 characters', { alg: 'HS256', secret: SECRET, kid: 'k'.repeat(256) }],
    ['a secret JWK of another alg', { alg: 'HS256', secret: { ...octJwk, alg: 'HS512' } }],
    ['a secret JWK for encryption', { alg: 'HS256', secret: { ...octJwk, use: 'enc' } }],
    ['a JWK of another alg', { alg: 'ES256', privateKey: { ...ecPrivate, alg: 'ES384' } }],
    ['an RSA JWK of another alg', { alg: 'RS512', publicKey: { ...rsaPublic, alg: 'RS256' } }],
    ['a JWK for encryption', { alg: 'RS256', publicKey: { ...rsaPublic, use: 'enc' } }],
    [
      'a JWK for encryption by its operations',
      { alg: 'RS256', publicKey: { ...rsaPublic, key_ops: ['encrypt', 'wrapKey'] } },
    ],
    ['a JWK without operations', { alg: 'RS256', publicKey: { ...rsaPublic, key_ops: [] } }],
    ['a JWK whose operations are no list', { alg: 'RS256', publicKey: { ...rsaPublic, key_ops: 'verify' } }],
    [
      'a private JWK that may only verify',
      { alg: 'ES256', privateKey: { ...ecPrivate, key_ops: ['verify'] } },
    ],
    ['a public JWK that may only sign', { alg: 'ES256', publicKey: { ...ecPublic, key_ops: ['sign'] } }],
    ['a secret JWK that may only verify', { alg: 'HS256', secret: { ...octJwk, key_ops: ['verify'] } }],
  ])('is %s', (_name, input) => {
    const { error } = refusal(input);
    expect(error.code).toBe('ERR_INVALID_ARG_VALUE');
    expect(error.message).toContain('keys[0]');
  });
});

describe('a key that is refused with ERR_INVALID_ARG_TYPE', () => {
  it.each([
    ['undefined', undefined],
    ['null', null],
    ['text', 'HS256'],
    ['a list', [{ alg: 'HS256', secret: SECRET }]],
    ['a secret that is undefined', { alg: 'HS256', secret: undefined }],
    ['a secret that is null', { alg: 'HS256', secret: null }],
    ['a secret that is a number', { alg: 'HS256', secret: 12_345 }],
    ['a private key that is undefined', { alg: 'ES256', privateKey: undefined }],
    ['a public key that is null', { alg: 'ES256', publicKey: null }],
    ['a private key as bytes', { alg: 'ES256', privateKey: Buffer.from(pemOf(ec.privateKey)) }],
    ['a list of keys', { alg: 'ES256', publicKey: [ecPublic] }],
    ['a kid that is a number', { alg: 'HS256', secret: SECRET, kid: 1 }],
  ])('is %s', (_name, input) => {
    expect(refusal(input).error.code).toBe('ERR_INVALID_ARG_TYPE');
  });
});

describe('the error of a refused key', () => {
  const short = 'hunter2-hunter2-hunter2';
  const d = String(ecPrivate['d']);
  const body = pemOf(ec.privateKey).split('\n')[1] ?? '';

  it.each([
    ['a short secret', { alg: 'HS256', secret: short }, [short]],
    [
      'a short secret as bytes',
      { alg: 'HS256', secret: Buffer.from(short) },
      [short, '104, 117', '68 75 6e'],
    ],
    [
      'a short secret as JWK',
      { alg: 'HS256', secret: { kty: 'oct', k: encode(short) } },
      [short, encode(short)],
    ],
    ['a private JWK as public', { alg: 'ES256', publicKey: ecPrivate }, [d]],
    ['a private JWK of another curve', { alg: 'ES384', privateKey: ecPrivate }, [d]],
    ['a private JWK without its point', { alg: 'ES256', privateKey: { kty: 'EC', crv: 'P-256', d } }, [d]],
    ['a private JWK of an unknown curve', { alg: 'ES256', privateKey: { ...ecPrivate, crv: 'P-999' } }, [d]],
    ['a private PEM as secret', { alg: 'HS256', secret: pemOf(ec.privateKey) }, [body]],
    ['a private PEM as public', { alg: 'ES256', publicKey: pemOf(ec.privateKey) }, [body]],
    ['a private PEM that is cut', { alg: 'ES256', privateKey: pemOf(ec.privateKey).slice(0, 120) }, [body]],
    ['a secret in the wrong member', { alg: 'ES256', privateKey: short }, [short]],
    ['a secret in a misspelt member', { alg: 'HS256', secrets: short }, [short]],
    ['a secret as number', { alg: 'HS256', secret: 1_234_567_890_123 }, ['1234567890123']],
    ['a secret as alg', { alg: short, secret: SECRET }, [short]],
    [
      'a JWK whose d is no text',
      { alg: 'ES256', privateKey: { ...ecPrivate, d: 987_654_321 } },
      ['987654321'],
    ],
    ['a JWK whose k is no text', { alg: 'HS256', secret: { kty: 'oct', k: 987_654_321 } }, ['987654321']],
  ])('never shows the key: %s', (_name, input, secrets) => {
    const { shown } = refusal(input);
    for (const secret of secrets) expect(shown).not.toContain(secret);
  });
});

describe('the kid', () => {
  /** RFC 7638 §3.1. */
  const EXAMPLE = {
    kty: 'RSA',
    n: '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw',
    e: 'AQAB',
    alg: 'RS256',
  };

  it('is the thumbprint of RFC 7638 in its example', () => {
    expect(admit({ alg: 'RS256', publicKey: EXAMPLE }).kid).toBe(
      'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs',
    );
  });

  it.each(ALL_ALGORITHMS.filter((alg) => !alg.startsWith('HS')))(
    'is the thumbprint that jose computes, from the private and the public key, for %s',
    async (alg) => {
      const { privateKey, publicKey } = pairFor(alg);
      const expected = await calculateJwkThumbprint(jwkOf(publicKey) as never);
      expect([admit({ alg, privateKey }).kid, admit({ alg, publicKey }).kid]).toEqual([expected, expected]);
    },
  );

  it('of a JWK that names itself is that name, unless another is given', () => {
    expect(admit({ alg: 'RS256', publicKey: { ...EXAMPLE, kid: '2011-04-29' } }).kid).toBe('2011-04-29');
    expect(admit({ alg: 'RS256', publicKey: { ...EXAMPLE, kid: '2011-04-29' }, kid: 'mine' }).kid).toBe(
      'mine',
    );
  });

  it('is the one given', () => {
    expect(admit({ alg: 'HS256', secret: SECRET, kid: 'k1' }).kid).toBe('k1');
  });

  it('of a secret tells nothing of it but whether it is the same', () => {
    const kid = admit({ alg: 'HS256', secret: SECRET }).kid;
    expect(kid).toBe('hJ1OVsc-kbO3_hS1');
    expect(admit({ alg: 'HS256', secret: octJwk }).kid).toBe(kid);
    expect(admit({ alg: 'HS256', secret: longSecret() }).kid).not.toBe(kid);
  });
});
