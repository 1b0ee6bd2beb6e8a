// Attacks that a wrong key would open the door to (security.md §2.1, R03, R06, R07; node-peers.md §6): none becomes a key.
import { createSecretKey, generateKeyPairSync } from 'node:crypto';
import { createVerifier } from '@tokenpair/core/verifier';
import { describe, expect, it } from 'vitest';
import { importPublic } from '../../src/engine/node.ts';
import { AUDIENCE, ISSUER, makeAuth } from '../support/auth.ts';
import { jwkOf, longSecret, pairFor, pairs, pemOf } from '../support/keys.ts';
import { encode, SECRET } from '../support/tokens.ts';
import { authWith, DOORS, expectNoKey, signer, verifierWith } from './doors.ts';

const rsa = pairs.rsa();
const ec = pairs.ec('P-256');
const ed = pairs.ed25519();
const rsaPublic = jwkOf(rsa.publicKey);
const ecPublic = jwkOf(ec.publicKey);

it('has a near miss at every door', () => {
  for (const [, give] of DOORS) give({ alg: 'HS256', secret: longSecret(3), kid: 'good' });
});

describe('an empty or short secret (CVE-2026-44351, GHSA-8wpc-h4q6-8fxv, R06)', () => {
  it.each([
    ['empty text', ''],
    ['no bytes', new Uint8Array()],
    ['an empty Buffer', Buffer.alloc(0)],
    ['a JWK with an empty k', { kty: 'oct', k: '' }],
    ['a JWK without k', { kty: 'oct' }],
    ['a JWK whose k is a number', { kty: 'oct', k: 7 }],
    ['a JWK whose k is no base64url', { kty: 'oct', k: '!!!!'.repeat(20) }],
    ['one character', 'x'],
    ['31 bytes', longSecret().slice(0, 31)],
    ['a KeyObject of 31 bytes', createSecretKey(longSecret().slice(0, 31))],
    ['a password', 'correct horse battery staple'],
    ['undefined', undefined],
    ['null', null],
    ['a number', 0],
    ['false', false],
    ['a list', [SECRET]],
    ['a function that gives one (GHSA-869p-cjfg-cm3x)', () => SECRET],
    ['a promise of one (CVE-2026-44351)', Promise.resolve('')],
    ['an ArrayBuffer', new ArrayBuffer(64)],
    ['an object', {}],
  ])('%s is refused', (_name, secret) => {
    expectNoKey({ alg: 'HS256', secret });
  });

  it.each([
    undefined,
    null,
    '',
    0,
    false,
    [],
    {},
    () => signer,
    Promise.resolve(signer),
    'secret',
    Buffer.from(SECRET),
    new Map(),
  ])('no key at all (%s) is refused', (keys) => {
    for (const [name, give] of DOORS) {
      if (name === 'createAuth, second key' && Array.isArray(keys)) continue;
      if (name === 'createAuth, refresh.keys' && keys === undefined) continue;
      expect(() => give(keys), name).toThrow(TypeError);
    }
  });
});

describe('a key without an algorithm of its own (CVE-2022-23540, CVE-2026-22817, CVE-2020-15084)', () => {
  it.each([
    undefined,
    null,
    '',
    'none',
    'None',
    'hs256',
    'RS-256',
    'ES256K',
    'dir',
    'toString',
    '__proto__',
    0,
    ['HS256'],
    ['HS256', 'RS256'],
    {},
  ])('alg %j is refused', (alg) => {
    expectNoKey({ alg, secret: longSecret() });
    expectNoKey({ alg, publicKey: rsaPublic });
    expectNoKey({ alg, privateKey: rsa.privateKey });
  });

  it('algorithms in the place of alg are refused', () => {
    expectNoKey({ algorithms: ['HS256'], secret: longSecret() });
    expectNoKey({ secret: longSecret() });
    expectNoKey(rsaPublic);
    expectNoKey({ ...rsaPublic, alg: 'RS256' });
    expectNoKey(pemOf(rsa.publicKey));
    expectNoKey(rsa.publicKey);
  });

  it('a remote key set without algorithms is refused', () => {
    const jwks = 'https://issuer.test/jwks';
    for (const algorithms of [undefined, null, [], '', 'none', ['none'], ['hs256'], ['RS256', 'none']])
      expect(() => verifierWith({ jwks, algorithms }), String(algorithms)).toThrow(TypeError);
  });

  it('two algorithms for one type of remote key are refused', () => {
    const jwks = 'https://issuer.test/jwks';
    for (const algorithms of [
      ['RS256', 'RS512'],
      ['RS256', 'PS256'],
      ['EdDSA', 'Ed25519'],
    ])
      expect(() => verifierWith({ jwks, algorithms }), String(algorithms)).toThrow(TypeError);
  });

  it('a shared secret among remote keys is refused', () => {
    for (const algorithms of [['HS256'], ['RS256', 'HS256']])
      expect(
        () => verifierWith({ jwks: 'https://issuer.test/jwks', algorithms }),
        String(algorithms),
      ).toThrow(TypeError);
  });
});

