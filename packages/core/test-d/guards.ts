/** The types of guards: their options, the app's claims and user, requests of any kind. What must not compile is marked; an unused mark is an error itself. */
import type { IncomingMessage } from 'node:http';
import {
  type Auth,
  type Authentication,
  type AuthSeam,
  createAuth,
  type GuardOptions,
  type UserAuthentication,
} from '@tokenpair/core';
import { memoryStore } from '@tokenpair/core/memory';
import { createVerifier } from '@tokenpair/core/verifier';
import { z } from 'zod';

/** Compiles only where both types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_same: Same<A, B>): void => {};

type Tenant = { tenant: string };
interface Account {
  readonly id: number;
  readonly name: string;
  readonly active: boolean;
}
declare const find: (id: string) => Promise<Account | undefined>;
declare const incoming: IncomingMessage;

const base = {
  issuer: 'https://issuer.test',
  audience: 'https://api.test',
  keys: { alg: 'HS256', secret: new Uint8Array(32) },
  store: memoryStore(),
} as const;
const plain = createAuth(base);
const claims = z.object({ tenant: z.string() });

// With a schema and a user.
const auth = createAuth({
  ...base,
  claims,
  loadUser: ({ subject, claims: { tenant, exp } }) => {
    same<readonly [typeof subject, typeof tenant, typeof exp], readonly [string, string, number]>(true);
    return find(subject);
  },
});
same<typeof auth, Auth<Tenant, UserAuthentication<Tenant, Account>>>(true);

export async function guards(): Promise<void> {
  const outcome = await auth.guard()({ method: 'GET', rawHeaders: [] });
  if (!outcome.passed || outcome.auth === undefined) return;
  const name: string = outcome.auth.user.name;
  const tenant: string = outcome.auth.claims.tenant;
  // @ts-expect-error the account has no such member
  void outcome.auth.user.email;
  // @ts-expect-error it is the auth that is frozen
  outcome.auth.user = { id: 1, name: 'Ada', active: true };
  auth.guard({
    when: ({ user, claims: own, subject }, { method, url }) =>
      user.name === subject && own.tenant === 'acme' && method === 'GET' && url !== undefined,
  });
  // @ts-expect-error the account has no such member
  auth.guard({ when: ({ user }) => user.email === 'x' });
  void [name, tenant];
}

/** Without loadUser there is no user. */
export async function withoutUser(): Promise<void> {
  const who = await plain.authenticate({ headers: {} });
  same<typeof who, Authentication>(true);
  // @ts-expect-error no user
  void who.user;
  // @ts-expect-error no user in a predicate either
  plain.guard({ when: ({ user }) => user !== undefined });
}

export function users(): void {
  const sync = createAuth({ ...base, loadUser: (): Account | null => null });
  const name = async (): Promise<string> => (await sync.authenticate({ headers: {} })).user.name;
  void name;
  // @ts-expect-error not a function
  createAuth({ ...base, loadUser: find('1') });
  // @ts-expect-error a subject is text
  createAuth({ ...base, loadUser: ({ subject }) => find(subject.id) });
}

/** An auth with a user is an auth. */
export function widened(): void {
  const any: Auth<Tenant> = auth;
  const anyClaims: Auth = createAuth({ ...base, loadUser: () => find('1') });
  const who = (given: UserAuthentication<Tenant, Account>): Authentication<Tenant> => given;
  // @ts-expect-error but not one with another user
  const other: Auth<Tenant, UserAuthentication<Tenant, { email: string }>> = auth;
  // @ts-expect-error nor is one without a user one with
  const none: Auth<Tenant, UserAuthentication<Tenant, Account>> = createAuth({ ...base, claims });
  void [any, anyClaims, who, other, none];
}

