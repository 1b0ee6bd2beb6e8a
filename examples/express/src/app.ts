import { type AuthRequest, type AuthResponse, NotFoundError } from '@tokenpair/core';
import { errorAnswer, jsonAnswer } from '@tokenpair/core/http';
import { fromNodeRequest } from '@tokenpair/core/node';
import { expressAuth } from '@tokenpair/express';
import { type Service, toAuthError } from '@tokenpair-examples/shared';
import express, { type ErrorRequestHandler, type Express, type Request, type Response } from 'express';

/** The example service on Express. */
export function createApp(service: Service): Express {
  const { accounts, auth, requestLog, settings } = service;
  const { guard, routes, getAuth, getOptionalAuth } = expressAuth(auth, { errors: 'forward' });
  const app = express();
  app
    .disable('x-powered-by')
    .disable('etag')
    .set('case sensitive routing', true)
    .set('trust proxy', settings.trustProxy);

  app.use((req, res, next) => {
    requestLog.begin(req, res, req);
    next();
  });

  app.use('/api/token', routes());
  app.get('/hello', guard(), (_req, res) => send(service.hello(), res));
  app.get('/me', guard(), (req, res) => send(service.me(getAuth(req)), res));
  app.get('/optional', guard({ optional: true }), (req, res) =>
    send(service.whoever(getOptionalAuth(req)), res),
  );
  app.get('/admin', guard({ scope: 'admin' }), (_req, res) => send(service.helloAdmin(), res));

  app.post('/me/password', guard(), async (req, res) => {
    write(await accounts.changePassword(getAuth(req), toAuthRequest(req)), res);
  });
  app.post('/users/:name/password', guard({ scope: 'admin' }), async (req, res) => {
    send(await accounts.setPassword(nameOf(req), toAuthRequest(req)), res);
  });
  app.post('/users/:name/disable', guard({ scope: 'admin' }), async (req, res) => {
    send(await accounts.disable(nameOf(req)), res);
  });
  app.post('/users/:name/enable', guard({ scope: 'admin' }), async (req, res) => {
    send(await accounts.enable(nameOf(req)), res);
  });

  app.get('/healthz', (_req, res) => send(service.health(), fresh(res)));
  app.get('/readyz', async (_req, res) => send(await service.ready(), fresh(res)));
  app.get('/.well-known/jwks.json', (_req, res) => {
    res.setHeader('Cache-Control', 'public, max-age=300');
    send(service.jwks(), res);
  });

  app.use(() => {
    throw new NotFoundError();
  });

  const answerError: ErrorRequestHandler = (thrown, req, res, _next) => {
    // Express decodes a name before it looks at the method.
    const isNoRoute = thrown instanceof URIError && req.method !== 'POST';
    const error = isNoRoute ? new NotFoundError() : toAuthError(thrown);
    requestLog.fail(req, error);
    if (res.headersSent) return void res.destroy();
    write(errorAnswer(error), res);
  };
  return app.use(answerError);
}

/** Not `res.json`: it answers 304 to `If-None-Match: *`, which none of these routes means. */
function send(body: object, res: Response): void {
  const { headers, ...answer } = jsonAnswer(body);
  write({ ...answer, headers: headers.filter(([name]) => name !== 'cache-control') }, res);
}

function write({ status, headers, body }: AuthResponse, res: Response): void {
  res.status(status);
  for (const [name, value] of headers) {
    if (name === 'set-cookie') res.append(name, value);
    else res.setHeader(name, value);
  }
  // Said here, since Node does not count the body that an answer to HEAD leaves out.
  if (body !== undefined) res.setHeader('Content-Length', Buffer.byteLength(body));
  res.end(body);
}

/** For an answer that no cache may keep. */
function fresh(res: Response): Response {
  return res.setHeader('Cache-Control', 'no-store');
}

function nameOf(req: Request): string {
  return String(req.params['name']);
}

/** Core reads bodies itself, so the app needs no body parser. */
function toAuthRequest(req: Request): AuthRequest {
  return fromNodeRequest(req, { path: req.path, ip: req.ip, parsed: req.body });
}
