/**
 * What the types of `auth.fetch` and `fetchAuth` promise, and what must not compile. Checked by `npm run typecheck`; never run.
 */
import type { Auth, Authentication, GuardOptions } from '@tokenpair/core';
import { type FetchAuth, fetchAuth } from '@tokenpair/core/fetch';
import type { VerifiedAuthentication, Verifier } from '@tokenpair/core/verifier';
import { Hono } from 'hono';

declare const auth: Auth;
declare const verifier: Verifier;
declare const request: Request;
declare const options: GuardOptions;

const answer: Promise<Response | undefined> = auth.fetch(request, { prefix: '/api/token', ip: '192.0.2.7' });
void [answer, auth.fetch(request)];

const { guard, routes }: FetchAuth<Authentication> = fetchAuth(auth, { errors: 'forward' });
void guard()(request, (who: Authentication) => new Response(who.subject));
void guard({ scope: 'a', optional: false })(request, async ({ subject }) => new Response(subject));
void guard({ optional: true })(request, (who) => new Response(who?.subject ?? 'nobody'));
void routes({ prefix: '/api/token' })(request, { ip: '192.0.2.7' });

const app = new Hono();
app.all('/api/token/*', async (c) => (await auth.fetch(c.req.raw, { prefix: '/api/token' })) ?? c.notFound());
app.get('/hello', (c) => guard()(c.req.raw, ({ subject }) => c.json({ subject })));

// What a verifier finds is another type.
void fetchAuth(verifier).guard()(request, (who: VerifiedAuthentication) => new Response(who.issuer));
// @ts-expect-error the two are not one
void fetchAuth(verifier).guard()(request, (who: Authentication) => new Response(who.subject));

// @ts-expect-error behind an optional guard nobody may be there
void guard({ optional: true })(request, (who) => new Response(who.subject));
// @ts-expect-error and whoever does not say may be optional
void guard(options)(request, (who) => new Response(who.subject));
// @ts-expect-error the handler gives a response
void guard()(request, () => 'hello');
// @ts-expect-error an auth is needed
fetchAuth();
// @ts-expect-error refusals are answered or forwarded
fetchAuth(auth, { errors: 'throw' });
// @ts-expect-error a misspelt option of a guard
guard({ scopes: 'a' });
// @ts-expect-error the prefix has a name
routes('/api/token');
// @ts-expect-error a misspelt option
void auth.fetch(request, { prefx: '/api/token' });
// @ts-expect-error a verifier issues nothing
void verifier.fetch(request);
