// Attacks on time and memory (security.md §2.5). Every input is judged in under 5 ms, signed by the real key or not.
import { describe, expect, it } from 'vitest';
import { MAX_TOKEN_LENGTH, openGate } from '../../src/token/gate.ts';
import { makeAuth } from '../support/auth.ts';
import { refusalOf } from '../support/outcome.ts';
import { fastest } from '../support/random.ts';
import { jsonRequest, plain } from '../support/requests.ts';
import { encode } from '../support/tokens.ts';
import {
  CLAIMS,
  claimsWith,
  expectAccepted,
  expectRefused,
  forge,
  headerOf,
  judge,
  PATHS,
  segment,
} from './paths.ts';

const MB8 = 8 << 20;
/** One of each door. */
const HS256 = PATHS.filter(({ alg }) => alg === 'HS256');
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.';

const LARGE: readonly (readonly [name: string, token: string])[] = [
  ['dots (CVE-2025-30204, CVE-2025-27144, CVE-2025-22868)', '.'.repeat(MB8)],
  ['one letter', 'A'.repeat(MB8)],
  ['three parts', `${'A'.repeat(MB8 / 2)}.AAAA.${'A'.repeat(MB8 / 2)}`],
  ['a header', `${encode(JSON.stringify({ ...headerOf('HS256'), x: 'x'.repeat(6 << 20) }))}.AAAA.AAAA`],
  ['a payload, genuine', forge('HS256', headerOf('HS256'), { ...CLAIMS, x: 'x'.repeat(6 << 20) })],
  ['a signature', `${segment(headerOf('HS256'))}.${segment(CLAIMS)}.${'A'.repeat(MB8)}`],
  [
    '200,000 nested lists, genuine',
    forge('HS256', headerOf('HS256'), claimsWith('x', '['.repeat(200_000) + ']'.repeat(200_000))),
  ],
  ['spaces', ' '.repeat(MB8)],
  ['line feeds', '\n'.repeat(MB8)],
  ['two-byte characters', 'ü'.repeat(MB8)],
];

describe('8 MB', () => {
  it.each(LARGE)('of %s are turned away at the gate in under a millisecond', (_name, token) => {
    expect(openGate(token)).toBeUndefined();
    expect(fastest(() => openGate(token))).toBeLessThan(1);
  });

  it.each(LARGE)(
    'of %s are refused by a refresh, a logout, a message and a verifier',
    async (_name, token) => {
      const { auth } = makeAuth();
      const message = auth.kind('note', { ttl: '5m' });
      for (const call of [auth.refresh, auth.logout, message.verify, message.peek])
        expect(await refusalOf(() => call(token))).toEqual(['token_not_valid', 401]);
      for (const path of PATHS.filter(({ door }) => door !== 'own'))
        expect(await judge(path, token)).toMatchObject({ status: 401 });
    },
  );

  it('in a body do not reach the token (R18)', async () => {
    const { auth } = makeAuth();
    for (const path of ['/refresh', '/logout', '/verify']) {
      const field = 'A'.repeat(MB8);
      expect(plain(await auth.handle(jsonRequest(path, { refresh: field, token: field })))?.status).toBe(413);
    }
  });
});

/** The longest text of its kind that fits, whatever signature comes behind it. */
function longest(make: (size: number) => string): string {
  let text = '';
  for (let size = 1; size <= 8192; size = Math.ceil(size * 1.05)) {
    const next = make(size);
    if (segment(next).length > 7600) break;
    text = next;
  }
  expect(segment(text).length).toBeGreaterThan(0.8 * MAX_TOKEN_LENGTH);
  return text;
}

const list = (size: number, item: string): string => `[${Array(size).fill(item).join()}]`;
const members = (size: number, name: (at: number) => string): string =>
  Array.from({ length: size }, (_, at) => `${JSON.stringify(name(at))}:0`).join();

