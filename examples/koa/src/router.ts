/**
 * Koa brings no router, and these few routes need little of one.
 *
 * @module
 */
import { decodeSegment } from '@tokenpair-examples/shared';
import type { Context, Middleware } from 'koa';

/** A route for GET and HEAD. */
export function get(path: string, ...chain: readonly Middleware[]): Middleware {
  return route(['GET', 'HEAD'], path, chain);
}

/** A route for POST. */
export function post(path: string, ...chain: readonly Middleware[]): Middleware {
  return route(['POST'], path, chain);
}

/** What stands in the path at `:name`. */
export function nameOf({ state }: Context): string {
  return String(state['name']);
}

/** Takes its path with and without a slash at the end. */
function route(methods: readonly string[], path: string, chain: readonly Middleware[]): Middleware {
  const pattern = new RegExp(`^${path.replaceAll('.', '\\.').replace(':name', '([^/]+)')}/?$`);
  return async (ctx, next) => {
    const match = methods.includes(ctx.method) ? pattern.exec(ctx.path) : null;
    if (match === null) return next();
    ctx.state['name'] = decodeSegment(match[1] ?? '');
    const run = async (at: number): Promise<unknown> => chain[at]?.(ctx, () => run(at + 1));
    return run(0);
  };
}
