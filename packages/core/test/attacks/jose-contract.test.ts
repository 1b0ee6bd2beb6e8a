// What jose does and does not do, as far as Tokenpair relies on it or guards against it (security.md §0 and §4.2). A jose that
// behaves otherwise is seen here first: a contract that got stricter is good news, one that got laxer a reason not to upgrade.
import { createHash, generateKeyPairSync } from 'node:crypto';
import type { Algorithm } from '@tokenpair/core';
import {
  base64url,
  type CryptoKey,
  calculateJwkThumbprint,
  errors,
  exportJWK,
  importJWK,
  importPKCS8,
  importSPKI,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose';
import { describe, expect, it } from 'vitest';
import { AUDIENCE, ISSUER } from '../support/auth.ts';
import { T0 } from '../support/clock.ts';
import { jwkOf, longSecret, pairFor, pairs, pemOf } from '../support/keys.ts';
import { seeded } from '../support/random.ts';
import { craft, encode } from '../support/tokens.ts';
import {
  CLAIMS,
  claimsWith,
  forge,
  headerOf,
  NOW,
  PATH_ALGORITHMS,
  PATHS,
  type Path,
  segment,
  signatureOf,
  twinOf,
} from './paths.ts';

/** As strict as jose's own options make it. */
const STRICT: JWTVerifyOptions = {
  issuer: ISSUER,
  audience: AUDIENCE,
  typ: 'at+jwt',
  requiredClaims: ['sub', 'sid', 'jti', 'iat', 'exp'],
  currentDate: new Date(T0),
  clockTolerance: 5,
};

async function joseKey(alg: Algorithm): Promise<Uint8Array | CryptoKey> {
  return alg.startsWith('HS')
    ? longSecret()
    : ((await importJWK(jwkOf(pairFor(alg).publicKey) as never, alg)) as CryptoKey);
}

const KEYS = new Map(
  await Promise.all(PATH_ALGORITHMS.map(async (alg) => [alg, await joseKey(alg)] as const)),
);

async function joseClaims(alg: Algorithm, token: unknown, options: JWTVerifyOptions = {}) {
  const key = KEYS.get(alg) as CryptoKey;
  return (await jwtVerify(token as string, key, { ...STRICT, algorithms: [alg], ...options })).payload;
}

/** The code of jose's refusal; `accepted` where there is none, the class where the error is not one of jose's. */
async function joseVerdict(alg: Algorithm, token: unknown, options?: JWTVerifyOptions): Promise<string> {
  try {
    await joseClaims(alg, token, options);
    return 'accepted';
  } catch (error) {
    if (error instanceof errors.JOSEError) return error.code;
    return (error as Error).name;
  }
}

const oursOf = (alg: Algorithm) => PATHS.filter((path) => path.alg === alg);

async function ourVerdict(path: Path, token: unknown): Promise<string> {
  try {
    await path.verify(token);
    return 'accepted';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

const part = (token: string, at: number, alter: (text: string) => string): string =>
  token
    .split('.')
    .map((text, index) => (index === at ? alter(text) : text))
    .join('.');
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const trailing = (text: string): string => text.slice(0, -1) + ALPHABET[ALPHABET.indexOf(text.slice(-1)) + 1];
const withClaim = (member: string, json: string) =>
  forge('HS256', headerOf('HS256'), claimsWith(member, json));
const signedOver = (payload: string): string => {
  const input = `${segment(headerOf('HS256'))}.${payload}`;
  return `${input}.${encode(signatureOf('HS256', input))}`;
};

/** Tokens that jose takes and Tokenpair refuses on every path: the reasons why the gate and the claims stage are our own. */
const LAXER: readonly (readonly [name: string, token: () => unknown])[] = [
  [
    'a space in the signature',
    () => part(forge('HS256'), 2, (text) => `${text.slice(0, 5)} ${text.slice(5)}`),
  ],
  ['a space behind the token', () => `${forge('HS256')} `],
  ['a line feed behind the token', () => `${forge('HS256')}\n`],
  ['= behind the token', () => `${forge('HS256')}=`],
  ['trailing bits in the signature', () => part(forge('HS256'), 2, trailing)],
  [
    'whitespace in the payload that is signed over',
    () => signedOver(segment(CLAIMS).replace(/^.{8}/, '$& ')),
  ],
  ['a token in bytes', () => new TextEncoder().encode(forge('HS256'))],
  ['exp 1e400', () => withClaim('exp', '1e400')],
  ['exp in milliseconds', () => withClaim('exp', String((NOW + 300) * 1000))],
  ['iat an hour ahead', () => withClaim('iat', String(NOW + 200))],
  ['iat 1e400', () => withClaim('iat', '1e400')],
  ['exp before iat', () => forge('HS256', headerOf('HS256'), { ...CLAIMS, iat: NOW + 50, exp: NOW + 10 })],
  ['nbf -1e400', () => withClaim('nbf', '-1e400')],
  ['sub null', () => withClaim('sub', 'null')],
  ['sub as a number', () => withClaim('sub', '1')],
  ['sub as an object', () => withClaim('sub', '{"$ne":null}')],
  ['sub empty', () => withClaim('sub', '""')],
  ['jti as an object', () => withClaim('jti', '{}')],
  [
    'a repeated sub, of which the last is taken',
    () => signedOver(encode(JSON.stringify(CLAIMS).replace('{', '{"sub":"x",'))),
  ],
  ['__proto__', () => withClaim('__proto__', '{"admin":true}')],
  ['a byte order mark before the payload', () => signedOver(encode(`\uFEFF${JSON.stringify(CLAIMS)}`))],
  ['a byte order mark before the header', () => forge('HS256', `\uFEFF${JSON.stringify(headerOf('HS256'))}`)],
  [
    'alg twice, the good one last',
    () => forge('HS256', '{"alg":"none","alg":"HS256","typ":"at+jwt","kid":"k1"}'),
  ],
  ['crit b64 true', () => forge('HS256', { ...headerOf('HS256'), crit: ['b64'], b64: true })],
  [
    'jwk, jku and x5u beside a good key',
    () => forge('HS256', { ...headerOf('HS256'), jku: 'https://evil.test' }),
  ],
  ['a kid that nobody asked for', () => forge('HS256', { ...headerOf('HS256'), kid: '../../dev/null' })],
  ['zip', () => forge('HS256', { ...headerOf('HS256'), zip: 'DEF' })],
  ['2,000 nested lists', () => withClaim('x', '['.repeat(2000) + ']'.repeat(2000))],
  ['8,300 characters', () => forge('HS256', headerOf('HS256'), { ...CLAIMS, x: 'x'.repeat(6200) })],
];

describe('jose takes and Tokenpair refuses', () => {
  it.each(LAXER)('%s', async (_name, make) => {
    const token = make();
    expect(await joseVerdict('HS256', token)).toBe('accepted');
    for (const path of oursOf('HS256'))
      expect([
        path.name,
        /^(?:token_not_valid|bad_authorization_header)$/.test(await ourVerdict(path, token)),
      ]).toEqual([path.name, true]);
  });

  it('and both take the ECDSA twin (r, n − s)', async () => {
    const twin = twinOf(forge('ES256'));
    expect(await joseVerdict('ES256', twin)).toBe('accepted');
    for (const path of oursOf('ES256')) expect(await ourVerdict(path, twin)).toBe('accepted');
  });
});

describe('jose refuses', () => {
  const cases: readonly (readonly [name: string, code: string, token: () => unknown])[] = [
    [
      'alg none',
      'ERR_JOSE_ALG_NOT_ALLOWED',
      () => `${segment({ alg: 'none', typ: 'at+jwt' })}.${segment(CLAIMS)}.`,
    ],
    ['an algorithm that is not allowed', 'ERR_JOSE_ALG_NOT_ALLOWED', () => forge('HS512', headerOf('HS512'))],
    [
      'an algorithm in lower case',
      'ERR_JOSE_ALG_NOT_ALLOWED',
      () => forge('HS256', { ...headerOf('HS256'), alg: 'hs256' }),
    ],
    [
      'a forged signature',
      'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
      () => forge('HS256', headerOf('HS256'), CLAIMS, 'b'),
    ],
    [
      'crit with an unknown name',
      'ERR_JOSE_NOT_SUPPORTED',
      () => forge('HS256', { ...headerOf('HS256'), crit: ['x'], x: 1 }),
    ],
    ['an empty crit', 'ERR_JWS_INVALID', () => forge('HS256', { ...headerOf('HS256'), crit: [] })],
    [
      'b64 false',
      'ERR_JWT_INVALID',
      () => forge('HS256', { ...headerOf('HS256'), crit: ['b64'], b64: false }),
    ],
    ['two parts', 'ERR_JWS_INVALID', () => 'AAAA.AAAA'],
    ['a header that is no object', 'ERR_JWS_INVALID', () => forge('HS256', '[]')],
    [
      'another typ',
      'ERR_JWT_CLAIM_VALIDATION_FAILED',
      () => forge('HS256', { ...headerOf('HS256'), typ: 'JWT' }),
    ],
    ['a payload that is an array', 'ERR_JWT_INVALID', () => forge('HS256', headerOf('HS256'), '[]')],
    [
      'a payload that is no UTF-8',
      'ERR_JWT_INVALID',
      () => signedOver(encode(Uint8Array.of(0x22, 0xff, 0x22))),
    ],
    ['iss in an array', 'ERR_JWT_CLAIM_VALIDATION_FAILED', () => withClaim('iss', JSON.stringify([ISSUER]))],
    ['another aud', 'ERR_JWT_CLAIM_VALIDATION_FAILED', () => withClaim('aud', '"x"')],
    ['no sub', 'ERR_JWT_CLAIM_VALIDATION_FAILED', () => withClaim('sub', '')],
    ['exp as text', 'ERR_JWT_CLAIM_VALIDATION_FAILED', () => withClaim('exp', '"9999999999"')],
    ['an expired token', 'ERR_JWT_EXPIRED', () => withClaim('exp', String(NOW - 5))],
    ['a token of the future', 'ERR_JWT_CLAIM_VALIDATION_FAILED', () => withClaim('nbf', String(NOW + 61))],
  ];

  it.each(cases)('%s with %s', async (_name, code, make) => {
    expect(await joseVerdict('HS256', make())).toBe(code);
    for (const path of oursOf('HS256')) expect(await ourVerdict(path, make())).not.toBe('accepted');
  });
});

describe('jose takes keys that Tokenpair does not (security.md §0.4)', () => {
  const claims = { ...CLAIMS };

  it('a secret of one byte', async () => {
    const secret = Uint8Array.of(1);
    await jwtVerify(craft({ alg: 'HS256', typ: 'at+jwt' }, claims, secret), secret, STRICT);
  });

  it('the bytes of a public PEM, where HS and RS are both allowed', async () => {
    const pem = Buffer.from(pemOf(pairs.rsa().publicKey));
    const token = craft({ alg: 'HS256', typ: 'at+jwt' }, claims, pem);
    await jwtVerify(token, pem, { ...STRICT, algorithms: ['HS256', 'RS256'] });
  });

  it('an RSA key with e = 1, for which anybody can sign', async () => {
    const { n } = jwkOf(pairs.rsa().publicKey);
    const key = await importJWK({ kty: 'RSA', n: String(n), e: 'AQ' }, 'RS256');
    const input = `${segment({ alg: 'RS256', typ: 'at+jwt' })}.${segment(claims)}`;
    const info = Buffer.from('3031300d060960864801650304020105000420', 'hex');
    const digest = Buffer.concat([info, createHash('sha256').update(input).digest()]);
    const padded = Buffer.concat([
      Buffer.of(0, 1),
      Buffer.alloc(256 - digest.length - 3, 0xff),
      Buffer.of(0),
      digest,
    ]);
    await jwtVerify(`${input}.${encode(padded)}`, key, STRICT);
  });

  it('but none of RSA below 2048 bits', async () => {
    const { publicKey } = pairs.rsa(1024);
    const key = await importJWK(jwkOf(publicKey) as never, 'RS256');
    await expect(jwtVerify(forge('RS256'), key, STRICT)).rejects.toThrow(/2048/);
  });

  it('and refuses an empty secret, an error of another kind', async () => {
    const token = craft({ alg: 'HS256', typ: 'at+jwt' }, claims, new Uint8Array());
    await expect(jwtVerify(token, new Uint8Array(), STRICT)).rejects.not.toBeInstanceOf(errors.JOSEError);
  });

  it('and refuses a private key for verifying', async () => {
    const key = await importPKCS8(pemOf(pairFor('ES256').privateKey), 'ES256');
    await expect(jwtVerify(forge('ES256'), key, STRICT)).rejects.toThrow(TypeError);
  });
});

describe('what the jose engine and the key sets rely on', () => {
  it('thumbprints are those of RFC 7638 §3.1', async () => {
    const n =
      '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw';
    expect(await calculateJwkThumbprint({ kty: 'RSA', n, e: 'AQAB' })).toBe(
      'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs',
    );
  });

  it('base64url is written canonically, and read leniently: the gate has to come first', () => {
    expect(base64url.encode('a?>~')).toBe('YT8-fg');
    expect(base64url.decode('YT8-fh')).toEqual(base64url.decode('YT8-fg'));
    expect(base64url.decode('YT 8-fg==')).toEqual(base64url.decode('YT8-fg'));
    expect(() => base64url.decode('YT!-')).toThrow();
  });

  it('keys come in as CryptoKey of their type and no other, and go out with public members only', async () => {
    const { privateKey, publicKey } = pairFor('ES256');
    const key = await importPKCS8(pemOf(privateKey), 'ES256', { extractable: true });
    expect([key.type, key.extractable]).toEqual(['private', true]);
    expect((await importPKCS8(pemOf(privateKey), 'ES256')).extractable).toBe(false);
    expect(await exportJWK(await importSPKI(pemOf(publicKey), 'ES256', { extractable: true }))).toEqual(
      jwkOf(publicKey),
    );
    expect(await importJWK({ kty: 'oct', k: encode(longSecret()) }, 'HS256')).toBeInstanceOf(Uint8Array);
    await expect(importSPKI(pemOf(privateKey), 'ES256')).rejects.toThrow(TypeError);
    await expect(importPKCS8(pemOf(publicKey), 'ES256')).rejects.toThrow(TypeError);
    await expect(importJWK({ ...jwkOf(publicKey), crv: 'P-384' } as never, 'ES256')).rejects.toThrow();
    const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    await expect(importSPKI(pemOf(p384.publicKey), 'ES256')).rejects.toThrow();
  });
});

describe('differential: what Tokenpair accepts jose accepts, with the same claims', () => {
  const SEED = 20_270_116;
  const COUNT = 400;

  /** Valid tokens, and tokens changed in header, claims or text; some of them still valid. */
  function corpus(alg: Algorithm, random: () => number): string[] {
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
    const json = [
      '1',
      '"x"',
      'null',
      '[]',
      '{}',
      '1e400',
      String(NOW),
      String(NOW + 60),
      '""',
      'true',
      '0.5',
      '["https://api.test"]',
    ];
    const names = [
      'sub',
      'sid',
      'jti',
      'iat',
      'exp',
      'nbf',
      'iss',
      'aud',
      'scope',
      'app',
      'constructor',
      '\u00fc',
    ];
    const headers = ['cty', 'x5t', 'nonce', 'crit', 'b64', 'jku', 'typ', 'kid', 'zip', 'x'];
    const values = ['x', 'at+jwt', 'AT+JWT', 'application/at+jwt', 'k1', true, null, ['x'], 1];
    const makers: readonly (() => string)[] = [
      () => forge(alg),
      () => forge(alg, headerOf(alg), { ...CLAIMS, iat: NOW - Math.floor(random() * 200), scope: 'a b' }),
      () => forge(alg, headerOf(alg), claimsWith(pick(names), pick(json))),
      () => forge(alg, { ...headerOf(alg), [pick(headers)]: pick(values) }),
      () => forge(alg, headerOf(alg), JSON.stringify(CLAIMS, null, Math.floor(random() * 4))),
      () => forge(alg, JSON.stringify(headerOf(alg), null, Math.floor(random() * 4))),
      () => {
        const token = forge(alg);
        const at = Math.floor(random() * token.length);
        return token.slice(0, at) + pick([...ALPHABET, ' ', '=', '.']) + token.slice(at + 1);
      },
      () => part(forge(alg), pick([0, 1, 2]), trailing),
      () => (alg === 'ES256' ? twinOf(forge(alg)) : forge(alg)),
    ];
    return Array.from({ length: COUNT }, () => pick(makers)());
  }

  it.each(PATHS)(`on the path $name, ${COUNT} tokens (seed ${SEED})`, async (path) => {
    const random = seeded(SEED);
    let accepted = 0;
    for (const token of corpus(path.alg, random)) {
      const ours = await path.verify(token).catch(() => undefined);
      if (ours === undefined) continue;
      accepted += 1;
      const options = path.door === 'own' ? {} : { requiredClaims: ['sub', 'iat', 'exp'] };
      // jose has one tolerance for all times: ours for what lies ahead is 60 s.
      const theirs = await joseClaims(path.alg, token, { ...options, clockTolerance: 60 });
      expect({ ...ours }).toEqual(theirs);
    }
    expect(accepted).toBeGreaterThan(COUNT / 10);
    expect(accepted).toBeLessThan(COUNT * 0.9);
  });
});
