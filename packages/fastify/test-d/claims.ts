/** The claims of an app's own schema, as `@tokenpair/fastify` types them. Checked by `npm run typecheck`; never run. */
import { createAuth, type StandardSchema } from '@tokenpair/core';
import { memoryStore } from '@tokenpair/core/memory';
import { fastifyAuth } from '@tokenpair/fastify';
import type { FastifyRequest } from 'fastify';

declare const claims: StandardSchema<{ readonly tenant: string }>;

const auth = createAuth({
  issuer: 'https://issuer.test',
  audience: 'https://api.test',
  keys: { alg: 'HS256', secret: new Uint8Array(32) },
  store: memoryStore(),
  claims,
});

declare const request: FastifyRequest;

const { getAuth, getOptionalAuth } = fastifyAuth(auth);
const claimsOf = () => getAuth(request).claims;
// @ts-expect-error behind an optional guard nobody may be there
getOptionalAuth(request).claims;
const tenant: string = claimsOf().tenant;
const subject: string = claimsOf().sub;
// @ts-expect-error a text
const level: number = claimsOf().tenant;
// @ts-expect-error there is no such claim
claimsOf().tenent;
void [tenant, subject, level];
