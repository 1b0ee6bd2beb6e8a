/**
 * Tokenpair for Koa.
 *
 * @module
 */
export { type KoaAuth, type KoaAuthState, type KoaMiddleware, koaAuth } from './koa-auth.ts';
