import type { JsonObject } from '@tokenpair/core';
import { memoryStore } from '@tokenpair/core/memory';
import type { Revocation, RevocationListener } from '@tokenpair/core/store';
import { createVerifier, type IssuerOptions } from '@tokenpair/core/verifier';
import { describe, expect, it, vi } from 'vitest';
import { createClock, T0 } from '../support/clock.ts';
import { failureOf, refusalOf } from '../support/outcome.ts';
import { spyStore } from '../support/spy-store.ts';
import { craft, SECRET } from '../support/tokens.ts';
import { bearer, short, without } from './support.ts';

const NOW = T0 / 1000;
const ISSUER: IssuerOptions = {
  issuer: 'https://issuer.test',
  audience: 'https://api.test',
  keys: { alg: 'HS256', secret: SECRET, kid: 'k1' },
};
const CLAIMS: JsonObject = {
  iss: 'https://issuer.test',
  aud: 'https://api.test',
  sub: '1',
  sid: 's1',
  jti: 'j1',
  iat: NOW,
  exp: NOW + 300,
};

function tokenOf(claims: JsonObject): string {
  return craft({ alg: 'HS256', typ: 'at+jwt', kid: 'k1' }, claims);
}

async function setUp() {
  const store = spyStore(memoryStore());
  await store.create(
    {
      id: 's1',
      subject: '1',
      createdAt: T0,
      authTime: T0,
      endsAt: T0 + 60_000,
      generation: 0,
      rotatedAt: T0,
      rotatedBy: 'r',
      expiresAt: T0 + 60_000,
      lastUsedAt: T0,
    },
    { now: T0 },
  );
  store.calls.length = 0;
  const clock = createClock();
  const verifier = createVerifier({ issuers: [ISSUER], revocation: { store, timeoutMs: 50 }, clock });
  return { store, clock, verifier };
}

describe('revocation by the store', () => {
  it('takes a token of a live session, asking isLive once and nothing else', async () => {
    const { store, verifier } = await setUp();
    await expect(verifier.verify(tokenOf(CLAIMS))).resolves.toMatchObject({ session: 's1' });
    expect(store.calls).toEqual(['isLive']);
  });

  it('asks with session, token and the time of the clock', async () => {
    const isLive = vi.fn(async () => true);
    const verifier = createVerifier({
      issuers: [ISSUER],
      revocation: { store: { isLive } },
      clock: createClock(),
    });
    await verifier.verify(tokenOf(CLAIMS));
    const session = { id: 's1', subject: '1' };
    const token = { id: 'j1', subject: '1', expiresAt: expect.any(Number) };
    expect(isLive).toHaveBeenCalledExactlyOnceWith({ session, token }, T0);
    await verifier.verify(tokenOf(without(CLAIMS, 'jti')));
    expect(isLive).toHaveBeenLastCalledWith({ session }, T0);
  });

  it('refuses a session that is revoked, unknown, past its end, or of another subject', async () => {
    const { store, clock, verifier } = await setUp();
    const revoked = ['token_revoked', 401];
    expect(await refusalOf(() => verifier.verify(tokenOf({ ...CLAIMS, sid: 's2' })))).toEqual(revoked);
    expect(await refusalOf(() => verifier.verify(tokenOf({ ...CLAIMS, sub: '2' })))).toEqual(revoked);
    clock.now = T0 + 60_000;
    expect(await refusalOf(() => verifier.verify(tokenOf(CLAIMS)))).toEqual(revoked);
    clock.now = T0;
    await store.revoke({ id: 's1', subject: '1' }, { at: T0, reason: 'logout' });
    expect(await refusalOf(() => verifier.verify(tokenOf(CLAIMS)))).toEqual(revoked);
  });

  it('refuses a token that is blacklisted by its id', async () => {
    const { store, verifier } = await setUp();
    await store.blacklist({ id: 'j1', subject: '1', expiresAt: T0 + 300_000 }, T0);
    expect(await refusalOf(() => verifier.verify(tokenOf(CLAIMS)))).toEqual(['token_revoked', 401]);
    await expect(verifier.verify(tokenOf({ ...CLAIMS, jti: 'j2' }))).resolves.toBeDefined();
  });

  it('refuses a token that names no session, without asking', async () => {
    const { store } = await setUp();
    const issuers = [{ ...ISSUER, requiredClaims: ['exp', 'iat'] }];
    const verifier = createVerifier({ issuers, revocation: { store }, clock: createClock() });
    for (const name of ['sid', 'sub'])
      expect(await refusalOf(() => verifier.verify(tokenOf(without(CLAIMS, name))))).toEqual([
        'token_not_valid',
        401,
      ]);
    expect(store.calls).toEqual([]);
  });

  it('does not ask for a token that is refused anyhow', async () => {
    const { store, verifier } = await setUp();
    for (const claims of [{ aud: 'x' }, { exp: NOW - 9, iat: NOW - 60 }])
      await refusalOf(() => verifier.verify(tokenOf({ ...CLAIMS, ...claims })));
    expect(store.calls).toEqual([]);
  });

  it.each(['throw', 'throw-at-once', 'hang'] as const)('is 503 when the store fails: %s', async (fault) => {
    const { store, verifier } = await setUp();
    store.fail(fault);
    const failure = await failureOf(() => verifier.verify(tokenOf(CLAIMS)));
    expect([failure.code, failure.status]).toEqual(['store_unavailable', 503]);
    const guard = verifier.guard({ optional: true, onInvalid: 'anonymous' });
    expect(short(await guard(bearer(tokenOf(CLAIMS))))).toEqual(['store_unavailable', 503]);
    store.heal();
    await expect(verifier.verify(tokenOf(CLAIMS))).resolves.toBeDefined();
  });

  it.each([undefined, null, 1, 'yes', {}])('takes nothing but true for alive: %j', async (answer) => {
    const isLive = async () => answer as unknown as boolean;
    const verifier = createVerifier({
      issuers: [ISSUER],
      revocation: { store: { isLive } },
      clock: createClock(),
    });
    await expect(verifier.verify(tokenOf(CLAIMS))).rejects.toMatchObject({ status: expect.any(Number) });
  });
});

