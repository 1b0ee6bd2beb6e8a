/**
 * Guards and token endpoints for servers of `Request` and `Response`: Hono, Bun, Deno, workers.
 *
 * @module
 */
export { type FetchAuth, type FetchGuard, fetchAuth } from './fetch/fetch-auth.ts';
export type { FetchClient, FetchRoutes } from './fetch/fetch-routes.ts';
