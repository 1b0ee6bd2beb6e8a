import type { Session } from '@tokenpair/core';
import { type AuthTestOptions, logIn, makeAuth } from './auth.ts';
import { SECOND } from './clock.ts';
import { type SpyStore, spyStore } from './spy-store.ts';

export const GRACE: number = 30 * SECOND;
export const LEEWAY: number = 5 * SECOND;

/** A logged-in session; the store's calls and the events of the login are forgotten. */
export async function start(options: AuthTestOptions = {}) {
  const test = makeAuth(options);
  const login = await logIn(test);
  test.store.calls.length = 0;
  test.events.length = 0;
  return { ...test, ...login };
}

export type Started = Awaited<ReturnType<typeof start>>;

export const record = ({ store, ref, clock }: Started): Promise<Session | undefined> =>
  store.find(ref, clock());
export const refreshed = async (test: Started, token = test.refresh): Promise<string> =>
  String((await test.auth.refresh(token)).refresh);

/** Puts the record of the store back to an older one, as a restored backup does. */
export async function lose(test: Started, members: Partial<Session>): Promise<SpyStore> {
  const store = spyStore();
  const found = await record(test);
  await store.create({ ...(found as Session), ...members }, { now: test.clock() });
  return store;
}
