import { describe, expect, it } from 'vitest';
import { makeAuth } from '../support/auth.ts';
import { bareStore } from '../support/bare-store.ts';
import { MINUTE } from '../support/clock.ts';
import { jsonRequest, plain, requestOf } from '../support/requests.ts';
import type { SpyStore } from '../support/spy-store.ts';
import { decode } from '../support/tokens.ts';
import { basic, CLIENTS, FORM, LOGIN, logIn, MOBILE, make, refresh, refusal, send, WEB } from './support.ts';

const INVALID_CLIENT = [401, 'invalid_client', 'invalid_client'];
const INVALID_REQUEST = [400, 'invalid_request', 'invalid_request'];
const FOREIGN = [400, 'invalid_grant', 'token_not_valid'];
const clientIn = (token: string) => decode(token).claims['client_id'];

describe('a client', () => {
  it.each([
    ['HTTP Basic', {}, WEB],
    ['HTTP Basic as it is', {}, basic('web', CLIENTS.web)],
    ['HTTP Basic and its id in the form', { client_id: 'web' }, WEB],
    ['the form', { client_id: 'web', client_secret: CLIENTS.web }, undefined],
    ['the form, beside an empty header', { client_id: 'web', client_secret: CLIENTS.web }, ''],
  ])('that authenticates by %s is named in both tokens', async (_how, form, authorization) => {
    const { status, body } = await logIn(make(), form, authorization);
    expect([status, clientIn(body.access_token), clientIn(body.refresh_token)]).toEqual([200, 'web', 'web']);
  });

  it.each([
    ['two+words', 'x'],
    ['two%20words', 'x'],
    ['two words', 'x'],
  ])('is known by its form-encoded id: %s', async (id, secret) => {
    const { body } = await logIn(make(), {}, basic(id, secret));
    expect(clientIn(body.access_token)).toBe('two words');
  });

  it('that another id could be taken for is not known by that one', async () => {
    // Sent as `a+b`, this is the client `a b` to RFC 6749; the hook would also read it as it came.
    const authenticateClient = (headers: readonly string[]) => headers.includes(basic('a+b', 'x'));
    const test = make({ authenticateClient });
    expect(refusal(await logIn(test, {}, basic('a+b', 'x')))).toEqual(INVALID_CLIENT);
    expect(refusal(await logIn(test, {}, basic('a%2Bb', 'x')))).toEqual(INVALID_CLIENT);
    expect(refusal(await logIn(test, { client_id: 'a+b', client_secret: 'x' }))).toEqual(INVALID_CLIENT);
  });

  it.each([
    ['a wrong secret', {}, basic('web', 'wrong')],
    ['an unknown id', {}, basic('nobody', 'x')],
    ['a wrong secret in the form', { client_id: 'web', client_secret: 'wrong' }, undefined],
    ['a secret without id', { client_secret: CLIENTS.web }, undefined],
    ['an id with a colon in the form', { client_id: 'web:', client_secret: 'x' }, undefined],
    ['another scheme', {}, 'Bearer x'],
    ['a scheme alone', {}, 'Basic'],
    ['text that is no base64', {}, 'Basic !!!'],
    ['text without colon', {}, `Basic ${Buffer.from('web').toString('base64')}`],
  ])('with %s is refused with a Basic challenge, whatever the grant', async (_what, form, authorization) => {
    const test = make();
    const first = (await logIn(test)).body.refresh_token;
    for (const answer of [
      await logIn(test, form, authorization),
      await refresh(test, first, form, authorization),
      await send(test, '/revoke', { token: first, ...form }, authorization),
      await send(test, '/introspect', { token: first, ...form }, authorization),
    ]) {
      expect([refusal(answer), answer.headers['www-authenticate']]).toEqual([
        INVALID_CLIENT,
        'Basic realm="api", charset="UTF-8"',
      ]);
    }
    expect((await refresh(test, first)).status).toBe(200);
  });

  it('is refused where nobody knows clients', async () => {
    const test = make({ authenticateClient: undefined });
    expect(refusal(await logIn(test, {}, WEB))).toEqual(INVALID_CLIENT);
    expect(refusal(await logIn(test, { client_id: 'web', client_secret: CLIENTS.web }))).toEqual(
      INVALID_CLIENT,
    );
    expect((await logIn(test)).status).toBe(200);
  });

  it.each([
    ['in two places', { client_id: 'web', client_secret: CLIENTS.web }, WEB],
    ['with two ids', { client_id: 'mobile' }, WEB],
  ])('that shows credentials %s is refused', async (_what, form, authorization) => {
    expect(refusal(await logIn(make(), form, authorization))).toEqual(INVALID_REQUEST);
  });

  it('that sends two Authorization headers is refused', async () => {
    const headers = [
      ['Content-Type', FORM],
      ['Authorization', WEB],
      ['Authorization', MOBILE],
    ] as const;
    const body = new URLSearchParams(LOGIN).toString();
    const answer = await make().auth.handle(requestOf('POST', '/token', { headers, body }));
    expect([answer?.status, plain(answer)?.body.error]).toEqual([400, 'invalid_request']);
  });

  it('that only says its id is named nowhere, where the app does not tell which clients are public', async () => {
    const { body } = await logIn(make(), { client_id: 'web' });
    expect([clientIn(body.access_token), clientIn(body.refresh_token)]).toEqual([undefined, undefined]);
  });

  it('gets 503 while the hook fails', async () => {
    const test = make({ authenticateClient: () => Promise.reject(new Error('down')) });
    expect((await logIn(test, {}, WEB)).body.code).toBe('backend_unavailable');
  });
});

