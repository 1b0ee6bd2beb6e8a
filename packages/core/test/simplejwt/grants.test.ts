import { verify as verifyWith } from 'node:crypto';
import type { AuthEvent, SubjectState } from '@tokenpair/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createClock, DAY, MINUTE, SECOND, T0 } from '../support/clock.ts';
import { pairs } from '../support/keys.ts';
import { refusalOf } from '../support/outcome.ts';
import { decode } from '../support/tokens.ts';
import {
  django,
  djangoClaims,
  HEX_ID,
  hs256,
  JTI,
  makeSimpleJwt,
  makeStoreless,
  NOW,
  type TestOptions,
} from './support.ts';

const segment = (token: string | undefined, index: number): string =>
  Buffer.from(String(token).split('.')[index] ?? '', 'base64url').toString();

describe('an issued token', () => {
  it('has the header that PyJWT writes, byte for byte', async () => {
    const { access, refresh } = await makeStoreless().auth.issue({ subject: '42' });
    for (const token of [access, refresh]) {
      expect(token?.split('.')[0]).toBe('eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9');
      expect(segment(token, 0)).toBe('{"alg":"HS256","typ":"JWT"}');
    }
  });

  it('has SimpleJWT’s claims in its order, without spaces', async () => {
    const { access, refresh } = await makeStoreless().auth.issue({ subject: '42' });
    const jti = '[0-9a-f]{32}';
    expect(segment(access, 1)).toMatch(
      new RegExp(`^{"token_type":"access","exp":${NOW + 300},"iat":${NOW},"jti":"${jti}","user_id":"42"}$`),
    );
    expect(segment(refresh, 1)).toMatch(
      new RegExp(
        `^{"token_type":"refresh","exp":${NOW + 86_400},"iat":${NOW},"jti":"${jti}","user_id":"42"}$`,
      ),
    );
  });

  it('is signed with the first key: RS256', async () => {
    const { privateKey, publicKey } = pairs.rsa();
    const { access } = await makeStoreless({ keys: { alg: 'RS256', privateKey } }).auth.issue({
      subject: '42',
    });
    const [header, payload, signature] = access.split('.');
    expect(segment(access, 0)).toBe('{"alg":"RS256","typ":"JWT"}');
    const input = Buffer.from(`${header}.${payload}`);
    expect(verifyWith('sha256', input, publicKey, Buffer.from(String(signature), 'base64url'))).toBe(true);
  });

  it('ends with the audience and the issuer that are configured', async () => {
    const { auth } = makeStoreless({ issuer: 'https://fleet.test', audience: ['a', 'b'] });
    const { access, refresh } = await auth.issue({ subject: '42', claims: { name: 'Ada' } });
    for (const token of [access, refresh]) {
      expect(Object.entries(decode(token).claims).slice(4)).toEqual([
        ['user_id', '42'],
        ['name', 'Ada'],
        ['aud', ['a', 'b']],
        ['iss', 'https://fleet.test'],
      ]);
    }
    expect(await auth.verify(access)).toMatchObject({ subject: '42' });
  });

  it('has the names of the fleet', async () => {
    const { auth } = makeStoreless({ names: { id: 'uid', type: 'kind', jti: 'tid' } });
    const { access } = await auth.issue({ subject: '42' });
    expect(Object.keys(decode(access).claims)).toEqual(['kind', 'exp', 'iat', 'tid', 'uid']);
    expect(await auth.verify(access)).toMatchObject({ subject: '42' });
  });

  it('lives as long as configured, the pair from one instant', async () => {
    const clock = createClock(T0 + 999);
    const { auth } = makeStoreless({ access: { ttl: '2m' }, refresh: { ttl: '7d' }, clock });
    const pair = await auth.issue({ subject: '42' });
    expect(pair).toMatchObject({ expiresIn: 120, refreshExpiresIn: 604_800 });
    expect(decode(pair.access).claims).toMatchObject({ iat: NOW, exp: NOW + 120 });
  });

  it('never has the id of another', async () => {
    const { auth } = makeStoreless();
    const made = await Promise.all(Array.from({ length: 20 }, () => auth.issue({ subject: '42' })));
    const ids = made.flatMap(({ access, refresh }) =>
      [decode(access), decode(refresh)].map(({ claims }) => claims['jti']),
    );
    expect(new Set(ids).size).toBe(40);
    for (const id of ids) expect(id).toMatch(HEX_ID);
  });

  it('carries scope and the app’s own claims, in both tokens', async () => {
    const { auth } = makeStoreless();
    const pair = await auth.issue({ subject: '42', scope: 'read', claims: { name: 'Ada' } });
    for (const token of [pair.access, pair.refresh]) {
      expect(decode(token).claims).toMatchObject({ scope: 'read', name: 'Ada' });
    }
  });
});

