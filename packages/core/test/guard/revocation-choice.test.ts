import type { GuardOptions } from '@tokenpair/core';
import { memoryStore } from '@tokenpair/core/memory';
import { createVerifier, type StoreRevocation } from '@tokenpair/core/verifier';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeAuth } from '../support/auth.ts';
import { spyStore } from '../support/spy-store.ts';
import { SECRET } from '../support/tokens.ts';
import { codeOf, request, short, start } from './support.ts';

/** A spied store with a feed. */
function feedStore() {
  const memory = memoryStore();
  const { watch } = memory;
  if (watch === undefined) throw new Error('the memory store has a feed');
  return Object.assign(spyStore(memory), { watch: watch.bind(memory) });
}

describe('the revocation of a route', () => {
  it.each<[GuardOptions, string, number]>([
    [{}, 'token_revoked', 1],
    [{ revocation: 'session' }, 'token_revoked', 1],
    [{ revocation: 'none' }, '1', 0],
  ])('%j where the app asks the store: %s', async (options, expected, calls) => {
    const test = await start();
    await test.auth.logout(test.refresh);
    test.store.calls.length = 0;
    expect(await codeOf(test.auth, request(test.access), options)).toBe(expected);
    expect(test.store.calls).toHaveLength(calls);
  });

  it('may be stricter than that of an app which asks nothing', async () => {
    const test = await start({ revocation: 'none' });
    await test.auth.logout(test.refresh);
    expect(await codeOf(test.auth, request(test.access))).toBe('1');
    expect(await codeOf(test.auth, request(test.access), { revocation: 'session' })).toBe('token_revoked');
  });

  it('may be each of the three where there is a feed', async () => {
    const store = feedStore();
    const test = await start({ store, revocation: 'feed' });
    onTestFinished(() => test.auth.close());
    await test.auth.ready();
    store.calls.length = 0;
    const ask = (options: GuardOptions) => codeOf(test.auth, request(test.access), options);
    expect([await ask({}), await ask({ revocation: 'feed' }), await ask({ revocation: 'none' })]).toEqual([
      '1',
      '1',
      '1',
    ]);
    expect(store.calls).toEqual([]);
    expect(await ask({ revocation: 'session' })).toBe('1');
    expect(store.calls).toEqual(['isLive']);
    await test.auth.logout(test.refresh);
    expect(await ask({ revocation: 'feed' })).toBe('token_revoked');
    expect(await ask({ revocation: 'session' })).toBe('token_revoked');
    expect(await ask({ revocation: 'none' })).toBe('1');
  });

  it.each(['session', 'none'] as const)("cannot be 'feed' where the app says %s", (revocation) => {
    const { auth } = makeAuth({ store: feedStore(), revocation });
    expect(() => auth.guard({ revocation: 'feed' })).toThrow(/guard\.revocation/);
  });
});

describe('the revocation of a route of a verifier', () => {
  const issuer = {
    issuer: 'https://issuer.test',
    audience: 'https://api.test',
    keys: { alg: 'HS256', secret: SECRET, kid: 'k1' },
  } as const;

  async function verifying(by?: StoreRevocation['by']) {
    const store = feedStore();
    const test = await start({ store });
    const revocation = by && { store, by };
    const verifier = createVerifier({
      issuers: [issuer],
      clock: test.clock,
      ...(revocation && { revocation }),
    });
    onTestFinished(() => verifier.close());
    await test.auth.logout(test.refresh);
    const ask = async (options: GuardOptions) => {
      store.calls.length = 0;
      return [short(await verifier.guard(options)(request(test.access))), store.calls.length];
    };
    return { verifier, ask };
  }

  it('is none where there is no store', async () => {
    const { verifier, ask } = await verifying();
    expect(await ask({})).toEqual(['1', 0]);
    expect(await ask({ revocation: 'none' })).toEqual(['1', 0]);
    for (const revocation of ['session', 'feed'] as const)
      expect(() => verifier.guard({ revocation })).toThrow(/guard\.revocation/);
  });

  it.each([null, 'session', { store: memoryStore(), by: 'none' }])(
    'refuses %j, as an option',
    (revocation) => {
      expect(() => createVerifier({ issuers: [issuer], revocation } as never)).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^ERR_INVALID_ARG_/) }),
      );
    },
  );

  it('is session or none where the store is asked', async () => {
    const { verifier, ask } = await verifying('session');
    expect(await ask({})).toEqual(['token_revoked', 1]);
    expect(await ask({ revocation: 'none' })).toEqual(['1', 0]);
    expect(() => verifier.guard({ revocation: 'feed' })).toThrow(/guard\.revocation/);
  });

  it('is any of the three where there is a feed', async () => {
    const { ask } = await verifying('feed');
    await ask({}); // the first one subscribes
    expect(await ask({})).toEqual(['token_revoked', 0]);
    expect(await ask({ revocation: 'feed' })).toEqual(['token_revoked', 0]);
    expect(await ask({ revocation: 'session' })).toEqual(['token_revoked', 1]);
    expect(await ask({ revocation: 'none' })).toEqual(['1', 0]);
  });

  it('leaves the other options as an auth has them', async () => {
    const test = await start({
      resolve: () => ({ active: true, claims: { 'https://app.test/roles': ['admin'] } }),
    });
    const guards = { rolesClaim: 'https://app.test/roles', transport: { header: 'X-Auth-Token' } } as const;
    const verifier = createVerifier({ issuers: [issuer], clock: test.clock, guards });
    const ask = async (options: GuardOptions, lines = [['X-Auth-Token', test.access] as const]) =>
      short(await verifier.guard(options)(request(lines, { url: `/?t=${test.access}` })));
    expect(await ask({ roles: ['admin'], freshWithin: '1m', when: () => true })).toBe('1');
    expect(await ask({ roles: ['owner'] })).toBe('permission_denied');
    expect(await ask({ when: () => false })).toBe('permission_denied');
    expect(await ask({ transport: 'bearer' })).toBe('token_missing');
    expect(await ask({ transport: { query: 't' } }, [])).toBe('1');
    expect(() => verifier.guard({ transport: 'cookie' })).toThrow(/guard\.transport/);
    expect(() => createVerifier({ issuers: [issuer], guards: { transport: 'cookie' } })).toThrow(
      /options\.guards\.transport/,
    );
  });
});
