import { describe, expect, it } from 'vitest';
import { MAX_TOKEN_LENGTH, openGate } from '../../src/token/gate.ts';
import { fastest } from '../support/random.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const GOOD = 'eyJhIjoxfQ.eyJiIjoyfQ.c2ln';

const MALFORMED: readonly (readonly [name: string, token: unknown])[] = [
  ['undefined', undefined],
  ['null', null],
  ['a number', 1],
  ['true', true],
  ['a symbol', Symbol(GOOD)],
  ['a String object', new String(GOOD)],
  ['an array of one token', [GOOD]],
  ['an object with toString', { toString: () => GOOD, length: 1 }],
  ['bytes', new TextEncoder().encode(GOOD)],
  ['the empty string', ''],
  ['dots alone', '..'],
  ['one part', 'eyJhIjoxfQ'],
  ['two parts', 'eyJhIjoxfQ.eyJiIjoyfQ'],
  ['four parts', `${GOOD}.c2ln`],
  ['five parts (a JWE)', `${GOOD}.c2ln.c2ln`],
  ['an empty header', '.eyJiIjoyfQ.c2ln'],
  ['an empty payload', 'eyJhIjoxfQ..c2ln'],
  ['an empty signature', 'eyJhIjoxfQ.eyJiIjoyfQ.'],
  ['a trailing dot', `${GOOD}.`],
  ['a leading dot', `.${GOOD}`],
  ['a leading space', ` ${GOOD}`],
  ['a trailing space', `${GOOD} `],
  ['a trailing newline', `${GOOD}\n`],
  ['a trailing CRLF', `${GOOD}\r\n`],
  ['a leading newline', `\n${GOOD}`],
  ['a tab inside', 'eyJhIjoxfQ.eyJi\tIjoyfQ.c2ln'],
  ['a space in the signature', 'eyJhIjoxfQ.eyJiIjoyfQ.c2 ln'],
  ['a newline in the payload', 'eyJhIjoxfQ.eyJi\nIjoyfQ.c2ln'],
  ['padding at the header', 'eyJhIjoxfQ==.eyJiIjoyfQ.c2ln'],
  ['padding at the payload', 'eyJhIjoxfQ.eyJiIjoyfQ==.c2ln'],
  ['padding at the signature', 'eyJhIjoxfQ.eyJiIjoyfQ.c2k='],
  ['a plus', 'eyJhIjoxfQ.eyJiIjoyfQ.c2+n'],
  ['a slash', 'eyJhIjoxfQ.eyJiIjoyfQ.c2/n'],
  ['a NUL', `${GOOD}\0`],
  ['a byte order mark', `\uFEFF${GOOD}`],
  ['a zero-width space', `eyJhIjoxfQ\u200B.eyJiIjoyfQ.c2ln`],
  ['a no-break space', `${GOOD}\u00A0`],
  ['a fullwidth dot', 'eyJhIjoxfQ．eyJiIjoyfQ.c2ln'],
  ['a Cyrillic letter', `${GOOD.slice(0, -1)}\u0430`],
  ['a question mark', 'eyJhIjoxfQ.eyJiIjoyfQ.c2?n'],
  ['a comma between two tokens', `${GOOD},${GOOD}`],
  ['the scheme before it', `Bearer ${GOOD}`],
  ['quotes around it', `"${GOOD}"`],
  ['the JSON serialization', '{"protected":"eyJhIjoxfQ","payload":"eyJiIjoyfQ","signature":"c2ln"}'],
];

describe('the gate', () => {
  it('opens for a compact JWS and gives its parts', () => {
    expect(openGate(GOOD)).toEqual({
      header: 'eyJhIjoxfQ',
      payload: 'eyJiIjoyfQ',
      signature: 'c2ln',
      input: 'eyJhIjoxfQ.eyJiIjoyfQ',
    });
  });

  it('opens for the two characters that base64 does not have', () => {
    expect(openGate('a-_A.b_-A.-__-')).toBeDefined();
  });

  it.each(MALFORMED)('stays shut for %s', (_name, token) => {
    expect(openGate(token)).toBeUndefined();
  });

  describe.each([0, 1, 2])('in segment %i', (position) => {
    const withSegment = (segment: string): string =>
      ['AAAA', 'AAAA', 'AAAA'].with(position, segment).join('.');

    it.each([
      [2, 'AQgw'],
      [3, 'AEIMQUYcgkosw048'],
      [4, ALPHABET],
      [5, ''],
      [6, 'AQgw'],
      [7, 'AEIMQUYcgkosw048'],
      [1, ''],
    ])('takes %i characters only where the last leaves no bits over', (length, endings) => {
      const open = [...ALPHABET].filter(
        (last) => openGate(withSegment('A'.repeat(length - 1) + last)) !== undefined,
      );
      expect(open.sort().join('')).toBe([...endings].sort().join(''));
    });
  });

  it('agrees with a decoder that encodes again: one spelling a token', () => {
    for (const first of ALPHABET) {
      for (const last of ALPHABET) {
        const segment = `${first}${last}`;
        const canonical = Buffer.from(segment, 'base64url').toString('base64url') === segment;
        expect([segment, openGate(`${segment}.AAAA.AAAA`) !== undefined]).toEqual([segment, canonical]);
      }
    }
  });

  it('takes 8,192 characters', () => {
    const token = ['A'.repeat(2730), 'A'.repeat(2730), 'A'.repeat(2730)].join('.');
    expect(token).toHaveLength(8192);
    expect(openGate(token)).toBeDefined();
    expect(MAX_TOKEN_LENGTH).toBe(8192);
  });

  it('stays shut for 8,193 characters', () => {
    const token = ['A'.repeat(2730), 'A'.repeat(2730), 'A'.repeat(2731)].join('.');
    expect(token).toHaveLength(8193);
    expect(openGate(token)).toBeUndefined();
  });

  it.each([
    ['dots', '.'.repeat(8 << 20)],
    ['one letter', 'A'.repeat(8 << 20)],
    ['three parts', `${'A'.repeat(4 << 20)}.AAAA.${'A'.repeat(4 << 20)}`],
    ['spaces', ' '.repeat(8 << 20)],
  ])('turns 8 MB of %s away in under a millisecond', (_name, token) => {
    expect(openGate(token)).toBeUndefined();
    expect(fastest(() => openGate(token))).toBeLessThan(1);
  });

  it.each([...ALPHABET, '.', '=', ' '])('judges 8,192 times %j in under 5 ms', (char) => {
    const token = char.repeat(8192);
    expect(fastest(() => openGate(token))).toBeLessThan(5);
  });
});
