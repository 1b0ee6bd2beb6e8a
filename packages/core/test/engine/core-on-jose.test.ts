import { createHmac, hkdfSync } from 'node:crypto';
import { jwtVerify } from 'jose';
import { describe, expect, it, vi } from 'vitest';
import { AUDIENCE, ISSUER, logIn, makeAuth, PASSWORD, type TestAuth } from '../support/auth.ts';
import { MINUTE, SECOND } from '../support/clock.ts';
import { ALL_ALGORITHMS, jwkOf, keyFor, longSecret, pairFor } from '../support/keys.ts';
import { refusalOf } from '../support/outcome.ts';
import { jsonRequest, plain, requestOf } from '../support/requests.ts';
import { craftFrom, decode, encode, SECRET } from '../support/tokens.ts';

// Every module of core meets the other engine in this file.
vi.mock('#engine', () => import('../../src/engine/jose.ts'));

function bearer(token: string) {
  return { method: 'GET', rawHeaders: ['Authorization', `Bearer ${token}`] };
}

/** A key as the jose engine takes it: no KeyObject. */
function portableKey(alg: (typeof ALL_ALGORITHMS)[number], name = 'a') {
  return alg.startsWith('HS')
    ? keyFor(alg, name)
    : { alg: alg as 'ES256', privateKey: jwkOf(pairFor(alg, name).privateKey) };
}

/** The claims a guard passes, or the refusal it answers. */
async function guarded({ auth }: TestAuth, token: string) {
  const outcome = await auth.guard()(bearer(token));
  return outcome.passed ? outcome.auth?.claims : [outcome.error.code, outcome.error.status];
}

it('is on the jose engine: keys are imported later', async () => {
  const { auth } = makeAuth();
  expect(auth.keys.access.list()).toEqual([]);
  await auth.ready();
  expect(auth.keys.access.list()).toEqual([{ kid: 'k1', alg: 'HS256' }]);
  expect(auth.keys.access.publish(portableKey('ES256'))).toBeInstanceOf(Promise);
});

describe.each(ALL_ALGORITHMS)('%s', (alg) => {
  it('goes round: login, guard, refresh, guard', async () => {
    const made = makeAuth({ keys: portableKey(alg) });
    const pair = await logIn(made);
    expect(await guarded(made, pair.access)).toMatchObject({ sub: '1', sid: pair.ref.id });
    const next = await made.auth.refresh(pair.refresh);
    expect(await guarded(made, next.access)).toMatchObject({ sub: '1', sid: pair.ref.id });
    expect(decode(next.refresh).claims).toMatchObject({ gen: 1 });
  });

  it('goes round in sliding mode: login, guard, renewal, guard, logout', async () => {
    const made = makeAuth({ keys: portableKey(alg), mode: 'sliding' });
    const { access: token, ref } = await logIn(made);
    expect(await guarded(made, token)).toMatchObject({ sub: '1', sid: ref.id, gen: 0 });
    const { access: next } = await made.auth.refresh(token);
    expect(await guarded(made, next)).toMatchObject({ sub: '1', sid: ref.id, gen: 1 });
    await made.auth.logout(next);
    expect(await guarded(made, token)).toEqual(['token_revoked', 401]);
  });

  it('refuses one changed bit of the signature, and the same token under another key', async () => {
    const made = makeAuth({ keys: portableKey(alg) });
    const { access } = await logIn(made);
    const [header, payload, signature = ''] = access.split('.');
    const bytes = Buffer.from(signature, 'base64url');
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    expect(await guarded(made, `${header}.${payload}.${encode(bytes)}`)).toEqual(['token_not_valid', 401]);
    const stranger = makeAuth({ keys: portableKey(alg, 'b'), clock: made.clock });
    expect(await guarded(stranger, access)).toEqual(['token_not_valid', 401]);
  });
});

it.each(ALL_ALGORITHMS.filter((alg) => !alg.startsWith('HS')))(
  '%s issues what jose verifies with the published key',
  async (alg) => {
    const made = makeAuth({ keys: portableKey(alg) });
    const { access } = await logIn(made);
    const [key] = made.auth.jwks().keys;
    expect(key).not.toHaveProperty('d');
    const currentDate = new Date(made.clock());
    const { payload } = await jwtVerify(access, { ...key } as never, {
      issuer: ISSUER,
      audience: AUDIENCE,
      currentDate,
    });
    expect(payload.sub).toBe('1');
  },
);

