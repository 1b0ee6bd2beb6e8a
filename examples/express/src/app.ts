import { type AuthRequest, type AuthResponse, NotFoundError } from '@tokenpair/core';
import { errorAnswer } from '@tokenpair/core/http';
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
    requestLog.begin(req, res, req.ip);
    next();
  });

  app.use('/api/token', routes());
  app.get('/hello', guard(), (_req, res) => void res.json(service.hello()));
  app.get('/me', guard(), (req, res) => void res.json(service.me(getAuth(req))));
  app.get(
    '/optional',
    guard({ optional: true }),
    (req, res) => void res.json(service.whoever(getOptionalAuth(req))),
  );
  app.get('/admin', guard({ scope: 'admin' }), (_req, res) => void res.json(service.helloAdmin()));

  app.post('/me/password', guard(), async (req, res) => {
    write(await accounts.changePassword(getAuth(req), toAuthRequest(req)), res);
  });
  app.post('/users/:name/password', guard({ scope: 'admin' }), async (req, res) => {
    res.json(await accounts.setPassword(nameOf(req), toAuthRequest(req)));
  });
  app.post('/users/:name/disable', guard({ scope: 'admin' }), async (req, res) => {
    res.json(await accounts.disable(nameOf(req)));
  });
  app.post('/users/:name/enable', guard({ scope: 'admin' }), async (req, res) => {
    res.json(await accounts.enable(nameOf(req)));
  });

  app.get('/healthz', (_req, res) => void fresh(res).json(service.health()));
  app.get('/readyz', async (_req, res) => void fresh(res).json(await service.ready()));
  app.get('/.well-known/jwks.json', (_req, res) => {
    res.setHeader('Cache-Control', 'public, max-age=300');
    res.json(service.jwks());
  });

  app.use(() => {
    throw new NotFoundError();
  });

  const answerError: ErrorRequestHandler = (thrown, req, res, _next) => {
    const error = toAuthError(thrown);
    requestLog.fail(req, error);
    if (res.headersSent) return void res.destroy();
    write(errorAnswer(error), res);
  };
  return app.use(answerError);
}

function write({ status, headers, body }: AuthResponse, res: Response): void {
  res.status(status);
  for (const [name, value] of headers) {
    if (name === 'set-cookie') res.append(name, value);
    else res.setHeader(name, value);
  }
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
