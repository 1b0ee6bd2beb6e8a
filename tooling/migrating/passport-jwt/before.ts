import { randomUUID } from 'node:crypto';
import express, { type Express, type RequestHandler } from 'express';
import jwt from 'jsonwebtoken';
import { Passport } from 'passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { checkPassword, findPerson, type Person } from '../people.ts';

export function createApp(secret: string): Express {
  const passport = new Passport();
  const jwtFromRequest = ExtractJwt.fromAuthHeaderAsBearerToken();
  const strategy = new Strategy(
    { secretOrKey: secret, jwtFromRequest, algorithms: ['HS256'] },
    ({ sub }, done) => done(null, findPerson(sub) ?? false),
  );
  passport.use(strategy);
  const required: RequestHandler = passport.authenticate('jwt', { session: false });
  const optional: RequestHandler = (req, res, next) => {
    const settle = (error: unknown, user: Person | false): void => {
      if (user) req.user = user;
      next(error);
    };
    passport.authenticate('jwt', { session: false }, settle)(req, res, next);
  };
  const personOf = (req: Express.Request): Person | undefined => req.user as Person | undefined;

  return express()
    .post('/login', express.json(), (req, res) => {
      const user = checkPassword(req.body.username, req.body.password);
      if (user === undefined) return void res.status(401).json({ code: 'invalid_credentials' });
      res.json({ token: jwt.sign({}, secret, { subject: user.id, jwtid: randomUUID(), expiresIn: '1h' }) });
    })
    .get('/me', required, (req, res) => void res.json({ id: personOf(req)?.id }))
    .get('/news', optional, (req, res) => void res.json({ reader: personOf(req)?.id ?? null }))
    .get('/admin', required, (req, res) => {
      if (!personOf(req)?.scope.split(' ').includes('admin'))
        return void res.status(403).json({ code: 'permission_denied' });
      res.json({ hello: 'admin' });
    });
}