describe('issuing', () => {
  it.each(['user_id', 'token_type', 'jti', 'exp', 'iat', 'nbf', 'iss', 'aud', 'scope', 'sub'])(
    'refuses an own claim by the name of %s',
    async (name) => {
      const issued = makeStoreless().auth.issue({ subject: '42', claims: { [name]: 'x' } });
      await expect(issued).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' });
    },
  );

  it('refuses an own claim by a name of the fleet', async () => {
    const { auth } = makeStoreless({ names: { id: 'uid' } });
    await expect(auth.issue({ subject: '42', claims: { uid: '1' } })).rejects.toThrow(TypeError);
    await expect(auth.issue({ subject: '42', claims: { user_id: '1' } })).resolves.toBeDefined();
  });

  it.each([[''], [42], [undefined]])('refuses the subject %j', async (subject) => {
    await expect(makeStoreless().auth.issue({ subject: subject as string })).rejects.toThrow(TypeError);
  });

  it('refuses a scope that is no text', async () => {
    const scope = ['read'] as unknown as string;
    await expect(makeStoreless().auth.issue({ subject: '42', scope })).rejects.toThrow(TypeError);
  });

  it('takes scope and claims from resolve where the login has none', async () => {
    const { auth } = makeStoreless({
      resolve: () => ({ active: true, scope: 'read', claims: { name: 'Ada' } }),
    });
    const { access } = await auth.issue({ subject: '42' });
    expect(decode(access).claims).toMatchObject({ scope: 'read', name: 'Ada' });
  });

  it('refuses an inactive subject, and one whose password changed meanwhile', async () => {
    const gone = makeStoreless({ resolve: () => ({ active: false }) });
    expect(await refusalOf(() => gone.auth.issue({ subject: '42' }))).toEqual(['no_active_account', 401]);
    const moved = makeStoreless({ resolve: () => ({ active: true, epoch: 'e1' }) });
    expect(await refusalOf(() => moved.auth.issue({ subject: '42', epoch: 'e0' }))).toEqual([
      'no_active_account',
      401,
    ]);
    expect(await moved.auth.issue({ subject: '42', epoch: 'e1' })).toBeDefined();
  });
});

