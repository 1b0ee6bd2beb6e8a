import { once } from 'node:events';
import { type ClientHttp2Session, connect } from 'node:http2';
import { text } from 'node:stream/consumers';
import cookie from '@fastify/cookie';
import { type AuthError, BackendUnavailableError, type TokenPair } from '@tokenpair/core';
import { createVerifier } from '@tokenpair/core/verifier';
import { fastifyAuth } from '@tokenpair/fastify';
import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import { addRoutes, makeAuth, SECRET, sendAuthErrors, serve, T0 } from './support.ts';

const auth = makeAuth();
const issue = (): Promise<TokenPair> => auth.sessions.issue({ subject: 'ada', scope: 'read' });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const make = (options: FastifyServerOptions = {}): FastifyInstance => {
  const app = Fastify(options);
  onTestFinished(() => app.close());
  return app;
};

describe('the token routes', () => {
  const refresh = async (app: FastifyInstance, url: string) =>
    (await app.inject({ method: 'POST', url, payload: { refresh: (await issue()).refresh } })).statusCode;

  it.each(['/auth', '/a/b/c', ''])('under "%s" answer there and nowhere else', async (prefix) => {
    const app = make();
    app.register(fastifyAuth(auth).routes(), { prefix });
    expect(await refresh(app, `${prefix}/refresh`)).toBe(200);
    expect(await refresh(app, `${prefix}/refresh/`)).toBe(200);
    expect(await refresh(app, '/elsewhere/refresh')).toBe(404);
  });

  it('in a scope with a prefix of its own answer below both', async () => {
    const app = make();
    app.register(async (scope) => void addRoutes(scope, auth, { errors: 'answer' }, '/token'), {
      prefix: '/api',
    });
    expect(await refresh(app, '/api/token/refresh')).toBe(200);
    expect(await refresh(app, '/token/refresh')).toBe(404);
    const { access } = await issue();
    expect((await app.inject({ url: '/api/hello', headers: bearer(access) })).statusCode).toBe(200);
  });

  it.each([
    ['routerOptions', { routerOptions: { ignoreTrailingSlash: true } }],
    ['nothing', {}],
  ])('take a slash at their end with %s', async (_name, options) => {
    const app = make(options);
    app.register(fastifyAuth(auth).routes(), { prefix: '/api/token' });
    const login = { username: 'ada', password: 'x' };
    for (const url of ['/api/token', '/api/token/'])
      expect((await app.inject({ method: 'POST', url, payload: login })).statusCode).toBe(200);
    expect(await refresh(app, '/api/token/refresh')).toBe(200);
    expect(await refresh(app, '/api/token/refresh/')).toBe(200);
  });

  it('answer where the app matches paths without case', async () => {
    const app = make({ routerOptions: { caseSensitive: false } });
    app.register(fastifyAuth(auth).routes(), { prefix: '/api/token' });
    expect(await refresh(app, '/API/Token/REFRESH')).toBe(200);
  });

  it('leave every path that is none of theirs to the app', async () => {
    const app = make();
    app.register(fastifyAuth(auth).routes(), { prefix: '/api/token' });
    app.get('/api/token/extra', async () => 'mine');
    app.get('/api/*', async () => 'wildcard');
    app.setNotFoundHandler((_request, reply) => reply.code(404).send('not mine'));
    expect((await app.inject('/api/token/extra')).body).toBe('mine');
    expect((await app.inject('/api/token/unknown')).body).toBe('wildcard');
    expect((await app.inject({ method: 'POST', url: '/api/token/unknown' })).body).toBe('not mine');
  });

  it.each([
    ['is 405 with Allow when the app has added it before', true, 405, 'POST'],
    ["is Fastify's 404 when the app has not", false, 404, null],
  ])('of a method that Fastify does not know: it %s', async (_what, isAdded, status, allow) => {
    const app = make();
    if (isAdded) app.addHttpMethod('PROPFIND');
    const { url } = await serve(addRoutes(app, auth, { errors: 'answer' }));
    const answer = await fetch(`${url}/api/token/refresh`, { method: 'PROPFIND' });
    expect([answer.status, answer.headers.get('allow')]).toEqual([status, allow]);
  });

  it('answer paths that Fastify has been told to take as others, as long as they came so', async () => {
    const routerOptions = { ignoreTrailingSlash: true, ignoreDuplicateSlashes: true, caseSensitive: false };
    const app = make({ routerOptions });
    app.register(fastifyAuth(auth).routes(), { prefix: '/api/token' });
    for (const url of ['/api/token/refresh/', '/api//token/refresh', '/API/token/REFRESH'])
      expect(await refresh(app, url)).toBe(200);
    for (const url of ['/api/token/%72efresh', '/api/token/refresh%2F'])
      expect(await refresh(app, url)).toBe(404);
  });

  it('are those that the auth has: without a login no "/"', async () => {
    const app = make();
    app.register(fastifyAuth(makeAuth({ login: undefined } as never)).routes(), { prefix: '/api/token' });
    app.all('/*', async () => 'mine');
    const post = async (url: string) => (await app.inject({ method: 'POST', url, payload: {} })).body;
    expect([await post('/api/token'), await post('/api/token/')]).toEqual(['mine', 'mine']);
    expect(await post('/api/token/refresh')).toContain('invalid_request');
  });

  it.each([
    ['HEAD', '/'],
    ['OPTIONS', '/refresh'],
    ['TRACE', '/refresh'],
    ['QUERY', '/refresh'],
    ['PATCH', '/sessions/x'],
    ['GET', '/sessions/x/'],
  ])('are 405 with Allow for %s %s', async (method, url) => {
    const app = make();
    app.register(fastifyAuth(auth).routes(), { prefix: '/api/token' });
    const answer = await app.inject({ method: method as 'GET', url: `/api/token${url}` });
    expect([answer.statusCode, answer.headers.allow]).toEqual([
      405,
      url.startsWith('/sessions') ? 'DELETE' : 'POST',
    ]);
  });

  it('list and end sessions', async () => {
    const app = make();
    app.register(fastifyAuth(auth).routes(), { prefix: '/api/token' });
    const { access } = await auth.sessions.issue({ subject: 'grace' });
    const list = await app.inject({ url: '/api/token/sessions', headers: bearer(access) });
    const [{ id }] = list.json<{ sessions: [{ id: string }] }>().sessions;
    const end = async (path: string) => {
      const url = `/api/token/sessions/${path}`;
      const { statusCode, body } = await app.inject({ method: 'DELETE', url, headers: bearer(access) });
      return [statusCode, body === '' ? '' : (JSON.parse(body) as { code?: string }).code];
    };
    expect(await end('a%2Fb')).toEqual([404, 'not_found']);
    expect(await end(`${id}/`)).toEqual([204, '']);
    expect(await end(id)).toEqual([401, 'token_revoked']);
  });

  it('answer the public keys to GET and HEAD', async () => {
    const app = make();
    app.register(fastifyAuth(auth).routes(), { prefix: '/api/token' });
    const answer = await app.inject('/api/token/jwks');
    expect([answer.json(), answer.headers['cache-control']]).toEqual([{ keys: [] }, 'public, max-age=300']);
    expect((await app.inject({ method: 'HEAD', url: '/api/token/jwks' })).statusCode).toBe(200);
  });

  it('see the address that the app trusts', async () => {
    const own = makeAuth();
    const seen: unknown[] = [];
    own.events.on('session.refreshed', ({ client }) => seen.push(client));
    const app = addRoutes(make({ trustProxy: true }), own, { errors: 'answer' });
    const { refresh } = await own.sessions.issue({ subject: 'ada' });
    const headers = { 'x-forwarded-for': '192.0.2.7', 'user-agent': 'A' };
    await app.inject({ method: 'POST', url: '/api/token/refresh', payload: { refresh }, headers });
    expect(seen).toEqual([{ ip: '192.0.2.7', userAgent: 'A' }]);
  });
});

