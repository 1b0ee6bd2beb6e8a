/**
 * What the types of `@tokenpair/express` promise, and what must not compile. Checked by `npm run typecheck`; never run.
 */
import type { Auth, Authentication } from '@tokenpair/core';
import { type ExpressAuth, expressAuth } from '@tokenpair/express';
import '@tokenpair/express/augment';
import express, { type Request, type RequestHandler } from 'express';

declare const auth: Auth;

const adapter: ExpressAuth<Authentication> = expressAuth(auth, { errors: 'forward' });
const { guard, routes, getAuth, getOptionalAuth } = adapter;
const handlers: readonly RequestHandler[] = [guard(), guard({ scope: 'a', optional: true }), routes()];
express()
  .use('/api/token', routes())
  .get('/hello', ...handlers);

// @ts-expect-error an auth is needed
expressAuth();
// @ts-expect-error the options of an auth are no auth
expressAuth({ issuer: 'x', audience: 'y' });
// @ts-expect-error refusals are answered or forwarded
expressAuth(auth, { errors: 'throw' });
// @ts-expect-error a misspelt option
expressAuth(auth, { error: 'forward' });
// @ts-expect-error scopes are one text
guard({ scope: ['a'] });
// @ts-expect-error a misspelt option of a guard
guard({ scopes: 'a' });
// @ts-expect-error the prefix is said to app.use
routes('/api/token');

const handler = (req: Request): void => {
  const who: Authentication = getAuth(req);
  void who;
  // @ts-expect-error behind an optional guard nobody may be there
  const maybe: Authentication = getOptionalAuth(req);
  void maybe;
  // With the augmentation, which a program asks for by its import.
  const own: Authentication | undefined = req.auth;
  void own;
  // @ts-expect-error and nobody may be there either
  void req.auth.subject;
  // @ts-expect-error the subject is text
  const id: number = getAuth(req).subject;
  void id;
};
void handler;
// @ts-expect-error a request is needed
getAuth({ auth: { subject: 'x' } });