describe('verification', () => {
  it.each<[string, (token: string) => string]>([
    ['text that is no token', () => 'x'],
    ['a header that no key of ours produces', (token) => token.replace(/^[^.]+/, encode('{"alg":"none"}'))],
    ['padding', (token) => `${token}=`],
    ['no signature', (token) => token.replace(/[^.]+$/, '')],
    ['a signature cut short', (token) => token.slice(0, -4)],
    ['a payload that is not UTF-8', (token) => resigned(token, Uint8Array.of(0x7b, 0xff, 0x7d))],
    ['a payload behind a byte order mark', (token) => resigned(token, `\ufeff${claimsText(token)}`)],
    ['a member twice', (token) => resigned(token, claimsText(token).replace('{', '{"sub":"2",'))],
    ['another issuer', (token) => resigned(token, { ...decode(token).claims, iss: 'https://other.test' })],
  ])('refuses %s', async (_title, change) => {
    const made = makeAuth();
    const { access } = await logIn(made);
    expect(await guarded(made, resigned(access, claimsText(access)))).toMatchObject({ sub: '1' });
    expect(await guarded(made, change(access))).toEqual(['token_not_valid', 401]);
  });

  it('refuses an expired token, a refresh token, and a token whose session ended', async () => {
    const made = makeAuth();
    const { access, refresh } = await logIn(made);
    expect(await guarded(made, refresh)).toEqual(['token_wrong_type', 401]);
    made.clock.advance(5 * MINUTE + 5 * SECOND);
    expect(await guarded(made, access)).toEqual(['token_expired', 401]);
    const next = await made.auth.refresh(refresh);
    await made.auth.logout(refresh);
    expect(await guarded(made, next.access)).toEqual(['token_revoked', 401]);
  });

  /** A token of the same key that says something else. */
  function resigned(token: string, payload: unknown): string {
    return craftFrom(token.slice(0, token.indexOf('.')), payload);
  }

  function claimsText(token: string): string {
    return JSON.stringify(decode(token).claims);
  }
});

describe('rotation', () => {
  it('gives any number of concurrent uses one successor (I2), and ends the session at a reuse', async () => {
    const made = makeAuth();
    const { refresh } = await logIn(made);
    const pairs = await Promise.all(Array.from({ length: 5 }, () => made.auth.refresh(refresh)));
    expect(new Set(pairs.map((pair) => pair.refresh)).size).toBe(1);
    const [{ refresh: successor = '' } = {}] = pairs;
    await made.auth.refresh(successor);
    expect(await refusalOf(() => made.auth.refresh(refresh))).toEqual(['refresh_token_reused', 401]);
    expect(await refusalOf(() => made.auth.refresh(successor))).toEqual(['token_revoked', 401]);
  });
});

describe('keys at run time', () => {
  it('are published, signed with and retired', async () => {
    const made = makeAuth({ keys: portableKey('ES256') });
    const { access: keys } = made.auth.keys;
    const before = await logIn(made);
    const kid = await keys.publish(portableKey('EdDSA'));
    expect(made.auth.jwks().keys).toHaveLength(2);
    keys.signWith(kid);
    const after = await logIn(made, '2');
    expect(decode(after.access).header).toMatchObject({ alg: 'EdDSA', kid });
    expect(await guarded(made, before.access)).toMatchObject({ sub: '1' });
    keys.retire(keys.list()[1]?.kid ?? '');
    expect(await guarded(made, before.access)).toEqual(['token_not_valid', 401]);
    expect(await guarded(made, after.access)).toMatchObject({ sub: '2' });
  });

  it('are refused as at construction', async () => {
    const { auth } = makeAuth();
    await auth.ready();
    const publishing = auth.keys.access.publish({ alg: 'HS256', secret: new Uint8Array(31) });
    await expect(publishing).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' });
    await expect(auth.keys.access.publish({ alg: 'HS256', secret: SECRET })).rejects.toBeInstanceOf(
      TypeError,
    );
    expect(auth.keys.access.list()).toEqual([{ kid: 'k1', alg: 'HS256' }]);
  });
});

