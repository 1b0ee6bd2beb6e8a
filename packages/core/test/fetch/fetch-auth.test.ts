import { once } from 'node:events';
import { type IncomingMessage, request as send } from 'node:http';
import { text } from 'node:stream/consumers';
import {
  type Auth,
  type Authentication,
  type AuthOptions,
  createAuth,
  TokenMissingError,
  type TokenPair,
} from '@tokenpair/core';
import { fetchAuth } from '@tokenpair/core/fetch';
import { memoryStore } from '@tokenpair/core/memory';
import { createVerifier } from '@tokenpair/core/verifier';
import { Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import { describe, expect, it, onTestFinished } from 'vitest';
import { honoApp, serve } from './support.ts';

const SECRET = Uint8Array.from({ length: 32 }, (_, index) => index);
const T0 = 1_800_000_000_000;
const URL_OF_TOKENS = 'https://api.test/api/token';
const PLACE = { prefix: '/api/token' };

function makeAuth(options: Partial<AuthOptions> = {}): Auth {
  return createAuth({
    issuer: 'https://issuer.test',
    audience: 'https://api.test',
    keys: { alg: 'HS256', secret: SECRET },
    store: memoryStore(),
    clock: () => T0,
    login: ({ username = '', password }) => (password === 'x' ? { subject: username } : undefined),
    ...options,
  });
}

const auth = makeAuth();
const issue = (): Promise<TokenPair> => auth.sessions.issue({ subject: 'ada', scope: 'read' });
const bearer = ({ access }: TokenPair) => ({ headers: { authorization: `Bearer ${access}` } });
const post = (path: string, body: object, headers: Record<string, string> = {}): Request =>
  new Request(`${URL_OF_TOKENS}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
const codeOf = async (response: Response | undefined): Promise<unknown> =>
  ((await response?.json()) as { code?: string } | undefined)?.code;

describe('auth.fetch', () => {
  it('answers under a prefix, with and without a slash at the end, whatever the query', async () => {
    for (const path of ['/refresh', '/refresh/', '/refresh?refresh=x', '/refresh/?x#y']) {
      const response = await auth.fetch(post(path, { refresh: (await issue()).refresh }), PLACE);
      expect([response?.status, response?.headers.get('cache-control')]).toEqual([200, 'no-store']);
    }
    const login = { username: 'ada', password: 'x' };
    for (const path of ['', '/']) expect((await auth.fetch(post(path, login), PLACE))?.status).toBe(200);
  });

  it('answers a server that has taken the prefix off', async () => {
    const request = new Request('https://api.test/refresh', { method: 'POST' });
    expect((await auth.fetch(request))?.status).toBe(400);
  });

  it('is undefined for a path that is none of its own', async () => {
    for (const path of ['/x', '/refresh/x', 's/refresh'])
      expect(await auth.fetch(new Request(`${URL_OF_TOKENS}${path}`), PLACE)).toBeUndefined();
    expect(await auth.fetch(new Request('https://api.test/refresh'), PLACE)).toBeUndefined();
  });

  it('keeps the address that the caller gives, and none of its own making', async () => {
    const own = makeAuth();
    const seen: unknown[] = [];
    own.events.on('session.refreshed', ({ client }) => seen.push(client));
    const headers = { 'user-agent': 'A', 'x-forwarded-for': '203.0.113.9' };
    for (const ip of ['192.0.2.7', undefined]) {
      const { refresh } = await own.sessions.issue({ subject: 'ada' });
      await own.fetch(post('/refresh', { refresh }, headers), { ...PLACE, ip });
    }
    expect(seen).toEqual([{ userAgent: 'A', ip: '192.0.2.7' }, { userAgent: 'A' }]);
  });

  it('sets several cookies, each in a line of its own', async () => {
    const own = makeAuth({
      transport: 'cookie',
      cookie: { path: '/api/token' },
      csrf: { origins: [] },
    } as never);
    const login = post('/', { username: 'ada', password: 'x' }, { 'sec-fetch-site': 'same-origin' });
    const response = await own.fetch(login, PLACE);
    expect(response?.headers.getSetCookie().map((line) => line.split('=')[0])).toEqual([
      '__Host-access',
      '__Secure-refresh',
      '__Host-csrf',
    ]);
  });

  it('answers HEAD without and DELETE with no body', async () => {
    const keys = await auth.fetch(new Request(`${URL_OF_TOKENS}/jwks`, { method: 'HEAD' }), PLACE);
    expect([keys?.status, keys?.body, keys?.headers.get('content-type')]).toEqual([
      200,
      null,
      'application/json; charset=utf-8',
    ]);
    const pair = await issue();
    const own = `${URL_OF_TOKENS}/sessions/${pair.session.id}`;
    const ended = await auth.fetch(new Request(own, { method: 'DELETE', ...bearer(pair) }), PLACE);
    expect([ended?.status, ended?.body, ended?.headers.get('content-type')]).toEqual([204, null, null]);
  });

  it('is 400 for a body that was read before', async () => {
    const request = post('/refresh', { refresh: (await issue()).refresh });
    await request.text();
    expect(await codeOf(await auth.fetch(request, PLACE))).toBe('invalid_request');
  });

  it('rejects a prefix that cannot be one', async () => {
    for (const options of [{ prefix: 'api' }, { prefix: '' }])
      await expect(auth.fetch(post('/refresh', {}), options)).rejects.toMatchObject({
        name: 'TypeError',
        code: 'ERR_INVALID_ARG_VALUE',
      });
  });
});

describe('a guard', () => {
  const at = (init: RequestInit = {}): Request => new Request('https://api.test/x', init);

  it('calls the handler with who sent the request, and gives its response', async () => {
    const response = await fetchAuth(auth).guard()(at(bearer(await issue())), ({ subject }) =>
      Response.json({ subject }, { status: 201 }),
    );
    expect([response.status, await response.json(), response.headers.get('vary')]).toEqual([
      201,
      { subject: 'ada' },
      'Authorization, Cookie',
    ]);
  });

  it('answers a refusal without the handler', async () => {
    const refused = await fetchAuth(auth).guard()(at(), () => {
      throw new Error('not to be called');
    });
    expect([refused.status, refused.headers.get('www-authenticate'), await codeOf(refused)]).toEqual([
      401,
      'Bearer realm="api"',
      'token_missing',
    ]);
  });

  it('throws a refusal that is forwarded', async () => {
    const { guard, routes } = fetchAuth(auth, { errors: 'forward' });
    await expect(guard()(at(), () => new Response())).rejects.toBeInstanceOf(TokenMissingError);
    await expect(routes(PLACE)(post('/refresh', {}))).rejects.toMatchObject({ code: 'invalid_request' });
    expect((await routes(PLACE)(post('/refresh', { refresh: (await issue()).refresh })))?.status).toBe(200);
  });

  it('lets an error of the handler through', async () => {
    const failing = fetchAuth(auth).guard()(at(bearer(await issue())), () => {
      throw new Error('mine');
    });
    await expect(failing).rejects.toThrow('mine');
  });

  it('calls the handler at once where nothing has to be asked', async () => {
    const stateless = makeAuth({ revocation: 'none' });
    const { access } = await stateless.sessions.issue({ subject: 'ada' });
    let reached = false;
    const answered = fetchAuth(stateless).guard()(
      at({ headers: { authorization: `Bearer ${access}` } }),
      () => {
        reached = true;
        return new Response();
      },
    );
    expect(reached).toBe(true);
    await answered;
  });

  it('refuses two credentials of any schemes', async () => {
    const { access } = await issue();
    const member = fetchAuth(auth).guard({ optional: true });
    for (const [first, second] of [
      [`Bearer ${access}`, `Bearer ${access}`],
      ['Basic YTpi', `Bearer ${access}`],
      [`Bearer ${access}`, 'Basic YTpi'],
      ['', `Bearer ${access}`],
    ] as const) {
      const headers = new Headers([
        ['Authorization', first],
        ['Authorization', second],
      ]);
      expect(await codeOf(await member(at({ headers }), () => Response.json({ code: 'passed' })))).toBe(
        'bad_authorization_header',
      );
    }
  });

  it('of a verifier finds what that finds, and there are no token endpoints', async () => {
    const verifier = createVerifier({
      issuers: [
        {
          issuer: 'https://issuer.test',
          audience: 'https://api.test',
          keys: { alg: 'HS256', secret: SECRET },
        },
      ],
      clock: () => T0,
    });
    const { guard, routes } = fetchAuth(verifier);
    const response = await guard()(at(bearer(await issue())), ({ issuer }) => new Response(issuer));
    expect(await response.text()).toBe('https://issuer.test');
    expect(() => routes()).toThrow(TypeError);
  });

  it('of one auth takes no token of another', async () => {
    const staff = makeAuth({ issuer: 'https://staff.test' });
    const init = bearer(await staff.sessions.issue({ subject: 'root' }));
    const show = ({ subject }: Authentication) => Response.json({ code: subject });
    expect(await codeOf(await fetchAuth(staff).guard()(at(init), show))).toBe('root');
    expect(await codeOf(await fetchAuth(auth).guard()(at(init), show))).toBe('token_not_valid');
  });

  it.each([{ errors: 'throw' }, { error: 'forward' }, null])('cannot be made with %o', (options) => {
    expect(() => fetchAuth(auth, options as never)).toThrow(TypeError);
  });
});

describe('on Hono', () => {
  it('the token endpoints may be mounted', async () => {
    const app = new Hono().mount(
      '/api/token',
      async (request) => (await auth.fetch(request)) ?? new Response(null, { status: 404 }),
    );
    expect((await app.request(post('/refresh', { refresh: (await issue()).refresh }))).status).toBe(200);
    expect((await app.request(`${URL_OF_TOKENS}/x`)).status).toBe(404);
  });

  it('a path that is none of theirs stays with the app', async () => {
    const app = new Hono()
      .use('/api/*', async (c, next) => (await auth.fetch(c.req.raw, PLACE)) ?? next())
      .get('/api/token/extra', (c) => c.text('mine'));
    expect(await (await app.request(`${URL_OF_TOKENS}/extra`)).text()).toBe('mine');
    expect((await app.request(`${URL_OF_TOKENS}/refresh`)).status).toBe(405);
  });

  it('a guard may be a middleware', async () => {
    const guard = fetchAuth(auth).guard({ scope: 'read' });
    const member = createMiddleware<{ Variables: { auth: Authentication } }>((c, next) =>
      guard(c.req.raw, async (who) => {
        c.set('auth', who);
        await next();
        return c.res;
      }),
    );
    const app = new Hono().get('/hello', member, (c) => c.json({ subject: c.var.auth.subject }));
    const passed = await app.request('/hello', bearer(await issue()));
    expect([passed.status, await passed.json()]).toEqual([200, { subject: 'ada' }]);
    expect([passed.headers.get('vary'), passed.headers.get('cache-control')]).toEqual([
      'Authorization, Cookie',
      'private, no-store',
    ]);
    const refused = await app.request('/hello');
    expect([refused.status, refused.headers.get('vary')]).toEqual([401, 'Authorization, Cookie']);
  });

  it('a body of 1 MB is 413, told or not', async () => {
    const { url, close } = await serve(honoApp(auth, { errors: 'answer' }));
    onTestFinished(close);
    const upload = async (headers: Record<string, string>) => {
      const req = send(`${url}/api/token/refresh`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
      });
      req.end(Buffer.alloc(1 << 20, 'x'));
      const [res] = (await once(req, 'response')) as [IncomingMessage];
      const { code } = JSON.parse(await text(res)) as { code?: string };
      return [res.statusCode, code];
    };
    const refused = [413, 'payload_too_large'];
    expect(await upload({ 'content-length': String(1 << 20) })).toEqual(refused);
    expect(await upload({ 'transfer-encoding': 'chunked' })).toEqual(refused);
  });
});

it('gives a guard all that a route may ask for: other places of a token, and the request for a predicate', async () => {
  const seen: unknown[] = [];
  const when = (_who: unknown, request: { url?: string | undefined }) => seen.push(request.url) > 0;
  const transport = ['bearer', { query: 'access_token' }, { header: 'X-Auth-Token' }] as const;
  const guard = fetchAuth(auth).guard({ transport, when });
  const { access } = await issue();
  const url = `https://api.test/x?access_token=${access}`;
  const answer = await guard(new Request(url), () => new Response('x'));
  expect([answer.status, answer.headers.get('vary')]).toEqual([200, 'Authorization, Cookie, x-auth-token']);
  const headers = { 'x-auth-token': access };
  expect((await guard(new Request('https://api.test/x', { headers }), () => new Response('x'))).status).toBe(
    200,
  );
  expect(seen).toEqual([url, 'https://api.test/x']);
});
