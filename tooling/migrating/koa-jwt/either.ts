import { type Auth, TokenNotValidError } from '@tokenpair/core';
import type { JwtPayload } from 'jsonwebtoken';
import type { Context, Middleware } from 'koa';
import jwt from 'koa-jwt';

/** Takes both kinds. Only what is no token of Tokenpair's gets a second look: an expired or revoked one is refused. */
export function eitherOf(auth: Auth, oldSecret: string): Middleware {
  const isOld = jwt({ secret: oldSecret, algorithms: ['HS256'] });

  return async (ctx, next) => {
    try {
      const { subject } = await auth.authenticate(ctx.req);
      ctx.state['user'] = { sub: subject };
    } catch (error) {
      if (error instanceof TokenNotValidError) return isOld(ctx, next);
      throw error;
    }
    return next();
  };
}

export function idOf({ state }: Context): string | undefined {
  return (state['user'] as JwtPayload | undefined)?.sub;
}
