import type { KeyInput } from '@tokenpair/core';
import { createSimpleJwtAuth, type SimpleJwtAuth } from '@tokenpair/core/simplejwt';
import { expressAuth } from '@tokenpair/express';
import express, { type Express } from 'express';
import type { Pool } from 'pg';
import { checkPassword, findPerson } from '../people.ts';
import { djangoBlacklist } from './django-blacklist.ts';

/** `keys` are Django's: `{ alg: 'HS256', secret: SIGNING_KEY }`, or `{ alg: 'RS256', privateKey: SIGNING_KEY }`. */
export function createFleetAuth(keys: KeyInput, pool: Pool): SimpleJwtAuth {
  return createSimpleJwtAuth({
    keys,
    store: djangoBlacklist(pool),
    refresh: { rotate: true }, // as ROTATE_REFRESH_TOKENS with BLACKLIST_AFTER_ROTATION
    resolve: (subject) => ({ active: findPerson(subject) !== undefined }),
    login: ({ username, password }) => {
      const user = checkPassword(username, password);
      return user && { subject: user.id };
    },
  });
}

export function createApp(auth: SimpleJwtAuth): Express {
  const { guard, routes, getAuth } = expressAuth(auth);
  return express()
    .use('/api/token', routes())
    .get('/me', guard(), (req, res) => void res.json({ id: getAuth(req).subject }));
}
