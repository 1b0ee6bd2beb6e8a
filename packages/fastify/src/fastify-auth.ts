import {
  type AdapterOptions,
  type AuthAnswer,
  type AuthSeam,
  type GuardOptions,
  type GuardOutcome,
  resolveAdapterOptions,
} from '@tokenpair/core';
import type { FastifyPluginAsync } from 'fastify';
import fp from 'fastify-plugin';
import { decoratorNames } from './decorator-names.ts';
import {
  type FastifyAuthReply,
  type FastifyAuthRequest,
  type FastifyGuard,
  setHeaders,
  writeAnswer,
} from './messages.ts';
import { tokenRoutes } from './token-routes.ts';

/** Options of {@link fastifyAuth}. */
export interface FastifyAuthOptions extends AdapterOptions {
  /**
   * The name under which requests show who passed a guard; another one for a second auth in the same scope, `null` for none.
   *
   * @default 'auth'
   */
  readonly decorate?: string | null;
}

/** An auth or a verifier in a Fastify app. `Who` is what its guards find. */
export interface FastifyAuth<Who> {
  /** Decorates requests with `auth`; registered once, before routes with guards. A name that is taken ends the start. */
  readonly plugin: FastifyPluginAsync;
  /** Hook for a route or a scope, as `onRequest` (any later one will do): who passes is in `request.auth`. @throws TypeError for wrong options */
  guard(options?: GuardOptions<Who>): FastifyGuard;
  /**
   * Plugin with the token endpoints, to be registered under a prefix; works with and without content type parsers of the app. A method is 405 when Fastify knows
   * it: others are its 404 unless the app has added them (`addHttpMethod`) before.
   *
   * @throws TypeError for a verifier, which issues nothing
   */
  routes(): FastifyPluginAsync;
  /** Who a guarded request comes from, by a guard of this auth. @throws TypeError when none has let somebody pass */
  getAuth(request: FastifyAuthRequest): Who;
  /** Who a request comes from behind an optional guard of this auth; `undefined` when anonymous. */
  getOptionalAuth(request: FastifyAuthRequest): Who | undefined;
}

/**
 * Puts an auth or a verifier into a Fastify app, version 5. With `errors: 'forward'` a refusal is thrown to the app's error handler.
 *
 * @throws TypeError for options that are wrong
 *
 * @example
 * ```ts
 * import { createAuth } from '@tokenpair/core';
 * import { memoryStore } from '@tokenpair/core/memory';
 * import { fastifyAuth } from '@tokenpair/fastify';
 * import Fastify from 'fastify';
 *
 * const auth = createAuth({
 *   issuer: 'https://api.example.com',
 *   audience: 'https://api.example.com',
 *   keys: { alg: 'HS256', secret: crypto.getRandomValues(new Uint8Array(32)) },
 *   store: memoryStore(),
 * });
 * const { plugin, guard, routes, getAuth } = fastifyAuth(auth);
 * const app = Fastify();
 * app.register(plugin);
 * app.register(routes(), { prefix: '/api/token' });
 * app.get('/hello', { onRequest: guard() }, async (request) => ({ subject: getAuth(request).subject }));
 * ```
 */
export function fastifyAuth<Who>(auth: AuthSeam<Who>, options: FastifyAuthOptions = {}): FastifyAuth<Who> {
  const { decorate = 'auth', ...rest } = options;
  const { errors } = resolveAdapterOptions(rest);
  // A name of this adapter's own beside the public one, which another auth may have in another scope.
  const own = Symbol('tokenpair');
  const names = decoratorNames(own, decorate);

  function refuse(answer: AuthAnswer, reply: FastifyAuthReply, forward: (error: Error) => void): void {
    if (errors === 'forward' && answer.error !== undefined) forward(answer.error);
    else writeAnswer(answer, reply);
  }

  function setAuth(request: object, who: Who | undefined): void {
    const shown = request as Record<string | symbol, unknown>;
    for (const name of names) shown[name] = who;
  }

  const getOptionalAuth = (request: FastifyAuthRequest): Who | undefined => (request as { [own]?: Who })[own];

  return Object.freeze({
    plugin: fp(
      async (app) => {
        for (const name of names) app.decorateRequest(name);
      },
      { name: '@tokenpair/fastify', fastify: '5.x' },
    ),
    guard(options?: GuardOptions<Who>) {
      const check = auth.guard(options);
      return function tokenpairGuard(request, reply, done) {
        const settle = (outcome: GuardOutcome<Who>): void => {
          if (!outcome.passed) {
            refuse(outcome.answer, reply, done);
            return;
          }
          setHeaders(reply, check.headers);
          setAuth(request, outcome.auth);
          done();
        };
        const { rawHeaders, url } = request.raw;
        const outcome = check({ method: request.method, rawHeaders, url });
        if (outcome instanceof Promise) outcome.then(settle).catch(done);
        else settle(outcome);
      };
    },
    routes() {
      const { handle } = auth;
      if (handle === undefined) throw new TypeError('a verifier issues nothing and has no token endpoints');
      const toApp = (error: Error): never => {
        throw error;
      };
      return tokenRoutes(handle, (answer, reply) => refuse(answer, reply, toApp));
    },
    getAuth(request: FastifyAuthRequest) {
      const who = getOptionalAuth(request);
      if (who === undefined) throw new TypeError('no guard has let anybody pass on this request');
      return who;
    },
    getOptionalAuth,
  } satisfies FastifyAuth<Who>);
}
