// What a review found: each of these was wrong once.
import type { JsonObject, StandardSchema } from '@tokenpair/core';
import { describe, expect, it } from 'vitest';
import { logIn, makeAuth } from '../support/auth.ts';
import { MINUTE } from '../support/clock.ts';
import { refusalOf } from '../support/outcome.ts';
import { requestOf } from '../support/requests.ts';
import { spyStore } from '../support/spy-store.ts';

/** A schema that does as it is told. */
function switchable() {
  let judge: (own: unknown) => object = (own) => ({ value: own });
  const schema = {
    '~standard': { version: 1, vendor: 'test', validate: (own: unknown) => judge(own) },
  } as StandardSchema<JsonObject>;
  return {
    schema,
    set(next: (own: unknown) => object) {
      judge = next;
    },
  };
}

describe('a schema that fails moves no generation (I5)', () => {
  it.each([
    ['with claims from resolve', true],
    ['with claims from the login', false],
  ])('%s', async (_from, byResolve) => {
    const { schema, set } = switchable();
    const test = makeAuth({ claims: schema });
    const user = test.users.get('1');
    if (byResolve && user) user.claims = { tenant: 'a' };
    const { refresh, ref } = await logIn(test);
    set(() => ({ issues: [{}] }));
    expect(await refusalOf(() => test.auth.refresh(refresh))).toEqual(['backend_unavailable', 503]);
    expect(await test.store.find(ref, test.clock())).toMatchObject({ generation: 0 });
    set((own) => ({ value: own }));
    test.clock.advance(5 * MINUTE);
    await expect(test.auth.refresh(refresh)).resolves.toBeDefined();
  });

  it('nor do claims that are too long', async () => {
    const test = makeAuth();
    const { refresh, ref } = await logIn(test);
    const user = test.users.get('1');
    if (user) user.claims = { note: 'x'.repeat(9_000) };
    expect(await refusalOf(() => test.auth.refresh(refresh))).toEqual(['backend_unavailable', 503]);
    expect(await test.store.find(ref, test.clock())).toMatchObject({ generation: 0 });
  });
});

describe('a refresh that asked for the old epoch before a password change', () => {
  it('does not end the session that the change kept', async () => {
    const store = spyStore();
    const test = makeAuth({ store });
    const { refresh, ref } = await logIn(test);
    const advance = store.advance.bind(store);
    let isFirst = true;
    store.advance = async (...call) => {
      if (!isFirst) return advance(...call);
      isFirst = false;
      const user = test.users.get('1');
      if (user) user.epoch = 'e1';
      await test.auth.sessions.reauthenticate(ref, { epoch: 'e1' });
      return advance(...call);
    };
    await expect(test.auth.refresh(refresh)).resolves.toMatchObject({ session: { epoch: 'e1' } });
    expect(await store.find(ref, test.clock())).not.toHaveProperty('revokedAt');
  });
});

describe('reauthenticate', () => {
  it('gives no session in the place of one that a password reset ended, unless it brings the epoch', async () => {
    const test = makeAuth();
    const { ref } = await logIn(test);
    await test.auth.sessions.revokeAll('1', { reason: 'password_changed' });
    await expect(test.auth.sessions.reauthenticate(ref)).rejects.toThrow(TypeError);
    expect(await refusalOf(() => test.auth.sessions.reauthenticate(ref, { epoch: 'stale' }))).toEqual([
      'no_active_account',
      401,
    ]);
    expect(await test.auth.sessions.list('1')).toEqual([]);
  });
});

describe('a revocation by token', () => {
  it('does not depend on what the app thinks of the claims', async () => {
    let isGood = true;
    const test = makeAuth({ validateClaims: () => isGood, authenticateClient: () => true });
    const { access } = await logIn(test);
    isGood = false;
    const headers = [['content-type', 'application/x-www-form-urlencoded']] as const;
    const answer = await test.auth.handle(requestOf('POST', '/revoke', { headers, body: `token=${access}` }));
    expect(answer?.status).toBe(200);
    isGood = true;
    const outcome = await test.auth.guard()(
      requestOf('GET', '/', { headers: [['authorization', `Bearer ${access}`]] }),
    );
    expect(outcome.passed ? 'passed' : outcome.error.code).toBe('token_revoked');
  });
});

describe('introspection', () => {
  it('says what was signed, and its own words last', async () => {
    const schema = {
      '~standard': { version: 1, vendor: 'test', validate: () => ({ value: { big: 1n } }) },
    } as StandardSchema<object>;
    const test = makeAuth({ claims: schema as never, authenticateClient: () => true });
    const user = test.users.get('1');
    if (user) user.claims = { active: 'maybe', token_type: 'refresh_token' };
    const { access } = await logIn(test);
    const headers = [['content-type', 'application/x-www-form-urlencoded']] as const;
    const answer = await test.auth.handle(
      requestOf('POST', '/introspect', { headers, body: `token=${access}` }),
    );
    expect(JSON.parse(answer?.body ?? '')).toMatchObject({ active: true, token_type: 'Bearer', sub: '1' });
  });
});

describe('a listener that rejects', () => {
  it('is dropped like one that throws', async () => {
    const test = makeAuth();
    test.auth.events.on('*', async () => {
      throw new Error('the log is full');
    });
    await expect(logIn(test)).resolves.toBeDefined();
    await new Promise((resolve) => setImmediate(resolve));
  });
});

describe('a header', () => {
  const long = 15_500;
  it.each([
    ['a cookie of blanks', [['Cookie', `a${' '.repeat(long)}b`]], ''],
    ['a cookie of tabs', [['Cookie', `a${'\t'.repeat(long)}b`]], ''],
    ['a charset of blanks', [['Content-Type', `application/json;charset=${' '.repeat(long)}"x`]], '{}'],
    ['a type of semicolons', [['Content-Type', `application/json${';'.repeat(long)}`]], '{}'],
    ['an Authorization of blanks', [['Authorization', `Bearer ${' '.repeat(long)}x`]], ''],
  ] as const)('costs no time: %s (I8)', async (_what, headers, body) => {
    const { auth } = makeAuth({ transport: 'cookie', cookie: { path: '/' } });
    const guard = auth.guard();
    const shown = [...headers, ['Sec-Fetch-Site', 'same-origin'] as const];
    let best = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 3; round++) {
      const start = performance.now();
      await guard(requestOf('GET', '/', { headers: shown }));
      await auth.handle(requestOf('POST', '/refresh', { headers: shown, body }));
      best = Math.min(best, performance.now() - start);
    }
    expect(best).toBeLessThan(10);
  });
});
