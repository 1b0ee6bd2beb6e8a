/** What the calls of an auth cost on a store as it is. @module */
import { createAuth, type JsonObject } from '@tokenpair/core';
import type { TokenStore } from '@tokenpair/core/store';
import { CLIENT } from '../fleet.ts';
import type { Way } from '../rates.ts';

/** How many sessions are used; they are opened last and spread over the store by their random ids. */
export const IN_USE = 640;

const ISSUER = 'https://api.example.com';

/** The calls, each with `label` behind its name. */
export async function waysOn(store: TokenStore, label: string, claims: JsonObject = {}): Promise<Way[]> {
  const secret = crypto.getRandomValues(new Uint8Array(32));
  const options = {
    issuer: ISSUER,
    audience: ISSUER,
    keys: { alg: 'HS256', secret },
    store,
    cache: false,
  } as const;
  const auth = createAuth(options);
  await auth.ready();
  const open = (n: number) => auth.sessions.issue({ subject: `user-${n}`, claims }, CLIENT);
  const pairs = await Promise.all(Array.from({ length: IN_USE }, (_, n) => open(n)));
  const pairOf = (session: number) => pairs[session] as (typeof pairs)[number];
  const guardedBy = (guard: ReturnType<typeof auth.guard>): Way['call'] => {
    return async (session) => {
      const rawHeaders = ['authorization', `Bearer ${pairOf(session).access}`];
      const outcome = await guard({ method: 'GET', rawHeaders });
      if (!outcome.passed) throw new Error('a guard refused');
    };
  };
  return [
    // By the signature alone: the store is not asked.
    { name: `verify, ${label}`, call: guardedBy(createAuth({ ...options, revocation: 'none' }).guard()) },
    { name: `guard, ${label}`, call: guardedBy(auth.guard()) },
    {
      name: `refresh, ${label}`,
      async call(session) {
        pairs[session] = await auth.refresh(pairOf(session).refresh ?? '', CLIENT);
      },
    },
    {
      name: `login and revocation, ${label}`,
      async call() {
        const { session } = await open(Math.floor(Math.random() * 1e9));
        if (!(await auth.sessions.revoke(session))) throw new Error('a session was not ended');
      },
    },
  ];
}
