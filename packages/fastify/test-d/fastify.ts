/**
 * What the types of `@tokenpair/fastify` promise, and what must not compile. Checked by `npm run typecheck`; never run.
 */
import type { Auth, Authentication } from '@tokenpair/core';
import type { VerifiedAuthentication, Verifier } from '@tokenpair/core/verifier';
import { type FastifyAuth, fastifyAuth } from '@tokenpair/fastify';
import '@tokenpair/fastify/augment';
import Fastify, { type FastifyRequest, type onRequestHookHandler, type preHandlerHookHandler } from 'fastify';

declare const auth: Auth;
declare const verifier: Verifier;

const adapter: FastifyAuth<Authentication> = fastifyAuth(auth, { errors: 'forward', decorate: 'auth' });
const { plugin, guard, routes, getAuth, getOptionalAuth } = adapter;
const hooks: readonly [onRequestHookHandler, preHandlerHookHandler] = [guard(), guard({ scope: 'a' })];
void hooks;

const app = Fastify();
app.register(plugin);
app.register(routes(), { prefix: '/api/token' });
app.addHook('onRequest', guard());
app.get('/hello', { onRequest: guard() }, async (request) => getAuth(request).subject);
app.get('/both', { onRequest: [guard(), guard({ optional: true })] }, async () => 'x');
// A route with types of its own takes a guard too.
app.get<{ Params: { id: string }; Reply: { 200: { id: string } } }>(
  '/:id',
  { onRequest: guard() },
  async (request, reply) => {
    const who: Authentication = getAuth(request);
    return reply.code(200).send({ id: who.subject + request.params.id });
  },
);

// And so does a server of HTTP/2.
const http2 = Fastify({ http2: true });
http2.register(plugin);
http2.register(routes(), { prefix: '/api/token' });
http2.get('/hello', { onRequest: guard() }, async (request) => getAuth(request).subject);

// What a verifier finds is another type.
declare const request: FastifyRequest;
const verified: VerifiedAuthentication = fastifyAuth(verifier, { decorate: null }).getAuth(request);
void verified;
// @ts-expect-error the two are not one
const mixed: Authentication = fastifyAuth(verifier).getAuth(request);
void mixed;

// @ts-expect-error an auth is needed
fastifyAuth();
// @ts-expect-error the options of an auth are no auth
fastifyAuth({ issuer: 'x', audience: 'y' });
// @ts-expect-error refusals are answered or forwarded
fastifyAuth(auth, { errors: 'throw' });
// @ts-expect-error a misspelt option
fastifyAuth(auth, { error: 'forward' });
// @ts-expect-error a name is text
fastifyAuth(auth, { decorate: 1 });
// @ts-expect-error scopes are one text
guard({ scope: ['a'] });
// @ts-expect-error a misspelt option of a guard
guard({ scopes: 'a' });
// @ts-expect-error the prefix is said to app.register
routes('/api/token');

// @ts-expect-error behind an optional guard nobody may be there
const maybe: Authentication = getOptionalAuth(request);
void maybe;
// With the augmentation, which a program asks for by its import.
const own: Authentication | undefined = request.auth;
void own;
// @ts-expect-error and nobody may be there either
void request.auth.subject;
// @ts-expect-error the subject is text
const id: number = getAuth(request).subject;
void id;
// @ts-expect-error a request is needed
getAuth({ auth: { subject: 'x' } });
