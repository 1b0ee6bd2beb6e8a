/** The claims of an app's own schema, as `fetchAuth` types them. Checked by `npm run typecheck`; never run. */
import { createAuth, type StandardSchema } from '@tokenpair/core';
import { fetchAuth } from '@tokenpair/core/fetch';
import { memoryStore } from '@tokenpair/core/memory';

declare const claims: StandardSchema<{ readonly tenant: string }>;

const auth = createAuth({
  issuer: 'https://issuer.test',
  audience: 'https://api.test',
  keys: { alg: 'HS256', secret: new Uint8Array(32) },
  store: memoryStore(),
  claims,
});
declare const request: Request;

const { guard } = fetchAuth(auth);

void guard()(request, ({ claims: { tenant, sub, ...rest } }) => {
  // @ts-expect-error a text
  const level: number = tenant;
  // @ts-expect-error there is no such claim
  rest.tenent;
  const texts: readonly string[] = [tenant, sub];
  return Response.json([level, texts]);
});
// @ts-expect-error behind an optional guard nobody may be there
void guard({ optional: true })(request, ({ claims: own }) => Response.json(own));
