import { createServer } from 'node:http';
import { expressAuth } from '@tokenpair/express';
import express from 'express';
import { expressjwt } from 'express-jwt';
import { auth as oauth2JwtBearer } from 'express-oauth2-jwt-bearer';
import { AUDIENCE, ISSUER, verifyingKey } from '../keys.ts';
import { createBenchAuth, openSeam } from '../peers/tokenpair.ts';
import { ADAPTER_ALONE, NOBODY } from './setup.ts';

/** @typedef {import('./setup.ts').ServerSetup} ServerSetup */

const guards = {
  bare: async () => undefined,
  [ADAPTER_ALONE]: async () => expressAuth(openSeam(NOBODY)).guard(),
  tokenpair: async (key) => {
    const auth = createBenchAuth(key, { cache: true, revocation: 'feed' });
    await auth.ready();
    return expressAuth(auth).guard();
  },
  'express-jwt': async (key) =>
    expressjwt({ secret: verifyingKey(key), algorithms: [key.alg], issuer: ISSUER, audience: AUDIENCE }),
  'express-oauth2-jwt-bearer': async (key) => {
    const place = key.secret === undefined ? { jwksUri: await publishKeys(key) } : { secret: key.secret };
    return oauth2JwtBearer({ issuer: ISSUER, audience: AUDIENCE, tokenSigningAlg: key.alg, ...place });
  },
};

/** @param {ServerSetup} setup @returns {Promise<import('node:http').Server>} */
export async function listen({ guard: name, key }) {
  const guard = await guards[name](key);
  const app = express();
  const answer = (req, res) => res.json({ subject: req.auth?.subject ?? subjectOf(req.auth) });
  app.get('/hello', ...(guard === undefined ? [] : [guard]), answer);
  app.use((error, _req, res, _next) => res.status(error.status ?? 500).end());
  return new Promise((resolve) => {
    const server = app.listen(0, '127.0.0.1', () => resolve(server));
  });
}

/** express-jwt puts the claims there, express-oauth2-jwt-bearer an object with `payload`. */
function subjectOf(auth) {
  return auth?.sub ?? auth?.payload?.sub ?? NOBODY;
}

/** The peer that takes a public key only from a key set gets one; it asks once and keeps it. */
async function publishKeys(key) {
  const jwk = { ...verifyingKey(key).export({ format: 'jwk' }), kid: key.kid, alg: key.alg, use: 'sig' };
  const server = createServer((_req, res) => {
    res.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] }));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${server.address().port}/jwks.json`;
}
