import { AuthError, createAuth, TokenNotValidError, TokenRevokedError, toPairBody } from '@tokenpair/core';
import { memoryStore } from '@tokenpair/core/memory';
import { expressAuth } from '@tokenpair/express';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { expressjwt, UnauthorizedError } from 'express-jwt';
import type { JwtPayload } from 'jsonwebtoken';
import { checkPassword } from '../people.ts';

export function createApp(oldSecret: string, secret: string): Express {
  const store = memoryStore(); // one that outlives the process and that all processes share, in production
  const auth = createAuth({
    issuer: 'https://api.example.com',
    audience: 'https://api.example.com',
    keys: { alg: 'HS256', secret },
    store,
    login: ({ username, password }) => {
      const user = checkPassword(username, password);
      return user && { subject: user.id, scope: user.scope };
    },
  });
  const { guard, routes, getOptionalAuth } = expressAuth(auth, { errors: 'forward' });
  const isNew = guard();
  const isOld = expressjwt({ secret: oldSecret, algorithms: ['HS256'], requestProperty: 'old' });
  const oldClaims = (req: object): JwtPayload => (req as { old?: JwtPayload }).old ?? {};

  /** Only what is no token of Tokenpair's gets a second look: one that has expired or been revoked is refused. */
  const either: RequestHandler = (req, res, next) =>
    isNew(req, res, (error?: unknown) => {
      if (error instanceof TokenNotValidError) void isOld(req, res, next);
      else next(error);
    });

  /** An old token for a session, once; the client has to log in again only if this answer is lost. */
  const exchange: RequestHandler = async (req, res) => {
    const { sub: subject, jti: id, exp, scope } = oldClaims(req);
    if (!subject || !id || !exp) throw new TokenNotValidError(); // no name or no end: it could be exchanged again
    const isFirst = await store.blacklist({ id, subject, expiresAt: exp * 1000 }, Date.now());
    if (!isFirst) throw new TokenRevokedError();
    res.set('Cache-Control', 'no-store').json(toPairBody(await auth.sessions.issue({ subject, scope })));
  };

  const answerError: ErrorRequestHandler = (error, _req, res, next) => {
    if (error instanceof AuthError) res.status(error.status).set(error.headers).json(error);
    else if (error instanceof UnauthorizedError) res.status(error.status).json({ code: error.code });
    else next(error);
  };

  return express()
    .post('/api/token/exchange', isOld, exchange)
    .use('/api/token', routes())
    .get('/me', either, (req, res) => {
      res.json({ id: getOptionalAuth(req)?.subject ?? oldClaims(req).sub });
    })
    .use(answerError);
}