export async function requests(): Promise<void> {
  const who: { readonly user: Account } = await auth.authenticate(incoming);
  await auth.authenticate(new Request('https://api.test'), {
    scope: 'a',
    transport: { query: 'access_token' },
  });
  await auth.authenticate({ headers: new Headers(), method: 'GET', url: '/' }, { optional: false });
  await auth.authenticate({
    headers: { authorization: 'Bearer x', cookie: ['a=b', 'c=d'], host: undefined },
  });
  const maybe = await auth.authenticate({ rawHeaders: ['a', 'b'] }, { optional: true });
  // @ts-expect-error nobody may be there
  void maybe.subject;
  const options: GuardOptions = {};
  // @ts-expect-error whoever does not say may be optional
  void (await auth.authenticate(incoming, options)).subject;
  // @ts-expect-error a header is text
  await auth.authenticate({ headers: { authorization: 1 } });
  // @ts-expect-error no request
  await auth.authenticate('Bearer x');
  const stop: () => void = auth.onRevoked(await auth.authenticate(incoming), () => undefined);
  auth.onRevoked({ subject: '1', session: 's' }, () => {});
  // @ts-expect-error a session has a subject
  auth.onRevoked({ session: 's' }, () => {});
  // @ts-expect-error a listener is needed
  auth.onRevoked({ subject: '1', session: 's' });
  void [who, stop];
}

export function options(): void {
  const all: GuardOptions = {
    transport: [
      'bearer',
      'cookie',
      { header: 'X-Auth-Token' },
      { header: 'X-B', scheme: 'Token' },
      { query: 't' },
    ],
    revocation: 'feed',
    scope: 'a b',
    anyScope: 'c',
    roles: ['admin'],
    anyRole: ['a', 'b'],
    permissions: ['p'],
    anyPermission: ['q'],
    freshWithin: '5m',
    when: async () => true,
  };
  plain.guard(all);
  createVerifier({ issuers: [], guards: { rolesClaim: 'https://app.test/roles' } }).guard(all);
  createAuth({ ...base, guards: { transport: ['bearer', { header: 'X-A' }], permissionsClaim: 'perms' } });
  // @ts-expect-error roles are a list: one may have a space in it
  plain.guard({ roles: 'admin' });
  // @ts-expect-error a misspelt option
  plain.guard({ anyRoles: ['admin'] });
  // @ts-expect-error a unit that there is not
  plain.guard({ freshWithin: '5w' });
  // @ts-expect-error a predicate answers true or false
  plain.guard({ when: () => 'yes' });
  // @ts-expect-error no such way
  plain.guard({ revocation: 'token' });
  // @ts-expect-error no such place
  plain.guard({ transport: 'body' });
  // @ts-expect-error a scheme has a header
  plain.guard({ transport: { scheme: 'Token' } });
  // @ts-expect-error the query is for a route alone
  createAuth({ ...base, guards: { transport: { query: 'access_token' } } });
  // @ts-expect-error nor among others
  createAuth({ ...base, guards: { transport: ['bearer', { query: 'access_token' }] } });
  // @ts-expect-error a claim has a name
  createAuth({ ...base, guards: { rolesClaim: ['roles'] } });
}

/** What an adapter is to the compiler: it hands on what the guards of its auth find. */
declare function adapt<Who>(seam: AuthSeam<Who>): {
  guard(options?: GuardOptions<Who>): void;
  getAuth(): Who;
};

export function adapters(): void {
  const seam: AuthSeam<UserAuthentication<Tenant, Account>> = auth;
  const { guard, getAuth } = adapt(auth);
  const name: string = getAuth().user.name;
  guard({ when: ({ user, claims: own }) => user.name === own.tenant });
  // @ts-expect-error the account has no such member
  guard({ when: ({ user }) => user.email === 'x' });
  // @ts-expect-error without loadUser there is no user
  void adapt(plain).getAuth().user;
  const verified: string | undefined = adapt(createVerifier({ issuers: [] })).getAuth().subject;
  void [seam, name, verified];
}
