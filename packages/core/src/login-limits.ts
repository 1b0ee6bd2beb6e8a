/**
 * Protection of a login against guessing: limits by network and account around the app's `login` hook, with limiters of the shape of
 * rate-limiter-flexible, and the client's address behind proxies.
 *
 * @module
 */
export {
  type ClientAddress,
  type ClientAddressOptions,
  clientAddress,
} from './login-limits/client-address.ts';
export { limitLogins } from './login-limits/limit-logins.ts';
export type { KnownNetworkMemory, LimiterState, LoginLimiter } from './login-limits/limiter.ts';
export type { KnownNetworks, LoginLimits } from './login-limits/login-limits-options.ts';