describe('revocation by the feed of the store', () => {
  async function byFeed() {
    const { store, clock } = await setUp();
    const closed = vi.fn(async () => undefined);
    let tell: RevocationListener = () => undefined;
    const watch = async (listener: RevocationListener) => {
      tell = listener;
      return { close: closed };
    };
    const verifier = createVerifier({
      issuers: [ISSUER],
      revocation: { store: { isLive: store.isLive, watch }, by: 'feed', timeoutMs: 50 },
      clock,
    });
    await verifier.verify(tokenOf(CLAIMS)); // subscribes
    const hear = (...revoked: Revocation[]) => tell(revoked, performance.now());
    hear();
    store.calls.length = 0;
    return { store, verifier, hear, closed };
  }
  const gone = (name: Partial<Revocation>): Revocation => ({
    ...name,
    at: T0,
    until: T0 + 600_000,
    reason: 'logout',
  });

  it('asks nobody while the feed can tell, and refuses the session and the token that it names', async () => {
    const { store, verifier, hear } = await byFeed();
    const other = tokenOf({ ...CLAIMS, jti: 'j2' });
    await expect(verifier.verify(tokenOf(CLAIMS))).resolves.toMatchObject({ session: 's1' });
    hear(gone({ token: 'j1' }));
    expect(await refusalOf(() => verifier.verify(tokenOf(CLAIMS)))).toEqual(['token_revoked', 401]);
    await expect(verifier.verify(other)).resolves.toMatchObject({ session: 's1' });
    hear(gone({ session: 's1' }));
    expect(await refusalOf(() => verifier.verify(other))).toEqual(['token_revoked', 401]);
    expect(store.calls).toEqual([]);
  });

  it('refuses a token that names no session, as asking does', async () => {
    const { verifier } = await byFeed();
    expect(await refusalOf(() => verifier.verify(tokenOf(without(CLAIMS, 'sid'))))).toEqual([
      'token_not_valid',
      401,
    ]);
  });

  it('asks the store once it is closed', async () => {
    const { store, verifier, closed } = await byFeed();
    await verifier.close();
    expect(closed).toHaveBeenCalledOnce();
    await verifier.verify(tokenOf(CLAIMS));
    expect(store.calls).toEqual(['isLive']);
  });

  it('is refused for a store that has none, and for several issuers', () => {
    const { isLive, watch } = memoryStore();
    expect(() =>
      createVerifier({ issuers: [ISSUER], revocation: { store: { isLive }, by: 'feed' } }),
    ).toThrow("options.revocation.by 'feed' cannot be had: the store has no feed (watch)");
    const issuers = [ISSUER, { ...ISSUER, issuer: 'https://other.test' }];
    const store = { isLive, ...(watch && { watch }) };
    expect(() => createVerifier({ issuers, revocation: { store, by: 'feed' } })).toThrow('several issuers');
  });

  it('may be that of the one issuer that has no other', async () => {
    const { isLive, watch } = memoryStore();
    const own = { ...ISSUER, issuer: 'https://other.test', revocation: { store: { isLive } } };
    const revocation = { store: { isLive, ...(watch && { watch }) }, by: 'feed' } as const;
    await createVerifier({ issuers: [ISSUER, own], revocation }).close();
  });

  it('closes where there is no feed', async () => {
    await createVerifier({ issuers: [ISSUER] }).close();
    await (await setUp()).verifier.close();
  });
});