describe('cookie transport', () => {
  const COOKIE = { transport: 'cookie', cookie: { path: '/api/token' } } as const;
  const ORIGIN = ['Sec-Fetch-Site', 'same-origin'] as const;

  async function logInByCookie(made: TestAuth) {
    const answer = await made.auth.handle(jsonRequest('/', { username: '1', password: PASSWORD }, [ORIGIN]));
    const cookies = (answer?.headers ?? [])
      .filter(([name]) => name === 'set-cookie')
      .map(([, value]) => value.split(';', 1)[0] ?? '');
    return { status: answer?.status, cookies, refresh: (held: string[]) => refreshWith(made, held) };
  }

  function refreshWith({ auth }: TestAuth, cookies: string[]) {
    return auth.handle(
      requestOf('POST', '/refresh', { headers: [['Cookie', cookies.join('; ')], ORIGIN], parsed: undefined }),
    );
  }

  it.each([
    ['the keys', SECRET, {}],
    ['csrf.secret', longSecret(), { csrf: { secret: longSecret() } }],
  ])('makes the csrf cookie from %s, as the other engine would', async (_title, secret, options) => {
    const made = makeAuth({ ...COOKIE, ...options });
    const { status, cookies, refresh } = await logInByCookie(made);
    expect(status).toBe(200);
    const [session] = await made.auth.sessions.list('1');
    const key = Buffer.from(hkdfSync('sha256', secret, '', 'tokenpair csrf cookie', 32));
    const mac = createHmac('sha256', key)
      .update(session?.id ?? '')
      .digest('base64url');
    expect(cookies).toContain(`__Host-csrf=${mac}`);
    expect((await refresh(cookies))?.status).toBe(200);
    const tossed = cookies.map((each) => (each.startsWith('__Host-csrf') ? `${each}x` : each));
    expect((await refresh(tossed))?.status).toBe(403);
  });

  it('refuses asymmetric keys without csrf.secret, from ready()', async () => {
    const { auth } = makeAuth({ ...COOKIE, keys: portableKey('ES256') });
    await expect(auth.ready()).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' });
  });
});

describe('the first request of all, before the keys are ready', () => {
  const clients = { authenticateClient: () => true };

  /** A service that starts while tokens of an earlier run are about. */
  async function restarted() {
    const before = makeAuth(clients);
    const pair = await logIn(before);
    const { clock, store } = before;
    return { pair, before, made: makeAuth({ ...clients, clock, store }) };
  }

  it('is answered by a guard', async () => {
    const { pair, made } = await restarted();
    expect(await guarded(made, pair.access)).toMatchObject({ sub: '1' });
  });

  it('is answered by /refresh', async () => {
    const { pair, made } = await restarted();
    expect((await made.auth.handle(jsonRequest('/refresh', { refresh: pair.refresh })))?.status).toBe(200);
  });

  it('is answered by /verify, for a refresh token too', async () => {
    const { pair, made } = await restarted();
    expect((await made.auth.handle(jsonRequest('/verify', { token: pair.refresh })))?.status).toBe(200);
  });

  it('is answered by /introspect, for a refresh token too', async () => {
    const { pair, made } = await restarted();
    const answer = await made.auth.handle(jsonRequest('/introspect', { token: pair.refresh }));
    expect(plain(answer)?.body).toMatchObject({ active: true });
  });

  it('ends the session by /revoke (I3)', async () => {
    const { pair, before, made } = await restarted();
    expect((await made.auth.handle(jsonRequest('/revoke', { token: pair.refresh })))?.status).toBe(200);
    expect(await refusalOf(() => before.auth.refresh(pair.refresh))).toEqual(['token_revoked', 401]);
  });

  it('finds the keys at /jwks', async () => {
    const { auth } = makeAuth({ keys: portableKey('ES256') });
    const answer = await auth.handle(requestOf('GET', '/jwks'));
    expect(plain(answer)?.body.keys).toHaveLength(1);
  });

  it('does not lose a key that is published meanwhile', async () => {
    const { auth } = makeAuth({ keys: portableKey('ES256') });
    const kid = await auth.keys.access.publish({ alg: 'HS256', secret: SECRET });
    await auth.ready();
    expect(auth.keys.access.list().map((key) => key.kid)).toContain(kid);
    expect(auth.keys.access.list()).toHaveLength(2);
  });
});

describe('a key that was refused', () => {
  it('is reported by ready() and by every use, however late', async () => {
    const { auth } = makeAuth({ keys: { alg: 'HS256', secret: new Uint8Array(31) } });
    await expect(auth.ready()).rejects.toBeInstanceOf(TypeError);
    const refusal = { message: expect.stringContaining('must have at least 32 bytes') };
    await expect(auth.ready()).rejects.toMatchObject(refusal);
    await expect(auth.sessions.issue({ subject: '1' })).rejects.toMatchObject(refusal);
    await expect(auth.guard()(bearer('a.b.c'))).rejects.toMatchObject(refusal);
  });
});
