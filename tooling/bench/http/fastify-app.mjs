import fastifyJwt from '@fastify/jwt';
import { fastifyAuth } from '@tokenpair/fastify';
import Fastify from 'fastify';
import { AUDIENCE, ISSUER } from '../keys.ts';
import { createBenchAuth, openSeam } from '../peers/tokenpair.ts';
import { ADAPTER_ALONE, NOBODY } from './setup.ts';

/** @typedef {import('./setup.ts').ServerSetup} ServerSetup */

const guards = {
  bare: async () => undefined,
  [ADAPTER_ALONE]: (app) => registerTokenpair(app, openSeam(NOBODY)),
  tokenpair: async (app, key) => {
    const auth = createBenchAuth(key, { cache: true, revocation: 'feed' });
    await auth.ready();
    return registerTokenpair(app, auth);
  },
  '@fastify/jwt': (app, key) => registerJwt(app, key, {}),
  '@fastify/jwt, cache on': (app, key) => registerJwt(app, key, { cache: true }),
};

/** @param {ServerSetup} setup @returns {Promise<import('node:http').Server>} */
export async function listen({ guard: name, key }) {
  const app = Fastify();
  const guard = await guards[name](app, key);
  app.get('/hello', guard === undefined ? {} : { onRequest: guard }, async (request) => ({
    subject: request.auth?.subject ?? request.user?.sub ?? NOBODY,
  }));
  await app.listen({ port: 0, host: '127.0.0.1' });
  return app.server;
}

async function registerTokenpair(app, auth) {
  const { guard, plugin } = fastifyAuth(auth);
  await app.register(plugin);
  return guard();
}

async function registerJwt(app, { alg, privatePem, publicPem, secret }, options) {
  await app.register(fastifyJwt, {
    secret: secret ?? { private: privatePem, public: publicPem },
    sign: { algorithm: alg },
    verify: { algorithms: [alg], allowedIss: ISSUER, allowedAud: AUDIENCE, ...options },
  });
  return (request) => request.jwtVerify();
}