describe('a refresh', () => {
  it('gives an access token alone, and leaves the refresh token good', async () => {
    const { auth } = makeSimpleJwt();
    const first = await auth.refresh(django.refresh());
    expect(Object.keys(first)).toEqual(['access', 'expiresIn']);
    expect(await auth.verify(first.access)).toMatchObject({ subject: '42' });
    expect(await auth.refresh(django.refresh())).toBeDefined();
  });

  it('copies the refresh token’s own claims, as SimpleJWT does', async () => {
    const token = django.refresh({
      name: 'Zoë',
      roles: ['a'],
      aud: 'api',
      iss: 'django',
      hash_password: 'ABC',
    });
    const { access } = await makeStoreless().auth.refresh(token);
    expect(decode(access).claims).toEqual({
      token_type: 'access',
      exp: NOW + 300,
      iat: NOW,
      jti: expect.stringMatching(HEX_ID),
      user_id: '42',
      name: 'Zoë',
      roles: ['a'],
      aud: 'api',
      iss: 'django',
      hash_password: 'ABC',
    });
    expect(decode(access).claims['jti']).not.toBe(JTI);
  });

  it('does not copy a plain jti where the fleet has another name for it', async () => {
    const { auth } = makeStoreless({ names: { jti: 'tid' } });
    const { access } = await auth.refresh(django.refresh({ tid: 't1' }));
    expect(Object.keys(decode(access).claims)).toEqual(['token_type', 'exp', 'iat', 'tid', 'user_id']);
  });

  it('writes an id that came as a number as text', async () => {
    const { access } = await makeStoreless().auth.refresh(django.refresh({ user_id: 42 }));
    expect(decode(access).claims['user_id']).toBe('42');
  });

  it('counts the life of the access token from now', async () => {
    const { auth, clock } = makeSimpleJwt();
    clock.advance(10 * MINUTE);
    const { access, expiresIn } = await auth.refresh(django.refresh());
    expect(expiresIn).toBe(300);
    expect(decode(access).claims).toMatchObject({ iat: NOW + 600, exp: NOW + 900 });
  });

  it('stamps the issuer and the audience that are configured', async () => {
    const { auth } = makeStoreless({ issuer: 'https://fleet.test', audience: 'api' });
    const { access } = await auth.refresh(django.refresh({ iss: 'https://fleet.test', aud: ['api', 'b'] }));
    expect(decode(access).claims).toMatchObject({ iss: 'https://fleet.test', aud: 'api' });
  });

  it('asks resolve about the subject, and takes its claims instead of the token’s', async () => {
    const asked: string[] = [];
    const resolve = (subject: string): SubjectState => {
      asked.push(subject);
      return { active: true, claims: { role: 'new' } };
    };
    const { auth } = makeStoreless({ resolve });
    const { access } = await auth.refresh(
      django.refresh({ user_id: 42, role: 'old', name: 'Zoë', aud: 'api' }),
    );
    expect(asked).toEqual(['42']);
    const { claims } = decode(access);
    expect(claims).toMatchObject({ role: 'new', aud: 'api', user_id: '42' });
    expect(claims).not.toHaveProperty('name');
  });

  it.each<[string, SubjectState, string]>([
    ['no wider than at login', { active: true, scope: 'read admin' }, 'read'],
    ['as at login where resolve is silent', { active: true }, 'read write'],
    ['wider where resolve says so', { active: true, scope: 'read admin', widenScope: true }, 'read admin'],
  ])('gives a scope %s', async (_what, state, scope) => {
    const { auth } = makeSimpleJwt({ resolve: () => state, refresh: { rotate: true } });
    const pair = await auth.refresh(django.refresh({ scope: 'read write' }));
    expect(decode(pair.access).claims['scope']).toBe(scope);
    expect(decode(pair.refresh).claims['scope']).toBe('read write');
  });

  it('of an inactive subject is 401 no_active_account', async () => {
    const { auth } = makeSimpleJwt({ resolve: () => ({ active: false }) });
    expect(await refusalOf(() => auth.refresh(django.refresh()))).toEqual(['no_active_account', 401]);
  });

  it('of a subject of whom resolve says nothing that is an answer is 503', async () => {
    for (const state of [undefined, null, {}, { active: 'yes' }]) {
      const { auth } = makeSimpleJwt({ resolve: () => state as unknown as SubjectState });
      expect(await refusalOf(() => auth.refresh(django.refresh()))).toEqual(['backend_unavailable', 503]);
    }
  });

  it.each<[string, () => never | SubjectState]>([
    [
      'throws',
      () => {
        throw new Error('down');
      },
    ],
    ['names a claim of the shape', () => ({ active: true, claims: { user_id: '1' } })],
    ['names a reserved claim', () => ({ active: true, claims: { exp: 1 } })],
  ])('whose resolve %s is 503, tells the app and uses no token up', async (_what, resolve) => {
    const { auth, store } = makeSimpleJwt({ resolve, refresh: { rotate: true } });
    const events: AuthEvent[] = [];
    auth.events.on('backend.failed', (event) => events.push(event));
    expect(await refusalOf(() => auth.refresh(django.refresh()))).toEqual(['backend_unavailable', 503]);
    expect(store.calls).toEqual([]);
    expect(events).toMatchObject([{ name: 'backend.failed', backend: 'resolve' }]);
  });

  it.each(['throw', 'hang', 'throw-at-once'] as const)(
    'is 503 while the store fails (%s), with rotation and without',
    async (fault) => {
      for (const rotate of [true, false]) {
        const { auth, store } = makeSimpleJwt({ refresh: { rotate }, storeTimeoutMs: 10 });
        store.fail(fault);
        expect(await refusalOf(() => auth.refresh(django.refresh()))).toEqual(['store_unavailable', 503]);
        store.heal();
        expect(await auth.refresh(django.refresh())).toBeDefined();
      }
    },
  );

  it('of an expired token is 401 token_expired, and the store is not asked', async () => {
    const { auth, clock, store } = makeSimpleJwt();
    clock.advance(DAY + 5 * SECOND);
    expect(await refusalOf(() => auth.refresh(django.refresh()))).toEqual(['token_expired', 401]);
    expect(store.calls).toEqual([]);
  });
});

