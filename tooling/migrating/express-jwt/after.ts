import { createAuth } from '@tokenpair/core';
import { memoryStore } from '@tokenpair/core/memory';
import { expressAuth } from '@tokenpair/express';
import express, { type Express } from 'express';
import { checkPassword } from '../people.ts';

export function createApp(secret: string): Express {
  const auth = createAuth({
    issuer: 'https://api.example.com',
    audience: 'https://api.example.com',
    keys: { alg: 'HS256', secret },
    store: memoryStore(), // one that outlives the process and that all processes share, in production
    login: ({ username, password }) => {
      const user = checkPassword(username, password);
      return user && { subject: user.id, scope: user.scope };
    },
  });
  const { guard, routes, getAuth, getOptionalAuth } = expressAuth(auth);

  return express()
    .use('/api/token', routes())
    .get('/me', guard(), (req, res) => void res.json({ id: getAuth(req).subject }))
    .get('/news', guard({ optional: true }), (req, res) => {
      res.json({ reader: getOptionalAuth(req)?.subject ?? null });
    })
    .get('/admin', guard({ scope: 'admin' }), (_req, res) => void res.json({ hello: 'admin' }))
    .all('/report', guard(), (_req, res) => void res.json({ report: [] }));
}