describe('a key of another type than its algorithm (CVE-2015-9235, CVE-2022-23539, CVE-2022-23541)', () => {
  it.each([
    ['a public PEM as secret', { alg: 'HS256', secret: rsa.publicKey }],
    ['a private key as secret', { alg: 'HS256', secret: rsa.privateKey }],
    ['a public JWK as secret', { alg: 'HS256', secret: rsaPublic }],
    ['a public key under HS256', { alg: 'HS256', publicKey: rsa.publicKey }],
    ['a secret under RS256', { alg: 'RS256', secret: longSecret() }],
    ['a secret as public key', { alg: 'RS256', publicKey: createSecretKey(SECRET) }],
    ['an oct JWK as public key', { alg: 'RS256', publicKey: { kty: 'oct', k: encode(SECRET) } }],
    ['RSA under ES256', { alg: 'ES256', publicKey: rsa.publicKey }],
    ['EC under RS256', { alg: 'RS256', publicKey: ec.publicKey }],
    ['EC under EdDSA', { alg: 'EdDSA', publicKey: ec.publicKey }],
    ['Ed25519 under ES256', { alg: 'ES256', publicKey: ed.publicKey }],
    ['P-384 under ES256', { alg: 'ES256', publicKey: pairs.ec('P-384').publicKey }],
    ['P-256 under ES384', { alg: 'ES384', publicKey: ec.publicKey }],
    ['secp256k1 under ES256', { alg: 'ES256', publicKey: pairs.ec('secp256k1').publicKey }],
    ['Ed448 under EdDSA', { alg: 'EdDSA', publicKey: pairs.ed448().publicKey }],
    ['X25519 under EdDSA', { alg: 'EdDSA', publicKey: pairs.x25519().publicKey }],
    [
      'RSA-PSS under RS256',
      { alg: 'RS256', publicKey: generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey },
    ],
    ['a private key as public key', { alg: 'RS256', publicKey: rsa.privateKey }],
    ['a private JWK as public key', { alg: 'RS256', publicKey: jwkOf(rsa.privateKey) }],
    ['a private PEM as public key', { alg: 'RS256', publicKey: pemOf(rsa.privateKey) }],
    [
      'a private PEM behind a public one',
      { alg: 'ES256', publicKey: pemOf(ec.publicKey) + pemOf(ec.privateKey) },
    ],
    ['a key for encryption', { alg: 'RS256', publicKey: { ...rsaPublic, use: 'enc' } }],
    [
      'a key whose operations are others',
      { alg: 'RS256', publicKey: { ...rsaPublic, key_ops: ['encrypt'] } },
    ],
    ['a key that names another algorithm', { alg: 'RS512', publicKey: { ...rsaPublic, alg: 'RS256' } }],
    ['a key that names none', { alg: 'RS256', publicKey: { ...rsaPublic, alg: 'none' } }],
  ])('%s is refused', (_name, key) => {
    expectNoKey({ ...key, kid: 'x' });
  });
});