describe('a refresh token of a client', () => {
  const strangers = [
    ['another client', {}, MOBILE],
    ['nobody in particular', {}, undefined],
    ['one who says the id', { client_id: 'web' }, undefined],
  ] as const;

  it.each(strangers)('is refused to %s, and the session lives on', async (_who, form, authorization) => {
    const test = make();
    const { refresh_token: token } = (await logIn(test, {}, WEB)).body;
    expect(refusal(await refresh(test, token, form, authorization))).toEqual(FOREIGN);
    expect(test.events.at(-1)).toMatchObject({ name: 'refresh.refused', code: 'token_not_valid' });
    const next = await refresh(test, token, {}, WEB);
    expect([next.status, decode(next.body.refresh_token).claims['gen']]).toEqual([200, 1]);
  });

  it('does not end the session either when a stranger presents it a second time', async () => {
    const test = make();
    const { refresh_token: token } = (await logIn(test, {}, WEB)).body;
    const next = (await refresh(test, token, {}, WEB)).body.refresh_token;
    test.clock.advance(MINUTE);
    expect(refusal(await refresh(test, token, {}, MOBILE))).toEqual(FOREIGN);
    expect((await refresh(test, next, {}, WEB)).status).toBe(200);
  });

  it('has successors of the same client, the same ones within grace', async () => {
    const test = make();
    let { refresh_token: token } = (await logIn(test, {}, WEB)).body;
    for (let n = 0; n < 3; n++) {
      const [first, second] = [await refresh(test, token, {}, WEB), await refresh(test, token, {}, WEB)];
      expect(second.body.refresh_token).toBe(first.body.refresh_token);
      token = first.body.refresh_token;
      expect([clientIn(token), clientIn(first.body.access_token)]).toEqual(['web', 'web']);
    }
  });

  it('keeps its client when the app refreshes it', async () => {
    const test = make();
    const { refresh_token: token } = (await logIn(test, {}, WEB)).body;
    const pair = await test.auth.refresh(token);
    expect([clientIn(pair.access), clientIn(String(pair.refresh))]).toEqual(['web', 'web']);
    expect((await refresh(test, token, {}, WEB)).body.refresh_token).toBe(pair.refresh);
  });

  it('is refused by the other wire of the same service, and lives on', async () => {
    const test = make();
    const { refresh_token: token } = (await logIn(test, {}, WEB)).body;
    const other = makeAuth({ store: test.store, clock: test.clock });
    const answer = plain(await other.auth.handle(jsonRequest('/refresh', { refresh: token })));
    expect([answer?.status, answer?.body.code]).toEqual([401, 'token_not_valid']);
    expect((await refresh(test, token, {}, WEB)).status).toBe(200);
  });

  it('holds over a store without records too', async () => {
    const store = bareStore() as unknown as SpyStore;
    const login = () => ({ subject: '1', scope: 'read write' });
    const test = make({ store, login, resolve: undefined, refresh: { grace: 0 } });
    const { refresh_token: token } = (await logIn(test, {}, WEB)).body;
    expect(refusal(await refresh(test, token, {}, MOBILE))).toEqual(FOREIGN);
    expect(refusal(await refresh(test, token, { scope: 'admin' }, WEB))[1]).toBe('invalid_scope');
    const next = (await refresh(test, token, { scope: 'read' }, WEB)).body;
    expect([clientIn(next.refresh_token), next.scope]).toEqual(['web', 'read']);
    expect((await refresh(test, next.refresh_token, {}, WEB)).body.scope).toBe('read write');
  });
});

