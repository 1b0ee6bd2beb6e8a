/**
 * Opt-in: import this once to give `request.auth` its type on every Fastify request of a program.
 *
 * @module
 */
import type { Authentication } from '@tokenpair/core';
import type {} from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who the request comes from; `undefined` without a guard, or anonymous behind an optional one. */
    auth?: Authentication | undefined;
  }
}
