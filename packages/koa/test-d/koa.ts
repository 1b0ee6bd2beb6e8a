/**
 * What the types of `@tokenpair/koa` promise, and what must not compile. Checked by `npm run typecheck`; never run.
 */
import type { Auth, Authentication } from '@tokenpair/core';
import type { VerifiedAuthentication, Verifier } from '@tokenpair/core/verifier';
import { type KoaAuth, type KoaAuthState, koaAuth } from '@tokenpair/koa';
import '@tokenpair/koa/augment';
import Koa, { type Context, type Middleware, type ParameterizedContext } from 'koa';
import mount from 'koa-mount';

declare const auth: Auth;
declare const verifier: Verifier;

const adapter: KoaAuth<Authentication> = koaAuth(auth, { errors: 'forward' });
const { guard, routes, getAuth, getOptionalAuth } = adapter;
const middleware: readonly Middleware[] = [
  guard(),
  guard({ scope: 'a', optional: true }),
  routes(),
  routes({ prefix: '/x' }),
];
// An app keeps its type.
const app: Koa = new Koa().use(routes()).use(guard()).use(mount('/api/token', routes()));
void [middleware, app];

// An app with a state and a context of its own takes them too.
interface OwnState extends KoaAuthState<Authentication> {
  requestId: string;
}
new Koa<OwnState, { db: object }>().use(guard()).use((ctx) => {
  const who: Authentication | undefined = ctx.state.auth;
  const id: string = ctx.state.requestId;
  return [who, id, getAuth(ctx)];
});
const typed: Middleware<OwnState, { db: object }, { ok: boolean }> = guard();
void typed;

// What a verifier finds is another type.
const verified: VerifiedAuthentication = koaAuth(verifier).getAuth({ state: {} });
void verified;
// @ts-expect-error the two are not one
const mixed: Authentication = koaAuth(verifier).getAuth({ state: {} });
void mixed;

// @ts-expect-error an auth is needed
koaAuth();
// @ts-expect-error the options of an auth are no auth
koaAuth({ issuer: 'x', audience: 'y' });
// @ts-expect-error refusals are answered or forwarded
koaAuth(auth, { errors: 'throw' });
// @ts-expect-error a misspelt option
koaAuth(auth, { error: 'forward' });
// @ts-expect-error scopes are one text
guard({ scope: ['a'] });
// @ts-expect-error a misspelt option of a guard
guard({ scopes: 'a' });
// @ts-expect-error the prefix has a name
routes('/api/token');

const handler = (ctx: Context, own: ParameterizedContext): void => {
  const who: Authentication = getAuth(ctx);
  void [who, getAuth(own)];
  // @ts-expect-error behind an optional guard nobody may be there
  const maybe: Authentication = getOptionalAuth(ctx);
  void maybe;
  // With the augmentation, which a program asks for by its import.
  const state: Authentication | undefined = ctx.state.auth;
  void state;
  // @ts-expect-error and nobody may be there either
  void ctx.state.auth.subject;
  // @ts-expect-error the subject is text
  const id: number = getAuth(ctx).subject;
  void id;
};
void handler;
// @ts-expect-error a context is needed
getAuth({ auth: { subject: 'x' } });
