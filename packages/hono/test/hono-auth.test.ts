import { once } from 'node:events';
import { connect } from 'node:http2';
import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';
import { AuthError, type TokenPair } from '@tokenpair/core';
import { clientAddress } from '@tokenpair/core/login-limits';
import { createVerifier } from '@tokenpair/core/verifier';
import { type HonoAuthEnv, honoAuth } from '@tokenpair/hono';
import { type Context, Hono } from 'hono';
import { describe, expect, it, onTestFinished } from 'vitest';
import { contractApp, makeAuth, SECRET, serve, T0, VERSIONS } from './support.ts';

const bearer = (token: string): { headers: Record<string, string> } => ({
  headers: { authorization: `Bearer ${token}` },
});
const json = (body: object, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});
const codeOf = async (response: Response): Promise<unknown> =>
  ((await response.json()) as { code?: string }).code;

describe.each(VERSIONS)('%s', (_version, Version) => {
  const auth = makeAuth();
  const issue = (): Promise<TokenPair> => auth.sessions.issue({ subject: 'ada', scope: 'read' });

  it('is the version that package.json names, and not the other one', () => {
    const { peerDependencies, devDependencies } = createRequire(import.meta.url)('../package.json') as {
      readonly [kind in 'peerDependencies' | 'devDependencies']: Readonly<Record<string, string>>;
    };
    expect(`npm:hono@${peerDependencies['hono']?.slice(1)}`).toBe(devDependencies['hono-oldest']);
    expect(VERSIONS.filter(([, each]) => each === Version)).toHaveLength(1);
  });

  describe('the token routes', () => {
    it('answer under their prefix, and leave every other path to the app', async () => {
      const app = new Version().use(honoAuth(auth).routes({ prefix: '/api/token' }));
      app.all('/*', (c) => c.text(c.req.path));
      for (const path of ['/refresh', '/refresh/', '', '/'])
        expect((await app.request(`/api/token${path}`, json({}))).status).toBe(400);
      for (const path of ['/api/token/extra', '/api/tokens', '/elsewhere/refresh'])
        expect(await (await app.request(path, json({}))).text()).toBe(path);
    });

    it('have the whole prefix in an app below another', async () => {
      const inner = new Version().use(honoAuth(auth).routes({ prefix: '/v1/api/token' }));
      const app = new Version().route('/v1', inner);
      expect((await app.request('/v1/api/token/refresh', json({}))).status).toBe(400);
      expect((await app.request('/api/token/refresh', json({}))).status).toBe(404);
    });

    it('set all of their cookies, beside those of the app', async () => {
      const settings = { transport: 'cookie', cookie: { path: '/api/token' }, csrf: { origins: [] } };
      const app = new Version();
      app.use(async (c, next) => {
        c.header('set-cookie', 'theirs=1', { append: true });
        await next();
      });
      app.use(honoAuth(makeAuth(settings as never)).routes({ prefix: '/api/token' }));
      const login = json({ username: 'ada', password: 'x' }, { 'sec-fetch-site': 'same-origin' });
      const answer = await app.request('/api/token', login);
      expect(new Set(answer.headers.getSetCookie().map((line) => line.split('=')[0]))).toEqual(
        new Set(['theirs', '__Host-access', '__Secure-refresh', '__Host-csrf']),
      );
    });

    it('refuse a body that somebody has read before', async () => {
      const app = new Version();
      app.use(async (c, next) => {
        await c.req.text();
        await next();
      });
      app.use(honoAuth(auth).routes({ prefix: '/api/token' }));
      const { refresh } = await issue();
      expect(await codeOf(await app.request('/api/token/refresh', json({ refresh })))).toBe(
        'invalid_request',
      );
    });
  });

  describe("the client's address", () => {
    async function seenBy(ip: ((c: Context) => string | undefined) | undefined, env?: object) {
      const own = makeAuth();
      const seen: unknown[] = [];
      own.events.on('session.refreshed', ({ client }) => seen.push(client?.ip));
      const app = new Version().use(
        honoAuth(own, ip === undefined ? {} : { ip }).routes({ prefix: '/api/token' }),
      );
      const { refresh } = await own.sessions.issue({ subject: 'ada' });
      const init = json({ refresh }, { 'x-forwarded-for': '203.0.113.9, 192.0.2.7' });
      expect((await app.request('/api/token/refresh', init, env)).status).toBe(200);
      return seen;
    }
    const peer = (remoteAddress: unknown) => ({ incoming: { socket: { remoteAddress } } });

    it('is that of the connection on node-server, whatever a header says', async () => {
      expect(await seenBy(undefined, peer('198.51.100.1'))).toEqual(['198.51.100.1']);
      expect(await seenBy(undefined, { server: peer('198.51.100.2') })).toEqual(['198.51.100.2']);
    });

    it('is unknown on other servers', async () => {
      for (const env of [undefined, {}, { incoming: 'a binding of the app' }, peer(() => 'a stub')])
        expect(await seenBy(undefined, env)).toEqual([undefined]);
    });

    it('is what the app says', async () => {
      const addressOf = clientAddress({ hops: 1 });
      expect(await seenBy((c) => addressOf(c.req.raw.headers, '127.0.0.1'))).toEqual(['192.0.2.7']);
    });
  });

  it('a refusal keeps what the app has set before', async () => {
    const app = new Version();
    app.use(async (c, next) => {
      c.header('x-request-id', '7');
      await next();
    });
    const answer = await app.use(honoAuth(auth).guard()).request('/x');
    expect([answer.status, answer.headers.get('x-request-id'), await codeOf(answer)]).toEqual([
      401,
      '7',
      'token_missing',
    ]);
  });

  describe('the headers of a guarded answer', () => {
    const { guard } = honoAuth(auth);

    async function answerOf(handler: (c: Context) => Response | Promise<Response>, token?: string) {
      const app = new Version().get('/x', guard({ optional: true }), handler);
      return (await app.request('/x', token === undefined ? {} : bearer(token))).headers;
    }

    it('are there for who passed and for who is anonymous, and not without a guard', async () => {
      const { access } = await issue();
      for (const token of [access, undefined]) {
        const headers = await answerOf((c) => c.text('x'), token);
        expect([headers.get('vary'), headers.get('cache-control')]).toEqual([
          'Authorization, Cookie',
          'private, no-store',
        ]);
      }
      const open = new Version().get('/x', (c) => c.text('x'));
      expect((await open.request('/x')).headers.get('vary')).toBeNull();
    });

    it('append to a Vary of the handler, and leave one of * alone', async () => {
      expect((await answerOf((c) => c.text('x', 200, { Vary: 'Origin' }))).get('vary')).toBe(
        'Origin, Authorization, Cookie',
      );
      expect((await answerOf((c) => c.text('x', 200, { Vary: '*' }))).get('vary')).toBe('*');
    });

    it('let the handler have its own Cache-Control', async () => {
      const headers = await answerOf((c) => c.text('x', 200, { 'Cache-Control': 'private, max-age=60' }));
      expect(headers.get('cache-control')).toBe('private, max-age=60');
    });

    it('go onto an answer whose headers cannot be changed', async () => {
      const headers = await answerOf(() => {
        const elsewhere = Response.redirect('https://api.test/y');
        expect(() => elsewhere.headers.set('vary', 'x')).toThrow(TypeError);
        return elsewhere;
      });
      expect([headers.get('location'), headers.get('vary')]).toEqual([
        'https://api.test/y',
        'Authorization, Cookie',
      ]);
    });

    it('are not doubled by a second guard', async () => {
      const app = new Version().use(guard()).get('/x', guard({ scope: 'read' }), (c) => c.text('x'));
      const { headers } = await app.request('/x', bearer((await issue()).access));
      expect(headers.get('vary')).toBe('Authorization, Cookie');
    });
  });

  describe("errors: 'forward'", () => {
    const { guard, routes } = honoAuth(auth, { errors: 'forward' });
    const app = () => {
      const made = new Version().use(routes({ prefix: '/api/token' }));
      made.get('/hello', guard(), () => {
        throw new Error('reached');
      });
      return made;
    };

    it.each([
      ['a guard without a token', '/hello', {}, 'token_missing', 401],
      ['a guard with a bad one', '/hello', bearer('x'), 'token_not_valid', 401],
      ['a token route', '/api/token/refresh', json({ refresh: 'x' }), 'token_not_valid', 401],
      ['a body at fault', '/api/token/refresh', json({}), 'invalid_request', 400],
      ['a wrong method', '/api/token/refresh', {}, 'method_not_allowed', 405],
    ] as const)('of %s is thrown to onError', async (_name, path, init, code, status) => {
      const seen: unknown[] = [];
      const own = app().onError((error, c) => {
        seen.push(error instanceof AuthError && [error.code, error.status]);
        return c.text('teapot', 418);
      });
      expect((await own.request(path, init)).status).toBe(418);
      expect(seen).toEqual([[code, status]]);
    });

    it('is answered by Hono itself, as the adapter would, where the app has no handler of errors', async () => {
      for (const init of [{}, bearer('x')]) {
        const forwarded = await app().request('/hello', init);
        const answered = await new Version().use(honoAuth(auth).guard()).request('/hello', init);
        expect(forwarded.status).toBe(401);
        expect(await forwarded.text()).toBe(await answered.text());
        expect([...forwarded.headers]).toEqual([...answered.headers]);
      }
    });
  });

  it('lets an error of a handler behind a guard through, once', async () => {
    const seen: unknown[] = [];
    const app = new Version().use(honoAuth(auth).guard());
    app.get('/x', () => {
      throw new Error('mine');
    });
    app.onError((error, c) => {
      seen.push(error.message);
      return c.text('sorry', 500);
    });
    expect((await app.request('/x', bearer((await issue()).access))).status).toBe(500);
    expect(seen).toEqual(['mine']);
  });

  it('hides no handler that forgets to answer', async () => {
    const seen: unknown[] = [];
    const app = new Version().use(honoAuth(auth).guard());
    app.get('/x', (() => undefined) as never);
    app.onError((error, c) => {
      seen.push(error.message);
      return c.text('sorry', 500);
    });
    expect((await app.request('/x', bearer((await issue()).access))).status).toBe(500);
    expect(seen).toEqual([expect.stringContaining('not finalized')]);
  });

  it('gives a guard all that a route may ask for: other places of a token, and the request for a predicate', async () => {
    const seen: unknown[] = [];
    const when = (_who: unknown, request: { url?: string | undefined }) => seen.push(request.url) > 0;
    const transport = ['bearer', { query: 'access_token' }, { header: 'X-Auth-Token' }] as const;
    const app = new Version().get('/x', honoAuth(auth).guard({ transport, when }), (c) => c.text('x'));
    const { access } = await issue();
    const answer = await app.request(`/x?access_token=${access}`);
    expect([answer.status, answer.headers.get('vary')]).toEqual([200, 'Authorization, Cookie, x-auth-token']);
    expect((await app.request('/x', { headers: { 'x-auth-token': access } })).status).toBe(200);
    expect(seen).toEqual([`http://localhost/x?access_token=${access}`, 'http://localhost/x']);
  });

  it('shows who passed in c.var.auth, by c.get and by getAuth', async () => {
    const { guard, getAuth, getOptionalAuth } = honoAuth(auth);
    const app = new Version().get('/x', guard(), (c) => {
      const all = [c.var.auth, c.get('auth'), getAuth(c), getOptionalAuth(c)];
      return c.text(all.map(({ subject } = c.var.auth) => subject).join());
    });
    const answer = await app.request('/x', bearer((await issue()).access));
    expect(await answer.text()).toBe('ada,ada,ada,ada');
  });

  it('knows nobody without a guard, nor behind one that let an anonymous request pass', async () => {
    const { guard, getAuth, getOptionalAuth } = honoAuth(auth);
    const show = (c: Context) => {
      expect(() => getAuth(c)).toThrow(TypeError);
      return c.json([getOptionalAuth(c) ?? null, c.get('auth') ?? null]);
    };
    const app = new Version().get('/open', show).get('/optional', guard({ optional: true }), show);
    for (const path of ['/open', '/optional'])
      expect(await (await app.request(path)).text()).toBe('[null,null]');
  });

  it('shows two auths in one app each their own', async () => {
    const staff = makeAuth({ issuer: 'https://staff.test' });
    const users = honoAuth(auth);
    const admins = honoAuth(staff);
    const show = (c: Context) =>
      c.json([users.getOptionalAuth(c)?.subject ?? null, admins.getOptionalAuth(c)?.subject ?? null]);
    const app = new Version()
      .use(users.routes({ prefix: '/api/token' }))
      .use(admins.routes({ prefix: '/staff/token' }))
      .get('/user', users.guard(), show)
      .get('/admin', admins.guard(), show);
    const user = await issue();
    const admin = await staff.sessions.issue({ subject: 'root' });
    const read = async (path: string, { access }: TokenPair) =>
      (await app.request(path, bearer(access))).text();
    expect(await read('/user', user)).toBe('["ada",null]');
    expect(await read('/admin', admin)).toBe('[null,"root"]');
    expect(await read('/admin', user)).toContain('token_not_valid');
    const { refresh } = admin;
    expect((await app.request('/staff/token/refresh', json({ refresh }))).status).toBe(200);
    expect((await app.request('/api/token/refresh', json({ refresh }))).status).toBe(401);
  });

  it('takes a verifier, which has no token routes', async () => {
    const keys = { alg: 'HS256', secret: SECRET } as const;
    const verifier = createVerifier({
      issuers: [{ issuer: 'https://issuer.test', audience: 'https://api.test', keys }],
      clock: () => T0,
    });
    const { guard, routes } = honoAuth(verifier);
    const app = new Version().get('/x', guard(), (c) => c.text(c.var.auth.issuer));
    expect(await (await app.request('/x', bearer((await issue()).access))).text()).toBe(
      'https://issuer.test',
    );
    expect((await app.request('/x')).status).toBe(401);
    expect(() => routes()).toThrow(TypeError);
  });
});

