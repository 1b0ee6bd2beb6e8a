import { createAuth, type KeyInput } from '@tokenpair/core';
import { memoryStore } from '@tokenpair/core/memory';
import { createVerifier } from '@tokenpair/core/verifier';
import { expect } from 'vitest';
import { AUDIENCE, ISSUER, makeAuth } from '../support/auth.ts';
import { longSecret } from '../support/keys.ts';
import { shown } from './paths.ts';

/** The ways an app gives keys: to sign with, to verify with beside others, for another issuer, for refresh tokens, at run time. */
export const DOORS: readonly (readonly [name: string, give: (keys: unknown) => unknown])[] = [
  ['createAuth', (keys) => authWith({ keys })],
  ['createAuth, second key', (key) => authWith({ keys: [signer, ...[key].flat()] })],
  ['createAuth, refresh.keys', (keys) => authWith({ keys: signer, refresh: { keys } })],
  ['auth.keys.publish', (key) => makeAuth().auth.keys.access.publish([key].flat()[0] as KeyInput)],
  ['createVerifier', (keys) => verifierWith({ keys })],
];

export const signer: KeyInput = { alg: 'HS256', secret: longSecret(9), kid: 'signer' };

export function authWith(options: object) {
  return createAuth({ issuer: ISSUER, audience: AUDIENCE, store: memoryStore(), ...options } as never);
}

export function verifierWith(options: object) {
  return createVerifier({ issuers: [{ issuer: ISSUER, audience: AUDIENCE, ...options }] } as never);
}

/** Holds a key to being refused at every door, by a TypeError that does not show it. */
export function expectNoKey(keys: unknown, secrets: readonly string[] = []): void {
  for (const [name, give] of DOORS) {
    let error: unknown;
    try {
      give(keys);
    } catch (thrown) {
      error = thrown;
    }
    if (!(error instanceof TypeError)) expect.fail(`${name}: ${error ?? 'admitted'}`);
    expect(error).toMatchObject({ code: expect.stringMatching(/^ERR_INVALID_ARG_(?:TYPE|VALUE)$/) });
    for (const secret of secrets) expect(shown(error).includes(secret)).toBe(false);
  }
}
