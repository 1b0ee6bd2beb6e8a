import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/json.ts';
import { type ClaimRules, judgeClaims } from '../../src/token/claims.ts';
import { parseStrictObject } from '../../src/token/strict-json.ts';

const NOW = 1_800_000_000;
const RULES: ClaimRules = {
  issuer: 'https://issuer.test',
  audiences: ['https://api.test'],
  audienceClaim: 'aud',
  required: ['iss', 'aud', 'sub', 'sid', 'jti', 'iat', 'exp'],
  leeway: 5,
  clockSkew: 60,
  maxLife: 86_400,
  integers: [],
};
const GOOD = {
  iss: 'https://issuer.test',
  aud: 'https://api.test',
  sub: '1',
  sid: 's',
  jti: 'j',
  iat: NOW - 10,
  exp: NOW + 300,
};

const judge = (changes: Record<string, unknown>, rules: Partial<ClaimRules> = {}, now = NOW) =>
  judgeClaims({ ...GOOD, ...changes } as unknown as JsonObject, { ...RULES, ...rules }, now);

const without = (name: string): JsonObject =>
  Object.fromEntries(Object.entries(GOOD).filter(([member]) => member !== name)) as JsonObject;

/** Judges with one member as it stands in the text, which may be no JSON at all. */
function judgeText(name: string, literal: string) {
  const members = Object.entries({ ...without(name) }).map(
    ([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`,
  );
  const claims = parseStrictObject(`{${[...members, `"${name}":${literal}`].join(',')}}`);
  return claims === undefined ? 'bad' : judgeClaims(claims, RULES, NOW);
}

/** R11 of research/security.md: what a time may not be. */
const NO_TIMES: readonly (readonly [name: string, literal: string])[] = [
  ['1e400 (reads as Infinity)', '1e400'],
  ['-1e400', '-1e400'],
  ['1e308', '1e308'],
  ['-1e308', '-1e308'],
  ['-1', '-1'],
  ['milliseconds for seconds', `${NOW * 1000}`],
  ['2^53', '9007199254740992'],
  ['a numeric string', `"${NOW}"`],
  ['an empty string', '""'],
  ['a date', '"2027-01-15T08:00:00Z"'],
  ['null', 'null'],
  ['true', 'true'],
  ['false', 'false'],
  ['an empty array', '[]'],
  ['an array of a time', `[${NOW}]`],
  ['an empty object', '{}'],
  ['an object with valueOf', `{"valueOf":${NOW}}`],
  ['NaN', 'NaN'],
  ['Infinity', 'Infinity'],
  ['a hexadecimal number', '0x6b49d200'],
  ['a number with a plus', `+${NOW}`],
  ['a number with a leading zero', `0${NOW}`],
  ['a separator', '1_800_000_000'],
  ['the member twice', `${NOW},"NAME":${NOW}`],
];

describe('the claims stage', () => {
  it('takes good claims', () => {
    expect(judge({})).toBe('good');
  });

  it('takes claims that it does not know', () => {
    expect(judge({ scope: 'read', role: { name: 'admin' } })).toBe('good');
  });

  it('has 24 cases of what is no time', () => {
    expect(NO_TIMES).toHaveLength(24);
  });

  describe.each(['exp', 'iat', 'nbf'])('%s', (name) => {
    it.each(NO_TIMES)('is not %s', (_case, literal) => {
      expect(judgeText(name, literal.replace('NAME', name))).toBe('bad');
    });

    it('may have a fraction', () => {
      expect(judgeText(name, name === 'exp' ? `${NOW + 0.5}` : `${NOW - 0.5}`)).toBe('good');
    });

    it('may be written with an exponent', () => {
      expect(judgeText(name, name === 'exp' ? '1.80000001e9' : '1.79999999e9')).toBe('good');
    });
  });

  it.each(['iss', 'aud', 'sub', 'sid', 'jti', 'exp', 'iat'])('needs %s', (name) => {
    expect(judgeClaims(without(name), RULES, NOW)).toBe('bad');
  });

  it.each([0, -1, -NOW])('takes %i neither for exp nor for iat', (value) => {
    expect([judge({ exp: value }), judge({ iat: value })]).toEqual(['bad', 'bad']);
  });

  describe('exp', () => {
    it.each([
      [NOW - 5 + 0.001, 'good'],
      [NOW - 4, 'good'],
      [NOW - 5, 'expired'],
      [NOW - 6, 'expired'],
    ])('at leeway 5 and exp %d is %s', (exp, verdict) => {
      expect(judge({ exp })).toBe(verdict);
    });

    it.each([
      [NOW + 1, 'good'],
      [NOW + 0.001, 'good'],
      [NOW, 'expired'],
      [NOW - 1, 'expired'],
    ])('at leeway 0 and exp %d is %s', (exp, verdict) => {
      expect(judge({ exp, iat: NOW - 100 }, { leeway: 0 })).toBe(verdict);
    });

    it.each([
      [1, 'good'],
      [0, 'bad'],
      [-1, 'bad'],
    ])('%i s after iat is %s', (life, verdict) => {
      expect(judge({ iat: NOW, exp: NOW + life })).toBe(verdict);
    });

    it.each([
      [86_399, 'good'],
      [86_400, 'good'],
      [86_401, 'bad'],
    ])('%i s after iat, at a longest life of 86,400, is %s', (life, verdict) => {
      expect(judge({ iat: NOW, exp: NOW + life })).toBe(verdict);
    });

    it('is finite even where iat is not asked for, so that nothing else bounds it', () => {
      const rules = { ...RULES, required: ['exp'] };
      expect(judgeClaims({ ...without('iat'), exp: Number.POSITIVE_INFINITY }, rules, NOW)).toBe('bad');
      expect(judgeClaims(without('iat'), rules, NOW)).toBe('good');
    });

    it('is told as expired only when nothing else is wrong', () => {
      const exp = NOW - 100;
      const iat = NOW - 400;
      expect(judge({ exp, iat })).toBe('expired');
      expect(judge({ exp, iat, iss: 'https://other.test' })).toBe('bad');
      expect(judge({ exp, iat, aud: 'x' })).toBe('bad');
      expect(judge({ exp, iat, sub: '' })).toBe('bad');
      expect(judge({ exp, iat, nbf: NOW + 61 })).toBe('bad');
      expect(judge({ exp, iat: exp })).toBe('bad');
    });
  });

  describe.each(['iat', 'nbf'])('%s', (name) => {
    it.each([
      [59, 'good'],
      [60, 'good'],
      [60.001, 'bad'],
      [61, 'bad'],
    ])('ahead of the clock by %d s, at a skew of 60, is %s', (ahead, verdict) => {
      expect(judge({ [name]: NOW + ahead })).toBe(verdict);
    });

    it('may not be ahead at all at a skew of 0', () => {
      expect(judge({ [name]: NOW }, { clockSkew: 0 })).toBe('good');
      expect(judge({ [name]: NOW + 1 }, { clockSkew: 0 })).toBe('bad');
    });
  });

  describe('iss', () => {
    it.each([
      ['another issuer', 'https://evil.test'],
      ['a prefix', 'https://issuer.tes'],
      ['a longer text', 'https://issuer.test.evil'],
      ['a trailing slash', 'https://issuer.test/'],
      ['another case', 'https://ISSUER.test'],
      ['a space after it', 'https://issuer.test '],
      ['an array of it', ['https://issuer.test']],
      ['an object', { 0: 'https://issuer.test' }],
      ['null', null],
      ['true', true],
      ['the empty string', ''],
    ])('is not %s', (_name, iss) => {
      expect(judge({ iss })).toBe('bad');
    });
  });

  describe('aud', () => {
    it.each([
      ['the audience', 'https://api.test'],
      ['an array of it', ['https://api.test']],
      ['an array with others before it', ['a', 'b', 'https://api.test']],
    ])('may be %s', (_name, aud) => {
      expect(judge({ aud })).toBe('good');
    });

    it.each([
      ['another audience', 'https://other.test'],
      ['a longer text', 'https://api.test.evil'],
      ['a text with it inside', 'x https://api.test y'],
      ['a part of it', 'https://api'],
      ['another case', 'https://API.test'],
      ['a trailing slash', 'https://api.test/'],
      ['an array of others', ['a', 'https://api.test/']],
      ['an empty array', []],
      ['an array with a number beside it', ['https://api.test', 1]],
      ['a nested array', [['https://api.test']]],
      ['an object with it as value', { 0: 'https://api.test', length: 1 }],
      ['an object with it as name', { 'https://api.test': true }],
      ['null', null],
      ['an array of null', [null]],
      ['a number', 1],
      ['the empty string', ''],
      ['the issuer', 'https://issuer.test'],
    ])('is not %s', (_name, aud) => {
      expect(judge({ aud })).toBe('bad');
    });
  });

  describe.each(['sub', 'sid', 'jti'])('%s', (name) => {
    it.each([1, 255])('may have %i characters', (length) => {
      expect(judge({ [name]: 'x'.repeat(length) })).toBe('good');
    });

    it.each([
      ['the empty string', ''],
      ['256 characters', 'x'.repeat(256)],
      ['a number', 1],
      ['0', 0],
      ['null', null],
      ['true', true],
      ['an array', ['1']],
      ['an operator of a query language', { $ne: null }],
      ['an object', {}],
    ])('is not %s', (_name, value) => {
      expect(judge({ [name]: value })).toBe('bad');
    });
  });

  describe('gen', () => {
    const rules = { integers: ['gen'] };

    it.each([0, 1, 2 ** 31, Number.MAX_SAFE_INTEGER])('may be %i', (gen) => {
      expect(judge({ gen }, rules)).toBe('good');
    });

    it.each([
      ['missing', undefined],
      ['negative', -1],
      ['a fraction', 0.5],
      ['beyond the safe integers', 2 ** 53],
      ['Infinity', Number.POSITIVE_INFINITY],
      ['text', '1'],
      ['the empty string', ''],
      ['null', null],
      ['false', false],
      ['an array', [1]],
    ])('is not %s', (_name, gen) => {
      expect(judge({ gen }, rules)).toBe('bad');
    });

    it('is not asked of an access token', () => {
      expect(judge({ gen: 'x' })).toBe('good');
    });
  });
});
