import { type Auth, AuthError, TokenNotValidError, toPairBody } from '@tokenpair/core';
import type { SimpleJwtAuth } from '@tokenpair/core/simplejwt';
import { expressAuth } from '@tokenpair/express';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';

/** `django` takes the tokens that are still about, `auth` issues Tokenpair's own; each with a key of its own. */
export function createApp(django: SimpleJwtAuth, auth: Auth): Express {
  const old = expressAuth(django, { errors: 'forward' });
  const own = expressAuth(auth, { errors: 'forward' });

  /** What is no token of Tokenpair's may be one of Django's; one that has expired or been revoked is refused. */
  const either = (first: RequestHandler, second: RequestHandler): RequestHandler => {
    return (req, res, next) =>
      first(req, res, (error?: unknown) => {
        if (error instanceof TokenNotValidError) void second(req, res, next);
        else next(error);
      });
  };

  /** A refresh token of Django's for a session. */
  const moveOver: RequestHandler = async (req, res) => {
    const { access } = await django.refresh(req.body.refresh);
    const { subject } = await django.verify(access);
    const pair = await auth.sessions.issue({ subject }, { userAgent: req.get('User-Agent') ?? '' });
    res.set('Cache-Control', 'no-store').json(toPairBody(pair));
  };
  const oldRoutes = express.Router().post('/refresh', moveOver).use(old.routes());

  const answerError: ErrorRequestHandler = (error, _req, res, next) => {
    if (error instanceof AuthError) res.status(error.status).set(error.headers).json(error);
    else next(error);
  };

  return express()
    .use('/api/token', express.json(), express.urlencoded(), either(own.routes(), oldRoutes))
    .get('/me', either(own.guard(), old.guard()), (req, res) => {
      res.json({ id: (own.getOptionalAuth(req) ?? old.getOptionalAuth(req))?.subject });
    })
    .use(answerError);
}
