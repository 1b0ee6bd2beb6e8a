import type { Auth } from '@tokenpair/core';
import { expressAuth } from '@tokenpair/express';
import { type HttpServerOptions, httpContract } from '@tokenpair/testkit';
import type { Express } from 'express';
import { describe, it } from 'vitest';
import { addRoutes, serve, VERSIONS } from './support.ts';

/** The routes of the contract: those of every test, and the guarded one for POST. */
function addAll(app: Express, auth: Auth, options: HttpServerOptions): Express {
  const { guard } = expressAuth(auth, options);
  app.post('/hello', guard(), (_req, res) => void res.json({ message: 'Hello, World!' }));
  return addRoutes(app, auth, options);
}

describe.each(VERSIONS)('%s', (_name, express) => {
  describe('without a body parser', () => {
    httpContract({ describe, it, start: (auth, options) => serve(addAll(express(), auth, options)) });
  });

  describe('with body parsers before', () => {
    const start = (auth: Auth, options: HttpServerOptions) =>
      serve(
        addAll(
          express()
            .use(express.json())
            .use(express.urlencoded({ extended: true })),
          auth,
          options,
        ),
      );
    httpContract({ describe, it, start, bodyParser: true });
  });

  describe('in a mounted sub-app', () => {
    // Everything one level down; the prefix is stripped before Express sees it, as a reverse proxy would not.
    const start = (auth: Auth, options: HttpServerOptions) =>
      serve(express().use(addAll(express(), auth, options)));
    httpContract({ describe, it, start });
  });
});
