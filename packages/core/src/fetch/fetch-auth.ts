import type { AdapterOptions } from '../config/adapter-options.ts';
import type { AuthSeam } from '../guard/auth-seam.ts';
import type { GuardOptions } from '../guard/guard.ts';
import type { RoutesOptions } from '../http/below-prefix.ts';
import { createFetchRoutes, createRespond, type FetchRoutes } from './fetch-routes.ts';
import { rawHeadersOf } from './from-fetch-request.ts';
import { guardedResponse } from './guarded-response.ts';

/**
 * Lets a request through to `handle`, with who sent it, and puts `Cache-Control` and `Vary` on the response that comes back; or answers the
 * refusal. `handle` is called at once where nothing has to be asked.
 */
export type FetchGuard<Who> = (
  request: Request,
  handle: (who: Who) => Response | Promise<Response>,
) => Promise<Response>;

/** An auth or a verifier on a server of `Request` and `Response`. `Who` is what its guards find. */
export interface FetchAuth<Who> {
  /** Makes a guard, once for a route. @throws TypeError for wrong options */
  guard(options?: GuardOptions<Who> & { readonly optional?: false }): FetchGuard<Who>;
  /** Makes a guard that may be optional: who is anonymous is `undefined`. @throws TypeError for wrong options */
  guard(options: GuardOptions<Who>): FetchGuard<Who | undefined>;
  /** Makes the token endpoints, once. @throws TypeError for a wrong prefix, and for a verifier, which issues nothing */
  routes(place?: RoutesOptions): FetchRoutes;
}

/**
 * Puts an auth or a verifier on a server of `Request` and `Response`: Hono, Bun, Deno, Workers, Next. With `errors: 'forward'` a refusal is
 * thrown, for the error handler of the server.
 *
 * @throws TypeError for options that are wrong
 *
 * @example
 * ```ts
 * import { createAuth } from '@tokenpair/core';
 * import { fetchAuth } from '@tokenpair/core/fetch';
 * import { memoryStore } from '@tokenpair/core/memory';
 *
 * const auth = createAuth({
 *   issuer: 'https://api.example.com',
 *   audience: 'https://api.example.com',
 *   keys: { alg: 'HS256', secret: crypto.getRandomValues(new Uint8Array(32)) },
 *   store: memoryStore(),
 * });
 * const { guard, routes } = fetchAuth(auth);
 * const tokens = routes({ prefix: '/api/token' });
 * const member = guard();
 *
 * export default {
 *   fetch: async (request: Request): Promise<Response> =>
 *     (await tokens(request)) ?? member(request, ({ subject }) => Response.json({ subject })),
 * };
 * ```
 */
export function fetchAuth<Who>(auth: AuthSeam<Who>, options: AdapterOptions = {}): FetchAuth<Who> {
  const respond = createRespond(options);

  return Object.freeze({
    guard(guardOptions?: GuardOptions<Who>): FetchGuard<Who> {
      const check = auth.guard(guardOptions);
      return async (request, handle) => {
        const { method, headers, url } = request;
        const judged = check({ method, rawHeaders: rawHeadersOf(headers), url });
        const outcome = judged instanceof Promise ? await judged : judged;
        if (!outcome.passed) return respond(outcome.answer, method);
        // Nobody only behind an optional guard, whose handler is typed for that.
        return guardedResponse(await handle(outcome.auth as Who), check.headers);
      };
    },
    routes(place: RoutesOptions = {}): FetchRoutes {
      const { handle } = auth;
      if (handle === undefined) throw new TypeError('a verifier issues nothing and has no token endpoints');
      return createFetchRoutes(handle, place, options);
    },
  } satisfies FetchAuth<Who>);
}
