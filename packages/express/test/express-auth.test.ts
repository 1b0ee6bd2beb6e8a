import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import {
  type AdapterOptions,
  type AuthError,
  BackendUnavailableError,
  type TokenPair,
} from '@tokenpair/core';
import { expressAuth } from '@tokenpair/express';
import type { HttpServer } from '@tokenpair/testkit';
import type { ErrorRequestHandler, Express, Request, RequestHandler, Response } from 'express';
import { describe, expect, it, onTestFinished } from 'vitest';
import { addRoutes, makeAuth, sendAuthError, serve, VERSIONS } from './support.ts';

async function listen(app: Express): Promise<HttpServer> {
  const server = await serve(app);
  onTestFinished(() => server.close());
  return server;
}

const bearer = (token: string): { headers: Record<string, string> } => ({
  headers: { authorization: `Bearer ${token}` },
});
const json = (body: object): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** A middleware of the app that sets something for everything after it. */
const before =
  (set: (res: Response) => unknown): RequestHandler =>
  (_req, res, next) => {
    set(res);
    next();
  };

describe.each(VERSIONS)('%s', (name, express) => {
  const auth = makeAuth();
  const issue = (): Promise<TokenPair> => auth.sessions.issue({ subject: 'ada', scope: 'read' });

  it('is the version it says', () => {
    // Express 4 had its own query middleware.
    expect('query' in express).toBe(name === 'Express 4');
  });

  describe('mounted', () => {
    it.each(['/auth', '/a/b/c', '/'])(
      'under %s the token routes answer there and nowhere else',
      async (prefix) => {
        const { url } = await listen(addRoutes(express(), auth, { errors: 'answer' }, prefix));
        const base = `${url}${prefix === '/' ? '' : prefix}`;
        expect((await fetch(`${base}/refresh`, json({}))).status).toBe(400);
        expect((await fetch(`${base}/refresh/`, json({}))).status).toBe(400);
        expect((await fetch(`${url}/elsewhere/refresh`, json({}))).status).toBe(404);
      },
    );

    it('in a sub-app under a prefix of its own they answer below both', async () => {
      const inner = addRoutes(express(), auth, { errors: 'answer' }, '/token');
      const { url } = await listen(express().use('/api', inner));
      const { access, refresh } = await issue();
      expect((await fetch(`${url}/api/token/refresh`, json({ refresh }))).status).toBe(200);
      expect((await fetch(`${url}/api/hello`, bearer(access))).status).toBe(200);
      expect((await fetch(`${url}/token/refresh`, json({ refresh }))).status).toBe(404);
    });

    it('in a router they answer too', async () => {
      const router = express.Router();
      router.use('/token', expressAuth(auth).routes());
      const { url } = await listen(express().use('/v1', router));
      expect((await fetch(`${url}/v1/token/verify`, json({ token: (await issue()).access }))).status).toBe(
        200,
      );
    });

    it('they leave paths that are none of theirs to the app', async () => {
      const app = express();
      app.use('/api/token', expressAuth(auth).routes());
      app.get('/api/token/extra', (_req, res) => void res.send('mine'));
      const { url } = await listen(app);
      expect(await (await fetch(`${url}/api/token/extra`)).text()).toBe('mine');
    });

    it('they see the address that the app trusts', async () => {
      const own = makeAuth();
      const seen: unknown[] = [];
      own.events.on('session.refreshed', ({ client }) => seen.push(client));
      const app = express().set('trust proxy', 'loopback');
      const { url } = await listen(addRoutes(app, own, { errors: 'answer' }));
      const { refresh } = await own.sessions.issue({ subject: 'ada' });
      const init = json({ refresh });
      await fetch(`${url}/api/token/refresh`, {
        ...init,
        headers: { ...init.headers, 'x-forwarded-for': '192.0.2.7', 'user-agent': 'A' },
      });
      expect(seen).toEqual([{ ip: '192.0.2.7', userAgent: 'A' }]);
    });
  });

  describe('body parsers', () => {
    it.each([
      ['express.text()', () => express.text({ type: '*/*' })],
      ['express.raw()', () => express.raw({ type: '*/*' })],
      ['urlencoded in its simple form', () => express.urlencoded({ extended: false })],
      ['a parser of other types', () => express.json({ type: 'application/vnd.api+json' })],
    ])('may be %s', async (_parser, parser) => {
      const { url } = await listen(addRoutes(express().use(parser()), auth, { errors: 'answer' }));
      const { refresh } = await issue();
      expect((await fetch(`${url}/api/token/refresh`, json({ refresh }))).status).toBe(200);
      expect(
        (
          await fetch(`${url}/api/token/logout`, {
            method: 'POST',
            body: new URLSearchParams({ refresh: String(refresh) }),
          })
        ).status,
      ).toBe(200);
      expect((await fetch(`${url}/api/token/logout`, json({}))).status).toBe(400);
    });
  });

  describe('the headers of a guarded answer', () => {
    async function answerOf(build: (app: Express) => void, token?: string) {
      const app = express();
      build(app);
      const { url } = await listen(app);
      const { headers, status } = await fetch(`${url}/x`, token === undefined ? {} : bearer(token));
      return { status, vary: headers.get('vary'), cache: headers.get('cache-control') };
    }

    it('append to a Vary that was set before', async () => {
      const build = (app: Express) =>
        void app.get(
          '/x',
          before((res) => res.vary('Origin')),
          expressAuth(auth).guard(),
          (_req, res) => void res.end(),
        );
      expect((await answerOf(build, (await issue()).access)).vary).toBe('Origin, Authorization, Cookie');
      expect(await answerOf(build)).toEqual({
        status: 401,
        vary: 'Origin, Authorization, Cookie',
        cache: 'no-store',
      });
    });

    it('leave a Vary of * alone', async () => {
      const build = (app: Express) =>
        void app.get(
          '/x',
          before((res) => res.set('Vary', '*')),
          expressAuth(auth).guard(),
          (_req, res) => void res.end(),
        );
      expect((await answerOf(build, (await issue()).access)).vary).toBe('*');
    });

    it('are not doubled by a second guard', async () => {
      const { guard } = expressAuth(auth);
      const build = (app: Express) =>
        void app.get('/x', guard(), guard({ scope: 'read' }), (_req, res) => void res.end());
      expect((await answerOf(build, (await issue()).access)).vary).toBe('Authorization, Cookie');
    });

    it('let the handler have its own Cache-Control', async () => {
      const build = (app: Express) =>
        void app.get(
          '/x',
          expressAuth(auth).guard(),
          (_req, res) => void res.set('Cache-Control', 'private, max-age=60').end(),
        );
      expect((await answerOf(build, (await issue()).access)).cache).toBe('private, max-age=60');
    });

    it('replace a Cache-Control that was set for everything before', async () => {
      const build = (app: Express) =>
        void app.get(
          '/x',
          before((res) => res.set('Cache-Control', 'public, max-age=60')),
          expressAuth(auth).guard(),
          (_req, res) => void res.end(),
        );
      expect((await answerOf(build, (await issue()).access)).cache).toBe('private, no-store');
      expect((await answerOf(build)).cache).toBe('no-store');
    });

    it('are there for an anonymous request too', async () => {
      const build = (app: Express) =>
        void app.get('/x', expressAuth(auth).guard({ optional: true }), (_req, res) => void res.end());
      expect(await answerOf(build)).toEqual({
        status: 200,
        vary: 'Authorization, Cookie',
        cache: 'private, no-store',
      });
    });

    it('are not on routes without a guard', async () => {
      const build = (app: Express) => void app.get('/x', (_req, res) => void res.end());
      expect(await answerOf(build)).toEqual({ status: 200, vary: null, cache: null });
    });
  });

  describe("errors: 'forward'", () => {
    /** What the app's error handler was given. */
    async function forwarded(
      path: string,
      init: RequestInit = {},
      own = auth,
    ): Promise<{ error: AuthError; status: number }> {
      const seen: AuthError[] = [];
      const app = express();
      const { guard, routes } = expressAuth(own, { errors: 'forward' });
      app.use('/api/token', routes());
      app.get('/hello', guard({ scope: 'admin' }), (_req, res) => void res.end());
      const handler: ErrorRequestHandler = (error, _req, res, _next) => {
        seen.push(error as AuthError);
        res.status(418).end();
      };
      app.use(handler);
      const { url } = await listen(app);
      const { status } = await fetch(`${url}${path}`, init);
      return { error: seen[0] as AuthError, status };
    }

    it.each([
      ['a guard without a token', '/hello', {}, 'token_missing', 401],
      ['a guard with a bad one', '/hello', bearer('x'), 'token_not_valid', 401],
      ['a token route', '/api/token/refresh', json({ refresh: 'x' }), 'token_not_valid', 401],
      ['a body at fault', '/api/token/refresh', json({}), 'invalid_request', 400],
      ['a wrong method', '/api/token/refresh', {}, 'method_not_allowed', 405],
    ] as const)("of %s is the app's to answer", async (_name, path, init, code, status) => {
      const { error, status: sent } = await forwarded(path, init);
      expect(sent).toBe(418);
      expect([error.code, error.status, error.statusCode, error.expose, error.toJSON().code]).toEqual([
        code,
        status,
        status,
        true,
        code,
      ]);
    });

    it('of a lacking scope carries its headers', async () => {
      const { error } = await forwarded('/hello', bearer((await issue()).access));
      expect(error.headers).toMatchObject({
        vary: 'Authorization, Cookie',
        'www-authenticate': expect.stringContaining('scope="admin"'),
      });
    });

    it("is answered by Express's own handler with status and headers where the app has none", async () => {
      const app = express().set('env', 'test');
      app.get('/hello', expressAuth(auth, { errors: 'forward' }).guard(), (_req, res) => void res.end());
      const { url } = await listen(app);
      const answer = await fetch(`${url}/hello`);
      expect([answer.status, answer.headers.get('www-authenticate'), answer.headers.get('vary')]).toEqual([
        401,
        'Bearer realm="api"',
        'Authorization, Cookie',
      ]);
    });

    it('does not reach the handler behind the guard', async () => {
      let reached = false;
      const app = express();
      app.get('/hello', expressAuth(auth, { errors: 'forward' }).guard(), (_req, res) => {
        reached = true;
        res.end();
      });
      app.use(sendAuthError);
      const { url } = await listen(app);
      expect((await fetch(`${url}/hello`, bearer('x'))).status).toBe(401);
      expect(reached).toBe(false);
    });
  });

  describe('an error that is not of the family', () => {
    it("of a handler behind a guard reaches the app's error handler, once", async () => {
      const seen: unknown[] = [];
      const app = express();
      app.get('/hello', expressAuth(auth).guard(), () => {
        throw new Error('mine');
      });
      app.use(((error, _req, res, _next) => {
        seen.push((error as Error).message);
        res.status(500).end();
      }) satisfies ErrorRequestHandler);
      const { url } = await listen(app);
      expect((await fetch(`${url}/hello`, bearer((await issue()).access))).status).toBe(500);
      expect(seen).toEqual(['mine']);
    });
  });

  it('answers a body of 1 MB with 413 on a connection that lives', async () => {
    const { url } = await listen(addRoutes(express(), auth, { errors: 'answer' }));
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
      const whole = await text(res);
      return {
        status: res.statusCode,
        code: (JSON.parse(whole) as { code?: string }).code,
        connection: res.headers.connection,
        socket: req.socket,
      };
    };
    const large = Buffer.alloc(1 << 20, 'x');
    const told = await post(large);
    const chunked = await post(large, { 'transfer-encoding': 'chunked' });
    const small = await post(Buffer.from('{"refresh":"x"}'));
    expect([told.status, told.code, chunked.status, chunked.code, small.status, small.code]).toEqual([
      413,
      'payload_too_large',
      413,
      'payload_too_large',
      401,
      'token_not_valid',
    ]);
    expect([told.connection, chunked.connection]).toEqual(['keep-alive', 'keep-alive']);
    expect(chunked.socket).toBe(told.socket);
    expect(small.socket).toBe(told.socket);
  });

  it('survives a client that goes away in the middle of a body', async () => {
    const { url } = await listen(addRoutes(express(), auth, { errors: 'answer' }));
    const req = request(`${url}/api/token/refresh`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': '1000' },
    });
    req.on('error', () => {});
    req.write('{"refresh":');
    await once(req, 'socket');
    await new Promise<void>((resolve) => req.write('"', () => resolve()));
    req.destroy();
    expect((await fetch(`${url}/api/token/refresh`, json({ refresh: 'x' }))).status).toBe(401);
  });
});

