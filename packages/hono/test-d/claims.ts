/** The claims of an app's own schema, as `@tokenpair/hono` types them. Checked by `npm run typecheck`; never run. */
import { createAuth, type StandardSchema } from '@tokenpair/core';
import { memoryStore } from '@tokenpair/core/memory';
import { honoAuth } from '@tokenpair/hono';
import { Hono } from 'hono';

declare const claims: StandardSchema<{ readonly tenant: string }>;

const auth = createAuth({
  issuer: 'https://issuer.test',
  audience: 'https://api.test',
  keys: { alg: 'HS256', secret: new Uint8Array(32) },
  store: memoryStore(),
  claims,
});
const { guard, getAuth, getOptionalAuth } = honoAuth(auth);

new Hono().get('/a', guard(), (c) => {
  const { tenant, sub } = c.var.auth.claims;
  const texts: readonly string[] = [tenant, sub, getAuth(c).claims.tenant];
  // @ts-expect-error a text
  const level: number = c.var.auth.claims.tenant;
  // @ts-expect-error there is no such claim
  c.var.auth.claims.tenent;
  // @ts-expect-error behind an optional guard nobody may be there
  getOptionalAuth(c).claims;
  return c.json([texts, level]);
});
new Hono().get('/b', guard({ optional: true }), (c) => {
  // @ts-expect-error nor here
  return c.text(c.var.auth.claims.tenant);
});