describe('a refresh with rotation', () => {
  const rotating = () => makeSimpleJwt({ refresh: { rotate: true } });

  it('gives a new refresh token of the shape, with the claims of the old', async () => {
    const { auth, clock } = rotating();
    clock.advance(MINUTE);
    const pair = await auth.refresh(django.refresh({ name: 'Zoë' }));
    expect(pair).toMatchObject({ expiresIn: 300, refreshExpiresIn: 86_400 });
    expect(decode(pair.refresh).claims).toEqual({
      token_type: 'refresh',
      exp: NOW + 60 + 86_400,
      iat: NOW + 60,
      jti: expect.stringMatching(HEX_ID),
      user_id: '42',
      name: 'Zoë',
    });
    expect(decode(pair.refresh).claims['jti']).not.toBe(JTI);
    expect(await auth.refresh(String(pair.refresh))).toBeDefined();
  });

  it('uses the presented token up: the second time is 401 token_revoked', async () => {
    const { auth } = rotating();
    await auth.refresh(django.refresh());
    expect(await refusalOf(() => auth.refresh(django.refresh()))).toEqual(['token_revoked', 401]);
  });

  it('asks the store once', async () => {
    const { auth, store } = rotating();
    await auth.refresh(django.refresh());
    expect(store.calls).toEqual(['blacklist']);
  });

  it('leaves the token of an inactive subject unused', async () => {
    let active = false;
    const { auth } = makeSimpleJwt({ refresh: { rotate: true }, resolve: () => ({ active }) });
    expect(await refusalOf(() => auth.refresh(django.refresh()))).toEqual(['no_active_account', 401]);
    active = true;
    expect(await auth.refresh(django.refresh())).toBeDefined();
  });

  it('whose answer was lost in the store is 503, and a retry is refused: there is no grace without a session', async () => {
    const { auth, store } = rotating();
    store.fail('commit-then-throw', 'blacklist', 1);
    expect(await refusalOf(() => auth.refresh(django.refresh()))).toEqual(['store_unavailable', 503]);
    expect(await refusalOf(() => auth.refresh(django.refresh()))).toEqual(['token_revoked', 401]);
  });

  it('keeps two tokens apart that have one id and two subjects', async () => {
    const { auth } = rotating();
    await auth.refresh(django.refresh());
    expect(await auth.refresh(django.refresh({ user_id: '43' }))).toBeDefined();
  });
});

describe('revoke', () => {
  it('ends an access token at once, and that one alone', async () => {
    const { auth } = makeSimpleJwt();
    const other = django.access({ jti: 'other' });
    await auth.revoke(django.access());
    expect(await refusalOf(() => auth.verify(django.access()))).toEqual(['token_revoked', 401]);
    expect(await auth.verify(other)).toMatchObject({ tokenId: 'other' });
  });

  it('ends a refresh token, without rotation too', async () => {
    for (const rotate of [true, false]) {
      const { auth } = makeSimpleJwt({ refresh: { rotate } });
      await auth.revoke(django.refresh());
      expect(await refusalOf(() => auth.refresh(django.refresh()))).toEqual(['token_revoked', 401]);
    }
  });

  it('is idempotent, and takes an expired token without troubling the store', async () => {
    const { auth, clock, store } = makeSimpleJwt();
    await auth.revoke(django.access());
    await auth.revoke(django.access());
    store.calls.length = 0;
    clock.advance(305 * SECOND);
    await auth.revoke(django.access());
    expect(store.calls).toEqual([]);
  });

  it('keeps the entry as long as a token is taken: to exp and the leeway', async () => {
    const { auth, clock, store } = makeSimpleJwt();
    clock.advance(304 * SECOND);
    await auth.revoke(django.access());
    expect(store.calls).toEqual(['blacklist']);
    expect(await refusalOf(() => auth.verify(django.access()))).toEqual(['token_revoked', 401]);
  });

  it.each([
    ['garbage', 'garbage', 'token_not_valid'],
    ['a forgery', hs256(djangoClaims('access'), { secret: new Uint8Array(32) }), 'token_not_valid'],
    ['a sliding token', django.access({ token_type: 'sliding' }), 'token_wrong_type'],
  ])('of %s is refused', async (_what, token, code) => {
    const { auth, store } = makeSimpleJwt();
    expect(await refusalOf(() => auth.revoke(token))).toEqual([code, 401]);
    expect(store.calls).toEqual([]);
  });

  it('without a store is a mistake of the app', async () => {
    await expect(makeStoreless().auth.revoke(django.access())).rejects.toMatchObject({
      code: 'ERR_INVALID_ARG_VALUE',
    });
  });

  it('is 503 while the store fails', async () => {
    const { auth, store } = makeSimpleJwt();
    store.fail('throw');
    expect(await refusalOf(() => auth.revoke(django.access()))).toEqual(['store_unavailable', 503]);
  });
});