describe('two auths in one app', () => {
  it('never take whom the other has let pass', async () => {
    const [one, other] = [makeAuth(), makeAuth()];
    const { access } = await one.sessions.issue({ subject: 'ada' });
    const [first, second] = [expressAuth(one), expressAuth(other)];
    const seen: unknown[] = [];
    const app = VERSIONS[0]?.[1]() as Express;
    app.get('/', first.guard(), (req, res) => {
      seen.push(first.getAuth(req).subject, second.getOptionalAuth(req));
      res.end();
    });
    const { url } = await listen(app);
    await fetch(url, bearer(access));
    expect(seen).toEqual(['ada', undefined]);
  });
});

describe('getAuth', () => {
  const handlers = async (options: { guarded: 'required' | 'optional' | 'none' }, token?: string) => {
    const auth = makeAuth();
    const { access } = await auth.sessions.issue({ subject: 'ada' });
    const { guard, getAuth, getOptionalAuth } = expressAuth(auth);
    const seen: { auth?: unknown; optional?: unknown; error?: unknown } = {};
    const handler = (req: Request): void => {
      seen.optional = getOptionalAuth(req);
      try {
        seen.auth = getAuth(req);
      } catch (error) {
        seen.error = error;
      }
    };
    const [, express] = VERSIONS[0] as (typeof VERSIONS)[number];
    const app = express();
    const guards = { required: [guard()], optional: [guard({ optional: true })], none: [] }[options.guarded];
    app.get('/x', ...guards, (req, res) => {
      handler(req);
      res.end();
    });
    const { url } = await listen(app);
    await fetch(`${url}/x`, token === undefined ? {} : bearer(token === 'good' ? access : token));
    return seen;
  };

  it('gives who passed a guard', async () => {
    expect(await handlers({ guarded: 'required' }, 'good')).toMatchObject({
      auth: { subject: 'ada' },
      optional: { subject: 'ada' },
    });
    expect(await handlers({ guarded: 'optional' }, 'good')).toMatchObject({
      auth: { subject: 'ada' },
      optional: { subject: 'ada' },
    });
  });

  it.each([
    ['no guard ran', 'none', 'good'],
    ['an optional guard let an anonymous request pass', 'optional', undefined],
  ] as const)('is a TypeError where %s', async (_name, guarded, token) => {
    const seen = await handlers({ guarded }, token);
    expect(seen.error).toBeInstanceOf(TypeError);
    expect([seen.auth, seen.optional]).toEqual([undefined, undefined]);
  });
});

