/**
 * Tokenpair for Express.
 *
 * @module
 */
export { type ExpressAuth, type ExpressAuthOptions, expressAuth } from './express-auth.ts';
