import {
  type AuthOptions,
  createAuth,
  type JsonObject,
  type LoginHook,
  type ResolveHook,
} from '@tokenpair/core';
import { memoryStore } from '@tokenpair/core/memory';
import { type FaultyStore, faultyStore } from '../store-contract/faulty-store.ts';
import { type FakeClock, fakeClock } from './fake-clock.ts';
import { type MintedTokens, type MintOptions, mintTokens } from './mint-tokens.ts';

/** A row of the users table; a test changes it as an app would. */
export interface TestUser {
  /** Without one nobody logs in with a password. */
  readonly password?: string;
  /** @default true */
  readonly active?: boolean;
  /** Changes with the password: sessions of another epoch end. @default none */
  readonly epoch?: string;
  /** What the user may now; a refresh cuts the scope of the login to it. @default what the login granted */
  readonly scope?: string;
  /** The app's own claims of the next access token. @default those of the login */
  readonly claims?: JsonObject;
}

/** Options of {@link testAuth}: those of `createAuth`, none of them needed, and the users there are. */
export interface TestAuthOptions<Claims extends object = JsonObject, User = unknown>
  extends Partial<Omit<AuthOptions<Claims, User>, 'clock'>> {
  /** By subject, which is the user name too. @default none */
  readonly users?: Readonly<Record<string, TestUser>>;
  /** @default a new `fakeClock()` */
  readonly clock?: FakeClock;
}

/** An auth in memory and what a test moves it by. */
export interface TestAuth<Claims extends object = JsonObject, User = unknown> {
  /** For the adapter of the app under test. */
  readonly auth: ReturnType<typeof createAuth<Claims, User>>;
  readonly clock: FakeClock;
  /** Fails when it is told to. */
  readonly store: FaultyStore;
  /** By subject. What a row says holds from the next login or refresh on. */
  readonly users: Map<string, TestUser>;
  /**
   * Opens a session, past the password; a subject that is not in the table is put there.
   *
   * @throws NoActiveAccountError for a user who is not active
   */
  loginAs(subject: string, options?: MintOptions): Promise<MintedTokens>;
}

/** The same in every run, so that what a test prints can be looked into. Known to everybody: for tests alone. */
const SECRET: Uint8Array = Uint8Array.from({ length: 32 }, (_, index) => index * 5 + 3);

/**
 * Makes an auth for tests of an app: a fixed secret, a clock that stands still, a store in memory that can fail, and a table of users
 * behind `login` and `resolve`. Whatever an option says otherwise holds.
 *
 * @throws TypeError what `createAuth` throws
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { test } from 'node:test';
 * import { testAuth } from '@tokenpair/testkit';
 *
 * test('a token ends after five minutes', async () => {
 *   const { auth, clock, loginAs } = testAuth();
 *   const { headers, refresh } = await loginAs('ada', { scope: 'read', claims: { plan: 'pro' } });
 *   const { claims } = await auth.authenticate({ headers });
 *   assert.equal(claims['plan'], 'pro');
 *
 *   clock.advance(6 * 60_000);
 *   await assert.rejects(auth.authenticate({ headers }), { code: 'token_expired' });
 *   await auth.refresh(refresh);
 * });
 * ```
 */
export function testAuth<Claims extends object = JsonObject, User = unknown>({
  users: given = {},
  clock = fakeClock(),
  ...options
}: TestAuthOptions<Claims, User> = {}): TestAuth<Claims, User> {
  const users = new Map(Object.entries(given));
  const store = faultyStore(options.store ?? memoryStore());
  const auth = createAuth<Claims, User>({
    issuer: 'https://issuer.test',
    audience: 'https://api.test',
    keys: { alg: 'HS256', secret: SECRET, kid: 'test' },
    login: loginBy(users),
    resolve: resolveBy(users),
    ...options,
    store,
    clock,
  });
  return {
    auth,
    clock,
    store,
    users,
    async loginAs(subject, grant) {
      if (!users.has(subject)) users.set(subject, {});
      return mintTokens(auth, subject, grant);
    },
  };
}

function loginBy(users: ReadonlyMap<string, TestUser>): LoginHook {
  return ({ username = '', password }) => {
    const user = users.get(username);
    return user?.password !== undefined && user.password === password
      ? { subject: username, epoch: user.epoch }
      : undefined;
  };
}

function resolveBy(users: ReadonlyMap<string, TestUser>): ResolveHook {
  return (subject) => {
    const user = users.get(subject);
    if (user === undefined) return { active: false };
    const { active = true, epoch, scope, claims } = user;
    return { active, epoch, scope, claims };
  };
}
