import { createAuth } from '@tokenpair/core';
import { memoryStore } from '@tokenpair/core/memory';
import { describe, expect, it } from 'vitest';
import { AUDIENCE, ISSUER } from '../support/auth.ts';

function make(secret: string | Uint8Array, alg: 'HS256' | 'HS512' = 'HS256') {
  return () =>
    createAuth({ issuer: ISSUER, audience: AUDIENCE, keys: { alg, secret }, store: memoryStore() });
}

const GUESSABLE = expect.objectContaining({
  name: 'TypeError',
  code: 'ERR_INVALID_ARG_VALUE',
  message: expect.stringContaining('easy to guess'),
});

describe('a secret that anybody would try is refused (R07)', () => {
  it.each([
    ['one character', 'x'.repeat(32)],
    ['zeros', new Uint8Array(32)],
    ['seven different bytes', Uint8Array.from({ length: 32 }, (_, at) => (at * at + at) % 7)],
    ['a word several times', 'correct-horse-battery'.repeat(2)],
    ['a word several times and in part', 'a2c4e6g8i0k2m4o6'.repeat(3).slice(0, 41)],
    ['an example of jwt.io', 'a-string-secret-at-least-256-bits-long'],
  ])('%s', (_what, secret) => {
    expect(make(secret)).toThrow(GUESSABLE);
  });

  it('an example of jwt.io for HS512', () => {
    const secret = 'a-valid-string-secret-that-is-at-least-512-bits-long-which-is-very-long';
    expect(make(secret, 'HS512')).toThrow(GUESSABLE);
  });
});

describe('a secret that is random passes', () => {
  it.each([
    ['hex', () => Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('hex')],
    ['base64', () => Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64')],
    ['bytes', () => crypto.getRandomValues(new Uint8Array(32))],
    ['a UUID', () => crypto.randomUUID()],
  ])('%s, a hundred times', (_what, secret) => {
    for (let round = 0; round < 100; round++) expect(make(secret())).not.toThrow();
  });

  it('eight different bytes that do not repeat', () => {
    expect(make('abcdefgh'.concat('aabbccddeeffgghhabcdabcd'))).not.toThrow();
  });
});
