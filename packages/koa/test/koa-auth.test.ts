import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { type ClientHttp2Session, connect, createServer } from 'node:http2';
import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';
import { type AuthError, BackendUnavailableError, type TokenPair } from '@tokenpair/core';
import { createVerifier } from '@tokenpair/core/verifier';
import { type KoaMiddleware, koaAuth } from '@tokenpair/koa';
import type Koa from 'koa';
import type { Context, Middleware } from 'koa';
import bodyParser from 'koa-bodyparser';
import mount from 'koa-mount';
import { describe, expect, it, onTestFinished } from 'vitest';
import { addRoutes, get, listen, makeAuth, SECRET, sendAuthError, serve, T0, VERSIONS } from './support.ts';

async function start(app: Koa): Promise<string> {
  const { url, close } = await serve(app);
  onTestFinished(close);
  return url;
}

const bearer = (token: string): { headers: Record<string, string> } => ({
  headers: { authorization: `Bearer ${token}` },
});
const json = (body: object): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
const at = (prefix: string, middleware: KoaMiddleware): Middleware => mount(prefix, middleware);
const done: Middleware = (ctx) => {
  ctx.body = 'x';
};
const before =
  (set: (ctx: Context) => unknown): Middleware =>
  (ctx, next) => {
    set(ctx);
    return next();
  };