describe('the options', () => {
  const auth = makeAuth();

  it.each([
    ['an unknown value', { errors: 'throw' }],
    ['null', { errors: null }],
    ['a misspelt name', { error: 'forward' }],
  ])("refuse %s when the adapter is made, with one of Node's codes", (_name, options) => {
    expect(() => expressAuth(auth, options as unknown as AdapterOptions)).toThrow(
      expect.objectContaining({ name: 'TypeError', code: expect.stringMatching(/^ERR_INVALID_ARG_/) }),
    );
  });

  it('of a guard are judged when the guard is made', () => {
    expect(() => expressAuth(auth).guard({ scopes: 'read' } as never)).toThrow(TypeError);
  });

  it('make an adapter that is frozen', () => {
    expect(Object.isFrozen(expressAuth(auth))).toBe(true);
  });
});

describe('a store that fails behind Express', () => {
  it('is 503 for a guard and the token routes, and no unhandled error', async () => {
    const auth = makeAuth({ resolve: () => Promise.reject(new Error('away')) });
    const [, express] = VERSIONS[0] as (typeof VERSIONS)[number];
    const { url } = await listen(addRoutes(express(), auth, { errors: 'answer' }));
    const answer = await fetch(`${url}/api/token/`, json({ username: 'ada', password: 'x' }));
    expect([answer.status, (await answer.json()) as object]).toEqual([
      503,
      new BackendUnavailableError().toJSON(),
    ]);
  });
});
