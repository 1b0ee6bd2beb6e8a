import { koaAuth } from '@tokenpair/koa';
import Koa from 'koa';
import koaJwt from 'koa-jwt';
import { AUDIENCE, ISSUER, verifyingKey } from '../keys.ts';
import { createBenchAuth, openSeam } from '../peers/tokenpair.ts';
import { ADAPTER_ALONE, NOBODY } from './setup.ts';

/** @typedef {import('./setup.ts').ServerSetup} ServerSetup */

const guards = {
  bare: async () => undefined,
  [ADAPTER_ALONE]: async () => koaAuth(openSeam(NOBODY)).guard(),
  tokenpair: async (key) => {
    const auth = createBenchAuth(key, { cache: true, revocation: 'feed' });
    await auth.ready();
    return koaAuth(auth).guard();
  },
  'koa-jwt': async (key) =>
    koaJwt({ secret: verifyingKey(key), algorithms: [key.alg], issuer: ISSUER, audience: AUDIENCE }),
};

/** @param {ServerSetup} setup @returns {Promise<import('node:http').Server>} */
export async function listen({ guard: name, key }) {
  const guard = await guards[name](key);
  const app = new Koa();
  app.silent = true;
  if (guard !== undefined) app.use(guard);
  app.use((ctx) => {
    const { auth, user } = ctx.state;
    ctx.body = { subject: auth?.subject ?? user?.sub ?? NOBODY };
  });
  return new Promise((resolve) => {
    const server = app.listen(0, '127.0.0.1', () => resolve(server));
  });
}
