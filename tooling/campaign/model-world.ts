/**
 * The real side of the model campaign: an auth over a store that fails on demand, a clock that is set by hand, and two users of its own.
 *
 * @module
 */
import { type Auth, type AuthEvent, createAuth } from '@tokenpair/core';
import { type FaultyStore, faultyStore } from './faulty-store.ts';
import { InvariantViolation } from './invariants.ts';
import { type OpenStore, openStore } from './open-store.ts';
import { withRacyAdvance } from './sabotage.ts';

export const SECOND = 1_000;
export const MINUTE: number = 60 * SECOND;
export const HOUR: number = 60 * MINUTE;

/** What the auths of the campaign are set to; ms. */
export const RULES: {
  readonly grace: number;
  readonly leeway: number;
  readonly access: number;
  readonly idle: number;
  readonly session: number;
} = { grace: 30 * SECOND, leeway: 5 * SECOND, access: 5 * MINUTE, idle: HOUR, session: 1.5 * HOUR };

/** 2027-01-15; ahead of the real clock, so that no database's own expiry meets a record. */
const T0 = 1_800_000_000_000;
const ISSUER = 'https://campaign.test';
const SECRET = Uint8Array.from({ length: 32 }, (_, index) => index * 5 + 3);

export interface User {
  active: boolean;
  epoch: string;
}

/** A store under test, shared by all runs: each has subjects of its own. */
export interface SharedStore {
  current(): OpenStore;
  /** Lets the handle go as the end of a process would, and opens another. */
  reopen(): Promise<void>;
  /** Longest a call may take before core gives it up. */
  readonly timeoutMs: number;
  /** How often each event happened, in all runs. */
  readonly events: Map<string, number>;
}

export async function shareStore(url: string, timeoutMs: number, sabotage = false): Promise<SharedStore> {
  const open = async (): Promise<OpenStore> => {
    const opened = await openStore(url);
    return sabotage ? { ...opened, store: withRacyAdvance(opened.store) } : opened;
  };
  let current = await open();
  return {
    timeoutMs,
    events: new Map(),
    current: () => current,
    async reopen() {
      if (!current.store.durable) return; // its data live in the handle
      await current.close();
      current = await open();
    },
  };
}

export interface World {
  readonly store: FaultyStore;
  readonly subjects: readonly string[];
  readonly users: Map<string, User>;
  now: number;
  auth: Auth;
  readonly timeoutMs: number;
  /** Adds one to what the campaign has met under this name. */
  count(name: string): void;
  /** What the events of the auth have shown to be wrong. */
  broken: InvariantViolation | undefined;
  /** A new auth on the same data, with a new handle where the store is durable. */
  restart(): Promise<void>;
}

export function makeWorld(shared: SharedStore, run: string): World {
  const store = faultyStore(shared.current().store);
  const subjects = [`${run}-1`, `${run}-2`];
  const users = new Map<string, User>(subjects.map((id) => [id, { active: true, epoch: 'e0' }]));
  const rotated = new Set<string>();

  /** I1 as events show it: no generation comes out of two rotations. */
  function count(name: string): void {
    shared.events.set(name, (shared.events.get(name) ?? 0) + 1);
  }

  function watch(event: AuthEvent): void {
    count('code' in event ? event.code : event.name);
    if (event.name !== 'session.refreshed') return;
    const key = `${event.session} ${event.generation}`;
    if (rotated.has(key))
      world.broken ??= new InvariantViolation('I1', `generation ${event.generation} was rotated to twice`);
    rotated.add(key);
  }

  function makeAuth(): Auth {
    const auth = createAuth({
      issuer: ISSUER,
      audience: ISSUER,
      keys: { alg: 'HS256', secret: SECRET, kid: 'campaign' },
      store,
      resolve: (subject) => users.get(subject) ?? { active: false },
      access: { ttl: RULES.access / SECOND },
      refresh: { ttl: RULES.idle / SECOND, grace: RULES.grace / SECOND },
      session: { ttl: RULES.session / SECOND },
      leeway: RULES.leeway / SECOND,
      storeTimeoutMs: shared.timeoutMs,
      clock: () => world.now,
    });
    auth.events.on('*', watch);
    return auth;
  }

  const world: World = {
    store,
    subjects,
    users,
    now: T0,
    timeoutMs: shared.timeoutMs,
    broken: undefined,
    count,
    auth: undefined as unknown as Auth,
    async restart() {
      await shared.reopen();
      store.replace(shared.current().store);
      world.auth = makeAuth();
    },
  };
  world.auth = makeAuth();
  return world;
}
