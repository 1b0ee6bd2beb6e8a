import {
  type AdapterOptions,
  type AuthAnswer,
  type AuthSeam,
  belowPrefix,
  type GuardOptions,
  type GuardOutcome,
  type RoutesOptions,
  resolveAdapterOptions,
} from '@tokenpair/core';
import { fromNodeRequest, setNodeHeaders } from '@tokenpair/core/node';
import type { Middleware, ParameterizedContext } from 'koa';

/** A middleware for an app of any state and context, which leaves both as they are. */
export type KoaMiddleware = Middleware<object, object>;

/** The state behind a guard, for `new Koa<KoaAuthState<Authentication>>()`. */
export interface KoaAuthState<Who> {
  /** Who the request comes from; `undefined` without a guard, or anonymous behind an optional one. */
  auth?: Who | undefined;
}

/** What is looked at of a context. */
type WithState = Pick<Context, 'state'>;
type Context = ParameterizedContext<object, object>;

/** An auth or a verifier in a Koa app. `Who` is what its guards find. */
export interface KoaAuth<Who> {
  /** Middleware for what is behind it: who passes is in `ctx.state.auth`. @throws TypeError for wrong options */
  guard(options?: GuardOptions<Who>): KoaMiddleware;
  /**
   * Middleware with the token endpoints, mounted by koa-mount or under a prefix; works with and without a body parser before it.
   *
   * @throws TypeError for a wrong prefix, and for a verifier, which issues nothing
   */
  routes(options?: RoutesOptions): KoaMiddleware;
  /** Who a guarded request comes from, by a guard of this auth. @throws TypeError when none has let somebody pass */
  getAuth(ctx: WithState): Who;
  /** Who a request comes from behind an optional guard of this auth; `undefined` when anonymous. */
  getOptionalAuth(ctx: WithState): Who | undefined;
}

/**
 * Puts an auth or a verifier into a Koa app, 2.15 or later and 3. With `errors: 'forward'` a refusal is thrown.
 *
 * @throws TypeError for options that are wrong
 *
 * @example
 * ```ts
 * import { createAuth } from '@tokenpair/core';
 * import { memoryStore } from '@tokenpair/core/memory';
 * import { koaAuth } from '@tokenpair/koa';
 * import Koa from 'koa';
 *
 * const auth = createAuth({
 *   issuer: 'https://api.example.com',
 *   audience: 'https://api.example.com',
 *   keys: { alg: 'HS256', secret: crypto.getRandomValues(new Uint8Array(32)) },
 *   store: memoryStore(),
 * });
 * const { guard, routes, getAuth } = koaAuth(auth);
 * const app = new Koa();
 * app.use(routes({ prefix: '/api/token' }));
 * app.use(guard());
 * app.use((ctx) => {
 *   ctx.body = { subject: getAuth(ctx).subject };
 * });
 * ```
 */
export function koaAuth<Who>(auth: AuthSeam<Who>, options: AdapterOptions = {}): KoaAuth<Who> {
  const { errors } = resolveAdapterOptions(options);
  // A name of this adapter's own beside `auth`, which guards of several auths share.
  const own = Symbol('tokenpair');

  // Async, so that what it throws is a rejection for whoever called the middleware.
  async function answer(ctx: Context, { status, headers, body, error }: AuthAnswer): Promise<void> {
    if (errors === 'forward' && error !== undefined) throw error;
    setNodeHeaders(ctx.res, headers);
    ctx.body = body ?? null;
    ctx.status = status;
  }

  function setAuth(state: { auth?: unknown; [own]?: Who | undefined }, who: Who | undefined): void {
    state.auth = who;
    state[own] = who;
  }

  const getOptionalAuth = ({ state }: WithState): Who | undefined => (state as { [own]?: Who })[own];

  return Object.freeze({
    guard(options?: GuardOptions<Who>) {
      const check = auth.guard(options);
      return function tokenpairGuard(ctx, next) {
        const settle = (outcome: GuardOutcome<Who>): Promise<void> => {
          if (!outcome.passed) return answer(ctx, outcome.answer);
          setNodeHeaders(ctx.res, check.headers);
          setAuth(ctx.state, outcome.auth);
          return next();
        };
        const judged = check({ method: ctx.method, rawHeaders: ctx.req.rawHeaders, url: ctx.req.url });
        // Without a wait, and without a promise of its own, where nothing has to be asked.
        return judged instanceof Promise ? judged.then(settle) : settle(judged);
      };
    },
    routes(options?: RoutesOptions) {
      const { handle } = auth;
      if (handle === undefined) throw new TypeError('a verifier issues nothing and has no token endpoints');
      const below = belowPrefix(options);
      return async function tokenpairRoutes(ctx, next) {
        const path = below(ctx.path);
        const { body: parsed } = ctx.request as { body?: unknown };
        const ip = ctx.ip || undefined;
        const given =
          path === undefined ? undefined : await handle(fromNodeRequest(ctx.req, { path, ip, parsed }));
        if (given === undefined) await next();
        else await answer(ctx, given);
      };
    },
    getAuth(ctx: WithState) {
      const who = getOptionalAuth(ctx);
      if (who === undefined) throw new TypeError('no guard has let anybody pass on this request');
      return who;
    },
    getOptionalAuth,
  } satisfies KoaAuth<Who>);
}