describe('8 kB, genuine,', () => {
  it.each<readonly [string, (size: number) => string]>([
    ['of audiences (R15)', (size) => claimsWith('aud', list(size, '"x"'))],
    [
      'of audiences, the last one good',
      (size) => claimsWith('sub', '""').replace(/"aud":"[^"]*"/, `"aud":${list(size, '"x"')}`),
    ],
    ['of nested lists', (size) => claimsWith('x', '['.repeat(size) + ']'.repeat(size))],
    ['of nested objects', (size) => claimsWith('x', `${'{"":'.repeat(size)}0${'}'.repeat(size)}`)],
    [
      'of one repeated member',
      (size) => claimsWith('x', '0').replace(/\}$/, `,${members(size, () => 'x')}}`),
    ],
    [
      'of escapes in a repeated name',
      (size) => `{"${'\\u0061'.repeat(size)}":0,"${'\\u0061'.repeat(size)}":0}`,
    ],
    ['of backslashes', (size) => claimsWith('sub', JSON.stringify('\\'.repeat(size)))],
    ['of quotes', (size) => claimsWith('sub', JSON.stringify('"'.repeat(size)))],
    ['of digits', (size) => claimsWith('exp', '9'.repeat(size))],
    ['of digits behind the point', (size) => claimsWith('exp', `0.${'0'.repeat(size)}1`)],
    ['of an exponent', (size) => claimsWith('exp', `1e${'9'.repeat(size)}`)],
    ['of subject', (size) => claimsWith('sub', JSON.stringify('x'.repeat(size)))],
    ['of text that is never closed', (size) => `{"a":"${'x'.repeat(size)}`],
    ['of spaces and a fault behind them', (size) => `{"a"${' '.repeat(size)}"b"}`],
  ])('%s are refused in time', async (_name, text) => {
    const json = longest(text);
    await expectRefused(({ alg }) => forge(alg, headerOf(alg), json));
  });

  it.each<readonly [string, (size: number) => string]>([
    ['of members', (size) => claimsWith('x', `{${members(size, String)}}`)],
    [
      'of members in the claims themselves',
      (size) => claimsWith('x', '0').replace(/\}$/, `,${members(size, String)}}`),
    ],
    ['of numbers in a list', (size) => claimsWith('x', list(size, '0'))],
    ['of empty objects', (size) => claimsWith('x', list(size, '{}'))],
    ['of lists 30 deep', (size) => claimsWith('x', list(size, '['.repeat(30) + ']'.repeat(30)))],
    ['of spaces', (size) => claimsWith('x', ' '.repeat(size) + 1)],
    ['of spaces behind names', (size) => claimsWith('x', `{"a"${' '.repeat(size)}:1}`)],
    ['of texts', (size) => claimsWith('x', list(size, '""'))],
    ['of escapes', (size) => claimsWith('x', `"${'\\u0041'.repeat(size)}"`)],
    [
      'of names with escapes',
      (size) => claimsWith('x', `{${Array.from({ length: size }, (_, at) => `"\\n${at}":0`).join()}}`),
    ],
  ])('%s are accepted in time', async (_name, text) => {
    const json = longest(text);
    await expectAccepted(({ alg }) => forge(alg, headerOf(alg), json));
  });

  it.each<readonly [string, (size: number) => string]>([
    ['of members', (size) => `{${members(size, String)}}`],
    ['of crit', (size) => JSON.stringify({ ...headerOf('HS256'), crit: Array(size).fill('exp') })],
    ['of kid', (size) => JSON.stringify({ ...headerOf('HS256'), kid: 'k'.repeat(size) })],
    ['of typ', (size) => JSON.stringify({ ...headerOf('HS256'), typ: 'application/'.repeat(size) })],
    ['of alg', (size) => JSON.stringify({ ...headerOf('HS256'), alg: 'HS256'.repeat(size) })],
    ['of x5c', (size) => JSON.stringify({ ...headerOf('HS256'), x5c: Array(size).fill('AAAA') })],
    ['of nested lists', (size) => `{"alg":${'['.repeat(size)}${']'.repeat(size)}}`],
  ])('%s in the header are refused in time', async (_name, header) => {
    const json = longest(header);
    await expectRefused(({ alg }) => forge(alg, json));
  });

  it('of signature are refused in time', async () => {
    await expectRefused(({ alg }) => `${segment(headerOf(alg))}.${segment(CLAIMS)}.${'AAAA'.repeat(1900)}`);
  });

  it.each([...ALPHABET])('of %j are refused in time', async (char) => {
    await expectRefused(() => char.repeat(MAX_TOKEN_LENGTH), HS256);
    await expectRefused(() => [char, char, char].map((each) => each.repeat(2728)).join('.'), HS256);
  });
});

describe('1 MB of one character is refused in time', () => {
  it.each([...ALPHABET, '=', '+', '/', '\\', '"', 'é'])('%j', async (char) => {
    await expectRefused(() => char.repeat(1 << 20), HS256);
  });
});

it('a genuine token of 8,192 characters is accepted and the next longer one is not', async () => {
  /** Base64url has three lengths of four; the one of 8,193 characters is none of them here. */
  const ofLength = (length: number): string => {
    for (let size = 5700; size < 6000; size++) {
      for (const sub of ['1', '12', '123']) {
        const token = forge('HS256', headerOf('HS256'), { ...CLAIMS, sub, x: 'x'.repeat(size) });
        if (token.length === length) return token;
      }
    }
    throw new Error(`no token of ${length} characters`);
  };
  await expectAccepted(() => ofLength(MAX_TOKEN_LENGTH), HS256);
  await expectRefused(() => ofLength(MAX_TOKEN_LENGTH + 2), HS256);
});
