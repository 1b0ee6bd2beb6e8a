import { randomUUID } from 'node:crypto';
import { json } from 'node:stream/consumers';
import jsonwebtoken, { type JwtPayload } from 'jsonwebtoken';
import Koa, { type Context, type Middleware } from 'koa';
import jwt from 'koa-jwt';
import { checkPassword } from '../people.ts';
import { on } from './on.ts';

export function createApp(secret: string): Koa {
  const required = jwt({ secret });
  const optional = jwt({ secret, passthrough: true });

  const claimsOf = ({ state }: Context): JwtPayload | undefined => state['user'];

  const needsScope =
    (scope: string): Middleware =>
    (ctx, next) => {
      if (!String(claimsOf(ctx)?.['scope']).split(' ').includes(scope)) ctx.throw(403);
      return next();
    };

  const logIn: Middleware = async (ctx) => {
    const { username, password } = (await json(ctx.req)) as Record<string, unknown>;
    const user = checkPassword(username, password) ?? ctx.throw(401);
    const options = { subject: user.id, jwtid: randomUUID(), expiresIn: '1h' } as const;
    ctx.body = { token: jsonwebtoken.sign({ scope: user.scope }, secret, options) };
  };

  return new Koa()
    .use(on('POST /login', logIn))
    .use(
      on('GET /me', required, (ctx) => {
        ctx.body = { id: claimsOf(ctx)?.sub };
      }),
    )
    .use(
      on('GET /news', optional, (ctx) => {
        ctx.body = { reader: claimsOf(ctx)?.sub ?? null };
      }),
    )
    .use(
      on('GET /admin', required, needsScope('admin'), (ctx) => {
        ctx.body = { hello: 'admin' };
      }),
    );
}
