import type { Auth } from '@tokenpair/core';
import { type HttpServerOptions, httpContract } from '@tokenpair/testkit';
import { describe, it } from 'vitest';
import { addRoutes, serve, VERSIONS } from './support.ts';

describe.each(VERSIONS)('%s', (_name, express) => {
  describe('without a body parser', () => {
    httpContract({ describe, it, start: (auth, options) => serve(addRoutes(express(), auth, options)) });
  });

  describe('with body parsers before', () => {
    const start = (auth: Auth, options: HttpServerOptions) =>
      serve(
        addRoutes(
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
      serve(express().use(addRoutes(express(), auth, options)));
    httpContract({ describe, it, start });
  });
});
