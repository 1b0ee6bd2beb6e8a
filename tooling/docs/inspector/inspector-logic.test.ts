import { createHmac, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeExample } from '../../../docs/.vitepress/theme/inspector/example.ts';
import { type Inspection, inspect } from '../../../docs/.vitepress/theme/inspector/inspect.ts';
import { KINDS, type KindName } from '../../../docs/.vitepress/theme/inspector/kinds.ts';
import { absolute, durationOf, relative } from '../../../docs/.vitepress/theme/inspector/time-words.ts';
import { admitKey } from '../../../packages/core/src/keys/admit-key.ts';

const NOW = 1_800_000_000;
const SECRET = 'Vc2aXyqv0mJb7Zt4rQ9wLkE1sHn6GdUf';
const HEADER = { alg: 'HS256', typ: 'at+jwt', kid: 'k' };
const CLAIMS = {
  iss: 'https://a.test',
  aud: 'b',
  sub: '1',
  sid: 's',
  jti: 'j',
  iat: NOW - 60,
  exp: NOW + 240,
};

const encode = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

function signed(header: unknown, claims: unknown, secret: string = SECRET): string {
  const input = `${encode(header)}.${encode(claims)}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

interface Asked {
  readonly key?: string;
  readonly isBase64?: boolean;
  readonly kind?: KindName;
  readonly now?: number;
}

async function look(
  token: string,
  { key = '', isBase64 = false, kind, now = NOW }: Asked = {},
): Promise<Inspection> {
  return (
    (await inspect({ token, key: { text: key, isBase64 }, kind, now })) ?? expect.fail('nothing was pasted')
  );
}

/** What the library says, and that the reasons given say the same. */
async function verdictOf(token: string, asked?: Asked): Promise<string> {
  const { verdict, reasons } = await look(token, asked);
  const said = verdict.taken ? 'taken' : verdict.code;
  expect([said, reasons]).toEqual([reasons[0]?.code ?? 'taken', reasons]);
  return said;
}

const whyOf = async (token: string, asked?: Asked) =>
  (await look(token, asked)).reasons.map(({ why }) => why).join(' ');

describe('a pasted token', () => {
  it('is nothing while there is none', async () => {
    expect(await inspect({ token: ' \n', key: { text: '', isBase64: false }, now: NOW })).toBeUndefined();
  });

  it('is taken when it is good, and its signature is not verified without a key', async () => {
    const { verdict, reasons, signature, kind } = await look(signed(HEADER, CLAIMS));
    expect({ verdict, reasons, kind }).toEqual({ verdict: { taken: true }, reasons: [], kind: 'access' });
    expect(signature.state).toBe('not-verified');
    expect(signature.text).toMatch(/^Not verified: .*Anybody could have written/);
  });

  it('may come with its scheme and blanks around it', async () => {
    expect(await verdictOf(` Bearer ${signed(HEADER, CLAIMS)}\n`)).toBe('taken');
  });

  it.each<[name: string, token: string, code: string, why: RegExp]>([
    ['a word', 'hello', 'token_not_valid', /has 1 part;/],
    ['two parts', 'aa.aa', 'token_not_valid', /has 2 parts;/],
    ['an encrypted one', 'aa.aa.aa.aa.aa', 'token_not_valid', /encrypted \(JWE\)/],
    [
      'an unsigned one',
      `${encode(HEADER)}.${encode(CLAIMS)}.`,
      'token_not_valid',
      /signature is empty\. An unsigned/,
    ],
    [
      'strange characters',
      `${signed(HEADER, CLAIMS)}=`,
      'token_not_valid',
      /characters that no token has: "="/,
    ],
    ['a space', 'aa.a a.aa', 'token_not_valid', /a space/],
    [
      'one that is too long',
      signed(HEADER, { ...CLAIMS, x: 'x'.repeat(8192) }),
      'token_not_valid',
      /nothing of more than 8,192/,
    ],
    ['a length that cannot be', 'aaaaa.aa.aa', 'token_not_valid', /header has 5 characters/],
    ['bits that are dropped', 'AB.AA.AA', 'token_not_valid', /header ends in bits/],
    ['a header that is no JSON', signed('{', CLAIMS), 'token_not_valid', /header is no JSON\./],
    ['a header that is a list', signed('[]', CLAIMS), 'token_not_valid', /header is JSON, but no object/],
    ['a payload that is no text', `${encode(HEADER)}._w.AA`, 'token_not_valid', /payload is no UTF-8 text/],
    ['a payload of text', signed(HEADER, '"x"'), 'token_not_valid', /payload is JSON, but no object/],
    [
      'a name that comes twice',
      signed(HEADER, '{"sub":"1","sub":"2"}'),
      'token_not_valid',
      /two members of one name/,
    ],
    ['a prototype', signed(HEADER, '{"__proto__":{}}'), 'token_not_valid', /"__proto__"/],
    [
      'a payload that is deep',
      signed(HEADER, `{"a":${'['.repeat(32)}${']'.repeat(32)}}`),
      'token_not_valid',
      /32 levels deep/,
    ],
    ['alg none', signed({ ...HEADER, alg: 'none' }, CLAIMS), 'token_not_valid', /"none": it is not signed/],
    [
      'another alg',
      signed({ ...HEADER, alg: 'HS1' }, CLAIMS),
      'token_not_valid',
      /no algorithm that Tokenpair knows: those are HS256/,
    ],
    ['no alg', signed({ typ: 'at+jwt' }, CLAIMS), 'token_not_valid', /names no algorithm/],
    ['a kid that is no text', signed({ ...HEADER, kid: 1 }, CLAIMS), 'token_not_valid', /"kid" is no text/],
    [
      'a key of its own',
      signed({ ...HEADER, jwk: {} }, CLAIMS),
      'token_not_valid',
      /"jwk": a token that brings a key along/,
    ],
    [
      'an extension',
      signed({ ...HEADER, crit: ['b64'], b64: false }, CLAIMS),
      'token_not_valid',
      /asks for extensions/,
    ],
    ['no typ', signed({ alg: 'HS256' }, CLAIMS), 'token_wrong_type', /has no "typ"/],
    [
      'typ JWT',
      signed({ ...HEADER, typ: 'JWT' }, CLAIMS),
      'token_wrong_type',
      /"typ" is "JWT", and what is taken here is "at\+jwt"/,
    ],
    [
      'a time in ms',
      signed(HEADER, { ...CLAIMS, exp: CLAIMS.exp * 1000 }),
      'token_not_valid',
      /It lives [\d,.]+ years/,
    ],
    ['a time as text', signed(HEADER, { ...CLAIMS, exp: '1' }), 'token_not_valid', /"exp" is no time/],
    ['no end', signed(HEADER, { ...CLAIMS, exp: undefined }), 'token_not_valid', /has no "exp"/],
    [
      'an end before the beginning',
      signed(HEADER, { ...CLAIMS, exp: CLAIMS.iat }),
      'token_not_valid',
      /ends no later than it began/,
    ],
    [
      'a beginning ahead',
      signed(HEADER, { ...CLAIMS, iat: NOW + 61 }),
      'token_not_valid',
      /"iat" lies ahead \(in 1 minute\)/,
    ],
    [
      'not yet',
      signed(HEADER, { ...CLAIMS, nbf: NOW + 3600 }),
      'token_not_valid',
      /"nbf" lies ahead \(in 1 hour\)/,
    ],
    [
      'a life that is long',
      signed(HEADER, { ...CLAIMS, exp: CLAIMS.iat + 86_401 }),
      'token_not_valid',
      /lives 1 day, and 1 day is the most/,
    ],
    ['an end', signed(HEADER, { ...CLAIMS, exp: NOW - 5 }), 'token_expired', /has expired, 5 seconds ago/],
    ['no issuer', signed(HEADER, { ...CLAIMS, iss: undefined }), 'token_not_valid', /has no "iss"/],
    [
      'a subject that is empty',
      signed(HEADER, { ...CLAIMS, sub: '' }),
      'token_not_valid',
      /"sub" is no text/,
    ],
    [
      'a number of a refresh token',
      signed({ ...HEADER, typ: 'rt+jwt' }, { ...CLAIMS, gen: -1 }),
      'token_not_valid',
      /"gen" is no whole number/,
    ],
  ])('is refused with its reason: %s', async (_name, token, code, why) => {
    expect(await verdictOf(token)).toBe(code);
    expect(await whyOf(token)).toMatch(why);
  });

  it.each<[name: string, token: string, asked?: Asked]>([
    ['in its last second of leeway', signed(HEADER, { ...CLAIMS, exp: NOW - 4 })],
    ['from a clock that is ahead', signed(HEADER, { ...CLAIMS, iat: NOW + 60 })],
    ['of a life of a day', signed(HEADER, { ...CLAIMS, iat: NOW, exp: NOW + 86_400 })],
    [
      'of the greatest depth',
      signed(HEADER, `{${JSON.stringify(CLAIMS).slice(1, -1)},"a":${'['.repeat(31)}${']'.repeat(31)}}`),
    ],
    ['with an application/ before its typ', signed({ ...HEADER, typ: 'application/AT+JWT' }, CLAIMS)],
    [
      'of an issuer whose typ is not judged',
      signed({ alg: 'HS256' }, { ...CLAIMS, aud: undefined }),
      { kind: 'any' },
    ],
    ['that refreshes', signed({ ...HEADER, typ: 'rt+jwt' }, { ...CLAIMS, gen: 0, exp: NOW + 86_400 * 29 })],
    ['that slides', signed({ ...HEADER, typ: 'sl+jwt' }, { ...CLAIMS, gen: 0, refresh_exp: NOW + 86_400 })],
  ])('is taken: one %s', async (_name, token, asked) => {
    expect(await verdictOf(token, asked)).toBe('taken');
  });

  it('is of the wrong type where another kind is wanted', async () => {
    const refresh = signed({ ...HEADER, typ: 'rt+jwt' }, { ...CLAIMS, gen: 0 });
    expect(await verdictOf(refresh, { kind: 'access' })).toBe('token_wrong_type');
    expect(await whyOf(refresh, { kind: 'access' })).toMatch(
      /it is a refresh token of Tokenpair, and what is taken/,
    );
  });

  it('shows what is in it though it is refused', async () => {
    const { header, claims } = await look(`${signed(HEADER, CLAIMS)}=`);
    expect(header?.map(({ name, value }) => [name, value])).toEqual([
      ['alg', '"HS256"'],
      ['typ', '"at+jwt"'],
      ['kid', '"k"'],
    ]);
    expect(claims?.find(({ name }) => name === 'exp')?.time).toMatch(
      /^Friday,? 15 January 2027 at 08:04:00 UTC, in 4 minutes$/,
    );
    expect(claims?.find(({ name }) => name === 'sid')?.meaning).toMatch(/session/);
  });

  it('does not stumble over names that every object has', async () => {
    const { claims } = await look(signed(HEADER, { ...CLAIMS, constructor: 1, toString: 2 }));
    expect(claims?.find(({ name }) => name === 'constructor')).toMatchObject({
      value: '1',
      meaning: undefined,
    });
  });
});

describe('the reasons', () => {
  const value = fc.oneof(
    fc.constantFrom(
      undefined,
      null,
      '',
      '1',
      'x\n',
      -1,
      0,
      1.5,
      NOW - 90_000,
      NOW,
      NOW + 30,
      NOW + 300,
      NOW + 9e6,
      1e300,
      true,
      [],
      {},
    ),
  );
  const claims = fc.record(
    {
      iss: value,
      sub: value,
      aud: value,
      jti: value,
      sid: value,
      iat: value,
      nbf: value,
      exp: value,
      gen: value,
      refresh_exp: value,
    },
    { requiredKeys: [] },
  );
  const header = fc.record(
    {
      alg: fc.constantFrom(undefined, 'HS256', 'none', 'RS256', 1),
      typ: fc.constantFrom(undefined, 'at+jwt', 'rt+jwt', 'SL+JWT', 'JWT', 1),
      kid: fc.constantFrom(undefined, 'k', 1),
      crit: fc.constantFrom(undefined, []),
    },
    { requiredKeys: [] },
  );
  const kind = fc.constantFrom(undefined, ...(Object.keys(KINDS) as KindName[]));
  const nearly = fc.record({ header, claims, kind, isGood: fc.boolean() });

  it('are the library’s, whatever the claims and the header', async () => {
    await fc.assert(
      fc.asyncProperty(nearly, async ({ header: given, claims: some, kind: wanted, isGood }) => {
        const token = signed(isGood ? { ...HEADER, typ: given.typ } : given, { ...CLAIMS, ...some });
        await verdictOf(token, { ...(wanted && { kind: wanted }) });
      }),
      { numRuns: 500 },
    );
  });

  it('are the library’s, whatever the text', async () => {
    const piece = fc.constantFrom(
      'a',
      'AA',
      '.',
      '=',
      ' ',
      '_w',
      '\u{1F511}',
      'B',
      encode(HEADER),
      encode(CLAIMS),
      '"',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece, { maxLength: 9 }).map((pieces) => pieces.join('')),
    );
    await fc.assert(
      fc.asyncProperty(text, async (token) => {
        if (token.trim().replace(/^Bearer +/i, '') !== '') await verdictOf(token);
      }),
      { numRuns: 500 },
    );
  });

  it('are the library’s, whatever the JSON', async () => {
    const json = fc.oneof(
      fc.json(),
      fc.constantFrom(
        '{"a":1,"a":1}',
        '{"a":{"b":1,"\\u0062":2}}',
        '{"__proto__":1}',
        '{"a":[{"__proto__":1}]}',
        '[]',
        '1',
        '\ufeff{}',
        '{"a":":"}',
      ),
    );
    await fc.assert(
      fc.asyncProperty(json, async (text) => void (await verdictOf(signed(HEADER, text)))),
      { numRuns: 300 },
    );
  });
});

describe('a pasted key', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = String(publicKey.export({ type: 'spki', format: 'pem' }));
  const jwk = publicKey.export({ format: 'jwk' });

  async function rsaToken(): Promise<string> {
    const key = await admitKey({ alg: 'RS256', privateKey }, 'key');
    const input = `${encode({ alg: 'RS256', typ: 'at+jwt', kid: 'r' })}.${encode(CLAIMS)}`;
    return `${input}.${await key.sign?.(input)}`;
  }
  const stateOf = async (token: string, asked: Asked) => {
    const { signature } = await look(token, asked);
    return [signature.state, signature.text] as const;
  };

  it('proves a signature: a secret as text, in base64, as a JWK', async () => {
    const token = signed(HEADER, CLAIMS);
    const bytes = Buffer.from(SECRET);
    for (const asked of [
      { key: SECRET },
      { key: `${SECRET}\n` },
      { key: bytes.toString('base64'), isBase64: true },
      { key: bytes.toString('base64url'), isBase64: true },
      { key: JSON.stringify({ kty: 'oct', k: bytes.toString('base64url') }) },
    ]) {
      expect(await verdictOf(token, asked)).toBe('taken');
      expect(await stateOf(token, asked)).toEqual(['good', 'The signature is that of the key, with HS256.']);
    }
  });

  it('proves a signature: PEM, private PEM, JWK and key set', async () => {
    const token = await rsaToken();
    for (const key of [
      pem,
      String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
      JSON.stringify(jwk),
      JSON.stringify({
        keys: [
          { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' },
          { ...jwk, kid: 'r', use: 'sig' },
        ],
      }),
    ]) {
      expect(await verdictOf(token, { key })).toBe('taken');
      expect((await stateOf(token, { key }))[0]).toBe('good');
    }
  });

  it('proves that a signature is another’s, and that refuses the token before anything it says', async () => {
    const forged = signed(HEADER, { ...CLAIMS, exp: NOW - 30 }, 'another secret that is just as long');
    expect(await verdictOf(forged)).toBe('token_expired');
    expect(await verdictOf(forged, { key: SECRET })).toBe('token_not_valid');
    expect(await whyOf(forged, { key: SECRET })).toMatch(/not that of the key.*has expired/);
  });

  it('is none of those that the token names', async () => {
    const token = await rsaToken();
    const key = JSON.stringify({ ...jwk, kid: 'other' });
    expect(await verdictOf(token, { key })).toBe('token_not_valid');
    expect(await whyOf(token, { key })).toMatch(/by the key "r", and no pasted key is that one/);
  });

  it.each<[name: string, token: string, key: string, why: RegExp]>([
    ['a public key for a secret', signed(HEADER, CLAIMS), pem, /lets everybody sign: Tokenpair never does/],
    [
      'a secret for a public key',
      signed({ ...HEADER, alg: 'RS256' }, CLAIMS),
      SECRET,
      /takes a public key .* this is neither/,
    ],
    [
      'a secret that is short',
      signed(HEADER, CLAIMS, 'short'),
      'short',
      /does not admit this key.*at least 32 bytes/,
    ],
    ['a secret that is easy to guess', signed(HEADER, CLAIMS), 'a'.repeat(40), /easy to guess/],
    [
      'the text of a key',
      signed(HEADER, CLAIMS),
      'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ',
      /PEM, JWK, SSH or DER key/,
    ],
    ['JSON that is no key', signed(HEADER, CLAIMS), '{"a":1}', /no "kty"/],
    ['JSON that is broken', signed(HEADER, CLAIMS), '{"kty"', /is no JSON object/],
    [
      'a set without a key that fits',
      signed(HEADER, CLAIMS),
      '{"keys":[{"kty":"RSA"}]}',
      /None of the 1 keys/,
    ],
    [
      'PEM that is none',
      signed({ ...HEADER, alg: 'ES256' }, CLAIMS),
      '-----BEGIN PUBLIC KEY-----x',
      /no key that ES256 can use/,
    ],
    [
      'any key for no algorithm',
      signed({ ...HEADER, alg: 'none' }, CLAIMS),
      SECRET,
      /names no algorithm that a key could be for/,
    ],
  ])('proves nothing: %s', async (_name, token, key, why) => {
    const [state, text] = await stateOf(token, { key });
    expect(state).toBe('not-verified');
    expect(text).toMatch(/^Not verified/);
    expect(text).toMatch(why);
    await verdictOf(token, { key });
  });

  it('is not said to be wrong for a text that is no token', async () => {
    expect((await stateOf(`${signed(HEADER, CLAIMS)}.x`, { key: SECRET }))[0]).toBe('not-verified');
  });

  it('comes with the example, whose signature is its own', async () => {
    const { token, secret } = await makeExample(NOW);
    const { verdict, signature } = await look(token, { key: secret, isBase64: true });
    expect([verdict, signature.state]).toEqual([{ taken: true }, 'good']);
  });
});

describe('times in words', () => {
  it.each([
    [NOW, 'now'],
    [NOW + 1, 'in 1 second'],
    [NOW - 59, '59 seconds ago'],
    [NOW + 119, 'in 1 minute'],
    [NOW - 86_400 * 2, '2 days ago'],
    [NOW + 86_400 * 40, 'in 1 month'],
    [NOW - 86_400 * 800, '2 years ago'],
  ])('%d is %s', (seconds, words) => {
    expect(relative(seconds, NOW)).toBe(words);
  });

  it('are by the calendar, as far as that goes', () => {
    expect(absolute(0)).toMatch(/^Thursday,? 1 January 1970 at 00:00:00 UTC$/);
    expect(absolute(1e300)).toBe('a time that no calendar holds');
    expect(absolute(Number.NaN)).toBe('a time that no calendar holds');
    expect([durationOf(300), durationOf(5400), durationOf(0.5)]).toEqual([
      '5 minutes',
      '1.5 hours',
      '0.5 seconds',
    ]);
  });
});
