import { randomBytes } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { parseStrictObject } from '../../src/token/strict-json.ts';
import { createVerifiedTokens, sizeOf } from '../../src/token/verified-tokens.ts';

const ALWAYS = { from: 0, until: Number.POSITIVE_INFINITY, bytes: 100 };
const LIMITS = { entries: 100, bytes: 1_000_000 };

function tokenOf(length = 200): string {
  return `${'h'.repeat(20)}.${randomBytes(length).toString('base64url')}.${randomBytes(32).toString('base64url')}`;
}

function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

describe('what is held of a token', () => {
  it('is given for exactly that token, and not for one that differs anywhere before the tail', () => {
    const tokens = createVerifiedTokens<string>(LIMITS);
    const token = tokenOf();
    tokens.keep(token, 'found', ALWAYS, tokens.era);
    expect(tokens.find(`${token.slice(0, 10)}${token.slice(10)}`, 1)).toBe('found');
    for (const at of [0, 21, 30, token.length - 25, token.length - 24, token.length - 1]) {
      const other = `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
      expect(tokens.find(other, 1)).toBeUndefined();
    }
    for (const other of [`x${token}`, token.slice(1), token.slice(-24), '', `${token} `])
      expect(tokens.find(other, 1)).toBeUndefined();
  });

  it('holds from when it was found until it ends', () => {
    const tokens = createVerifiedTokens<string>(LIMITS);
    const token = tokenOf();
    tokens.keep(token, 'found', { from: 1_000, until: 2_000, bytes: 0 }, tokens.era);
    const at = [999, 1_000, 1_999, 2_000].map((now) => tokens.find(token, now));
    expect(at).toEqual([undefined, 'found', 'found', undefined]);
    expect(tokens.find(token, Number.NaN)).toBeUndefined();
  });

  it('is forgotten as a whole, and what was found before that is not kept after it', () => {
    const tokens = createVerifiedTokens<string>(LIMITS);
    const [before, late] = [tokenOf(), tokenOf()];
    const { era } = tokens;
    tokens.keep(before, 'before', ALWAYS, era);
    tokens.forget();
    tokens.keep(late, 'late', ALWAYS, era);
    expect([tokens.find(before, 1), tokens.find(late, 1)]).toEqual([undefined, undefined]);
    tokens.keep(late, 'again', ALWAYS, tokens.era);
    expect(tokens.find(late, 1)).toBe('again');
  });
});

describe('how much is held', () => {
  it('is bounded in tokens: the one used longest ago goes', () => {
    const tokens = createVerifiedTokens<number>({ entries: 3, bytes: 1_000_000 });
    const all = Array.from({ length: 4 }, () => tokenOf());
    for (const [index, token] of all.slice(0, 3).entries()) tokens.keep(token, index, ALWAYS, tokens.era);
    tokens.find(all[0] ?? '', 1);
    tokens.keep(all[3] ?? '', 3, ALWAYS, tokens.era);
    expect(all.map((token) => tokens.find(token, 1))).toEqual([0, undefined, 2, 3]);
  });

  it('is bounded in bytes', () => {
    const tokens = createVerifiedTokens<number>({ entries: 1_000, bytes: 10_000 });
    const all = Array.from({ length: 20 }, () => tokenOf(600));
    for (const [index, token] of all.entries()) tokens.keep(token, index, ALWAYS, tokens.era);
    const held = all.filter((token) => tokens.find(token, 1) !== undefined);
    expect(held.length).toBeGreaterThan(0);
    expect(held.join('').length + held.length * 600).toBeLessThanOrEqual(10_000);
    const huge = tokenOf(7_200);
    tokens.keep(huge, 0, ALWAYS, tokens.era);
    expect(tokens.find(huge, 1)).toBeUndefined();
  });

  it.each([
    ['the claims of a login', () => ({ iss: 'https://a.test', sub: '1', roles: ['a', 'b'], exp: 1, iat: 1 })],
    ['many empty objects', () => ({ list: Array.from({ length: 1_600 }, () => ({})) })],
    ['many members', () => Object.fromEntries(Array.from({ length: 400 }, (_, at) => [`m${at}`, at]))],
    ['a long text', () => ({ text: 'x'.repeat(5_000) })],
    ['many numbers', () => ({ list: Array.from({ length: 2_000 }, (_, at) => at) })],
  ])('counts no less than %s take', (_, claims) => {
    const text = JSON.stringify(claims());
    const parse = () => parseStrictObject(text.replaceAll('m', `${Math.random().toString(36).slice(2, 3)}m`));
    const held: unknown[] = [];
    for (let count = 0; count < 50; count++) parse();
    const before = heapUsed();
    for (let count = 0; count < 300; count++) held.push(parse());
    const taken = (heapUsed() - before) / held.length;
    expect(sizeOf(parse())).toBeGreaterThan(taken * 0.9);
    expect(sizeOf(parse())).toBeLessThan(taken * 4 + 1_000);
  });

  it('holds no more of a header than the token', () => {
    const tokens = createVerifiedTokens<number>({ entries: 10_000, bytes: 100_000_000 });
    const keepOne = (): void => {
      const header = `access=${randomBytes(300).toString('base64url')}; other=${randomBytes(12_000).toString('base64url')}`;
      tokens.keep(header.slice(7, 407), 1, ALWAYS, tokens.era);
    };
    keepOne();
    const before = heapUsed();
    for (let count = 0; count < 2_000; count++) keepOne();
    expect((heapUsed() - before) / 2_000).toBeLessThan(2_500);
  });
});
