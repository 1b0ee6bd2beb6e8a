import type { Algorithm, KeyInput } from '@tokenpair/core';
import * as fc from 'fast-check';
import { importJWK, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/json.ts';
import { createKeyRing } from '../../src/keys/key-ring.ts';
import type { ClaimRules } from '../../src/token/claims.ts';
import { createHeaderTable } from '../../src/token/header-table.ts';
import { createTokenKind } from '../../src/token/token-kind.ts';
import { createClock, T0 } from '../support/clock.ts';
import { ALL_ALGORITHMS, jwkOf, keyFor, longSecret, pairFor, pemOf } from '../support/keys.ts';
import { failureOf, refusalOf } from '../support/outcome.ts';
import { seeded } from '../support/random.ts';
import { craft, craftFrom, decode, encode, SECRET } from '../support/tokens.ts';

const NOW = T0 / 1000;
const CLAIMS = {
  iss: 'https://issuer.test',
  aud: 'https://api.test',
  sub: '1',
  sid: 's',
  jti: 'j',
  iat: NOW,
  exp: NOW + 300,
};
const RULES: ClaimRules = {
  issuer: CLAIMS.iss,
  audiences: [CLAIMS.aud],
  audienceClaim: 'aud',
  required: ['iss', 'aud', 'sub', 'sid', 'jti', 'iat', 'exp'],
  leeway: 5,
  clockSkew: 60,
  maxLife: 86_400,
  integers: [],
};
const NOT_VALID = ['token_not_valid', 401];
const HS256: KeyInput = { alg: 'HS256', secret: SECRET, kid: 'k1' };

/** A token of CLAIMS as the first release emitted it, its kid the short HMAC of the secret. */
const EMITTED =
  'eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6ImhKMU9Wc2Mta2JPM19oUzEifQ.eyJpc3MiOiJodHRwczovL2lzc3Vlci50ZXN0IiwiYXVkIjoiaHR0cHM6Ly9hcGkudGVzdCIsInN1YiI6IjEiLCJzaWQiOiJzIiwianRpIjoiaiIsImlhdCI6MTgwMDAwMDAwMCwiZXhwIjoxODAwMDAwMzAwfQ.BHqogVkLYm2xEn25NmlcgiWq0Vd52Tc1HGEnzOF0tdU';

/** An access and a refresh kind that share a header table, as in an auth. */
function kindsOf(keys: KeyInput | KeyInput[], refreshKeys = keys) {
  const headers = createHeaderTable();
  const clock = createClock();
  const kind = (typ: string, input: KeyInput | KeyInput[]) =>
    createTokenKind({ typ, keys: createKeyRing(input, 'keys'), rules: RULES, headers, clock });
  return { access: kind('at+jwt', keys), refresh: kind('rt+jwt', refreshKeys), clock, headers };
}

describe('the header (a wire contract: what one release emitted every later one accepts)', () => {
  it.each([
    ['at+jwt', 'eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6ImsxIn0'],
    ['rt+jwt', 'eyJhbGciOiJIUzI1NiIsInR5cCI6InJ0K2p3dCIsImtpZCI6ImsxIn0'],
  ])('of %s is pinned byte for byte', async (typ, segment) => {
    const { access, refresh } = kindsOf(HS256);
    const token = await (typ === 'at+jwt' ? access : refresh).issue(CLAIMS);
    expect(decode(token).headerSegment).toBe(segment);
    expect(Buffer.from(segment, 'base64url').toString()).toBe(`{"alg":"HS256","typ":"${typ}","kid":"k1"}`);
  });

  it.each(ALL_ALGORITHMS)('names alg, typ and kid in this order, without spaces, for %s', async (alg) => {
    const { access, refresh } = kindsOf(keyFor(alg, 'a', 'some kid "1" ü'));
    for (const [kind, typ] of [
      [access, 'at+jwt'],
      [refresh, 'rt+jwt'],
    ] as const) {
      const { headerSegment } = decode(await kind.issue(CLAIMS));
      expect(Buffer.from(headerSegment, 'base64url').toString('utf8')).toBe(
        `{"alg":"${alg}","typ":"${typ}","kid":"some kid \\"1\\" ü"}`,
      );
    }
  });

  it('pins the whole token of a secret with a default kid', async () => {
    const { access } = kindsOf({ alg: 'HS256', secret: SECRET });
    expect(await access.issue(CLAIMS)).toBe(EMITTED);
  });

  it('accepts the token that an earlier release emitted', () => {
    const { access } = kindsOf({ alg: 'HS256', secret: SECRET });
    expect(access.verify(EMITTED)).toEqual(CLAIMS);
  });
});

describe('a round trip', () => {
  it.each(ALL_ALGORITHMS)('with %s gives the claims back, frozen and without a prototype', async (alg) => {
    const { access } = kindsOf(keyFor(alg));
    const claims = await access.verify(await access.issue({ ...CLAIMS, app: { list: [1, 'ü'] } }));
    expect(claims).toEqual({ ...CLAIMS, app: { list: [1, 'ü'] } });
    expect([Object.isFrozen(claims), Object.getPrototypeOf(claims)]).toEqual([true, null]);
  });

  it.each(ALL_ALGORITHMS)('is verified at once, without a promise, for %s', async (alg) => {
    const { access } = kindsOf(keyFor(alg));
    expect(access.verify(await access.issue(CLAIMS))).not.toBeInstanceOf(Promise);
  });

  it.each(ALL_ALGORITHMS)(
    'is signed at once, and in the thread pool where that takes long, for %s',
    (alg) => {
      const { access } = kindsOf(keyFor(alg));
      expect(access.issue(CLAIMS) instanceof Promise).toBe(/^[RP]S/.test(alg));
    },
  );

  it('verifies with every key of the ring and signs with the first', async () => {
    const [old, next] = [keyFor('ES256', 'a', 'old'), keyFor('HS256', 'a', 'next')];
    const before = kindsOf([old]).access;
    const published = kindsOf([old, next]).access;
    const moved = kindsOf([next, old]).access;
    const retired = kindsOf([next]).access;
    const [first, second] = [await before.issue(CLAIMS), await moved.issue(CLAIMS)];
    expect([decode(first).header['kid'], decode(second).header['kid']]).toEqual(['old', 'next']);
    for (const kind of [published, moved]) {
      expect(await kind.verify(first)).toEqual(CLAIMS);
      expect(await kind.verify(second)).toEqual(CLAIMS);
    }
    expect(await refusalOf(() => retired.verify(first))).toEqual(NOT_VALID);
  });

  it('verifies with a public key that cannot sign', async () => {
    const signer = kindsOf(keyFor('ES256', 'a', 'e')).access;
    const reader = kindsOf([HS256, { alg: 'ES256', publicKey: pairFor('ES256').publicKey, kid: 'e' }]).access;
    expect(await reader.verify(await signer.issue(CLAIMS))).toEqual(CLAIMS);
  });
});

describe('a header attack', () => {
  const { access } = kindsOf(HS256);
  const base = { alg: 'HS256', typ: 'at+jwt', kid: 'k1' };
  const jwk = jwkOf(pairFor('ES256', 'b').publicKey);
  const text = (members: string): string => `{${members}}`;

  it('has a near miss: the header as issued is accepted', () => {
    expect(access.verify(craft(base, CLAIMS))).toEqual(CLAIMS);
  });

  it.each([
    ['alg none', { ...base, alg: 'none' }],
    ['alg None', { ...base, alg: 'None' }],
    ['alg NONE', { ...base, alg: 'NONE' }],
    ['alg nOnE', { ...base, alg: 'nOnE' }],
    ['alg with a space before', { ...base, alg: ' none' }],
    ['alg with a NUL', { ...base, alg: 'none\0' }],
    ['alg in fullwidth letters', { ...base, alg: 'ｎｏｎｅ' }],
    ['an empty alg', { ...base, alg: '' }],
    ['alg null', { ...base, alg: null }],
    ['alg 0', { ...base, alg: 0 }],
    ['alg as an empty array', { ...base, alg: [] }],
    ['alg as an array', { ...base, alg: ['HS256'] }],
    ['alg as an object', { ...base, alg: {} }],
    ['alg in lower case', { ...base, alg: 'hs256' }],
    ['alg in mixed case', { ...base, alg: 'Hs256' }],
    ['another alg of the family', { ...base, alg: 'HS384' }],
    ['an asymmetric alg', { ...base, alg: 'RS256' }],
    ['no alg', { typ: 'at+jwt', kid: 'k1' }],
    ['jwk', { ...base, jwk }],
    ['jwk with a secret', { ...base, jwk: { kty: 'oct', k: encode(SECRET) } }],
    ['jku', { ...base, jku: 'https://evil.test/jwks' }],
    ['x5u', { ...base, x5u: 'https://evil.test/x5u' }],
    ['x5c', { ...base, x5c: ['MIIB'] }],
    ['x5t', { ...base, x5t: 'AAAA' }],
    ['x5t#S256', { ...base, 'x5t#S256': 'AAAA' }],
    ['zip', { ...base, zip: 'DEF' }],
    ['enc', { ...base, enc: 'A256GCM' }],
    ['cty', { ...base, cty: 'JWT' }],
    ['epk', { ...base, epk: jwk }],
    ['p2c', { ...base, p2c: 2 ** 31 - 1 }],
    ['nonce', { ...base, nonce: 'x' }],
    ['an unknown member', { ...base, x: 1 }],
    ['crit with an unknown name', { ...base, crit: ['exp'], exp: 1 }],
    ['an empty crit', { ...base, crit: [] }],
    ['crit as text', { ...base, crit: 'b64' }],
    ['crit with b64', { ...base, crit: ['b64'], b64: true }],
    ['crit with b64 false', { ...base, crit: ['b64'], b64: false }],
    ['crit twice', { ...base, crit: ['b64', 'b64'], b64: true }],
    ['crit __proto__', { ...base, crit: ['__proto__'] }],
    ['crit toString', { ...base, crit: ['toString'] }],
    ['crit null', { ...base, crit: null }],
    ['b64 without crit', { ...base, b64: false }],
    ['b64 true', { ...base, b64: true }],
    ['no kid', { alg: 'HS256', typ: 'at+jwt' }],
    ['another kid', { ...base, kid: 'k2' }],
    ['an empty kid', { ...base, kid: '' }],
    ['kid as a path', { ...base, kid: '../../dev/null' }],
    ['kid as SQL', { ...base, kid: "k1' OR '1'='1" }],
    ['kid as a URL', { ...base, kid: 'https://evil.test/k1' }],
    ['kid with a NUL', { ...base, kid: 'k1\0' }],
    ['kid as a number', { ...base, kid: 1 }],
    ['kid as an array', { ...base, kid: ['k1'] }],
    ['kid null', { ...base, kid: null }],
    ['kid __proto__', { ...base, kid: '__proto__' }],
    ['kid constructor', { ...base, kid: 'constructor' }],
    ['kid toString', { ...base, kid: 'toString' }],
    ['a kid of 5 kB', { ...base, kid: 'k'.repeat(5000) }],
    ['no typ', { alg: 'HS256', kid: 'k1' }],
    ['typ JWT', { ...base, typ: 'JWT' }],
    ['typ in upper case', { ...base, typ: 'AT+JWT' }],
    ['typ with application/', { ...base, typ: 'application/at+jwt' }],
    ['typ as an array', { ...base, typ: ['at+jwt'] }],
    ['typ of an ID token', { ...base, typ: 'id+jwt' }],
    ['typ of a DPoP proof', { ...base, typ: 'dpop+jwt' }],
    ['members in another order', { typ: 'at+jwt', alg: 'HS256', kid: 'k1' }],
    ['a repeated alg, none first', text('"alg":"none","alg":"HS256","typ":"at+jwt","kid":"k1"')],
    ['a repeated alg, none last', text('"alg":"HS256","alg":"none","typ":"at+jwt","kid":"k1"')],
    ['a repeated kid', text('"alg":"HS256","typ":"at+jwt","kid":"k1","kid":"k1"')],
    ['a space inside', text('"alg": "HS256","typ":"at+jwt","kid":"k1"')],
    ['whitespace after it', `${JSON.stringify(base)}\n`],
    ['a byte order mark', `\uFEFF${JSON.stringify(base)}`],
    ['an escaped letter', text('"alg":"\\u0048S256","typ":"at+jwt","kid":"k1"')],
    ['an array', '[]'],
    ['an array of the header', [base]],
    ['null', 'null'],
    ['text', '"HS256"'],
    ['a number', '1'],
    ['an empty object', '{}'],
    ['no JSON', 'HS256'],
  ])('by %s is refused although the signature is good', async (_name, header) => {
    expect(await refusalOf(() => access.verify(craft(header, CLAIMS)))).toEqual(NOT_VALID);
  });

  it('with alg none and no signature does not pass the gate', async () => {
    const unsigned = `${encode(JSON.stringify({ ...base, alg: 'none' }))}.${encode(JSON.stringify(CLAIMS))}.`;
    expect(await refusalOf(() => access.verify(unsigned))).toEqual(NOT_VALID);
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'by the name %s as header finds nothing',
    async (name) => {
      expect(await refusalOf(() => access.verify(craftFrom(name.replaceAll(/[^\w-]/g, ''), CLAIMS)))).toEqual(
        NOT_VALID,
      );
    },
  );

  it.each(['RS256', 'PS256', 'ES256', 'EdDSA'] as const)(
    'that makes an HMAC key of the public %s key is refused',
    async (alg) => {
      const key = pairFor(alg);
      const { access } = kindsOf(keyFor(alg, 'a', 'k1'));
      const genuine = decode(await access.issue(CLAIMS)).headerSegment;
      const pem = pemOf(key.publicKey);
      for (const secret of [
        pem,
        pem.trim(),
        pem.replaceAll('\n', ''),
        JSON.stringify(jwkOf(key.publicKey)),
      ]) {
        const bytes = Buffer.from(secret);
        expect(
          await refusalOf(() =>
            access.verify(craft({ alg: 'HS256', typ: 'at+jwt', kid: 'k1' }, CLAIMS, bytes)),
          ),
        ).toEqual(NOT_VALID);
        expect(await refusalOf(() => access.verify(craftFrom(genuine, CLAIMS, bytes)))).toEqual(NOT_VALID);
      }
    },
  );
});

describe('a token of another kind', () => {
  it.each(ALL_ALGORITHMS)('is token_wrong_type both ways with %s', async (alg) => {
    const { access, refresh } = kindsOf(keyFor(alg));
    const [at, rt] = [await access.issue(CLAIMS), await refresh.issue(CLAIMS)];
    expect(await refusalOf(() => access.verify(rt))).toEqual(['token_wrong_type', 401]);
    expect(await refusalOf(() => refresh.verify(at))).toEqual(['token_wrong_type', 401]);
    expect(await access.verify(at)).toEqual(CLAIMS);
    expect(await refresh.verify(rt)).toEqual(CLAIMS);
  });

  it('is token_wrong_type where refresh tokens have keys of their own', async () => {
    const { access, refresh } = kindsOf(HS256, { alg: 'HS256', secret: longSecret(), kid: 'r1' });
    expect(await refusalOf(async () => access.verify(await refresh.issue(CLAIMS)))).toEqual([
      'token_wrong_type',
      401,
    ]);
    expect(await refusalOf(async () => refresh.verify(await access.issue(CLAIMS)))).toEqual([
      'token_wrong_type',
      401,
    ]);
  });

  it('cannot be made of an access key where refresh tokens have keys of their own', async () => {
    const { refresh } = kindsOf(HS256, { alg: 'HS256', secret: longSecret(), kid: 'r1' });
    const forged = craft({ alg: 'HS256', typ: 'rt+jwt', kid: 'r1' }, CLAIMS, SECRET);
    expect(await refusalOf(() => refresh.verify(forged))).toEqual(NOT_VALID);
    const own = craft({ alg: 'HS256', typ: 'rt+jwt', kid: 'k1' }, CLAIMS, SECRET);
    expect(await refusalOf(() => refresh.verify(own))).toEqual(NOT_VALID);
  });
});

describe('the signature', () => {
  it.each(ALL_ALGORITHMS)('of %s guards header and payload', async (alg) => {
    const { access } = kindsOf(keyFor(alg));
    const [header = '', payload = '', signature = ''] = (await access.issue(CLAIMS)).split('.');
    const other = encode(JSON.stringify({ ...CLAIMS, sub: '2' }));
    expect(await access.verify(`${header}.${payload}.${signature}`)).toEqual(CLAIMS);
    expect(await refusalOf(() => access.verify(`${header}.${other}.${signature}`))).toEqual(NOT_VALID);
  });

  it.each(ALL_ALGORITHMS)('of %s by another key is refused', async (alg) => {
    const mine = kindsOf(keyFor(alg, 'a', 'k')).access;
    const theirs = kindsOf(keyFor(alg, 'b', 'k')).access;
    expect(await refusalOf(async () => mine.verify(await theirs.issue(CLAIMS)))).toEqual(NOT_VALID);
  });

  it.each(ALL_ALGORITHMS)(
    'of %s is refused at every wrong length, without an error of another kind',
    async (alg) => {
      const { access } = kindsOf(keyFor(alg));
      const token = await access.issue(CLAIMS);
      const at = token.lastIndexOf('.') + 1;
      const bytes = Buffer.from(token.slice(at), 'base64url');
      const lengths = new Set([
        1,
        2,
        15,
        16,
        31,
        32,
        63,
        64,
        65,
        95,
        96,
        131,
        132,
        133,
        255,
        256,
        257,
        bytes.length - 1,
        bytes.length + 1,
      ]);
      lengths.delete(bytes.length);
      for (const length of lengths) {
        const signature = Buffer.alloc(length, bytes.subarray(0, Math.min(length, bytes.length)));
        expect([
          length,
          await refusalOf(() => access.verify(token.slice(0, at) + encode(signature))),
        ]).toEqual([length, NOT_VALID]);
      }
    },
  );

  it.each([
    ['r = s = 0', Buffer.alloc(64)],
    [
      'r = s = n',
      Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'.repeat(2), 'hex'),
    ],
    ['all bits set', Buffer.alloc(64, 0xff)],
  ])('of ES256 with %s is refused', async (_name, signature) => {
    const { access } = kindsOf(keyFor('ES256'));
    const token = await access.issue(CLAIMS);
    expect(
      await refusalOf(() => access.verify(token.slice(0, token.lastIndexOf('.') + 1) + encode(signature))),
    ).toEqual(NOT_VALID);
  });

  it('of HS256 cut to 128 bits is refused', async () => {
    const { access } = kindsOf(HS256);
    const token = await access.issue(CLAIMS);
    const at = token.lastIndexOf('.') + 1;
    const cut = encode(Buffer.from(token.slice(at), 'base64url').subarray(0, 16));
    expect(await refusalOf(() => access.verify(token.slice(0, at) + cut))).toEqual(NOT_VALID);
  });
});

describe('the payload', () => {
  const { access, clock } = kindsOf(HS256);
  const header = encode('{"alg":"HS256","typ":"at+jwt","kid":"k1"}');

  it.each([
    ['an array', '[]'],
    ['null', 'null'],
    ['text', '"x"'],
    ['a number', '1'],
    ['no JSON', '{'],
    ['a repeated member', JSON.stringify(CLAIMS).replace('{', `{"sub":"2",`)],
    ['a member repeated by an escape', JSON.stringify(CLAIMS).replace('{', `{"\\u0073ub":"2",`)],
    ['__proto__', JSON.stringify(CLAIMS).replace('{', '{"__proto__":{"admin":true},')],
    ['a byte order mark', `\uFEFF${JSON.stringify(CLAIMS)}`],
    ['depth 33', JSON.stringify(CLAIMS).replace('{', `{"deep":${'['.repeat(32)}${']'.repeat(32)},`)],
    [
      'bytes that are no UTF-8',
      Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff]), Buffer.from('"}')]),
    ],
    ['UTF-16', Buffer.from(JSON.stringify(CLAIMS), 'utf16le')],
    ['a wrong issuer', { ...CLAIMS, iss: 'https://evil.test' }],
    ['a wrong audience', { ...CLAIMS, aud: 'https://evil.test' }],
    ['no exp', { ...CLAIMS, exp: undefined }],
    ['a subject that is no text', { ...CLAIMS, sub: 1 }],
  ])('is refused for %s although the signature is good', async (_name, payload) => {
    expect(await refusalOf(() => access.verify(craftFrom(header, payload)))).toEqual(NOT_VALID);
  });

  it('may have depth 32', () => {
    const payload = JSON.stringify(CLAIMS).replace('{', `{"deep":${'['.repeat(31)}${']'.repeat(31)},`);
    expect(access.verify(craftFrom(header, payload))).toMatchObject(CLAIMS);
  });

  it('leaves Object.prototype alone', async () => {
    const payload = JSON.stringify(CLAIMS).replace('{', '{"constructor":{"prototype":{"polluted":1}},');
    await access.verify(craftFrom(header, payload));
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('is token_expired from exp and the leeway on, and is taken then where expired ones are', async () => {
    const token = await access.issue(CLAIMS);
    clock.now = T0 + 305_000 - 1;
    expect(await access.verify(token)).toEqual(CLAIMS);
    clock.now = T0 + 305_000;
    expect(await refusalOf(() => access.verify(token))).toEqual(['token_expired', 401]);
    expect(await access.verify(token, { allowExpired: true })).toEqual(CLAIMS);
    clock.now = T0;
  });

  it('is refused for another fault even where expired ones are taken', async () => {
    const bad = craftFrom(header, { ...CLAIMS, iss: 'https://evil.test', exp: NOW - 1000, iat: NOW - 2000 });
    expect(await refusalOf(() => access.verify(bad, { allowExpired: true }))).toEqual(NOT_VALID);
  });
});

