/**
 * Opt-in: import this once to give `req.auth` its type on every Express request of a program.
 *
 * @module
 */
import type { Authentication } from '@tokenpair/core';

declare global {
  namespace Express {
    interface Request {
      /** Who the request comes from; `undefined` without a guard, or anonymous behind an optional one. */
      auth?: Authentication | undefined;
    }
  }
}
