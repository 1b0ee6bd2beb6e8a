/** The types of a verifier's options. What must not compile is marked; an unused mark is an error itself. */

import { createJwksClient } from '@tokenpair/core/jwks';
import { memoryStore } from '@tokenpair/core/memory';
import { createVerifier, type IssuerOptions, type VerifiedAuthentication } from '@tokenpair/core/verifier';

const issuer = 'https://issuer.test';
const audience = 'https://api.test';
const jwks = 'https://issuer.test/jwks';

export const good: readonly IssuerOptions[] = [
  { issuer, audience, algorithms: ['RS256', 'ES256'], jwks },
  { issuer, audience: [audience, 'b'], algorithms: ['RS256'], jwks: { url: jwks, timeoutMs: 1_000 } },
  { issuer, audience: null, jwks: createJwksClient({ url: jwks, algorithms: ['EdDSA'] }) },
  { issuer, audience, keys: { alg: 'HS256', secret: new Uint8Array(32) }, typ: null, maxLife: '1h' },
  { issuer, audience, keys: [{ alg: 'ES256', publicKey: 'PEM' }], typ: ['at+jwt', 'JWT'] },
  {
    issuer,
    audience,
    algorithms: ['RS256'],
    jwks,
    validateClaims: async ({ token_use }) => token_use === 'access',
  },
];

export function options(): void {
  // @ts-expect-error an issuer has a name
  createVerifier({ issuers: [{ audience, algorithms: ['RS256'], jwks }] });
  // @ts-expect-error an audience has to be said, or waived by null
  createVerifier({ issuers: [{ issuer, algorithms: ['RS256'], jwks }] });
  // @ts-expect-error undefined does not waive it
  createVerifier({ issuers: [{ issuer, audience: undefined, algorithms: ['RS256'], jwks }] });
  // @ts-expect-error no pattern
  createVerifier({ issuers: [{ issuer: /issuer/, audience, algorithms: ['RS256'], jwks }] });
  // @ts-expect-error no such algorithm
  createVerifier({ issuers: [{ issuer, audience, algorithms: ['none'], jwks }] });
  // @ts-expect-error the algorithms have their own place
  createVerifier({ issuers: [{ issuer, audience, jwks: { url: jwks, algorithms: ['RS256'] } }] });
  // @ts-expect-error a misspelt option
  createVerifier({ issuers: [{ issuer, audience, algorithms: ['RS256'], jwks, requiredClaim: ['sub'] }] });
  // @ts-expect-error a boolean
  createVerifier({ issuers: [{ issuer, audience, algorithms: ['RS256'], jwks, validateClaims: () => 1 }] });
  // @ts-expect-error a list
  createVerifier({ issuers: { issuer, audience, algorithms: ['RS256'], jwks } });
  // @ts-expect-error revocation by a store, not by a word
  createVerifier({ issuers: good, revocation: 'session' });
  createVerifier({ issuers: good, revocation: { store: memoryStore() } });
  createVerifier({ issuers: good, revocation: { store: { isLive: async () => true }, timeoutMs: 500 } });
  const introspection = { url: `${issuer}/introspect`, client: { id: 'a', secret: 'b' } };
  createVerifier({ issuers: good, revocation: { introspection } });
  createVerifier({ issuers: good.map((each) => ({ ...each, revocation: { introspection } })) });
  // @ts-expect-error the endpoint tells a known client alone
  createVerifier({ issuers: good, revocation: { introspection: { url: issuer } } });
  // @ts-expect-error asked by introspection or heard by the feed
  createVerifier({ issuers: good, revocation: { introspection, by: 'feed' } });
}

export async function outcomes(): Promise<void> {
  const verifier = createVerifier({ issuers: good });
  const who: VerifiedAuthentication = await verifier.verify('');
  const scopes: readonly string[] = who.scopes;
  const name: string = who.issuer;
  // @ts-expect-error there may be no session
  const session: string = who.session;
  // @ts-expect-error read only
  who.issuer = 'x';
  // @ts-expect-error read only
  who.claims['sub'] = 'x';
  // @ts-expect-error a verifier issues nothing
  verifier.sessions;
  // @ts-expect-error no such guard option
  verifier.guard({ scopes: ['read'] });
  const outcome = await verifier.guard()({ method: 'GET', rawHeaders: [] });
  if (outcome.passed) {
    const subject: string | undefined = outcome.auth?.subject;
    void subject;
  } else {
    const status: number = outcome.answer.status;
    void [status, outcome.error.code];
  }
  void [scopes, name, session];
}