describe('an absolute end', () => {
  const ending = (rotate = true) => makeSimpleJwt({ refresh: { rotate }, session: { ttl: '3d' } });

  it('is counted from the login, whatever rotates', async () => {
    const { auth, clock } = ending();
    let { refresh } = await auth.issue({ subject: '42' });
    expect(decode(refresh).claims['auth_time']).toBe(NOW);
    for (let day = 0; day < 2; day++) {
      clock.advance(DAY - MINUTE);
      ({ refresh } = await auth.refresh(String(refresh)));
      expect(decode(refresh).claims['auth_time']).toBe(NOW);
    }
    clock.advance(DAY);
    const last = await auth.refresh(String(refresh));
    expect(last).toMatchObject({ expiresIn: 120, refreshExpiresIn: 120 });
    clock.advance(2 * MINUTE);
    expect(await refusalOf(() => auth.refresh(String(last.refresh)))).toEqual(['session_expired', 401]);
  });

  it('is counted from iat for a token of Django, and goes on in its successors', async () => {
    const { auth, clock } = ending();
    const token = django.refresh({ exp: NOW + 10 * 86_400 });
    clock.advance(DAY);
    expect(decode((await auth.refresh(token)).refresh).claims['auth_time']).toBe(NOW);
    clock.advance(2 * DAY);
    expect(await refusalOf(() => auth.refresh(django.refresh({ exp: NOW + 10 * 86_400, jti: 'b' })))).toEqual(
      ['session_expired', 401],
    );
  });

  it('holds without rotation too', async () => {
    const { auth, clock } = ending(false);
    clock.advance(3 * DAY - 1);
    const token = django.refresh({ exp: NOW + 10 * 86_400 });
    expect(decode((await auth.refresh(token)).access).claims).toMatchObject({ exp: NOW + 3 * 86_400 });
    clock.advance(1);
    expect(await refusalOf(() => auth.refresh(token))).toEqual(['session_expired', 401]);
  });

  it.each([['text'], [1.5], [-1], [true]])('refuses the auth_time %j', async (authTime) => {
    const { auth } = ending();
    expect(await refusalOf(() => auth.refresh(django.refresh({ auth_time: authTime })))).toEqual([
      'token_not_valid',
      401,
    ]);
  });

  it('is not there unless configured, and auth_time is then a claim like others', async () => {
    const { auth } = makeSimpleJwt();
    const { access } = await auth.refresh(django.refresh({ auth_time: 'text' }));
    expect(decode(access).claims['auth_time']).toBe('text');
    expect(decode((await auth.issue({ subject: '42' })).access).claims).not.toHaveProperty('auth_time');
  });
});

describe('a backend that is silent', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it.each<[string, TestOptions, string]>([
    ['the store', { storeTimeoutMs: 50 }, 'store_unavailable'],
    ['a hook', { hookTimeoutMs: 50, resolve: () => new Promise<never>(() => {}) }, 'backend_unavailable'],
  ])('%s, is waited for as long as configured', async (_what, options, code) => {
    const { auth, store } = makeSimpleJwt(options);
    store.fail('hang');
    let refusal: unknown;
    const asked = refusalOf(() => auth.refresh(django.refresh())).then((found) => {
      refusal = found;
    });
    await vi.advanceTimersByTimeAsync(49);
    expect(refusal).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    await asked;
    expect(refusal).toEqual([code, 503]);
  });
});
