/**
 * What was found wrong in djangorestframework-simplejwt by running it (D1 to D14 of the research), and what happens here instead. Where
 * the tokens' shape leaves no remedy the test says what remains.
 */

import { memoryStore } from '@tokenpair/core/memory';
import { createSimpleJwtAuth } from '@tokenpair/core/simplejwt';
import { expect, it } from 'vitest';
import { createClock, DAY, MINUTE, SECOND } from '../support/clock.ts';
import { refusalOf } from '../support/outcome.ts';
import { jsonRequest, plain } from '../support/requests.ts';
import { decode, SECRET } from '../support/tokens.ts';
import { django, djangoClaims, hs256, JTI, makeSimpleJwt, makeStoreless, NOW } from './support.ts';

const REVOKED = ['token_revoked', 401];

it('D1: of any number of parallel refreshes of one token one wins', async () => {
  const { auth } = makeSimpleJwt({ refresh: { rotate: true } });
  const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => auth.refresh(django.refresh())));
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected')
      expect(outcome.reason).toMatchObject({ code: 'token_revoked', status: 401 });
  }
});

it('D2: a used token says token_revoked and nothing else changes: its successor lives, since no claim ties the two', async () => {
  const { auth } = makeSimpleJwt({ refresh: { rotate: true } });
  const { refresh } = await auth.refresh(django.refresh());
  expect(await refusalOf(() => auth.refresh(django.refresh()))).toEqual(REVOKED);
  expect(await auth.refresh(String(refresh))).toBeDefined();
});

it('D3: a revoked token never comes back to life: no prune removes its entry while it is good', async () => {
  const clock = createClock();
  const store = memoryStore();
  const auth = createSimpleJwtAuth({ keys: { alg: 'HS256', secret: SECRET }, store, clock });
  await auth.revoke(django.refresh());
  for (const wait of [2 * MINUTE, DAY - 2 * MINUTE, 5 * SECOND - 1]) {
    clock.advance(wait);
    await store.prune(clock());
    expect(await refusalOf(() => auth.refresh(django.refresh()))).toEqual(REVOKED);
  }
  clock.advance(1);
  expect(await refusalOf(() => auth.refresh(django.refresh()))).toEqual(['token_expired', 401]);
});

it('D4: a signed refresh token without jti is 401, at every endpoint', async () => {
  const { jti: _jti, ...claims } = djangoClaims('refresh');
  const { auth } = makeSimpleJwt({ refresh: { rotate: true } });
  for (const [path, field] of [
    ['/refresh', 'refresh'],
    ['/verify', 'token'],
    ['/logout', 'refresh'],
  ] as const) {
    const answer = plain(await auth.handle(jsonRequest(path, { [field]: hs256(claims) })));
    expect([answer?.status, answer?.body.code]).toEqual([401, 'token_not_valid']);
  }
});

it('D5: verify asks the blacklist whatever is configured, and answers 401', async () => {
  for (const revocation of ['none', 'token'] as const) {
    const { auth } = makeSimpleJwt({ revocation });
    await auth.revoke(django.refresh());
    const answer = plain(await auth.handle(jsonRequest('/verify', { token: django.refresh() })));
    expect([answer?.status, answer?.body.code]).toEqual([401, 'token_revoked']);
  }
});

it('D6: a logout that names the access token too ends both; without it that one lives to its end', async () => {
  const { auth } = makeSimpleJwt();
  await auth.handle(jsonRequest('/logout', { refresh: django.refresh() }));
  expect(await auth.verify(django.access({ jti: 'a' }))).toBeDefined();
  await auth.handle(
    jsonRequest('/logout', { refresh: django.refresh(), access: django.access({ jti: 'a' }) }),
  );
  expect(await refusalOf(() => auth.verify(django.access({ jti: 'a' })))).toEqual(REVOKED);
});

it('D7: a second logout is 200, and so is one with an expired token', async () => {
  const { auth, clock } = makeSimpleJwt();
  const logout = async () => plain(await auth.handle(jsonRequest('/logout', { refresh: django.refresh() })));
  const first = await logout();
  expect(first).toMatchObject({ status: 200, body: {} });
  expect(await logout()).toEqual(first);
  clock.advance(2 * DAY);
  expect(await logout()).toEqual(first);
});

