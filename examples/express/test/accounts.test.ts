import { beforeAll, describe, expect, it } from 'vitest';
import { get, logIn, type Pair, post, refresh, send } from '../../shared/test/support/client.ts';
import { type Server, startServer } from '../../shared/test/support/server.ts';

let server: Server;
let url: string;
let admin: Pair;

beforeAll(async () => {
  server = await startServer({ STORE_URL: 'memory:' });
  url = server.url;
  admin = await logIn(url, 'admin', 'admin');
});

// These change the one user step by step, so they are one test.
describe('a user', () => {
  it('changes the own password, keeps this session and loses the others', async () => {
    const here = await logIn(url);
    const elsewhere = await logIn(url);
    const wrong = await post(`${url}/me/password`, { old: '124', password: 'swordfish-1' }, here.access);
    expect(wrong).toMatchObject({ status: 401, body: { code: 'invalid_credentials' } });
    expect((await get(`${url}/hello`, elsewhere.access)).status).toBe(200);

    const changed = await post(`${url}/me/password`, { old: '123', password: 'swordfish-1' }, here.access);
    expect(changed).toMatchObject({ status: 200, body: { token_type: 'Bearer', expires_in: 300 } });
    expect(changed.headers.get('cache-control')).toBe('no-store');
    expect((await refresh(url, changed.body.refresh)).status).toBe(200);
    expect((await get(`${url}/hello`, elsewhere.access)).status).toBe(401);
    expect(await refresh(url, elsewhere.refresh)).toMatchObject({
      status: 401,
      body: { code: 'password_changed' },
    });
    expect((await post(`${url}/api/token/`, { username: 'vitor', password: '123' })).status).toBe(401);
    await logIn(url, 'vitor', 'swordfish-1');
  });

  it('gets a password from an admin, which ends all sessions', async () => {
    const pair = await logIn(url, 'vitor', 'swordfish-1');
    expect(
      await post(`${url}/users/vitor/password`, { password: 'swordfish-2' }, admin.access),
    ).toMatchObject({ status: 200, body: {} });
    expect((await get(`${url}/hello`, pair.access)).status).toBe(401);
    expect(await refresh(url, pair.refresh)).toMatchObject({
      status: 401,
      body: { code: 'password_changed' },
    });
    await logIn(url, 'vitor', 'swordfish-2');
  });

  it('who is disabled is out and stays out until enabled; the answer to a login does not tell', async () => {
    const pair = await logIn(url, 'vitor', 'swordfish-2');
    expect(await post(`${url}/users/vitor/disable`, {}, admin.access)).toMatchObject({
      status: 200,
      body: {},
    });
    expect((await get(`${url}/hello`, pair.access)).status).toBe(401);
    expect(await refresh(url, pair.refresh)).toMatchObject({
      status: 401,
      body: { code: 'no_active_account' },
    });
    const disabled = await post(`${url}/api/token/`, { username: 'vitor', password: 'swordfish-2' });
    const unknown = await post(`${url}/api/token/`, { username: 'nobody', password: 'swordfish-2' });
    expect([disabled.status, disabled.body]).toEqual([unknown.status, unknown.body]);
    expect((await post(`${url}/api/token/logout`, { refresh: pair.refresh })).status).toBe(200);

    expect((await post(`${url}/users/vitor/enable`, {}, admin.access)).status).toBe(200);
    expect((await refresh(url, pair.refresh)).status).toBe(401);
    await logIn(url, 'vitor', 'swordfish-2');
  });

  it('without the scope admin changes nobody', async () => {
    const { access } = await logIn(url, 'vitor', 'swordfish-2');
    for (const action of ['disable', 'enable', 'password']) {
      expect((await post(`${url}/users/admin/${action}`, { password: 'x' }, access)).status).toBe(403);
      expect((await post(`${url}/users/admin/${action}`, { password: 'x' })).status).toBe(401);
    }
    await logIn(url, 'admin', 'admin');
  });

  it('who is unknown is 404', async () => {
    for (const action of ['disable', 'enable', 'password']) {
      const answer = await post(`${url}/users/nobody/${action}`, { password: 'x' }, admin.access);
      expect(answer).toMatchObject({ status: 404, body: { error: 'invalid_request', code: 'not_found' } });
    }
  });
});

