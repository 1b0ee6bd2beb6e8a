/** Real answers, held to the document: each status told of, each body as its schema has it. */
import { type AuthAnswer, type LoginHook, RateLimitedError } from '@tokenpair/core';
import { basicClients } from '@tokenpair/core/http';
import { openApiDocument } from '@tokenpair/core/openapi';
import { describe, expect, it } from 'vitest';
import { type AuthTestOptions, makeAuth, PASSWORD } from '../support/auth.ts';
import { MINUTE } from '../support/clock.ts';
import { COOKIE_OPTIONS, cookieLine, type Line, SAME_ORIGIN } from '../support/cookies.ts';
import { keyFor } from '../support/keys.ts';
import { type RequestInit, requestOf } from '../support/requests.ts';
import { CLIENT } from './documents.ts';
import { judgeBy } from './fits.ts';

const FORM: Line = ['content-type', 'application/x-www-form-urlencoded'];
const BASIC: Line = ['authorization', CLIENT];
const LOGIN = { username: '1', password: PASSWORD };

type Fields = Record<string, string>;

/** One user name stands for a client that tries too often. */
const login: LoginHook = ({ username = '', password }) => {
  if (username === 'limited') throw new RateLimitedError({ retryAfter: 1 });
  return password === PASSWORD ? { subject: username, epoch: 'e0' } : undefined;
};

/** An auth and its document: what is sent is judged, and the answer given. */
function open(options: AuthTestOptions) {
  const authenticateClient = basicClients({ web: 'secret' });
  const test = makeAuth({ authenticateClient, login, keys: keyFor('ES256'), ...options });
  const document = openApiDocument(test.auth, { prefix: '/t' });
  const judge = judgeBy(document);
  const seen = new Set<string>();

  async function send(method: string, path: string, init: RequestInit = {}): Promise<AuthAnswer> {
    const answer = (await test.auth.handle(requestOf(method, path, init))) ?? expect.fail(path);
    const documented = `/t${path === '/' ? '' : path.replace(/^\/sessions\/.+/, '/sessions/{id}')}`;
    expect([method, path, answer.status, judge(method, documented, answer)]).toEqual([
      method,
      path,
      answer.status,
      [],
    ]);
    seen.add(`${method} ${documented.slice('/t'.length) || '/'} ${answer.status}`);
    return answer;
  }
  const post = (path: string, fields: Fields = {}, ...headers: Line[]) =>
    send('POST', path, { headers: [FORM, ...headers], body: new URLSearchParams(fields).toString() });
  const bad = async (path: string, ...headers: Line[]) => {
    await send('POST', path, { headers, body: '{' });
    await send('POST', path, { headers: [FORM, ...headers], body: 'a=1&a=2' });
    await send('POST', path, { headers: [FORM, ...headers], body: 'x'.repeat(20_000) });
  };
  /** What the document tells of and no answer was. */
  const unseen = () =>
    Object.entries(document.paths)
      .flatMap(([path, methods]) =>
        Object.entries(methods).flatMap(([method, each]) =>
          Object.keys((each as { responses: object }).responses).map(
            (status) => `${method.toUpperCase()} ${path.slice('/t'.length) || '/'} ${status}`,
          ),
        ),
      )
      .filter((each) => !seen.has(each));
  return { ...test, document, unseen, send, post, bad };
}

type Wire = ReturnType<typeof open>;

const read = ({ body }: AuthAnswer): Fields => JSON.parse(body ?? '{}') as Fields;
const bearer = (token: string | undefined): Line => ['authorization', `Bearer ${token}`];

/** Asks while the store is away. */
async function whileAway({ store }: Wire, ask: () => Promise<unknown>): Promise<void> {
  store.fail('throw');
  await ask();
  store.heal();
}

/** What both wires have. */
async function askSessions(wire: Wire): Promise<void> {
  const { auth, bad, post, send } = wire;
  const { access } = await auth.sessions.issue({ subject: '2', epoch: 'e0' });
  const who = bearer(access);
  await send('GET', '/jwks');
  const list = await send('GET', '/sessions', { headers: [who] });
  const [{ id = '' } = {}] = (read(list) as unknown as { sessions: Fields[] }).sessions;
  for (const headers of [[], [bearer('x')], [bearer('x'), bearer('y')]]) {
    await send('GET', '/sessions', { headers });
    await send('DELETE', '/sessions/x', { headers });
    await post('/logout-all', {}, ...headers);
  }
  await whileAway(wire, async () => {
    await send('GET', '/sessions', { headers: [who] });
    await send('DELETE', '/sessions/x', { headers: [who] });
    await post('/logout-all', {}, who);
  });
  await bad('/logout-all', who);
  await post('/logout-all', { keep_current: 'perhaps' }, who);
  await post('/logout-all', { keep_current: 'true' }, who);
  await send('DELETE', '/sessions/x', { headers: [who] });
  await send('DELETE', `/sessions/${id}`, { headers: [who] });
}

/** Introspection and revocation. */
async function askAsClient(wire: Wire): Promise<void> {
  const { auth, bad, post } = wire;
  const { access, refresh = '' } = await auth.sessions.issue({ subject: '2', epoch: 'e0' });
  for (const path of ['/introspect', '/revoke']) {
    await bad(path, BASIC);
    await post(path, { token: access }, bearer('x'));
    await whileAway(wire, () => post(path, { token: access }, BASIC));
    for (const token of [access, refresh, 'x']) await post(path, { token }, BASIC);
  }
  await post('/introspect', { token: access }, BASIC);
}

