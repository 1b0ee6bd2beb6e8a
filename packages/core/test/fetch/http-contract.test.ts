import type { Auth } from '@tokenpair/core';
import { fetchAuth } from '@tokenpair/core/fetch';
import { type HttpServerOptions, httpContract } from '@tokenpair/testkit';
import type { Hono } from 'hono';
import { describe, it } from 'vitest';
import { honoApp, json, plainApp, serve } from './support.ts';

/** The routes of the contract: those of every test, and the guarded one for POST. */
function wholeHonoApp(auth: Auth, options: HttpServerOptions): Hono {
  const member = fetchAuth(auth, options).guard();
  const app = honoApp(auth, options);
  app.post('/hello', (c) => member(c.req.raw, () => json({ message: 'Hello, World!' })));
  return app;
}

describe('Hono on node-server', () => {
  httpContract({ describe, it, start: (auth, options) => serve(wholeHonoApp(auth, options)) });
});

describe('Request and Response on node-server', () => {
  httpContract({ describe, it, start: (auth, options) => serve(plainApp(auth, options)) });
});