describe('an error of verification', () => {
  it('never holds the token', async () => {
    const { access } = kindsOf(HS256);
    const token = craft({ alg: 'HS256', typ: 'JWT', kid: 'k1' }, CLAIMS);
    for (const input of [token, `${token}x`, 'secret-looking input', token.slice(0, -2)]) {
      const error = await failureOf(() => access.verify(input));
      expect(`${error.message}${JSON.stringify(error)}${error.stack}`).not.toContain(input);
      expect(error.cause).toBeUndefined();
    }
  });
});

describe('against jose', () => {
  const json = fc.jsonValue({ maxDepth: 3 }).filter((value) => !JSON.stringify(value).includes('__proto__'));
  const own = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), json, { maxKeys: 4 });
  const names = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' });

  it.each(ALL_ALGORITHMS)('%s: what is issued here verifies there with the same claims', async (alg) => {
    const { access } = kindsOf(keyFor(alg, 'a', 'k'));
    const key = alg.startsWith('HS')
      ? longSecret()
      : await importJWK(jwkOf(pairFor(alg).publicKey) as never, alg);
    await fc.assert(
      fc.asyncProperty(names, own, fc.integer({ min: 1, max: 86_400 }), async (sub, extra, life) => {
        const claims = { ...extra, ...CLAIMS, sub, exp: NOW + life } as unknown as JsonObject;
        const token = await access.issue(claims);
        const { payload, protectedHeader } = await jwtVerify(token, key, {
          issuer: CLAIMS.iss,
          audience: CLAIMS.aud,
          typ: 'at+jwt',
          algorithms: [alg],
          currentDate: new Date(T0),
        });
        expect(payload).toEqual(await access.verify(token));
        expect(protectedHeader).toEqual({ alg, typ: 'at+jwt', kid: 'k' });
      }),
      { numRuns: 15 },
    );
  });
});

