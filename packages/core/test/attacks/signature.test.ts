// Attacks on algorithm and signature (security.md §2.1).
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { jwkOf, pairFor, pemOf } from '../support/keys.ts';
import { encode } from '../support/tokens.ts';
import {
  CLAIMS,
  expectAccepted,
  expectRefused,
  forge,
  headerOf,
  PATHS,
  type Path,
  segment,
  signatureOf,
  twinOf,
} from './paths.ts';

const NONE_NAMES: readonly unknown[] = [
  'none',
  'None',
  'NONE',
  'nOnE',
  ' none',
  'none ',
  'none\0',
  'ｎｏｎｅ',
  '',
  null,
  0,
  false,
  [],
  ['HS256'],
  ['none'],
  {},
  'hs256',
  'Hs256',
];

it('has a near miss: the token as issued is accepted on every path', async () => {
  await expectAccepted(({ alg }) => forge(alg));
});

describe('an unsigned token (CVE-2015-9235, CVE-2022-23540, GHSA-8wpc-h4q6-8fxv, CVE-2026-22818)', () => {
  it.each(NONE_NAMES)('with alg %j and an empty signature is refused', async (alg) => {
    await expectRefused((path) => `${segment({ ...headerOf(path.alg), alg })}.${segment(CLAIMS)}.`);
  });

  it.each(NONE_NAMES)('with alg %j and the signature of the real key is refused', async (alg) => {
    await expectRefused((path) => forge(path.alg, { ...headerOf(path.alg), alg }));
  });

  it.each(NONE_NAMES)('with alg %j and a signature of zeros is refused', async (alg) => {
    await expectRefused(
      (path) => `${segment({ ...headerOf(path.alg), alg })}.${segment(CLAIMS)}.${encode(new Uint8Array(32))}`,
    );
  });

  it.each(['', 'A', 'AA', 'AAAA', 'bm9uZQ'])(
    'with the genuine header and signature %j is refused',
    async (sig) => {
      await expectRefused((path) => `${segment(headerOf(path.alg))}.${segment(CLAIMS)}.${sig}`);
    },
  );

  it('with alg left out is refused', async () => {
    await expectRefused((path) => forge(path.alg, { typ: 'at+jwt', kid: 'k1' }));
  });
});

describe('an HMAC under the public key (CVE-2015-9235, CVE-2016-5431, CVE-2023-48223, CVE-2026-34950, CVE-2026-22817)', () => {
  const asymmetric = PATHS.filter(({ alg }) => !alg.startsWith('HS'));
  const pem = (path: Path): string => pemOf(pairFor(path.alg).publicKey);
  const jwk = (path: Path) => jwkOf(pairFor(path.alg).publicKey);
  const spki = (path: Path): Buffer => pairFor(path.alg).publicKey.export({ format: 'der', type: 'spki' });

  const SECRETS: readonly [string, (path: Path) => string | Uint8Array][] = [
    ['PEM', pem],
    ['trimmed PEM', (path) => pem(path).trim()],
    ['one-line PEM', (path) => pem(path).replaceAll('\n', '')],
    ['PEM with CRLF', (path) => pem(path).replaceAll('\n', '\r\n')],
    ['PEM without armour', (path) => spki(path).toString('base64')],
    ['DER', spki],
    ['JWK', (path) => JSON.stringify(jwk(path))],
    ['raw n or x', (path) => Buffer.from(String(jwk(path)['n'] ?? jwk(path)['x']), 'base64url')],
    ['n or x as text', (path) => String(jwk(path)['n'] ?? jwk(path)['x'])],
    ['no key at all', () => ''],
  ];

  const hmac = (header: unknown, secret: string | Uint8Array): string => {
    const input = `${segment(header)}.${segment(CLAIMS)}`;
    return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
  };

  it.each(SECRETS)('as %s is refused under alg HS256', async (_name, secret) => {
    await expectRefused((path) => hmac({ ...headerOf(path.alg), alg: 'HS256' }, secret(path)), asymmetric);
  });

  it.each(SECRETS)('as %s is refused under the genuine header', async (_name, secret) => {
    await expectRefused((path) => hmac(headerOf(path.alg), secret(path)), asymmetric);
  });
});