describe('a weak or invalid key (R06)', () => {
  const withE = (...bytes: number[]) => ({ ...rsaPublic, e: encode(Uint8Array.from(bytes)) });

  it.each([
    ['RSA of 1024 bits', pairs.rsa(1024).publicKey],
    ['RSA of 512 bits', { ...rsaPublic, n: encode(Buffer.alloc(64, 0xff)) }],
    ['RSA with n = 0', { ...rsaPublic, n: 'AA' }],
    ['RSA without n', { kty: 'RSA', e: 'AQAB' }],
    ['RSA with e = 1: every signature could be forged', withE(1)],
    ['RSA with e = 0', withE(0)],
    ['RSA with e = 2', withE(2)],
    ['RSA with e = 3 (CVE-2006-4339)', withE(3)],
    ['RSA with an even e', withE(1, 0, 0)],
    ['RSA with e = 1 behind zeros', withE(0, 0, 0, 1)],
    [
      'RSA of 2048 bits by leading zeros',
      { ...rsaPublic, n: encode(Buffer.concat([Buffer.alloc(128), Buffer.alloc(128, 0xff)])) },
    ],
  ])('%s is refused', (_name, publicKey) => {
    expectNoKey({ alg: 'RS256', publicKey });
    expectNoKey({ alg: 'PS256', publicKey });
  });

  it.each([
    ['off the curve', { ...ecPublic, y: ecPublic['x'] }],
    ['at infinity', { ...ecPublic, x: encode(Buffer.alloc(32)), y: encode(Buffer.alloc(32)) }],
    ['without y', { kty: 'EC', crv: 'P-256', x: ecPublic['x'] }],
    ['with coordinates of another length', { ...ecPublic, x: encode(Buffer.alloc(64, 1)) }],
    ['of a curve that does not exist', { ...ecPublic, crv: 'P-255' }],
    ['without a curve', { kty: 'EC', x: ecPublic['x'], y: ecPublic['y'] }],
  ])('an EC point %s is refused', (_name, publicKey) => {
    expectNoKey({ alg: 'ES256', publicKey });
  });

  it('an EC key over a generator of the attacker is refused (CVE-2020-0601)', () => {
    const { publicKey } = generateKeyPairSync('ec', {
      namedCurve: 'P-256',
      paramEncoding: 'explicit',
    } as never);
    const der = (publicKey as unknown as typeof ec.publicKey).export({ format: 'der', type: 'spki' });
    const point = der.subarray(der.length - 65);
    const generator = der.indexOf(Buffer.from('046b17d1f2e12c4247f8bce6e563a440', 'hex'));
    expect(generator).toBeGreaterThan(0);
    const evil = Buffer.from(der);
    point.copy(evil, generator);
    const pem = `-----BEGIN PUBLIC KEY-----\n${evil.toString('base64')}\n-----END PUBLIC KEY-----\n`;
    expectNoKey({ alg: 'ES256', publicKey: pem });
  });

  it.each([
    ['of 31 bytes', encode(Buffer.alloc(31, 1))],
    ['of 33 bytes', encode(Buffer.alloc(33, 1))],
    ['that is empty', ''],
  ])('an Ed25519 point %s is refused', (_name, x) => {
    expectNoKey({ alg: 'EdDSA', publicKey: { kty: 'OKP', crv: 'Ed25519', x } });
  });

  it('an Ed25519 point of small order verifies nothing, if it becomes a key at all', () => {
    const points = ['00', '01', 'ec', 'ed', 'ee'].map((first) =>
      Buffer.from(
        first.padEnd(62, first === 'ec' || first === 'ed' || first === 'ee' ? 'f' : '0') +
          (first.startsWith('e') ? '7f' : '00'),
        'hex',
      ),
    );
    for (const x of points) {
      for (const r of points) {
        let key: ReturnType<typeof importPublic>;
        try {
          key = importPublic('EdDSA', { kty: 'OKP', crv: 'Ed25519', x: encode(x) });
        } catch {
          continue;
        }
        const signature = encode(Buffer.concat([r, Buffer.alloc(32)]));
        for (let at = 0; at < 20; at++) expect(key.verify(`a.${at}`, signature)).toBe(false);
      }
    }
  });
});

describe('two keys that could be taken for one another', () => {
  it('two keys of one kid are refused', () => {
    const keys = [
      { alg: 'HS256', secret: longSecret(1), kid: 'k' },
      { alg: 'HS256', secret: longSecret(2), kid: 'k' },
    ];
    expect(() => authWith({ keys })).toThrow(TypeError);
    expect(() => verifierWith({ keys })).toThrow(TypeError);
  });

  it.each([
    ['RS256 and RS512', 'RS256', 'RS512'],
    ['RS256 and PS256', 'RS256', 'PS256'],
    ['EdDSA and Ed25519', 'EdDSA', 'Ed25519'],
  ] as const)('one key for %s is refused (CVE-2022-23541)', (_name, one, other) => {
    const { privateKey } = pairFor(one);
    const keys = [
      { alg: one, privateKey, kid: 'a' },
      { alg: other, privateKey, kid: 'b' },
    ];
    expect(() => authWith({ keys })).toThrow(TypeError);
    expect(() => verifierWith({ keys })).toThrow(TypeError);
  });

  it('one secret for HS256 and HS512, or once with a zero byte behind it, is refused', () => {
    const [secret] = [longSecret()];
    for (const second of [secret, Buffer.concat([secret.slice(0, 63), Buffer.of(0)])]) {
      const first = second === secret ? secret : secret.slice(0, 63);
      const keys = [
        { alg: 'HS256', secret: first, kid: 'a' },
        { alg: second === secret ? 'HS512' : 'HS256', secret: second, kid: 'b' },
      ];
      expect(() => authWith({ keys })).toThrow(TypeError);
      expect(() => verifierWith({ keys })).toThrow(TypeError);
    }
  });

  it('keys of one issuer with one kid and two algorithms are refused', () => {
    const keys = [
      { alg: 'HS256', secret: longSecret(), kid: 'k' },
      { alg: 'RS256', publicKey: rsa.publicKey, kid: 'k' },
    ];
    expect(() => verifierWith({ keys })).toThrow(TypeError);
  });
});

