/**
 * Opt-in: import this once to give `ctx.state.auth` its type on every Koa context of a program.
 *
 * @module
 */
import type { Authentication } from '@tokenpair/core';
import type {} from 'koa';

declare module 'koa' {
  interface DefaultState {
    /** Who the request comes from; `undefined` without a guard, or anonymous behind an optional one. */
    auth?: Authentication | undefined;
  }
}