describe('on node-server', () => {
  const auth = makeAuth();

  it("keeps the connection's address with the session", async () => {
    const seen: unknown[] = [];
    auth.events.on('session.refreshed', ({ client }) => seen.push(client?.ip));
    const { url, close } = await serve(contractApp(auth, { errors: 'answer' }));
    onTestFinished(close);
    const { refresh } = await auth.sessions.issue({ subject: 'ada' });
    expect((await fetch(`${url}/api/token/refresh`, json({ refresh }))).status).toBe(200);
    expect(seen).toEqual(['127.0.0.1']);
  });

  it('gives the answer of another server, with Vary of both', async () => {
    const other = await serve(new Hono().get('/x', (c) => c.text('theirs', 200, { Vary: 'Origin' })));
    onTestFinished(other.close);
    const app = new Hono().get('/x', honoAuth(auth).guard(), () => fetch(`${other.url}/x`));
    const { access } = await auth.sessions.issue({ subject: 'ada' });
    const answer = await app.request('/x', bearer(access));
    expect([await answer.text(), answer.headers.get('vary')]).toEqual([
      'theirs',
      'Origin, Authorization, Cookie',
    ]);
  });

  it('speaks HTTP/2', async () => {
    const { url, close } = await serve(contractApp(auth, { errors: 'answer' }), true);
    const client = connect(url);
    onTestFinished(async () => {
      client.close();
      await once(client, 'close');
      await close();
    });
    const send = async (headers: Record<string, string>, body?: string) => {
      const stream = client.request(headers);
      stream.end(body);
      const [answer] = (await once(stream, 'response')) as [Record<string, unknown>];
      return { status: answer[':status'], vary: answer['vary'], body: JSON.parse(await text(stream)) };
    };
    const { access, refresh } = await auth.sessions.issue({ subject: 'ada' });
    expect(await send({ ':path': '/hello', ...bearer(access).headers })).toEqual({
      status: 200,
      vary: 'Authorization, Cookie',
      body: { message: 'Hello, World!' },
    });
    expect(await send({ ':path': '/hello' })).toMatchObject({ status: 401, body: { code: 'token_missing' } });
    const post = { ':method': 'POST', ':path': '/api/token/refresh', 'content-type': 'application/json' };
    expect(await send(post, JSON.stringify({ refresh }))).toMatchObject({ status: 200 });
    expect(await send(post, 'x'.repeat(20_000))).toMatchObject({ status: 413 });
  });
});