describe('a refused key is not shown', () => {
  it.each([
    ['a short secret', { alg: 'HS256', secret: 'hunter2-hunter2-hunter2' }, 'hunter2-hunter2'],
    [
      'a damaged PEM',
      { alg: 'ES256', privateKey: pemOf(ec.privateKey).replace(/\n..../, '\n!!!!') },
      pemOf(ec.privateKey).slice(60, 120),
    ],
    [
      'a private JWK as public key',
      { alg: 'ES256', publicKey: jwkOf(ec.privateKey) },
      String(jwkOf(ec.privateKey)['d']),
    ],
    [
      'a private JWK of another algorithm',
      { alg: 'ES384', privateKey: jwkOf(ec.privateKey) },
      String(jwkOf(ec.privateKey)['d']),
    ],
    ['a JWK as secret', { alg: 'HS256', secret: jwkOf(ec.privateKey) }, String(jwkOf(ec.privateKey)['d'])],
    [
      'a password beside a misspelt name',
      { alg: 'HS256', secrt: 'hunter2-hunter2-hunter2' },
      'hunter2-hunter2',
    ],
  ])('%s', (_name, key, secret) => {
    expectNoKey(key, [secret]);
  });
});

describe('key sets that are published (R06, R09)', () => {
  it('hold no private member, whatever kind of key was given', () => {
    const { auth } = makeAuth({
      keys: [
        { alg: 'RS256', privateKey: jwkOf(rsa.privateKey), kid: 'r' },
        { alg: 'ES256', privateKey: pemOf(ec.privateKey), kid: 'e' },
        { alg: 'EdDSA', privateKey: ed.privateKey, kid: 'd' },
        { alg: 'HS256', secret: longSecret(), kid: 'h' },
      ],
    });
    const names = new Set(auth.jwks().keys.flatMap((key) => Object.keys(key)));
    expect([...names].sort()).toEqual(['alg', 'crv', 'e', 'kid', 'kty', 'n', 'use', 'x', 'y']);
    expect(auth.jwks().keys.map(({ kid }) => kid)).toEqual(['r', 'e', 'd']);
  });

  it('name a key by its RFC 7638 thumbprint: the example of §3.1', () => {
    const n =
      '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw';
    const key = importPublic('RS256', { kty: 'RSA', n, e: 'AQAB', alg: 'RS256', kid: '2011-04-29' });
    expect(key.fingerprint).toBe('NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs');
  });
});

describe('a tolerance that lets everything through (fast-jwt #640)', () => {
  it.each([Number.POSITIVE_INFINITY, Number.NaN, -1, 61, '61s', '2m', '', true])(
    'leeway %s is refused',
    (leeway) => {
      expect(() => authWith({ keys: signer, leeway })).toThrow(TypeError);
      expect(() =>
        createVerifier({ issuers: [{ issuer: ISSUER, audience: AUDIENCE, keys: signer }], leeway } as never),
      ).toThrow(TypeError);
    },
  );

  it.each([Number.POSITIVE_INFINITY, Number.NaN, -1, 301, '301s', '6m', '', true])(
    'clockSkew %s is refused',
    (clockSkew) => {
      expect(() => authWith({ keys: signer, clockSkew })).toThrow(TypeError);
      expect(() =>
        createVerifier({
          issuers: [{ issuer: ISSUER, audience: AUDIENCE, keys: signer }],
          clockSkew,
        } as never),
      ).toThrow(TypeError);
    },
  );

  it.each([undefined, '', [], [''], 7, /.*/, { $ne: null }, ['a', 7], [/.*/]])(
    'audience %s is refused (CVE-2026-35040, CVE-2026-35041: no patterns)',
    (audience) => {
      expect(() =>
        createVerifier({ issuers: [{ issuer: ISSUER, audience, keys: signer }] } as never),
      ).toThrow(TypeError);
      if (!Array.isArray(audience)) expect(() => authWith({ keys: signer, audience })).toThrow(TypeError);
    },
  );

  it.each([undefined, null, '', [ISSUER], /.*/, 7])('issuer %s is refused', (issuer) => {
    expect(() => authWith({ keys: signer, issuer })).toThrow(TypeError);
    expect(() =>
      createVerifier({ issuers: [{ issuer, audience: AUDIENCE, keys: signer }] } as never),
    ).toThrow(TypeError);
  });

  it.each([
    'maxAge',
    'algorithms',
    'allowNone',
    'ignoreExpiration',
    'complete',
    'cacheKeyBuilder',
    'secret',
    'key',
    '__proto__x',
  ])('an option of other libraries, %s, is refused', (name) => {
    expect(() => authWith({ keys: signer, [name]: true })).toThrow(TypeError);
    expect(() => verifierWith({ keys: signer, [name]: true })).toThrow(TypeError);
  });
});
