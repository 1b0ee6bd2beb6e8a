// What the claims stage does not judge when its rules say so: found by mutation testing (docs/mutation.md).
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/json.ts';
import { type ClaimRules, judgeClaims } from '../../src/token/claims.ts';

const NOW = 1_800_000_000;
const LAX: ClaimRules = {
  issuer: null,
  audiences: null,
  audienceClaim: 'aud',
  required: [],
  integers: [],
  leeway: 5,
  clockSkew: 60,
  maxLife: 3600,
};

const judge = (claims: JsonObject, rules: Partial<ClaimRules> = {}) =>
  judgeClaims(claims, { ...LAX, ...rules }, NOW);

describe('without a rule', () => {
  it('iss is not judged', () => {
    expect(judge({})).toBe('good');
    expect(judge({ iss: 'anybody' })).toBe('good');
    expect(judge({ iss: 'anybody' }, { issuer: 'a' })).toBe('bad');
    expect(judge({}, { issuer: 'a' })).toBe('bad');
  });

  it('the audience is not judged', () => {
    expect(judge({ aud: 'anybody' })).toBe('good');
    expect(judge({ aud: 'anybody' }, { audiences: ['a'] })).toBe('bad');
    expect(judge({}, { audiences: ['a'] })).toBe('bad');
    expect(judge({ aud: 'a' }, { audiences: ['b', 'a'] })).toBe('good');
    expect(judge({ client_id: 'a' }, { audiences: ['a'], audienceClaim: 'client_id' })).toBe('good');
  });

  it('a claim that is absent is not judged: it is good, by that very word', () => {
    expect(judge({ iat: NOW })).toBe('good');
    expect(judge({ exp: NOW + 10 })).toBe('good');
    expect(judge({ nbf: NOW })).toBe('good');
    expect(judge({ sub: '1' })).toBe('good');
  });

  it('the names are not judged where they are absent, each for itself', () => {
    for (const name of ['sub', 'jti', 'sid']) {
      expect(judge({ [name]: 'x' })).toBe('good');
      expect(judge({ [name]: 1 })).toBe('bad');
    }
  });
});

describe('without iat', () => {
  it('an expired token is expired and one that lives longer than allowed from now on is bad', () => {
    expect(judge({ exp: NOW - 10 })).toBe('expired');
    expect(judge({ exp: NOW + 3600 })).toBe('good');
    expect(judge({ exp: NOW + 3601 })).toBe('bad');
  });

  it('exp is not held to come after anything', () => {
    expect(judge({ exp: NOW - 4 })).toBe('good');
    expect(judge({ exp: 0 })).toBe('expired');
  });
});

describe('at the bounds', () => {
  it('time 0 is a time', () => {
    expect(judge({ nbf: 0 })).toBe('good');
    expect(judge({ iat: 0, exp: 1 })).toBe('expired');
    expect(judge({ nbf: -1 })).toBe('bad');
  });

  it('a whole number may be 0 and not less, and must be there', () => {
    const integers = { integers: ['gen'] };
    expect(judge({ gen: 0 }, integers)).toBe('good');
    for (const gen of [-1, 0.5, '0', null, 2 ** 53]) expect(judge({ gen }, integers)).toBe('bad');
    expect(judge({}, integers)).toBe('bad');
  });

  it('no time is infinite, also where every life is allowed', () => {
    const endless = { maxLife: Number.POSITIVE_INFINITY, clockSkew: Number.POSITIVE_INFINITY };
    for (const name of ['exp', 'iat', 'nbf']) {
      expect(judge({ [name]: Number.POSITIVE_INFINITY }, endless)).toBe('bad');
      expect(judge({ [name]: Number.NaN }, endless)).toBe('bad');
    }
    expect(judge({ iat: NOW, exp: NOW * 2 }, endless)).toBe('good');
  });

  it('every required claim counts, also one that is null or inherited', () => {
    expect(judge({ a: null, b: 0 }, { required: ['a', 'b'] })).toBe('good');
    expect(judge({ a: null }, { required: ['a', 'b'] })).toBe('bad');
    expect(judge({}, { required: ['toString'] })).toBe('bad');
  });

  it('a life may be as long as the longest', () => {
    expect(judge({ iat: NOW, exp: NOW + 3600 })).toBe('good');
    expect(judge({ iat: NOW, exp: NOW + 3601 })).toBe('bad');
    expect(judge({ iat: NOW, exp: NOW })).toBe('bad');
    expect(judge({ iat: NOW, exp: NOW + 1 })).toBe('good');
  });
});
