/**
 * Tokenpair for Express.
 *
 * @module
 */
export {
  type ExpressAuth,
  type ExpressAuthOptions,
  expressAuth,
  getAuth,
  getOptionalAuth,
} from './express-auth.ts';
