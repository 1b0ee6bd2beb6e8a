import { type Auth, type AuthEvent, type AuthOptions, createAuth, type SubjectState } from '@tokenpair/core';
import { createClock, type TestClock } from './clock.ts';
import { type SpyStore, spyStore } from './spy-store.ts';
import { SECRET } from './tokens.ts';

export const ISSUER = 'https://issuer.test';
export const AUDIENCE = 'https://api.test';
export const PASSWORD = 'correct horse';

/** A user as an app has it; the members are changed by tests. */
export interface TestUser {
  active: boolean;
  epoch: string;
  scope?: string;
  widenScope?: boolean;
  claims?: Record<string, string>;
}

export interface TestAuth {
  readonly auth: Auth;
  readonly clock: TestClock;
  readonly store: SpyStore;
  readonly events: AuthEvent[];
  readonly users: Map<string, TestUser>;
  /** The names of the events so far. */
  names(): string[];
}

/** Users of an app with hooks: `login` reads the epoch together with the password, `resolve` says what holds now. */
export function hooksOf(users: Map<string, TestUser>): Required<Pick<AuthOptions, 'login' | 'resolve'>> {
  return {
    login: ({ username = '', password }) => {
      const user = users.get(username);
      return user !== undefined && password === PASSWORD
        ? { subject: username, epoch: user.epoch }
        : undefined;
    },
    resolve: (subject) => stateOf(users.get(subject)),
  };
}

function stateOf(user: TestUser | undefined): SubjectState {
  return user === undefined ? { active: false } : { ...user };
}

/** Options of an auth; `undefined` takes a hook away. */
export type AuthTestOptions = {
  readonly [Name in Exclude<keyof AuthOptions, 'store' | 'clock'>]?: AuthOptions[Name] | undefined;
} & {
  readonly store?: SpyStore;
  readonly clock?: TestClock;
};

/** An auth on a spied memory store, a clock that stands still and two users, `1` and `2`. */
export function makeAuth(options: AuthTestOptions = {}): TestAuth {
  const clock = options.clock ?? createClock();
  const store = options.store ?? spyStore();
  const users = new Map<string, TestUser>(
    ['1', '2'].map((id) => [id, { active: true, epoch: 'e0', scope: 'read write' }]),
  );
  const given: unknown = {
    issuer: ISSUER,
    audience: AUDIENCE,
    keys: { alg: 'HS256', secret: SECRET, kid: 'k1' },
    ...hooksOf(users),
    ...options,
    store,
    clock,
  };
  const auth = createAuth(given as AuthOptions);
  const events: AuthEvent[] = [];
  auth.events.on('*', (event) => {
    if (event.name !== 'store.warning') events.push(event); // every memory store has one, which no test but its own asks for
  });
  return { auth, clock, store, events, users, names: () => events.map((event) => event.name) };
}

/** Logs a subject in past the password; the refresh token beside the rest. */
export async function logIn({ auth, users }: TestAuth, subject = '1') {
  const { epoch } = users.get(subject) ?? {};
  const pair = await auth.sessions.issue({ subject, epoch });
  return { ...pair, refresh: String(pair.refresh), ref: { id: pair.session.id, subject } };
}