describe.each(VERSIONS)('%s', (name, Koa) => {
  const auth = makeAuth();
  const issue = (): Promise<TokenPair> => auth.sessions.issue({ subject: 'ada', scope: 'read' });
  const withRoutes = (app: Koa, own = auth): Koa =>
    addRoutes(app, own, { errors: 'answer' }, (routes) => at('/api/token', routes));

  it('is the version it says', () => {
    const load = createRequire(import.meta.url);
    const { version } = load(name === 'Koa 2' ? 'koa2/package.json' : 'koa/package.json') as {
      version: string;
    };
    expect(`Koa ${version.split('.')[0]}`).toBe(name);
    expect(VERSIONS.filter(([, each]) => each === Koa).length).toBe(1);
  });

  describe('the token routes', () => {
    it.each(['/auth', '/a/b/c', '/auth/', '/'])('with the prefix %s answer there alone', async (prefix) => {
      const url = await start(new Koa().use(koaAuth(auth).routes({ prefix })));
      const base = `${url}${prefix.replace(/\/$/, '')}`;
      expect((await fetch(`${base}/refresh`, json({}))).status).toBe(400);
      expect((await fetch(`${base}/refresh/`, json({}))).status).toBe(400);
      expect((await fetch(base, json({}))).status).toBe(400);
      expect((await fetch(`${base}/`, json({}))).status).toBe(400);
      expect((await fetch(`${url}/elsewhere/refresh`, json({}))).status).toBe(404);
      if (prefix !== '/') expect((await fetch(`${base}x/refresh`, json({}))).status).toBe(404);
    });

    it.each(['/auth', '/a/b/c', '/'])('mounted under %s answer there alone', async (prefix) => {
      const url = await start(new Koa().use(at(prefix, koaAuth(auth).routes())));
      const base = `${url}${prefix === '/' ? '' : prefix}`;
      expect((await fetch(`${base}/refresh/`, json({}))).status).toBe(400);
      expect((await fetch(base, json({}))).status).toBe(400);
      expect((await fetch(`${url}/elsewhere/refresh`, json({}))).status).toBe(404);
    });

    it('in a sub-app under a prefix of its own answer below both', async () => {
      const inner = withRoutes(new Koa());
      const url = await start(new Koa().use(mount('/v1', inner)));
      const { access, refresh } = await issue();
      expect((await fetch(`${url}/v1/api/token/refresh`, json({ refresh }))).status).toBe(200);
      expect((await fetch(`${url}/v1/hello`, bearer(access))).status).toBe(200);
      expect((await fetch(`${url}/api/token/refresh`, json({ refresh }))).status).toBe(404);
    });

    it('leave paths that are none of theirs to the app', async () => {
      const { routes } = koaAuth(auth);
      const app = new Koa().use(at('/a', routes())).use(routes({ prefix: '/b' }));
      app.use((ctx) => {
        ctx.body = ctx.path;
      });
      const url = await start(app);
      for (const path of ['/a/extra', '/b/extra', '/bx', '/elsewhere'])
        expect(await (await fetch(`${url}${path}`)).text()).toBe(path);
    });

    it('see the address that the app trusts', async () => {
      const own = makeAuth();
      const seen: unknown[] = [];
      own.events.on('session.refreshed', ({ client }) => seen.push(client));
      const app = withRoutes(new Koa({ proxy: true }), own);
      const { refresh } = await own.sessions.issue({ subject: 'ada' });
      const init = json({ refresh });
      await fetch(`${await start(app)}/api/token/refresh`, {
        ...init,
        headers: { ...init.headers, 'x-forwarded-for': '192.0.2.7', 'user-agent': 'A' },
      });
      expect(seen).toEqual([{ ip: '192.0.2.7', userAgent: 'A' }]);
    });

    it('end a session with 204 and no body', async () => {
      const own = makeAuth();
      const url = await start(withRoutes(new Koa(), own));
      const { access, session } = await own.sessions.issue({ subject: 'ada' });
      const path = `${url}/api/token/sessions/${session.id}`;
      const answer = await fetch(path, { method: 'DELETE', ...bearer(access) });
      expect([answer.status, await answer.text(), answer.headers.get('content-type')]).toEqual([
        204,
        '',
        null,
      ]);
    });

    it('have no body where the answer has none, whatever its status', async () => {
      const handle = async () => ({ status: 200, headers: [], body: undefined });
      const url = await start(new Koa().use(koaAuth({ guard: auth.guard, handle }).routes()));
      const answer = await fetch(url);
      expect([answer.status, await answer.text()]).toEqual([200, '']);
    });

    it('set all of their cookies, beside those of the app', async () => {
      const own = makeAuth({
        transport: 'cookie',
        cookie: { path: '/api/token' },
        csrf: { origins: [] },
      } as never);
      const app = withRoutes(new Koa().use(before((ctx) => ctx.cookies.set('theirs', '1'))), own);
      const init = json({ username: 'ada', password: 'x' });
      const answer = await fetch(`${await start(app)}/api/token`, {
        ...init,
        headers: { ...init.headers, 'sec-fetch-site': 'same-origin' },
      });
      expect(answer.headers.getSetCookie().map((line) => line.split('=')[0])).toEqual([
        'theirs',
        '__Host-access',
        '__Secure-refresh',
        '__Host-csrf',
      ]);
    });
  });

  describe('body parsers', () => {
    it.each([
      ['of JSON and forms', bodyParser()],
      ['of text', bodyParser({ enableTypes: ['text'], extendTypes: { text: ['*/*'] } })],
      ['of other types', bodyParser({ enableTypes: ['xml'] })],
    ])('may be %s', async (_parser, parser) => {
      const url = await start(withRoutes(new Koa().use(parser as Middleware)));
      const { refresh } = await issue();
      expect((await fetch(`${url}/api/token/refresh`, json({ refresh }))).status).toBe(200);
      const form = { method: 'POST', body: new URLSearchParams({ refresh: String(refresh) }) };
      expect((await fetch(`${url}/api/token/logout`, form)).status).toBe(200);
      expect((await fetch(`${url}/api/token/logout`, json({}))).status).toBe(400);
    });
  });

  describe('the headers of a guarded answer', () => {
    async function answerOf(chain: readonly Middleware[], token?: string) {
      const app = new Koa();
      for (const each of [...chain, done]) app.use(each);
      const { headers, status } = await fetch(await start(app), token === undefined ? {} : bearer(token));
      return { status, vary: headers.get('vary'), cache: headers.get('cache-control') };
    }
    const { guard } = koaAuth(auth);

    it('append to a Vary that was set before', async () => {
      const chain = [before((ctx) => ctx.vary('Origin')), guard()];
      expect((await answerOf(chain, (await issue()).access)).vary).toBe('Origin, Authorization, Cookie');
      expect(await answerOf(chain)).toEqual({
        status: 401,
        vary: 'Origin, Authorization, Cookie',
        cache: 'no-store',
      });
    });

    it('leave a Vary of * alone, and are not doubled by a second guard', async () => {
      const { access } = await issue();
      expect((await answerOf([before((ctx) => ctx.set('Vary', '*')), guard()], access)).vary).toBe('*');
      expect((await answerOf([guard(), guard({ scope: 'read' })], access)).vary).toBe(
        'Authorization, Cookie',
      );
    });

    it('let the handler have its own Cache-Control', async () => {
      const later: Middleware = (ctx, next) => {
        ctx.set('Cache-Control', 'private, max-age=60');
        return next();
      };
      expect((await answerOf([guard(), later], (await issue()).access)).cache).toBe('private, max-age=60');
    });

    it('are there for an anonymous request, and not without a guard', async () => {
      expect(await answerOf([guard({ optional: true })])).toEqual({
        status: 200,
        vary: 'Authorization, Cookie',
        cache: 'private, no-store',
      });
      expect(await answerOf([])).toEqual({ status: 200, vary: null, cache: null });
    });
  });

  describe("errors: 'forward'", () => {
    const { guard, routes } = koaAuth(auth, { errors: 'forward' });

    it.each([
      ['a guard without a token', '/hello', {}, 'token_missing', 401],
      ['a guard with a bad one', '/hello', bearer('x'), 'token_not_valid', 401],
      ['a token route', '/api/token/refresh', json({ refresh: 'x' }), 'token_not_valid', 401],
      ['a body at fault', '/api/token/refresh', json({}), 'invalid_request', 400],
      ['a wrong method', '/api/token/refresh', {}, 'method_not_allowed', 405],
    ] as const)('of %s is thrown to the app', async (_name, path, init, code, status) => {
      const seen: AuthError[] = [];
      let reached = false;
      const app = new Koa();
      app.use(async (ctx, next) => {
        await next().catch((error: AuthError) => {
          seen.push(error);
          ctx.status = 418;
        });
      });
      app.use(routes({ prefix: '/api/token' })).use(guard());
      app.use(() => {
        reached = true;
      });
      expect((await fetch(`${await start(app)}${path}`, init)).status).toBe(418);
      const [error] = seen;
      expect([error?.code, error?.status, error?.expose, error?.toJSON().code]).toEqual([
        code,
        status,
        true,
        code,
      ]);
      expect(reached).toBe(false);
    });

    it('is answered by Koa itself with status and headers where the app does not catch it', async () => {
      const app = new Koa().use(guard({ scope: 'admin' })).use(done);
      const answer = await fetch(await start(app), bearer((await issue()).access));
      expect([answer.status, answer.headers.get('vary')]).toEqual([403, 'Authorization, Cookie']);
      expect(answer.headers.get('www-authenticate')).toContain('scope="admin"');
    });
  });

  it('lets an error of a handler behind a guard through, once', async () => {
    const seen: unknown[] = [];
    const app = new Koa();
    app.silent = true;
    app.on('error', (error: Error) => seen.push(error.message));
    app.use(koaAuth(auth).guard()).use(() => {
      throw new Error('mine');
    });
    expect((await fetch(await start(app), bearer((await issue()).access))).status).toBe(500);
    expect(seen).toEqual(['mine']);
  });

  it('gives a guard all that a route may ask for: other places of a token, and the request for a predicate', async () => {
    const { guard } = koaAuth(auth);
    const seen: unknown[] = [];
    const when = (_who: unknown, request: { url?: string | undefined }) => seen.push(request.url) > 0;
    const transport = ['bearer', { query: 'access_token' }, { header: 'X-Auth-Token' }] as const;
    const url = await start(new Koa().use(guard({ transport, when })).use(done));
    const { access } = await issue();
    const answer = await fetch(`${url}/x?access_token=${access}`);
    expect([answer.status, answer.headers.get('vary')]).toEqual([200, 'Authorization, Cookie, x-auth-token']);
    expect((await fetch(url, { headers: { 'x-auth-token': access } })).status).toBe(200);
    expect(seen).toEqual([`/x?access_token=${access}`, '/']);
  });

  it('shows two auths in one app each their own', async () => {
    const staff = makeAuth({ issuer: 'https://staff.test' });
    const users = koaAuth(auth);
    const admins = koaAuth(staff);
    const show: Middleware = (ctx) => {
      const both = [users.getOptionalAuth(ctx), admins.getOptionalAuth(ctx)];
      ctx.body = both.map((who) => who?.subject ?? null);
    };
    const app = new Koa()
      .use(users.routes({ prefix: '/api/token' }))
      .use(admins.routes({ prefix: '/staff/token' }))
      .use(get('/user', users.guard(), show))
      .use(get('/admin', admins.guard(), show));
    const url = await start(app);
    const user = await issue();
    const admin = await staff.sessions.issue({ subject: 'root' });
    const read = async (path: string, { access }: TokenPair) =>
      (await fetch(`${url}${path}`, bearer(access))).text();
    expect(await read('/user', user)).toBe('["ada",null]');
    expect(await read('/admin', admin)).toBe('[null,"root"]');
    expect(await read('/admin', user)).toContain('token_not_valid');
    expect((await fetch(`${url}/staff/token/refresh`, json({ refresh: admin.refresh }))).status).toBe(200);
    expect((await fetch(`${url}/api/token/refresh`, json({ refresh: admin.refresh }))).status).toBe(401);
  });

  it('takes a verifier, which has no token routes', async () => {
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
    const { guard, routes, getAuth } = koaAuth(verifier);
    const app = new Koa().use(guard()).use((ctx) => {
      ctx.body = getAuth(ctx).issuer;
    });
    const url = await start(app);
    expect(await (await fetch(url, bearer((await issue()).access))).text()).toBe('https://issuer.test');
    expect((await fetch(url)).status).toBe(401);
    expect(() => routes()).toThrow(TypeError);
  });

  it('answers a body of 1 MB with 413 on a connection that lives', async () => {
    const url = await start(withRoutes(new Koa()));
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => agent.destroy());
    const post = async (body: Buffer, headers: Record<string, string> = {}) => {
      const req = request(`${url}/api/token/refresh`, {
        method: 'POST',
        agent,
        headers: { 'content-type': 'application/json', ...headers },
      });
      req.end(body);
      const [res] = (await once(req, 'response')) as [IncomingMessage];
      const { code } = JSON.parse(await text(res)) as { code?: string };
      return { status: res.statusCode, code, socket: req.socket };
    };
    const large = Buffer.alloc(1 << 20, 'x');
    const told = await post(large);
    const chunked = await post(large, { 'transfer-encoding': 'chunked' });
    const small = await post(Buffer.from('{"refresh":"x"}'));
    expect([told.status, told.code, chunked.status, small.status]).toEqual([
      413,
      'payload_too_large',
      413,
      401,
    ]);
    expect(small.socket).toBe(told.socket);
  });

  it('is 503 when a hook of the app fails', async () => {
    const failing = makeAuth({ resolve: () => Promise.reject(new Error('away')) });
    const url = await start(withRoutes(new Koa(), failing));
    const answer = await fetch(`${url}/api/token/`, json({ username: 'ada', password: 'x' }));
    expect([answer.status, await answer.json()]).toEqual([503, new BackendUnavailableError().toJSON()]);
  });

  describe('over HTTP/2', () => {
    async function open(): Promise<ClientHttp2Session> {
      const app = withRoutes(new Koa().use(sendAuthError));
      const server = await listen(createServer(app.callback() as Parameters<typeof createServer>[1]));
      const client = connect(server.url);
      onTestFinished(async () => {
        client.destroy();
        await server.close();
      });
      return client;
    }

    async function send(client: ClientHttp2Session, headers: Record<string, string>, body?: string) {
      const stream = client.request(headers);
      stream.end(body);
      const [answer] = (await once(stream, 'response')) as [Record<string, unknown>];
      return {
        status: answer[':status'],
        vary: answer['vary'],
        body: JSON.parse(await text(stream)) as object,
      };
    }

    it('guards and token routes answer', async () => {
      const client = await open();
      const { access, refresh } = await issue();
      const hello = { ':path': '/hello' };
      expect(await send(client, { ...hello, ...bearer(access).headers })).toEqual({
        status: 200,
        vary: 'Authorization, Cookie',
        body: { message: 'Hello, World!' },
      });
      expect(await send(client, hello)).toMatchObject({ status: 401, body: { code: 'token_missing' } });
      const post = { ':method': 'POST', ':path': '/api/token/refresh', 'content-type': 'application/json' };
      expect(await send(client, post, JSON.stringify({ refresh }))).toMatchObject({
        status: 200,
        body: { token_type: 'Bearer' },
      });
      expect(await send(client, post, 'x'.repeat(20_000))).toMatchObject({ status: 413 });
    });
  });
});

