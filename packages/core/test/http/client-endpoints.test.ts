import { basicClients } from '@tokenpair/core/http';
import { describe, expect, it } from 'vitest';
import { logIn, makeAuth, type TestAuth } from '../support/auth.ts';
import { DAY, MINUTE } from '../support/clock.ts';
import { plain, requestOf } from '../support/requests.ts';
import { spyStore } from '../support/spy-store.ts';

const CLIENTS = basicClients({ gateway: 's3cret+/%', 'other client': 'x' });
const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
const GATEWAY = basic('gateway', 's3cret+/%');

const make = (options: Parameters<typeof makeAuth>[0] = {}) =>
  makeAuth({ authenticateClient: CLIENTS, ...options });

async function ask({ auth }: TestAuth, path: string, token: string, authorization = GATEWAY) {
  const headers = [
    ['Authorization', authorization],
    ['Content-Type', 'application/x-www-form-urlencoded'],
  ] as const;
  return plain(
    await auth.handle(requestOf('POST', path, { headers, body: `token=${token}&token_type_hint=x` })),
  );
}

describe('POST /introspect', () => {
  it('says what a good access token says', async () => {
    const test = make();
    const { access, ref } = await logIn(test);
    const answer = await ask(test, '/introspect', access);
    expect(answer?.status).toBe(200);
    expect(answer?.headers['cache-control']).toBe('no-store');
    expect(answer?.body).toMatchObject({
      active: true,
      token_type: 'Bearer',
      sub: '1',
      sid: ref.id,
      scope: 'read write',
    });
  });

  it('says that a good refresh token is one', async () => {
    const test = make();
    const { refresh } = await logIn(test);
    expect((await ask(test, '/introspect', refresh))?.body).toMatchObject({
      active: true,
      token_type: 'refresh_token',
      gen: 0,
    });
  });

  it.each([
    ['garbage', async () => 'garbage'],
    [
      'an expired access token',
      async (test: TestAuth) => {
        const { access } = await logIn(test);
        test.clock.advance(6 * MINUTE);
        return access;
      },
    ],
    [
      'an access token of an ended session',
      async (test: TestAuth) => {
        const { access, ref } = await logIn(test);
        await test.auth.sessions.revoke(ref);
        return access;
      },
    ],
    [
      'a superseded refresh token outside grace',
      async (test: TestAuth) => {
        const { refresh } = await logIn(test);
        await test.auth.refresh(refresh);
        test.clock.advance(MINUTE);
        return refresh;
      },
    ],
    [
      'a refresh token of a disabled user',
      async (test: TestAuth) => {
        const { refresh } = await logIn(test);
        const user = test.users.get('1');
        if (user) user.active = false;
        return refresh;
      },
    ],
  ])('says nothing of %s but that it is not active', async (_what, tokenOf) => {
    const test = make();
    expect((await ask(test, '/introspect', await tokenOf(test)))?.body).toEqual({ active: false });
  });

  it('ends nothing', async () => {
    const test = make();
    const { refresh } = await logIn(test);
    const next = await test.auth.refresh(refresh);
    test.clock.advance(MINUTE);
    await ask(test, '/introspect', refresh);
    await expect(test.auth.refresh(String(next.refresh))).resolves.toBeDefined();
  });

  it('is 503 while the store is away', async () => {
    const store = spyStore();
    const test = make({ store });
    const { access } = await logIn(test);
    store.isLive = () => Promise.reject(new Error('down'));
    expect((await ask(test, '/introspect', access))?.body.code).toBe('store_unavailable');
  });
});

describe('POST /revoke', () => {
  it('blacklists the id of an access token alone', async () => {
    const test = make();
    const { access, refresh } = await logIn(test);
    expect(await ask(test, '/revoke', access)).toMatchObject({ status: 200, body: {} });
    expect((await ask(test, '/introspect', access))?.body).toEqual({ active: false });
    const next = await test.auth.refresh(refresh);
    expect((await ask(test, '/introspect', next.access))?.body.active).toBe(true);
  });

  it('ends the session of a refresh token, an expired one included', async () => {
    const test = make({ session: { ttl: '30d' } });
    const { access, refresh } = await logIn(test);
    const other = await logIn(test);
    await ask(test, '/revoke', refresh);
    expect((await ask(test, '/introspect', access))?.body).toEqual({ active: false });
    test.clock.advance(2 * DAY);
    await ask(test, '/revoke', other.refresh);
    expect(await test.store.find(other.ref, test.clock())).toMatchObject({ revokedFor: 'revoked' });
  });

  it.each(['garbage', 'a.b.c'])('takes an unknown token without complaint: %s', async (token) => {
    expect(await ask(make(), '/revoke', token)).toMatchObject({ status: 200, body: {} });
  });

  it('is 503 while the store is away, never 200', async () => {
    const store = spyStore();
    const test = make({ store });
    const { access, refresh } = await logIn(test);
    store.revoke = () => Promise.reject(new Error('down'));
    store.blacklist = () => Promise.reject(new Error('down'));
    for (const token of [access, refresh]) expect((await ask(test, '/revoke', token))?.status).toBe(503);
  });
});

describe('a caller of /introspect and /revoke', () => {
  it.each([
    ['without credential', ''],
    ['with an unknown id', basic('nobody', 's3cret+/%')],
    ['with a wrong secret', basic('gateway', 'wrong')],
    ['with a secret of the right start', basic('gateway', 's3cret+/')],
    ['with an empty secret', basic('gateway', '')],
    ['with a bearer token', 'Bearer x'],
    ['with text that is no base64', 'Basic !!!'],
    ['with text without colon', `Basic ${Buffer.from('gateway').toString('base64')}`],
  ])('%s is a stranger', async (_how, authorization) => {
    for (const path of ['/introspect', '/revoke']) {
      const answer = await ask(make(), path, 'x', authorization);
      expect([answer?.status, answer?.body.code, answer?.body.error]).toEqual([
        401,
        'invalid_client',
        'invalid_client',
      ]);
      expect(answer?.headers['www-authenticate']).toBe('Basic realm="api", charset="UTF-8"');
    }
  });

  it('is known by form-encoded credentials too, as RFC 6749 has them', async () => {
    const authorization = basic('other+client', 'x');
    expect(await ask(make(), '/revoke', 'x', authorization)).toMatchObject({ status: 200 });
    const encoded = basic('gateway', encodeURIComponent('s3cret+/%'));
    expect(await ask(make(), '/revoke', 'x', encoded)).toMatchObject({ status: 200 });
  });

  it('finds no such endpoints without the hook', async () => {
    for (const path of ['/introspect', '/revoke']) {
      expect(await makeAuth().auth.handle(requestOf('POST', path))).toBeUndefined();
    }
  });

  it('is a stranger when the hook says anything but true', async () => {
    const test = makeAuth({ authenticateClient: () => 'yes' as unknown as boolean });
    expect((await ask(test, '/revoke', 'x'))?.status).toBe(401);
  });

  it('gets 503 when the hook fails', async () => {
    const test = makeAuth({ authenticateClient: () => Promise.reject(new Error('down')) });
    expect((await ask(test, '/revoke', 'x'))?.body.code).toBe('backend_unavailable');
  });
});

describe('basicClients', () => {
  it.each([
    ['a client without secret', { a: '' }],
    ['an id with a colon', { 'a:b': 'x' }],
    ['a secret that is no text', { a: 1 }],
  ])('refuses %s', (_what, clients) => {
    expect(() => basicClients(clients as Record<string, string>)).toThrow(TypeError);
  });
});