it('a guard goes on at once where nothing has to be asked', async () => {
  const auth = makeAuth({ revocation: 'none' });
  const { access } = await auth.sessions.issue({ subject: 'ada' });
  const c = {
    req: { raw: new Request('https://api.test/x', bearer(access)) },
    set: () => {},
    finalized: true,
    res: new Response('x'),
  } as unknown as Context<HonoAuthEnv<unknown>>;
  let reached = false;
  const passed = honoAuth(auth).guard()(c as never, async () => {
    reached = true;
  });
  expect(reached).toBe(true);
  await passed;
});

describe('the options', () => {
  const auth = makeAuth();
  const refusal = expect.objectContaining({
    name: 'TypeError',
    code: expect.stringMatching(/^ERR_INVALID_ARG_/),
  });

  it.each([
    ['an unknown value', { errors: 'throw' }],
    ['a misspelt name', { error: 'forward' }],
    ['an address that is no function', { ip: '192.0.2.7' }],
  ])("refuse %s when the adapter is made, with one of Node's codes", (_name, options) => {
    expect(() => honoAuth(auth, options as never)).toThrow(refusal);
  });

  it.each([
    ['without a slash before', { prefix: 'api' }],
    ['that is empty', { prefix: '' }],
    ['by a misspelt name', { prefx: '/api' }],
  ])('refuse a prefix %s', (_name, options) => {
    expect(() => honoAuth(auth).routes(options as never)).toThrow(refusal);
  });

  it('of a guard are judged when the guard is made', () => {
    expect(() => honoAuth(auth).guard({ scopes: 'read' } as never)).toThrow(TypeError);
  });

  it('make an adapter that is frozen', () => {
    expect(Object.isFrozen(honoAuth(auth))).toBe(true);
  });
});