describe('a token altered at random', () => {
  const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.';
  const SEED = 20_270_115;

  function alter(token: string, random: () => number): string {
    const at = Math.floor(random() * token.length);
    const char = ALPHABET[Math.floor(random() * ALPHABET.length)] ?? 'A';
    const [a = '', b = '', c = ''] = token.split('.');
    const changes = [
      () => token.slice(0, at) + char + token.slice(at + 1),
      () => token.slice(0, at) + char + token.slice(at),
      () => token.slice(0, at) + token.slice(at + 1),
      () => token.slice(0, at),
      () => token + char.repeat(1 + Math.floor(random() * 8)),
      () => token.slice(0, at) + token.charAt(at).toUpperCase() + token.slice(at + 1),
      () => [a, c, b].join('.'),
      () => [b, a, c].join('.'),
      () => [a, b, [...c].reverse().join('')].join('.'),
      () => token.slice(at) + token.slice(0, at),
      () => `${token}${'= \n\t%'.charAt(Math.floor(random() * 5))}`,
    ];
    return changes[Math.floor(random() * changes.length)]?.() ?? '';
  }

  it.each(['HS256', 'RS256', 'PS256', 'ES256', 'ES512', 'EdDSA'] satisfies Algorithm[])(
    `is refused with %s, 300 times (seed ${SEED})`,
    async (alg) => {
      const random = seeded(SEED);
      const { access } = kindsOf(keyFor(alg));
      const token = await access.issue(CLAIMS);
      let judged = 0;
      while (judged < 300) {
        const altered = alter(token, random);
        if (altered === token) continue;
        judged += 1;
        const { code } = await failureOf(() => access.verify(altered));
        expect([altered, code]).toEqual([altered, 'token_not_valid']);
      }
    },
  );
});