async function askLogin(
  wire: Wire,
  path: string,
  more: Fields = {},
  ...headers: Line[]
): Promise<AuthAnswer> {
  const { bad, post } = wire;
  await bad(path, ...headers);
  for (const wrong of [{ password: 'x' }, { username: 'limited' }, { username: '' }])
    await post(path, { ...LOGIN, ...more, ...wrong }, ...headers);
  await whileAway(wire, () => post(path, { ...LOGIN, ...more }, ...headers));
  return post(path, { ...LOGIN, ...more }, ...headers);
}

describe.each([
  ['a pair', 'refresh', {}],
  ['a pair without rotation', 'refresh', { refresh: { rotate: false } }],
  ['one token', 'token', { mode: 'sliding' }],
] as const)('the wire tokenpair by header, with %s', (_what, name, options) => {
  it('answers as the document says', async () => {
    const wire = open(options);
    const { post, bad, clock } = wire;
    const token = read(await askLogin(wire, '/'))[name] ?? '';
    const paths = ['/refresh', '/logout', '/blacklist', '/verify'];
    for (const path of paths) {
      await bad(path);
      await post(path, { [name]: 'x', token: 'x' });
      await whileAway(wire, () => post(path, { [name]: token, token }));
    }
    await post('/verify', { token });
    await post('/refresh', { [name]: token });
    clock.advance(MINUTE);
    await post('/refresh', { [name]: token });
    for (const path of paths) await post(path, { [name]: token, token });
    await askAsClient(wire);
    await askSessions(wire);
    expect(wire.unseen()).toEqual([]);
  });
});

describe('the wire tokenpair by cookie', () => {
  it('answers as the document says', async () => {
    const wire = open({ ...COOKIE_OPTIONS, csrf: { secret: 'x'.repeat(32) } });
    const { post, bad, send, clock } = wire;
    const login = await askLogin(wire, '/', {}, SAME_ORIGIN);
    const cookies = cookieLine(login);
    const token = cookies[1].split('; ')[1]?.split('=')[1] ?? '';
    const paths = ['/refresh', '/logout', '/blacklist', '/verify'];
    await post('/', LOGIN);
    for (const path of paths) {
      await bad(path, SAME_ORIGIN);
      await post(path, { token }, cookies);
      await post(path, {}, SAME_ORIGIN);
      await post(path, { refresh: 'x', token: 'x' }, SAME_ORIGIN, cookies);
      await post(path, {}, SAME_ORIGIN, ['cookie', `${cookies[1]}; ${cookies[1]}`]);
      await whileAway(wire, () => post(path, { token }, SAME_ORIGIN, cookies));
    }
    await post('/verify', { token }, SAME_ORIGIN);
    await post('/refresh', {}, SAME_ORIGIN, cookies);
    await post('/logout-all', {}, cookies);
    await send('DELETE', '/sessions/x', { headers: [cookies] });
    await send('GET', '/sessions', { headers: [cookies] });
    clock.advance(MINUTE);
    for (const path of paths) await post(path, {}, SAME_ORIGIN, cookies);
    await askAsClient(wire);
    await askSessions(wire);
    expect(wire.unseen()).toEqual([]);
  });
});

describe.each([
  ['with rotation', {}],
  ['without rotation', { refresh: { rotate: false } }],
] as const)('the wire oauth2 %s', (_what, options) => {
  it('answers as the document says', async () => {
    const wire = open({ wire: 'oauth2', session: { maxSessions: 2, onLimit: 'refuse' }, ...options });
    const { post, clock } = wire;
    const grant = { grant_type: 'password' };
    const { access_token: access = '', refresh_token: token = '' } = read(
      await askLogin(wire, '/token', grant, BASIC),
    );
    const refresh = { grant_type: 'refresh_token', refresh_token: token };
    for (const more of [{ scope: 'admin' }, { client_secret: 'x' }, {}, {}])
      await post('/token', { ...grant, ...LOGIN, ...more });
    await post('/token', { grant_type: 'x' });
    await post('/token', refresh);
    await post('/token', { ...refresh, scope: 'admin' }, BASIC);
    await post('/token', { ...refresh, scope: 'read' }, BASIC);
    await post('/token', refresh, BASIC);
    clock.advance(MINUTE);
    await post('/token', refresh, BASIC);
    await post('/revoke', { token: access });
    await askAsClient(wire);
    await askSessions(wire);
    expect(wire.unseen()).toEqual([]);
  });
});

describe('an answer that the document does not tell of', () => {
  it('is found', () => {
    const { auth } = makeAuth();
    const judge = judgeBy(openApiDocument(auth, { prefix: '/t' }));
    const refused = { error: 'invalid_grant', code: 'token_not_valid', detail: 'x' };
    const answer = (status: number, body: object, headers: AuthAnswer['headers'] = []): AuthAnswer => ({
      status,
      headers,
      body: JSON.stringify(body),
    });
    const challenge = [['www-authenticate', 'Bearer']] as const;
    expect(judge('POST', '/t/refresh', answer(401, refused, challenge))).toEqual([]);
    for (const wrong of [
      answer(401, refused),
      answer(418, refused, challenge),
      answer(401, { ...refused, code: 'store_unavailable' }, challenge),
      answer(401, { ...refused, more: 1 }, challenge),
      answer(401, { error: 'invalid_grant', code: 'token_not_valid' }, challenge),
      answer(200, { access: 'x', token_type: 'Bearer', expires_in: 300, refresh_expires_in: 1 }),
    ])
      expect([wrong, judge('POST', '/t/refresh', wrong).length]).toEqual([wrong, 1]);
  });
});
