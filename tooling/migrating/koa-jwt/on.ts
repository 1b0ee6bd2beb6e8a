import type { Middleware } from 'koa';

/** What runs for one method and path; a router does the same. */
export function on(route: string, ...steps: readonly Middleware[]): Middleware {
  return (ctx, next) => {
    if (`${ctx.method} ${ctx.path}` !== route) return next();
    return steps.reduceRight<() => Promise<unknown>>((rest, step) => async () => step(ctx, rest), next)();
  };
}
