import { type Auth, type AuthOptions, createAuth, type TokenPair } from '@tokenpair/core';
import { memoryStore } from '@tokenpair/core/memory';
import type { TokenStore } from '@tokenpair/core/store';

/** 2027-01-15T08:00:00Z. The clock stands still until a case moves it. */
const T0 = 1_800_000_000_000;
const SECRET: Uint8Array = Uint8Array.from({ length: 32 }, (_, index) => index * 5 + 3);

export const PASSWORD = 'correct horse';

interface User {
  active: boolean;
  epoch: string;
  scope: string;
}

/** What one case of the contract happens in: an auth of its own with two users, a clock and a store that can fail. */
export interface World {
  readonly auth: Auth;
  readonly users: Map<string, User>;
  /** The session of `ada`, scope `read`, opened before the case. */
  readonly pair: OpenPair;
  /** Tokens that a case was given and comes back to, by a name of its own. */
  readonly kept: Map<string, string>;
  advance(ms: number): void;
  /** From now on the store rejects every call. */
  loseStore(): void;
  /** Opens a further session. */
  open(subject: string): Promise<OpenPair>;
}

export type OpenPair = TokenPair & { readonly refresh: string };

/** Makes the world of one case. */
export async function createWorld(options: Partial<AuthOptions> = {}): Promise<World> {
  const users = new Map<string, User>([
    ['ada', { active: true, epoch: '1', scope: 'read' }],
    ['root', { active: true, epoch: '1', scope: 'read admin' }],
    ['gone', { active: false, epoch: '1', scope: 'read' }],
  ]);
  let now = T0;
  let isUp = true;
  const auth = createAuth({
    issuer: 'https://issuer.test',
    audience: 'https://api.test',
    keys: { alg: 'HS256', secret: SECRET, kid: 'k1' },
    login: ({ username = '', password }) => {
      const user = users.get(username);
      return user !== undefined && password === PASSWORD
        ? { subject: username, epoch: user.epoch }
        : undefined;
    },
    resolve: (subject) => users.get(subject) ?? { active: false },
    ...options,
    store: failingStore(memoryStore(), () => isUp),
    clock: () => now,
  });
  const open = async (subject: string): Promise<OpenPair> => {
    const pair = await auth.sessions.issue({ subject });
    return { ...pair, refresh: String(pair.refresh) };
  };
  return {
    auth,
    users,
    kept: new Map(),
    open,
    pair: await open('ada'),
    advance: (ms) => {
      now += ms;
    },
    loseStore: () => {
      isUp = false;
    },
  };
}

function failingStore(store: TokenStore, isUp: () => boolean): TokenStore {
  const guarded = <Args extends never[], T>(call: (...args: Args) => Promise<T>) => {
    return async (...args: Args): Promise<T> => {
      if (!isUp()) throw new Error('the store is away');
      return call(...args);
    };
  };
  return {
    name: store.name,
    durable: store.durable,
    create: guarded(store.create),
    find: guarded(store.find),
    advance: guarded(store.advance),
    revoke: guarded(store.revoke),
    blacklist: guarded(store.blacklist),
    isLive: guarded(store.isLive),
    list: guarded(store.list),
    prune: guarded(store.prune),
  };
}
