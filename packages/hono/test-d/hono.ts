/**
 * What the types of `@tokenpair/hono` promise, and what must not compile. Checked by `npm run typecheck`; never run.
 */
import type { Auth, Authentication, GuardOptions } from '@tokenpair/core';
import type { VerifiedAuthentication, Verifier } from '@tokenpair/core/verifier';
import { type HonoAuth, type HonoAuthEnv, type HonoGuard, honoAuth } from '@tokenpair/hono';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { createFactory } from 'hono/factory';

declare const auth: Auth;
declare const verifier: Verifier;
declare const options: GuardOptions;

const adapter: HonoAuth<Authentication> = honoAuth(auth, { errors: 'forward', ip: (c) => c.req.header('x') });
const { guard, routes, getAuth, getOptionalAuth } = adapter;
const middleware: readonly MiddlewareHandler[] = [
  guard(),
  guard({ optional: true }),
  routes({ prefix: '/x' }),
];
const member: HonoGuard<Authentication> = guard({ scope: 'a', optional: false });
void [middleware, member];

// The handlers of the same call know who it is.
const app = new Hono().use(routes({ prefix: '/api/token' }));
app.get('/a', guard(), (c) => {
  const who: Authentication = c.var.auth;
  return c.json([who.subject, c.get('auth').scopes, getAuth(c).subject]);
});
app.get('/b', guard({ optional: true }), (c) => {
  const who: Authentication | undefined = c.get('auth');
  // @ts-expect-error behind an optional guard nobody may be there
  return c.text(c.var.auth.subject, who === undefined ? 200 : 201);
});
app.get('/c', guard(options), (c) => {
  // @ts-expect-error and whoever does not say may be optional
  return c.text(c.var.auth.subject);
});
app.get('/d', (c) => {
  // @ts-expect-error there is nobody without a guard
  return c.text(c.var.auth.subject);
});

// So do those of a chain, of an app that says so, and of a factory; what an app has of its own stays.
interface OwnEnv {
  Variables: { requestId: string };
}
new Hono<OwnEnv>().use(guard()).get('/a', (c) => c.json([c.var.auth.subject, c.var.requestId]));
new Hono<OwnEnv & HonoAuthEnv<Authentication>>().get('/a', (c) => c.text(c.var.auth.subject));
createFactory<HonoAuthEnv<Authentication>>().createMiddleware(async (c, next) => {
  const subject: string = c.var.auth.subject;
  void subject;
  await next();
});
// @ts-expect-error the subject is text
app.get('/e', guard(), (c) => c.json(c.var.auth.subject satisfies number));

// What a verifier finds is another type.
new Hono().get('/a', honoAuth(verifier).guard(), (c) => c.text(c.var.auth.issuer));
declare const c: Context;
const verified: VerifiedAuthentication = honoAuth(verifier).getAuth(c);
// @ts-expect-error the two are not one
const mixed: Authentication = honoAuth(verifier).getAuth(c);
// @ts-expect-error behind an optional guard nobody may be there
const maybe: Authentication = getOptionalAuth(c);
void [verified, mixed, maybe];

// @ts-expect-error an auth is needed
honoAuth();
// @ts-expect-error the options of an auth are no auth
honoAuth({ issuer: 'x', audience: 'y' });
// @ts-expect-error refusals are answered or forwarded
honoAuth(auth, { errors: 'throw' });
// @ts-expect-error a misspelt option
honoAuth(auth, { error: 'forward' });
// @ts-expect-error an address is text
honoAuth(auth, { ip: () => 1 });
// @ts-expect-error a misspelt option of a guard
guard({ scopes: 'a' });
// @ts-expect-error the prefix has a name
routes('/api/token');
// @ts-expect-error a context is needed
getAuth({ auth: { subject: 'x' } });
