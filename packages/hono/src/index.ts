/**
 * Tokenpair for Hono.
 *
 * @module
 */
export {
  type HonoAuth,
  type HonoAuthEnv,
  type HonoAuthOptions,
  type HonoGuard,
  honoAuth,
} from './hono-auth.ts';