it('an answer without a body has none, whatever its status', async () => {
  const app = make();
  const handle = async ({ path }: { path: string }) =>
    path === '/jwks' ? { status: 200, headers: [['allow', 'GET']] as const, body: undefined } : undefined;
  app.register(fastifyAuth({ guard: auth.guard, handle }).routes());
  const answer = await app.inject('/jwks');
  expect([answer.statusCode, answer.body]).toEqual([200, '']);
});

it('a request that the auth after all leaves alone is not found', async () => {
  const app = make();
  const handle = async ({ method }: { method: string }) =>
    method === 'GET' ? undefined : { status: 405, headers: [['allow', 'GET']] as const, body: '' };
  app.setNotFoundHandler((_request, reply) => reply.code(404).send('not mine'));
  app.register(fastifyAuth({ guard: auth.guard, handle }).routes());
  expect((await app.inject('/jwks')).body).toBe('not mine');
});

describe('bodies', () => {
  const post = (app: FastifyInstance, payload: string, headers: Record<string, string> = {}) =>
    app.inject({ method: 'POST', url: '/api/token/refresh', payload, headers });

  it.each(['x', '/', 'text/plain; charset', 'application/json, text/plain', 'application/octet-stream'])(
    'of the type "%s" are 415 as core says it',
    async (type) => {
      const app = addRoutes(make(), auth, { errors: 'answer' });
      const answer = await post(app, '{}', { 'content-type': type });
      expect([answer.statusCode, answer.json().code]).toEqual([415, 'unsupported_media_type']);
    },
  );

  it('of a type that is none are forwarded like any other refusal', async () => {
    const app = make();
    app.register(fastifyAuth(auth, { errors: 'forward' }).routes(), { prefix: '/api/token' });
    const seen: unknown[] = [];
    app.setErrorHandler((error: AuthError, _request, reply) => {
      seen.push(error.code);
      return reply.code(418).send();
    });
    expect((await post(app, '{}', { 'content-type': 'x' })).statusCode).toBe(418);
    expect(seen).toEqual(['unsupported_media_type']);
  });

  it('stay with the parsers of the app everywhere else', async () => {
    const app = addRoutes(make(), auth, { errors: 'answer' });
    app.post('/echo', async (request) => request.body);
    expect((await app.inject({ method: 'POST', url: '/echo', payload: { a: 1 } })).json()).toEqual({ a: 1 });
    const xml = { method: 'POST', url: '/echo', payload: '<a/>', headers: { 'content-type': 'text/xml' } };
    expect((await app.inject({ ...xml, method: 'POST' })).json().code).toBe('FST_ERR_CTP_INVALID_MEDIA_TYPE');
  });

  it('are read from the stream that a hook of the app puts in their place', async () => {
    const app = make();
    const seen: string[] = [];
    app.addHook('preParsing', async (_request, _reply, payload) => {
      const { PassThrough } = await import('node:stream');
      const copy = new PassThrough();
      copy.on('data', (chunk: Buffer) => seen.push(chunk.toString()));
      copy.pause();
      return payload.pipe(copy);
    });
    addRoutes(app, auth, { errors: 'answer' });
    const { refresh } = await issue();
    const body = JSON.stringify({ refresh });
    expect((await post(app, body, { 'content-type': 'application/json' })).statusCode).toBe(200);
    expect(seen).toEqual([body]);
  });

  it('do not pass a schema, a validator or a serializer of the app', async () => {
    const app = make();
    const refuse = (): never => {
      throw new Error('not for the token routes');
    };
    app.setValidatorCompiler(() => refuse);
    app.setSerializerCompiler(() => refuse);
    app.setReplySerializer(refuse);
    app.register(fastifyAuth(auth).routes(), { prefix: '/api/token' });
    const body = JSON.stringify({ refresh: (await issue()).refresh });
    expect((await post(app, body, { 'content-type': 'application/json' })).statusCode).toBe(200);
    const number = await post(app, '{"refresh":123}', { 'content-type': 'application/json' });
    expect(number.json().fields).toEqual({ refresh: 'This field must be a non-empty string.' });
  });

  it("let an app's own error body through whole", async () => {
    const app = make();
    app.setErrorHandler((error: AuthError, _request, reply) =>
      reply.code(error.status).send({ problem: error.code, nested: { any: 1 } }),
    );
    app.register(fastifyAuth(auth, { errors: 'forward' }).routes(), { prefix: '/api/token' });
    expect((await post(app, '{}', { 'content-type': 'application/json' })).json()).toEqual({
      problem: 'invalid_request',
      nested: { any: 1 },
    });
  });

  it('of 1 MB are 413 on a connection that lives', async () => {
    const { url, close } = await serve(addRoutes(make(), auth, { errors: 'answer' }));
    onTestFinished(close);
    const send = (body: string) =>
      fetch(`${url}/api/token/refresh`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
    const large = await send('x'.repeat(1 << 20));
    expect([large.status, ((await large.json()) as { code: string }).code]).toEqual([
      413,
      'payload_too_large',
    ]);
    expect(large.headers.get('connection')).toBe('keep-alive');
    expect((await send('{"refresh":"x"}')).status).toBe(401);
  });
});

describe("the app's hooks", () => {
  it('run for the token routes', async () => {
    const app = make();
    const seen: string[] = [];
    app.addHook('onRequest', async () => void seen.push('onRequest'));
    app.addHook('preHandler', async () => void seen.push('preHandler'));
    app.addHook('onSend', async () => void seen.push('onSend'));
    addRoutes(app, auth, { errors: 'answer' });
    await app.inject({ method: 'POST', url: '/api/token/refresh', payload: {} });
    expect(seen).toEqual(['onRequest', 'preHandler', 'onSend']);
  });

  it('may set cookies beside ours', async () => {
    const app = make();
    const own = makeAuth({
      transport: 'cookie',
      cookie: { path: '/api/token' },
      csrf: { origins: [] },
    } as never);
    app.register(cookie);
    app.addHook('onRequest', async (_request, reply) => void reply.setCookie('theirs', '1'));
    app.register(fastifyAuth(own).routes(), { prefix: '/api/token' });
    const answer = await app.inject({
      method: 'POST',
      url: '/api/token',
      headers: { 'sec-fetch-site': 'same-origin' },
      payload: { username: 'ada', password: 'x' },
    });
    expect(answer.cookies.map(({ name }) => name).sort()).toEqual([
      '__Host-access',
      '__Host-csrf',
      '__Secure-refresh',
      'theirs',
    ]);
  });
});

describe('the headers of a guarded answer', () => {
  async function answerOf(build: (app: FastifyInstance) => void, token?: string) {
    const app = make();
    build(app);
    const headers = token === undefined ? {} : bearer(token);
    const answer = await app.inject({ url: '/x', headers });
    return {
      status: answer.statusCode,
      vary: answer.headers.vary,
      cache: answer.headers['cache-control'],
    };
  }
  const { guard } = fastifyAuth(auth);
  const withVary = (value: string) => (app: FastifyInstance) => {
    app.addHook('onRequest', async (_request, reply) => void reply.header('vary', value));
    app.get('/x', { onRequest: guard() }, async () => 'x');
  };

  it('append to a Vary that was set before', async () => {
    expect((await answerOf(withVary('Origin'), (await issue()).access)).vary).toBe(
      'Origin, Authorization, Cookie',
    );
    expect(await answerOf(withVary('Origin'))).toEqual({
      status: 401,
      vary: 'Origin, Authorization, Cookie',
      cache: 'no-store',
    });
  });

  it('leave a Vary of * alone', async () => {
    expect((await answerOf(withVary('*'), (await issue()).access)).vary).toBe('*');
  });

  it('are not doubled by a second guard', async () => {
    const build = (app: FastifyInstance) =>
      void app.get('/x', { onRequest: [guard(), guard({ scope: 'read' })] }, async () => 'x');
    expect((await answerOf(build, (await issue()).access)).vary).toBe('Authorization, Cookie');
  });

  it('let the handler have its own Cache-Control', async () => {
    const build = (app: FastifyInstance) =>
      void app.get('/x', { onRequest: guard() }, async (_request, reply) =>
        reply.header('cache-control', 'private, max-age=60').send('x'),
      );
    expect((await answerOf(build, (await issue()).access)).cache).toBe('private, max-age=60');
  });

  it('are there for an anonymous request, and not on routes without a guard', async () => {
    const anonymous = (app: FastifyInstance) =>
      void app.get('/x', { onRequest: guard({ optional: true }) }, async () => 'x');
    const bare = (app: FastifyInstance) => void app.get('/x', async () => 'x');
    expect(await answerOf(anonymous)).toEqual({
      status: 200,
      vary: 'Authorization, Cookie',
      cache: 'private, no-store',
    });
    expect(await answerOf(bare)).toEqual({ status: 200, vary: undefined, cache: undefined });
  });
});

describe('a guard', () => {
  it.each(['preParsing', 'preValidation', 'preHandler'] as const)('may be a %s hook', async (hook) => {
    const app = make();
    const { guard, getAuth } = fastifyAuth(auth);
    const check = guard();
    app.get(
      '/x',
      {
        [hook]:
          hook === 'preParsing'
            ? [(q: never, r: never, _p: unknown, done: () => void) => check(q, r, done)]
            : check,
      },
      async (request) => getAuth(request).subject,
    );
    expect((await app.inject({ url: '/x', headers: bearer((await issue()).access) })).body).toBe('ada');
    expect((await app.inject('/x')).statusCode).toBe(401);
  });

  it('may stand before a whole scope', async () => {
    const app = make();
    const { guard } = fastifyAuth(auth);
    app.register(async (scope) => {
      scope.addHook('onRequest', guard());
      scope.get('/inside', async () => 'x');
    });
    app.get('/outside', async () => 'x');
    expect((await app.inject('/inside')).statusCode).toBe(401);
    expect((await app.inject('/outside')).statusCode).toBe(200);
  });

  it('goes on at once where nothing has to be asked', async () => {
    const stateless = makeAuth({ revocation: 'none' });
    const { access } = await stateless.sessions.issue({ subject: 'ada' });
    const { guard, getAuth } = fastifyAuth(stateless);
    const request = { method: 'GET', raw: { rawHeaders: ['authorization', `Bearer ${access}`] } };
    const reply = { code: () => {}, getHeader: () => undefined, header: () => {}, send: () => {} };
    let done = false;
    guard()(request, reply, () => {
      done = true;
    });
    expect(done).toBe(true);
    expect(getAuth(request).subject).toBe('ada');
  });

  it('shows who passed in request.auth and by getAuth', async () => {
    const app = make();
    const { plugin, guard, getAuth, getOptionalAuth } = fastifyAuth(auth);
    app.register(plugin);
    const shown: unknown[] = [];
    const show = (request: Parameters<typeof getAuth>[0] & { auth?: unknown }) => {
      let error: unknown;
      try {
        getAuth(request);
      } catch (caught) {
        error = caught;
      }
      const who = getOptionalAuth(request);
      shown.push([who?.subject, request.auth === who, error instanceof TypeError]);
      return '';
    };
    app.get('/none', async (request) => show(request));
    app.get('/required', { onRequest: guard() }, async (request) => show(request));
    app.get('/optional', { onRequest: guard({ optional: true }) }, async (request) => show(request));
    const headers = bearer((await issue()).access);
    await app.inject({ url: '/none', headers });
    await app.inject({ url: '/required', headers });
    await app.inject({ url: '/optional', headers });
    await app.inject('/optional');
    expect(shown).toEqual([
      [undefined, true, true],
      ['ada', true, false],
      ['ada', true, false],
      [undefined, true, true],
    ]);
  });

  it('does not let an error of the handler pass twice', async () => {
    const app = make();
    const seen: unknown[] = [];
    app.setErrorHandler((error: Error, _request, reply) => {
      seen.push(error.message);
      return reply.code(500).send();
    });
    app.get('/x', { onRequest: fastifyAuth(auth).guard() }, () => {
      throw new Error('mine');
    });
    expect((await app.inject({ url: '/x', headers: bearer((await issue()).access) })).statusCode).toBe(500);
    expect(seen).toEqual(['mine']);
  });
});

describe("errors: 'forward'", () => {
  it("is answered by Fastify's own handler with status and headers where the app has none", async () => {
    const app = make();
    const { guard, routes } = fastifyAuth(auth, { errors: 'forward' });
    app.register(routes(), { prefix: '/api/token' });
    app.get('/x', { onRequest: guard({ scope: 'admin' }) }, async () => 'x');
    const refused = await app.inject({ url: '/x', headers: bearer((await issue()).access) });
    expect(refused.statusCode).toBe(403);
    expect(refused.headers['www-authenticate']).toContain('scope="admin"');
    expect(refused.headers.vary).toBe('Authorization, Cookie');
    const wrong = await app.inject('/api/token/refresh');
    expect([wrong.statusCode, wrong.headers.allow]).toEqual([405, 'POST']);
  });

  it('reaches the error handler of the scope that the routes are in', async () => {
    const app = make();
    sendAuthErrors(app);
    app.register(async (scope) => {
      scope.setErrorHandler((error: AuthError, _request, reply) => reply.code(418).send(error.code));
      scope.register(fastifyAuth(auth, { errors: 'forward' }).routes(), { prefix: '/api/token' });
    });
    const answer = await app.inject({ method: 'POST', url: '/api/token/refresh', payload: { refresh: 'x' } });
    expect([answer.statusCode, answer.body]).toEqual([418, 'token_not_valid']);
  });
});

it('gives a guard all that a route may ask for: other places of a token, and the request for a predicate', async () => {
  const app = make();
  const { guard, plugin } = fastifyAuth(auth);
  const seen: unknown[] = [];
  const when = (_who: unknown, request: { url?: string | undefined }) => seen.push(request.url) > 0;
  const transport = ['bearer', { query: 'access_token' }, { header: 'X-Auth-Token' }] as const;
  app.register(plugin);
  app.get('/x', { onRequest: guard({ transport, when }) }, async () => 'x');
  const { access } = await issue();
  const answer = await app.inject({ url: `/x?access_token=${access}` });
  expect([answer.statusCode, answer.headers['vary']]).toEqual([200, 'Authorization, Cookie, x-auth-token']);
  expect((await app.inject({ url: '/x', headers: { 'x-auth-token': access } })).statusCode).toBe(200);
  expect(seen).toEqual([`/x?access_token=${access}`, '/x']);
});

describe('two auths in one app', () => {
  const staff = makeAuth({ issuer: 'https://staff.test' });

  it('show who passed under names of their own, and take no token of the other', async () => {
    const app = make();
    const users = fastifyAuth(auth);
    const admins = fastifyAuth(staff, { decorate: 'adminAuth' });
    app.register(users.plugin);
    app.register(admins.plugin);
    app.register(users.routes(), { prefix: '/api/token' });
    app.register(admins.routes(), { prefix: '/staff/token' });
    const show = (request: Parameters<typeof users.getAuth>[0]) => {
      const { auth, adminAuth } = request as { auth?: unknown; adminAuth?: unknown };
      const both = [users.getOptionalAuth(request)?.subject, admins.getOptionalAuth(request)?.subject];
      return { both: both.map((each) => each ?? null), shown: [auth !== undefined, adminAuth !== undefined] };
    };
    app.get('/user', { onRequest: users.guard() }, async (request) => show(request));
    app.get('/admin', { onRequest: admins.guard() }, async (request) => show(request));
    const user = bearer((await issue()).access);
    const admin = bearer((await staff.sessions.issue({ subject: 'root' })).access);
    expect((await app.inject({ url: '/user', headers: user })).json()).toEqual({
      both: ['ada', null],
      shown: [true, false],
    });
    expect((await app.inject({ url: '/admin', headers: admin })).json()).toEqual({
      both: [null, 'root'],
      shown: [false, true],
    });
    expect((await app.inject({ url: '/admin', headers: user })).statusCode).toBe(401);
    expect((await app.inject({ url: '/user', headers: admin })).statusCode).toBe(401);
  });

  it('end the start under one name in one scope, and share it in two', async () => {
    const together = make();
    together.register(fastifyAuth(auth).plugin);
    together.register(fastifyAuth(staff).plugin);
    await expect(together.ready()).rejects.toMatchObject({ code: 'FST_ERR_DEC_ALREADY_PRESENT' });
    const apart = make();
    apart.register(async (scope) => void scope.register(fastifyAuth(auth).plugin));
    apart.register(async (scope) => void scope.register(fastifyAuth(staff).plugin));
    await apart.ready();
  });

  it('may go without a name', async () => {
    const app = make();
    const { plugin, guard, getAuth } = fastifyAuth(auth, { decorate: null });
    app.register(plugin);
    app.get('/x', { onRequest: guard() }, async (request) => [getAuth(request).subject, 'auth' in request]);
    expect((await app.inject({ url: '/x', headers: bearer((await issue()).access) })).json()).toEqual([
      'ada',
      false,
    ]);
  });
});

describe('the plugin', () => {
  it('has a name and a range of versions, and takes no name of another plugin', async () => {
    const { plugin } = fastifyAuth(auth);
    expect(Object.getOwnPropertyDescriptor(plugin, Symbol.for('plugin-meta'))?.value).toMatchObject({
      name: '@tokenpair/fastify',
      fastify: '5.x',
    });
    const app = addRoutes(make(), auth, { errors: 'answer' });
    await app.ready();
    expect(app.hasPlugin('@tokenpair/fastify')).toBe(true);
    expect(['jwt', 'auth', 'verifyJWT'].filter((name) => app.hasDecorator(name))).toEqual([]);
    expect(['user', 'jwtVerify', 'session'].filter((name) => app.hasRequestDecorator(name))).toEqual([]);
    expect(app.hasReplyDecorator('jwtSign')).toBe(false);
  });

  it.each([
    ['an unknown value', { errors: 'throw' }],
    ['a misspelt name', { error: 'forward' }],
    ['a decorator without a name', { decorate: '' }],
    ['a decorator that is no name', { decorate: 1 }],
  ])("refuses %s with one of Node's codes", (_name, options) => {
    expect(() => fastifyAuth(auth, options as never)).toThrow(
      expect.objectContaining({ name: 'TypeError', code: expect.stringMatching(/^ERR_INVALID_ARG_/) }),
    );
  });

  it('refuses wrong options of a guard when it is made', () => {
    expect(() => fastifyAuth(auth).guard({ scopes: 'read' } as never)).toThrow(TypeError);
  });
});

describe('a verifier', () => {
  const verifier = createVerifier({
    issuers: [
      { issuer: 'https://issuer.test', audience: 'https://api.test', keys: { alg: 'HS256', secret: SECRET } },
    ],
    clock: () => T0,
  });

  it('guards, and has no token routes', async () => {
    const app = make();
    const { guard, routes, getAuth } = fastifyAuth(verifier);
    app.get('/x', { onRequest: guard() }, async (request) => getAuth(request).issuer);
    expect((await app.inject({ url: '/x', headers: bearer((await issue()).access) })).body).toBe(
      'https://issuer.test',
    );
    expect((await app.inject('/x')).statusCode).toBe(401);
    expect(() => routes()).toThrow(TypeError);
  });
});

describe('a hook of the app that fails', () => {
  it('is 503, and no unhandled error', async () => {
    const failing = makeAuth({ resolve: () => Promise.reject(new Error('away')) });
    const app = addRoutes(make(), failing, { errors: 'answer' });
    const payload = { username: 'ada', password: 'x' };
    const answer = await app.inject({ method: 'POST', url: '/api/token/', payload });
    expect([answer.statusCode, answer.json()]).toEqual([503, new BackendUnavailableError().toJSON()]);
  });
});

describe('over HTTP/2', () => {
  async function open(): Promise<ClientHttp2Session> {
    const app = Fastify({ http2: true });
    const { guard, routes, getAuth, plugin } = fastifyAuth(auth);
    app.register(plugin);
    app.register(routes(), { prefix: '/api/token' });
    app.get('/hello', { onRequest: guard() }, async (request) => ({ subject: getAuth(request).subject }));
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    const client = connect(url);
    onTestFinished(async () => {
      client.destroy();
      await app.close();
    });
    return client;
  }

  async function send(client: ClientHttp2Session, headers: Record<string, string | string[]>, body?: string) {
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
    expect(await send(client, { ':path': '/hello', ...bearer(access) })).toEqual({
      status: 200,
      vary: 'Authorization, Cookie',
      body: { subject: 'ada' },
    });
    expect(await send(client, { ':path': '/hello' })).toMatchObject({ status: 401 });
    const post = { ':method': 'POST', ':path': '/api/token/refresh', 'content-type': 'application/json' };
    expect(await send(client, post, JSON.stringify({ refresh }))).toMatchObject({
      status: 200,
      body: { token_type: 'Bearer' },
    });
    expect(await send(client, post, 'x'.repeat(20_000))).toMatchObject({ status: 413 });
    expect(await send(client, { ...post, 'content-type': 'x' }, '{}')).toMatchObject({ status: 415 });
  });
});
