import type { AdapterOptions, AuthSeam, GuardOptions, RoutesOptions } from '@tokenpair/core';
import { fetchAuth } from '@tokenpair/core/fetch';
import type { Context, MiddlewareHandler } from 'hono';
import { peerAddress } from './peer-address.ts';

/** Options of {@link honoAuth}. */
export interface HonoAuthOptions extends AdapterOptions {
  /**
   * The client's address, as far as the app trusts it: kept with sessions, and what logins are limited by.
   *
   * @default the address at the other end of the connection on `@hono/node-server`; none on other servers
   */
  readonly ip?: (c: Context) => string | undefined;
}

/** The variables behind a guard, for `new Hono<HonoAuthEnv<Authentication>>()` and `createFactory`. */
export interface HonoAuthEnv<Who> {
  Variables: {
    /** Who the request comes from; `undefined` when anonymous behind an optional guard. */
    auth: Who;
  };
}

/** A middleware that gives `c.var.auth` its type in the handlers after it. */
export type HonoGuard<Who> = MiddlewareHandler<HonoAuthEnv<Who>>;

/** An auth or a verifier in a Hono app. `Who` is what its guards find. */
export interface HonoAuth<Who> {
  /** Middleware for what is behind it: who passes is in `c.var.auth`. @throws TypeError for wrong options */
  guard(options?: GuardOptions<Who> & { readonly optional?: false }): HonoGuard<Who>;
  /** A guard that may be optional: who is anonymous is `undefined`. @throws TypeError for wrong options */
  guard(options: GuardOptions<Who>): HonoGuard<Who | undefined>;
  /**
   * Middleware with the token endpoints, before whatever reads bodies. The prefix is the whole of it: Hono takes no base path off.
   *
   * @throws TypeError for a wrong prefix, and for a verifier, which issues nothing
   */
  routes(options?: RoutesOptions): MiddlewareHandler;
  /** Who a guarded request comes from, by a guard of this auth. @throws TypeError when none has let somebody pass */
  getAuth(c: Context): Who;
  /** Who a request comes from behind an optional guard of this auth; `undefined` when anonymous. */
  getOptionalAuth(c: Context): Who | undefined;
}

/**
 * Puts an auth or a verifier into a Hono app, 4.6 or later, on any server. With `errors: 'forward'` a refusal is thrown to `app.onError`.
 *
 * @throws TypeError for options that are wrong
 *
 * @example
 * ```ts
 * import { createAuth } from '@tokenpair/core';
 * import { memoryStore } from '@tokenpair/core/memory';
 * import { honoAuth } from '@tokenpair/hono';
 * import { Hono } from 'hono';
 *
 * const auth = createAuth({
 *   issuer: 'https://api.example.com',
 *   audience: 'https://api.example.com',
 *   keys: { alg: 'HS256', secret: crypto.getRandomValues(new Uint8Array(32)) },
 *   store: memoryStore(),
 * });
 * const { guard, routes } = honoAuth(auth);
 * const app = new Hono();
 * app.use(routes({ prefix: '/api/token' }));
 * app.get('/hello', guard(), (c) => c.json({ subject: c.var.auth.subject }));
 *
 * export default app;
 * ```
 */
export function honoAuth<Who>(auth: AuthSeam<Who>, options: HonoAuthOptions = {}): HonoAuth<Who> {
  const { ip = peerAddress, ...rest } = options;
  if (typeof ip !== 'function')
    throw Object.assign(new TypeError('options.ip must be a function'), { code: 'ERR_INVALID_ARG_TYPE' });
  const fetched = fetchAuth(auth, rest);
  // Beside `c.var.auth`, which guards of several auths share.
  const known = new WeakMap<Context, Who>();

  return Object.freeze({
    guard(guardOptions?: GuardOptions<Who>): MiddlewareHandler {
      // Nobody only behind an optional guard, whose handlers are typed for that.
      const check = fetched.guard(guardOptions as GuardOptions<Who> & { readonly optional?: false });
      return async function tokenpairGuard(c, next) {
        let passed = false;
        const response = await check(c.req.raw, async (who) => {
          passed = true;
          c.set('auth', who);
          known.set(c, who);
          await next();
          return c.res;
        });
        if (!passed) return write(c, response);
        // A copy, where what the handler gave could not be changed.
        if (response !== c.res) replace(c, response);
        return undefined; // where nobody has answered, Hono says so
      };
    },
    routes(place?: RoutesOptions): MiddlewareHandler {
      const tokens = fetched.routes(place);
      return async function tokenpairRoutes(c, next) {
        const response = await tokens(c.req.raw, { ip: ip(c) });
        if (response === undefined) await next();
        return response && write(c, response);
      };
    },
    getAuth(c: Context) {
      const who = known.get(c);
      if (who === undefined) throw new TypeError('no guard has let anybody pass on this request');
      return who;
    },
    getOptionalAuth: (c: Context) => known.get(c),
  } satisfies HonoAuth<Who>);
}

/** With the headers that middleware has set before, but for those that the answer has itself. */
function write(c: Context, response: Response): Response {
  return c.newResponse(response.body, response);
}

/** Hono would put the headers of the one before over those of the new one. */
function replace(c: Context, response: Response): void {
  c.res = undefined;
  c.res = response;
}
