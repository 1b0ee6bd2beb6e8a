import { randomUUID } from 'node:crypto';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { expressjwt, UnauthorizedError } from 'express-jwt';
import jwt, { type JwtPayload } from 'jsonwebtoken';
import { checkPassword } from '../people.ts';

export function createApp(secret: string): Express {
  const required = expressjwt({ secret, algorithms: ['HS256'] });
  const optional = expressjwt({ secret, algorithms: ['HS256'], credentialsRequired: false });

  const claimsOf = (req: object): JwtPayload | undefined => (req as { auth?: JwtPayload }).auth;

  const needsScope =
    (scope: string): RequestHandler =>
    (req, res, next) => {
      if (String(claimsOf(req)?.['scope']).split(' ').includes(scope)) next();
      else res.status(403).json({ code: 'permission_denied' });
    };

  const answerError: ErrorRequestHandler = (error, _req, res, next) => {
    if (error instanceof UnauthorizedError) res.status(error.status).json({ code: error.code });
    else next(error);
  };

  return express()
    .post('/login', express.json(), (req, res) => {
      const user = checkPassword(req.body.username, req.body.password);
      if (user === undefined) return void res.status(401).json({ code: 'invalid_credentials' });
      const options = { subject: user.id, jwtid: randomUUID(), expiresIn: '1h' } as const;
      res.json({ token: jwt.sign({ scope: user.scope }, secret, options) });
    })
    .get('/me', required, (req, res) => void res.json({ id: claimsOf(req)?.sub }))
    .get('/news', optional, (req, res) => void res.json({ reader: claimsOf(req)?.sub ?? null }))
    .get('/admin', required, needsScope('admin'), (_req, res) => void res.json({ hello: 'admin' }))
    .all('/report', required, (_req, res) => void res.json({ report: [] }))
    .use(answerError);
}
