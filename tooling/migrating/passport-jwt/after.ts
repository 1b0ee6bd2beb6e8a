import { createAuth } from '@tokenpair/core';
import { memoryStore } from '@tokenpair/core/memory';
import { expressAuth } from '@tokenpair/express';
import express, { type Express } from 'express';
import { checkPassword, findPerson } from '../people.ts';

export function createApp(secret: string): Express {
  const auth = createAuth({
    issuer: 'https://api.example.com',
    audience: 'https://api.example.com',
    keys: { alg: 'HS256', secret },
    store: memoryStore(), // one that outlives the process and that all processes share, in production
    login: ({ username, password }) => {
      const user = checkPassword(username, password);
      return user && { subject: user.id };
    },
    loadUser: ({ subject }) => findPerson(subject), // the verify callback of the strategy
  });
  const { guard, routes, getAuth, getOptionalAuth } = expressAuth(auth);
  const isAdmin = guard({ when: ({ user }) => user.scope.split(' ').includes('admin') });

  return express()
    .use('/api/token', routes())
    .get('/me', guard(), (req, res) => void res.json({ id: getAuth(req).user.id }))
    .get('/news', guard({ optional: true, onInvalid: 'anonymous' }), (req, res) => {
      res.json({ reader: getOptionalAuth(req)?.user.id ?? null });
    })
    .get('/admin', isAdmin, (_req, res) => void res.json({ hello: 'admin' }));
}