describe('a refresh token of nobody in particular', () => {
  it('stays so in the hands of a client; the access token says who asked', async () => {
    const test = make();
    const { refresh_token: token } = (await logIn(test)).body;
    const next = (await refresh(test, token, {}, WEB)).body;
    expect([clientIn(next.access_token), clientIn(next.refresh_token)]).toEqual(['web', undefined]);
    expect((await refresh(test, token)).body.refresh_token).toBe(next.refresh_token);
  });
});

describe('POST /revoke', () => {
  it.each(['refresh_token', 'access_token', 'x'])(
    'ends the session of a refresh token, whatever the hint %s says',
    async (hint) => {
      const test = make();
      const { refresh_token: token, access_token: access } = (await logIn(test)).body;
      const answer = await send(test, '/revoke', { token, token_type_hint: hint });
      expect([answer.status, answer.headers['cache-control']]).toEqual([200, 'no-store']);
      expect(refusal(await refresh(test, token))).toEqual([400, 'invalid_grant', 'token_revoked']);
      const outcome = await test.auth.guard()({
        method: 'GET',
        rawHeaders: ['authorization', `Bearer ${access}`],
      });
      expect(outcome.passed).toBe(false);
    },
  );

  it('revokes an access token alone', async () => {
    const test = make();
    const { access_token: access, refresh_token: token } = (await logIn(test, {}, WEB)).body;
    expect((await send(test, '/revoke', { token: access }, WEB)).status).toBe(200);
    expect((await send(test, '/introspect', { token: access }, WEB)).body).toEqual({ active: false });
    expect((await refresh(test, token, {}, WEB)).status).toBe(200);
  });

  it('is 200 for an unknown token and 400 for none', async () => {
    expect((await send(make(), '/revoke', { token: 'x' })).status).toBe(200);
    expect(refusal(await send(make(), '/revoke', {}))).toEqual(INVALID_REQUEST);
  });

  it.each([MOBILE, undefined])('refuses the tokens of another client to %s', async (authorization) => {
    const test = make();
    const { access_token: access, refresh_token: token } = (await logIn(test, {}, WEB)).body;
    for (const each of [access, token])
      expect(refusal(await send(test, '/revoke', { token: each }, authorization))).toEqual(FOREIGN);
    expect((await send(test, '/introspect', { token: access }, WEB)).body.active).toBe(true);
    expect((await refresh(test, token, {}, WEB)).status).toBe(200);
  });

  it('is 503 while the store is away, never 200', async () => {
    const test = make();
    const { access_token: access, refresh_token: token } = (await logIn(test)).body;
    test.store.fail('throw');
    for (const each of [access, token])
      expect((await send(test, '/revoke', { token: each })).status).toBe(503);
  });
});

describe('POST /introspect', () => {
  it('says what a good token says, and for whom it is', async () => {
    const test = make();
    const { access_token: access, refresh_token: token } = (await logIn(test, {}, WEB)).body;
    for (const form of [{}, { client_id: 'mobile', client_secret: CLIENTS.mobile }] as const) {
      const answer = await send(
        test,
        '/introspect',
        { token: access, ...form },
        'client_id' in form ? undefined : MOBILE,
      );
      expect(answer.body).toMatchObject({
        active: true,
        token_type: 'Bearer',
        client_id: 'web',
        scope: 'read write',
        sub: '1',
        iss: 'https://issuer.test',
        aud: 'https://api.test',
        jti: expect.any(String),
        iat: expect.any(Number),
        exp: expect.any(Number),
      });
    }
    const other = await send(test, '/introspect', { token, token_type_hint: 'refresh_token' }, MOBILE);
    expect(other.body).toMatchObject({ active: true, token_type: 'refresh_token', client_id: 'web' });
  });

  it('is for clients alone', async () => {
    const test = make();
    const token = (await logIn(test)).body.access_token;
    for (const form of [{ token }, { token, client_id: 'web' }])
      expect(refusal(await send(test, '/introspect', form))).toEqual(INVALID_CLIENT);
    expect(
      await make({ authenticateClient: undefined }).auth.handle(requestOf('POST', '/introspect')),
    ).toBeUndefined();
  });

  it('takes a client that the hook knows by another header', async () => {
    const test = make({ authenticateClient: (headers) => headers.includes('gateway-key') });
    const headers = [
      ['content-type', FORM],
      ['x-key', 'gateway-key'],
    ] as const;
    const answer = await test.auth.handle(requestOf('POST', '/introspect', { headers, body: 'token=x' }));
    expect(plain(answer)?.body).toEqual({ active: false });
  });

  it.each(['garbage', 'a.b.c'])('says nothing of %s but that it is not active', async (token) => {
    expect((await send(make(), '/introspect', { token }, WEB)).body).toEqual({ active: false });
  });
});
