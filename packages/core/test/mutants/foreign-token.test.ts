// The app's say in the claims of another issuer, and how long it may think: found by mutation testing (docs/mutation.md).
import { createVerifier } from '@tokenpair/core/verifier';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { CLAIMS, forge, headerOf, verifyingKey } from '../attacks/paths.ts';
import { AUDIENCE, ISSUER } from '../support/auth.ts';
import { createClock } from '../support/clock.ts';
import { refusalOf } from '../support/outcome.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

const thinking = (ms: number) =>
  createVerifier({
    issuers: [
      {
        issuer: ISSUER,
        audience: AUDIENCE,
        keys: verifyingKey('HS256'),
        validateClaims: () => new Promise<boolean>((resolve) => setTimeout(() => resolve(true), ms)),
      },
    ],
    hookTimeoutMs: 1000,
    clock: createClock(),
  });

it('as long as hookTimeoutMs says', async () => {
  const verified = thinking(900).verify(forge('HS256'));
  await vi.advanceTimersByTimeAsync(900);
  expect((await verified).subject).toBe('1');
});

it('and no longer: then it is a failing backend', async () => {
  const refused = refusalOf(() => thinking(1100).verify(forge('HS256')));
  await vi.advanceTimersByTimeAsync(1100);
  expect(await refused).toEqual(['backend_unavailable', 503]);
});

it('and its schema reads the claims, or refuses them', async () => {
  const asking = (validate: (value: unknown) => object) =>
    createVerifier({
      issuers: [{ issuer: ISSUER, audience: AUDIENCE, keys: verifyingKey('HS256') }],
      claims: { '~standard': { version: 1, vendor: 'test', validate: validate as never } },
      clock: createClock(),
    });
  const token = forge('HS256', headerOf('HS256'), { ...CLAIMS, role: 'user' });
  const seen: unknown[] = [];
  const { claims, subject } = await asking((value) => {
    seen.push(value);
    return { value: { role: 'read', sub: 'other' } };
  }).verify(token);
  expect([seen, claims['role'], subject]).toEqual([[{ role: 'user' }], 'read', '1']);
  expect(await refusalOf(() => asking(() => ({ issues: [] })).verify(token))).toEqual([
    'token_not_valid',
    401,
  ]);
});
