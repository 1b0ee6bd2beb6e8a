import { randomBytes } from 'node:crypto';
import { type Auth, type AuthEvent, type AuthOptions, createAuth } from '@tokenpair/core';
import type { TokenStore } from '@tokenpair/core/store';
import { type OpenStore, openStore } from '../campaign/open-store.ts';

/** One process's view of a service: an auth on a connection of its own. */
export interface Node {
  readonly auth: Auth;
  readonly store: TokenStore;
  readonly opened: OpenStore;
  readonly events: AuthEvent[];
  /** How often each method of the store was called. */
  readonly calls: Map<string, number>;
  close(): Promise<void>;
}

/** Users by name; the epoch changes with the password. */
export type Users = Map<string, { active: boolean; epoch: string }>;

const SECRET = randomBytes(32);

/** Opens a node of a service; all nodes on one URL are one service. In memory all nodes have to share one store. */
export async function openNode(
  url: string,
  options: Partial<AuthOptions> = {},
  shared?: OpenStore,
): Promise<Node> {
  const opened = shared ?? (await openStore(url));
  const calls = new Map<string, number>();
  const store = counting(opened.store, calls);
  const auth = createAuth({
    issuer: 'https://every.test',
    audience: 'https://every.test',
    keys: { alg: 'HS256', secret: SECRET, kid: 'every' },
    store,
    storeTimeoutMs: 10_000,
    ...options,
  });
  const events: AuthEvent[] = [];
  auth.events.on('*', (event) => events.push(event));
  return {
    auth,
    store,
    opened,
    events,
    calls,
    async close() {
      await auth.close();
      if (shared === undefined) await opened.close();
    },
  };
}

function counting(store: TokenStore, calls: Map<string, number>): TokenStore {
  const counted = Object.entries(store).map(([name, member]) => [
    name,
    typeof member !== 'function'
      ? member
      : (...args: unknown[]) => {
          calls.set(name, (calls.get(name) ?? 0) + 1);
          return (member as (...given: unknown[]) => unknown)(...args);
        },
  ]);
  return Object.fromEntries(counted) as TokenStore;
}