describe('issuers with a revocation of their own', () => {
  const OTHER = 'https://other.test';
  const ofOther = tokenOf({ ...CLAIMS, iss: OTHER });

  /** Sessions under the same id in a store each. */
  async function twoStores() {
    const a = (await setUp()).store;
    const b = (await setUp()).store;
    return { a, b, clock: createClock() };
  }

  it('are asked about in their own store, and win over that of the verifier', async () => {
    const { a, b, clock } = await twoStores();
    const issuers = [ISSUER, { ...ISSUER, issuer: OTHER, revocation: { store: b } }];
    const verifier = createVerifier({ issuers, revocation: { store: a }, clock });
    await b.revoke({ id: 's1', subject: '1' }, { at: T0, reason: 'logout' });
    await expect(verifier.verify(tokenOf(CLAIMS))).resolves.toMatchObject({ session: 's1' });
    expect(await refusalOf(() => verifier.verify(ofOther))).toEqual(['token_revoked', 401]);
    expect(a.calls).toEqual(['isLive']);
    expect(b.calls).toEqual(['revoke', 'isLive']);
  });

  it('leave those alone that have none', async () => {
    const { b, clock } = await twoStores();
    const issuers = [ISSUER, { ...ISSUER, issuer: OTHER, revocation: { store: b } }];
    const verifier = createVerifier({ issuers, clock });
    expect(short(await verifier.guard()(bearer(tokenOf({ ...CLAIMS, sid: 'nobody' }))))).toBe('1');
    expect(short(await verifier.guard()(bearer(tokenOf({ ...CLAIMS, iss: OTHER, sid: 'nobody' }))))).toEqual([
      'token_revoked',
      401,
    ]);
    expect(short(await verifier.guard({ revocation: 'none' })(bearer(ofOther)))).toBe('1');
  });

  it('hear each of their own sessions alone, and a failing feed is that of one issuer alone', async () => {
    const { a, b, clock } = await twoStores();
    const tell = new Map<object, RevocationListener>();
    const closed: object[] = [];
    const feedOf = (store: typeof a) => ({
      store: {
        isLive: store.isLive,
        watch: async (listener: RevocationListener) => {
          tell.set(store, listener);
          return { close: async () => void closed.push(store) };
        },
      },
      by: 'feed' as const,
      timeoutMs: 50,
    });
    const verifier = createVerifier({
      issuers: [
        { ...ISSUER, revocation: feedOf(a) },
        { ...ISSUER, issuer: OTHER, revocation: feedOf(b) },
      ],
      clock,
    });
    const guard = verifier.guard();
    for (const token of [tokenOf(CLAIMS), ofOther]) expect(short(await guard(bearer(token)))).toBe('1');
    const gone: Revocation = { session: 's1', at: T0, until: T0 + 600_000, reason: 'logout' };
    tell.get(a)?.([gone], performance.now());
    b.fail('throw');
    expect(short(await guard(bearer(tokenOf(CLAIMS))))).toEqual(['token_revoked', 401]);
    expect(short(await guard(bearer(ofOther)))).toEqual(['store_unavailable', 503]);
    tell.get(b)?.([], performance.now());
    expect(short(await guard(bearer(ofOther)))).toBe('1');
    expect(short(await verifier.guard({ revocation: 'session' })(bearer(ofOther)))).toEqual([
      'store_unavailable',
      503,
    ]);
    await verifier.close();
    expect(closed).toEqual([a, b]);
  });

  it('may not share an introspection endpoint through the verifier', () => {
    const introspection = { url: 'https://issuer.test/introspect', client: { id: 'a', secret: 'b' } };
    const issuers = [ISSUER, { ...ISSUER, issuer: OTHER }];
    expect(() => createVerifier({ issuers, revocation: { introspection } })).toThrow('give each its own');
    createVerifier({ issuers: issuers.map((each) => ({ ...each, revocation: { introspection } })) });
  });
});
