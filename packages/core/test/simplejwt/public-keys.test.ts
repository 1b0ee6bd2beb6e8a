/** A service of the fleet that has `VERIFYING_KEY` alone: it judges tokens and can make none. */
import { memoryStore } from '@tokenpair/core/memory';
import { createSimpleJwtAuth } from '@tokenpair/core/simplejwt';
import { expect, it } from 'vitest';
import { createClock } from '../support/clock.ts';
import { pairs } from '../support/keys.ts';
import { refusalOf } from '../support/outcome.ts';
import { jsonRequest, plain } from '../support/requests.ts';
import { djangoClaims, hs256, rs256 } from './support.ts';

const clock = createClock();
const auth = createSimpleJwtAuth({
  keys: { alg: 'RS256', publicKey: pairs.rsa().publicKey },
  store: memoryStore(),
  clock,
});
const access = rs256(djangoClaims('access'));
const refresh = rs256(djangoClaims('refresh', { jti: 'r' }));

it('takes the fleet’s tokens, and no others', async () => {
  expect(await auth.verify(access)).toMatchObject({ subject: '42' });
  expect(await refusalOf(() => auth.verify(hs256(djangoClaims('access'))))).toEqual(['token_not_valid', 401]);
  expect(await refusalOf(() => auth.verify(refresh))).toEqual(['token_wrong_type', 401]);
});

it('has /verify and /logout, and neither a login nor /refresh', async () => {
  const statusOf = async (path: string, body: object) =>
    plain(await auth.handle(jsonRequest(path, body)))?.status;
  expect(await statusOf('/verify', { token: refresh })).toBe(200);
  expect(await statusOf('/refresh', { refresh })).toBe(undefined);
  expect(await statusOf('/', { username: 'ada', password: 'x' })).toBe(undefined);
  expect(await statusOf('/logout', { refresh })).toBe(200);
  expect(await statusOf('/verify', { token: refresh })).toBe(401);
});

it('makes no tokens from code either', async () => {
  const again = rs256(djangoClaims('refresh', { jti: 'another' }));
  await expect(auth.issue({ subject: '42' })).rejects.toThrow(/options\.keys are public/);
  await expect(auth.refresh(again)).rejects.toThrow(/options\.keys are public/);
  await expect(auth.refresh(again)).rejects.toBeInstanceOf(TypeError);
});