describe('a guard', () => {
  const contextOf = (...rawHeaders: string[]): Context =>
    ({
      method: 'GET',
      req: { rawHeaders },
      res: { headersSent: false, getHeader: () => undefined, setHeader: () => {}, appendHeader: () => {} },
      state: {},
    }) as unknown as Context;

  it('goes on at once where nothing has to be asked', async () => {
    const auth = makeAuth({ revocation: 'none' });
    const { access } = await auth.sessions.issue({ subject: 'ada' });
    const { guard, getAuth } = koaAuth(auth);
    const ctx = contextOf('authorization', `Bearer ${access}`);
    let reached = false;
    const passed = guard()(ctx, async () => {
      reached = true;
    });
    expect(reached).toBe(true);
    await passed;
    expect(getAuth(ctx).subject).toBe('ada');
  });

  it('gives what is behind it back, with no promise of its own', async () => {
    const auth = makeAuth({ revocation: 'none' });
    const { access } = await auth.sessions.issue({ subject: 'ada' });
    const behind = Promise.resolve();
    const ctx = contextOf('authorization', `Bearer ${access}`);
    expect(koaAuth(auth).guard()(ctx, () => behind)).toBe(behind);
  });

  it('rejects with a refusal that is forwarded, and never throws it', async () => {
    const { guard } = koaAuth(makeAuth({ revocation: 'none' }), { errors: 'forward' });
    const refused = guard()(contextOf(), async () => {});
    await expect(refused).rejects.toMatchObject({ code: 'token_missing' });
  });

  it('shows who passed in ctx.state.auth and by getAuth', async () => {
    const auth = makeAuth();
    const { access } = await auth.sessions.issue({ subject: 'ada' });
    const { guard, getAuth, getOptionalAuth } = koaAuth(auth);
    const known = contextOf('authorization', `Bearer ${access}`);
    await guard()(known, async () => {});
    expect(known.state).toMatchObject({ auth: { subject: 'ada' } });
    expect([getAuth(known), getOptionalAuth(known)]).toEqual([
      (known.state as { auth: object }).auth,
      (known.state as { auth: object }).auth,
    ]);
    const anonymous = contextOf();
    await guard({ optional: true })(anonymous, async () => {});
    for (const ctx of [anonymous, contextOf()]) {
      expect(getOptionalAuth(ctx)).toBeUndefined();
      expect(() => getAuth(ctx)).toThrow(TypeError);
    }
  });

  it('does not take for its own whom the guard of another auth let pass', async () => {
    const auth = makeAuth();
    const { access } = await auth.sessions.issue({ subject: 'ada' });
    const ctx = contextOf('authorization', `Bearer ${access}`);
    await koaAuth(auth).guard()(ctx, async () => {});
    expect(() => koaAuth(makeAuth()).getAuth(ctx)).toThrow(TypeError);
  });
});

describe('the options', () => {
  const auth = makeAuth();
  const refusal = expect.objectContaining({
    name: 'TypeError',
    code: expect.stringMatching(/^ERR_INVALID_ARG_/),
  });

  it.each([
    ['an unknown value', { errors: 'throw' }],
    ['null', { errors: null }],
    ['a misspelt name', { error: 'forward' }],
  ])("refuse %s when the adapter is made, with one of Node's codes", (_name, options) => {
    expect(() => koaAuth(auth, options as never)).toThrow(refusal);
  });

  it.each([
    ['without a slash before', { prefix: 'api' }],
    ['with a query', { prefix: '/api?x' }],
    ['that is no text', { prefix: 1 }],
    ['that is empty', { prefix: '' }],
    ['by a misspelt name', { prefx: '/api' }],
  ])('refuse a prefix %s', (_name, options) => {
    expect(() => koaAuth(auth).routes(options as never)).toThrow(refusal);
  });

  it('of a guard are judged when the guard is made', () => {
    expect(() => koaAuth(auth).guard({ scopes: 'read' } as never)).toThrow(TypeError);
  });

  it('make an adapter that is frozen', () => {
    expect(Object.isFrozen(koaAuth(auth))).toBe(true);
  });
});