describe('bad input', () => {
  const LOGIN = '/api/token/';
  const JSON_TYPE = 'application/json';
  const cases: readonly [string, string, string, string, number, string][] = [
    ['malformed JSON', LOGIN, '{"username":', JSON_TYPE, 400, 'invalid_request'],
    ['a JSON value that is no object', LOGIN, '[1]', JSON_TYPE, 400, 'invalid_request'],
    ['a body of 1 MB', LOGIN, `{"username":"${'x'.repeat(1_000_000)}"}`, JSON_TYPE, 413, 'payload_too_large'],
    ['no body', LOGIN, '', JSON_TYPE, 400, 'invalid_request'],
    ['a number as password', LOGIN, '{"username":"vitor","password":123}', JSON_TYPE, 400, 'invalid_request'],
    ['a body of another type', LOGIN, 'hello', 'text/plain', 415, 'unsupported_media_type'],
    [
      'a form field given twice',
      '/api/token/refresh',
      'refresh=a&refresh=b',
      'application/x-www-form-urlencoded',
      400,
      'invalid_request',
    ],
  ];

  it.each(cases)('answers %s with one clear error', async (_, path, body, type, status, code) => {
    const answer = await send(`${url}${path}`, body, type);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(Object.keys(answer.body).filter((name) => name !== 'fields')).toEqual(['error', 'code', 'detail']);
  });

  it('names the fields at fault', async () => {
    const { body } = await post(`${url}/api/token/`, { password: 123 });
    expect(Object.keys(body.fields)).toEqual(['username', 'password']);
    const own = await post(`${url}/me/password`, { old: 5 }, admin.access);
    expect([own.status, Object.keys(own.body.fields)]).toEqual([400, ['old', 'password']]);
  });

  it('is judged alike on the routes of the app', async () => {
    const own = `${url}/me/password`;
    const malformed = await send(own, '{"old":', JSON_TYPE, admin.access);
    expect([malformed.status, malformed.body.code]).toEqual([400, 'invalid_request']);
    const large = await send(own, `{"old":"${'x'.repeat(1_000_000)}"}`, JSON_TYPE, admin.access);
    expect([large.status, large.body.code]).toEqual([413, 'payload_too_large']);
  });

  it('leaves the service serving, with no 5xx and no stack in the log', async () => {
    expect((await get(`${url}/healthz`)).status).toBe(200);
    expect(server.logged().filter(({ status }) => Number(status) >= 500)).toEqual([]);
    expect(server.stdout()).not.toMatch(/node:internal|\bat [\w.]+ \(/);
  });
});

describe('the log', () => {
  it('has one line a request and one an event, and no token and no password', async () => {
    const { access, refresh: token } = await logIn(url, 'vitor', 'swordfish-2');
    await get(`${url}/optional?token=${access}&page=2`);
    await get(`${url}/hello?q=${token}`);
    await refresh(url, token);
    await post(`${url}/api/token/`, { username: 'vitor', password: 'swordfish-wrong' });
    await get(`${url}/healthz?last`);

    const lines = server.logged();
    expect(lines.find(({ path }) => path === '/optional?token=***&page=2')).toMatchObject({
      method: 'GET',
      status: 200,
      ip: '127.0.0.1',
    });
    expect(lines.find(({ path }) => path === '/hello?q=***')).toMatchObject({
      status: 401,
      code: 'token_missing',
    });
    const events = new Set(lines.map(({ event }) => event));
    for (const name of [
      'session.issued',
      'session.refreshed',
      'session.revoked',
      'refresh.refused',
      'login.refused',
    ]) {
      expect(events).toContain(name);
    }
    const text = server.stdout();
    for (const secret of ['swordfish', access, token, ...token.split('.'), 'Bearer ey'])
      expect(text).not.toContain(secret);
  });
});