describe('the algorithm of a token', () => {
  const ALL = ['HS256', 'HS384', 'HS512', 'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const;
  const REST = ['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519', 'ES256K', 'RSA1_5', 'dir', 'A128KW'] as const;

  it.each([...ALL, ...REST])(
    '%s is refused by every key that is not for it (R03, CVE-2022-23541)',
    async (alg) => {
      await expectRefused(
        (path) => forge(path.alg, { ...headerOf(path.alg), alg }),
        PATHS.filter((path) => path.alg !== alg),
      );
    },
  );

  it.each(['RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const)(
    '%s with the RSA key that is for RS256 is refused although the signature is genuine (R03)',
    async (alg) => {
      const header = { ...headerOf('RS256'), alg };
      const rsa = PATHS.filter((path) => path.alg === 'RS256');
      await expectRefused(() => forge(alg, header), rsa);
      await expectRefused(() => {
        const input = `${segment(headerOf('RS256'))}.${segment(CLAIMS)}`;
        return `${input}.${encode(signatureOf(alg, input))}`;
      }, rsa);
    },
  );

  it('Ed25519 with the key that is for EdDSA is refused: one key, one name', async () => {
    await expectRefused(
      () => forge('EdDSA', { ...headerOf('EdDSA'), alg: 'Ed25519' }),
      PATHS.filter((path) => path.alg === 'EdDSA'),
    );
  });

  it.each(['HS384', 'HS512'] as const)('%s with the secret that is for HS256 is refused', async (alg) => {
    const hmac = PATHS.filter((path) => path.alg === 'HS256');
    await expectRefused(() => forge(alg, { ...headerOf('HS256'), alg }), hmac);
  });
});

describe('the signature of another', () => {
  it('key of the same type is refused', async () => {
    await expectRefused((path) => forge(path.alg, headerOf(path.alg), CLAIMS, 'b'));
  });

  it('token of the same key is refused', async () => {
    await expectRefused((path) => {
      const [header = '', payload = ''] = forge(path.alg).split('.');
      const [, , signature = ''] = forge(path.alg, headerOf(path.alg), { ...CLAIMS, sub: '2' }).split('.');
      return `${header}.${payload}.${signature}`;
    });
  });

  it('input, the payload alone or the header alone, is refused', async () => {
    await expectRefused(({ alg }) => {
      const [header, payload] = [segment(headerOf(alg)), segment(CLAIMS)];
      return `${header}.${payload}.${encode(signatureOf(alg, payload))}`;
    });
    await expectRefused(({ alg }) => {
      const [header, payload] = [segment(headerOf(alg)), segment(CLAIMS)];
      return `${header}.${payload}.${encode(signatureOf(alg, header))}`;
    });
  });

  it('input, the decoded payload instead of the encoded one, is refused (RFC 7797 b64=false)', async () => {
    await expectRefused(({ alg }) => {
      const header = segment(headerOf(alg));
      return `${header}.${segment(CLAIMS)}.${encode(signatureOf(alg, `${header}.${JSON.stringify(CLAIMS)}`))}`;
    });
  });
});

describe('an ECDSA signature (CVE-2022-21449, Wycheproof)', () => {
  const es256 = PATHS.filter(({ alg }) => alg === 'ES256');
  const order = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551';
  const hex = (text: string): Buffer => Buffer.from(text, 'hex');
  const zero = '00'.repeat(32);
  const one = `${'00'.repeat(31)}01`;
  const genuine = signatureOf('ES256', `${segment(headerOf('ES256'))}.${segment(CLAIMS)}`);
  const [r, s] = [genuine.subarray(0, 32), genuine.subarray(32)];
  const integer = (bytes: Buffer): Buffer => {
    const body = (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
    return Buffer.concat([Buffer.of(2, body.length), body]);
  };
  const der = Buffer.concat([integer(r), integer(s)]);

  it.each([
    ['r = s = 0', hex(zero + zero)],
    ['r = 0', Buffer.concat([hex(zero), s])],
    ['s = 0', Buffer.concat([r, hex(zero)])],
    ['r = s = n', hex(order + order)],
    ['r = n, s = 0', hex(order + zero)],
    ['r = s = 1', hex(one + one)],
    ['r = 1, s = 0', hex(one + zero)],
    ['all bits set', Buffer.alloc(64, 0xff)],
    ['r and s exchanged', Buffer.concat([s, r])],
    ['DER encoding', Buffer.concat([Buffer.of(0x30, der.length), der])],
    ['one zero byte before', Buffer.concat([Buffer.of(0), genuine])],
    ['one zero byte after', Buffer.concat([genuine, Buffer.of(0)])],
    ['r and s one byte longer', Buffer.concat([Buffer.of(0), r, Buffer.of(0), s])],
    ['cut by one byte', genuine.subarray(0, 63)],
    ['r alone', r],
    ['the length of P-384', Buffer.concat([Buffer.alloc(16), r, Buffer.alloc(16), s])],
    ['twice over', Buffer.concat([genuine, genuine])],
    ['6 kB (HAProxy overflow)', Buffer.alloc(6000, 1)],
  ])('with %s is refused', async (_name, signature) => {
    await expectRefused(() => `${segment(headerOf('ES256'))}.${segment(CLAIMS)}.${encode(signature)}`, es256);
  });

  it('has a twin (r, n − s) that is as good: nothing may be keyed by the text of a token', async () => {
    await expectAccepted(() => twinOf(forge('ES256')), es256);
  });
});

describe('an HMAC tag (Wycheproof)', () => {
  const hs256 = PATHS.filter(({ alg }) => alg === 'HS256');
  const tag = signatureOf('HS256', `${segment(headerOf('HS256'))}.${segment(CLAIMS)}`);

  it.each([
    ['cut to 128 bits', tag.subarray(0, 16)],
    ['cut to 1 byte', tag.subarray(0, 1)],
    ['cut by 1 byte', tag.subarray(0, 31)],
    ['lengthened by a zero byte', Buffer.concat([tag, Buffer.of(0)])],
    ['after a zero byte', Buffer.concat([Buffer.of(0), tag])],
    ['twice over', Buffer.concat([tag, tag])],
    ['with its first bit turned', Buffer.from(tag).fill((tag[0] ?? 0) ^ 0x80, 0, 1)],
    ['with its last bit turned', Buffer.from(tag).fill((tag[31] ?? 0) ^ 1, 31, 32)],
    ['reversed', Buffer.from(tag).reverse()],
    ['of zeros', Buffer.alloc(32)],
  ])('%s is refused', async (_name, signature) => {
    await expectRefused(() => `${segment(headerOf('HS256'))}.${segment(CLAIMS)}.${encode(signature)}`, hs256);
  });
});

describe('an RSA or EdDSA signature', () => {
  const rest = PATHS.filter(({ alg }) => alg === 'RS256' || alg === 'EdDSA');
  const change = (path: Path, alter: (signature: Buffer) => Buffer): string => {
    const input = `${segment(headerOf(path.alg))}.${segment(CLAIMS)}`;
    return `${input}.${encode(alter(signatureOf(path.alg, input)))}`;
  };

  it.each([
    ['of zeros', (signature: Buffer) => Buffer.alloc(signature.length)],
    ['of ones', (signature: Buffer) => Buffer.alloc(signature.length, 0xff)],
    ['of the number 1', (signature: Buffer) => Buffer.alloc(signature.length).fill(1, signature.length - 1)],
    ['cut by a byte', (signature: Buffer) => signature.subarray(0, -1)],
    ['of one byte', (signature: Buffer) => signature.subarray(0, 1)],
    ['after a zero byte', (signature: Buffer) => Buffer.concat([Buffer.of(0), signature])],
    ['before a zero byte', (signature: Buffer) => Buffer.concat([signature, Buffer.of(0)])],
    ['of 6 kB', () => Buffer.alloc(6000, 1)],
    [
      'with its last bit turned',
      (signature: Buffer) =>
        Buffer.from(signature.map((byte, at) => (at === signature.length - 1 ? byte ^ 1 : byte))),
    ],
  ])('%s is refused', async (_name, alter) => {
    await expectRefused((path) => change(path, alter), rest);
  });

  it('of Ed25519 with s + L is refused (malleability, RFC 8032 §5.1.7)', async () => {
    const order = 2n ** 252n + 27_742_317_777_372_353_535_851_937_790_883_648_493n;
    const alter = (signature: Buffer): Buffer => {
      const s = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString('hex')}`);
      const other = Buffer.from((s + order).toString(16).padStart(64, '0'), 'hex').reverse();
      return Buffer.concat([signature.subarray(0, 32), other]);
    };
    await expectRefused(
      (path) => change(path, alter),
      PATHS.filter(({ alg }) => alg === 'EdDSA'),
    );
  });

  it('of RSA plus the modulus is refused', async () => {
    const n = BigInt(
      `0x${Buffer.from(String(jwkOf(pairFor('RS256').publicKey)['n']), 'base64url').toString('hex')}`,
    );
    const alter = (signature: Buffer): Buffer => {
      const sum = (BigInt(`0x${signature.toString('hex')}`) + n).toString(16);
      return Buffer.from(sum.padStart(sum.length + (sum.length % 2), '0'), 'hex');
    };
    await expectRefused(
      (path) => change(path, alter),
      PATHS.filter(({ alg }) => alg === 'RS256'),
    );
  });
});

it('measures: an outcome that takes too long fails the battery', async () => {
  const slow: Path = {
    name: 'slow',
    alg: 'HS256',
    door: 'own',
    async verify() {
      const until = performance.now() + 8;
      while (performance.now() < until);
      return {};
    },
  };
  await expect(expectAccepted(() => 'x', [slow])).rejects.toThrow('ms');
});
