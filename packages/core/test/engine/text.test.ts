import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openGate } from '../../src/token/gate.ts';
import { longSecret } from '../support/keys.ts';
import { encode } from '../support/tokens.ts';
import { ENGINE_NAMES, engines, inForm } from './engines.ts';

const { jose, node } = engines;

describe('base64url', () => {
  it('is canonical and the same on both engines for any bytes', () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const text = jose.encodeBytes(bytes);
        expect(text).toBe(node.encodeBytes(bytes));
        expect(text).toBe(encode(bytes));
        if (text !== '') expect(openGate(`${text}.${text}.${text}`)).toBeDefined();
        expect(jose.decodeBytes(text)).toEqual(node.decodeBytes(text));
        expect(jose.decodeBytes(text)).toEqual(bytes);
      }),
    ));

  it('is of the bytes of a view, not of its buffer', () => {
    const view = Uint8Array.of(1, 2, 3, 4).subarray(1, 3);
    for (const name of ENGINE_NAMES) expect(engines[name].encodeBytes(view)).toBe('AgM');
  });
});

describe('text', () => {
  it('is the same on both engines, whatever it holds', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        const segment = jose.encodeText(text);
        expect(segment).toBe(node.encodeText(text));
        expect(jose.decodeText(segment)).toBe(node.decodeText(segment));
        expect(jose.decodeText(segment)).toBe(text);
      }),
    ));

  it('is read from bytes as the other engine reads it, or as none', () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
        const segment = encode(bytes);
        expect(jose.decodeText(segment)).toBe(node.decodeText(segment));
      }),
      { numRuns: 500 },
    ));

  it.each([
    ['a lone continuation byte', [0x80]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a code point past U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
    ['a character cut off', [0x7b, 0xe2, 0x82]],
  ])('is none where the bytes hold %s', (_title, bytes) => {
    for (const name of ENGINE_NAMES)
      expect(engines[name].decodeText(encode(Uint8Array.from(bytes)))).toBeUndefined();
  });

  it('has U+FFFD for half a surrogate pair', () => {
    for (const name of ENGINE_NAMES) {
      const { decodeText, encodeText } = engines[name];
      expect(decodeText(encodeText('a\ud800b'))).toBe('a\ufffdb');
    }
  });

  it('keeps a byte order mark, so that JSON behind one is no JSON', () => {
    for (const name of ENGINE_NAMES)
      expect(engines[name].decodeText(encode(Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d)))).toBe('\ufeff{}');
  });
});

describe.each(ENGINE_NAMES)('no signature text makes %s throw', (name) => {
  const TEXTS = [
    '',
    'A',
    '!',
    '=',
    'a b',
    'ü',
    '.',
    '\0',
    'A'.repeat(3),
    'A'.repeat(86),
    'A'.repeat(100_000),
  ];

  it.each(['HS256', 'RS256', 'PS256', 'ES256', 'ES512', 'EdDSA'] as const)('for %s', async (alg) => {
    const { importPublic, importSecret } = engines[name];
    const key =
      alg === 'HS256'
        ? await importSecret(alg, longSecret())
        : await importPublic(alg, inForm('JWK', alg, 'publicKey'));
    for (const text of TEXTS) expect(await key.verify('a.b', text)).toBe(false);
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
        expect(await key.verify('a.b', text)).toBe(false);
      }),
    );
  });
});