it.each(['Bearer', 'bearer', 'BEARER'])('D8: the scheme %s is read', async (scheme) => {
  const guard = makeSimpleJwt().auth.guard();
  const rawHeaders = ['Authorization', `${scheme} ${django.access()}`];
  expect(await guard({ method: 'GET', rawHeaders })).toMatchObject({ passed: true });
});

it('D9: the store is given ids and times, never a token', async () => {
  const given: unknown[] = [];
  const store = {
    blacklist: async (...args: unknown[]) => given.push(args) > 0,
    isLive: async (...args: unknown[]) => given.push(args) > 0,
  };
  const { auth } = makeSimpleJwt({ store, refresh: { rotate: true } });
  await auth.verify(django.access());
  await auth.refresh(django.refresh());
  await auth.revoke(django.refresh());
  const access = { id: JTI, subject: '42', expiresAt: (NOW + 305) * 1000 };
  const refresh = { ...access, expiresAt: (NOW + 86_405) * 1000 };
  expect(given).toEqual([
    [{ token: access }, NOW * 1000],
    [refresh, NOW * 1000],
    [refresh, NOW * 1000],
  ]);
});

it('D10: nothing derived from the password is in a token', async () => {
  const resolve = () => ({ active: true, epoch: 'hash of the password' });
  const { access, refresh } = await makeStoreless({ resolve }).auth.issue({
    subject: '42',
    epoch: 'hash of the password',
  });
  for (const token of [access, refresh]) {
    expect(Object.keys(decode(token).claims)).toEqual(['token_type', 'exp', 'iat', 'jti', 'user_id']);
  }
});

it('D11: rotation without a store is refused when the auth is made', () => {
  expect(() => makeStoreless({ refresh: { rotate: true } })).toThrow(
    /options\.refresh\.rotate needs options\.store/,
  );
});

it('D12: a refresh writes a new jti, and the old string is no longer good', async () => {
  const { auth } = makeSimpleJwt({ refresh: { rotate: true } });
  const { refresh } = await auth.refresh(django.refresh());
  expect(decode(refresh).claims['jti']).not.toBe(JTI);
  expect(await refusalOf(() => auth.refresh(django.refresh()))).toEqual(REVOKED);
  expect(await refusalOf(() => auth.refresh(django.access({ token_type: 'sliding' })))).toEqual([
    'token_wrong_type',
    401,
  ]);
});

it('D13: a refresh token alone logs out, since who holds it could use it anyway; nobody’s access token comes to harm', async () => {
  const { auth } = makeSimpleJwt();
  const stranger = django.access({ user_id: '43', jti: 'b' });
  expect((await auth.handle(jsonRequest('/logout', { refresh: django.refresh() })))?.status).toBe(200);
  const both = await auth.handle(jsonRequest('/logout', { refresh: django.refresh(), access: stranger }));
  expect(both?.status).toBe(401);
  expect(await auth.verify(stranger)).toBeDefined();
});

it('D14: rotation does not pass the absolute end, where one is configured; SimpleJWT’s shape alone has none', async () => {
  const refreshOnThreeDays = async (test: ReturnType<typeof makeSimpleJwt>) => {
    let { refresh } = await test.auth.issue({ subject: '42' });
    for (let day = 1; day <= 3; day++) {
      test.clock.advance(DAY);
      ({ refresh } = await test.auth.refresh(String(refresh)));
    }
  };
  const rotating = { refresh: { rotate: true } };
  const ending = makeSimpleJwt({ ...rotating, session: { ttl: '3d' } });
  expect(await refusalOf(() => refreshOnThreeDays(ending))).toEqual(['session_expired', 401]);
  expect(ending.clock()).toBe(NOW * 1000 + 3 * DAY);
  await expect(refreshOnThreeDays(makeSimpleJwt(rotating))).resolves.toBeUndefined();
});
