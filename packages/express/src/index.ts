/**
 * Tokenpair for Express.
 *
 * @module
 */
export { type ExpressAuth, expressAuth } from './express-auth.ts';
