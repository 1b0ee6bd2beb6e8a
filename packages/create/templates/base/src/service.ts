import type { Auth } from '@tokenpair/core';
import { makeAuth } from './auth.ts';
import type { Settings } from './settings.ts';
import { openStore } from './store/open-store.ts';
import { createUsers, type Users } from './users/users.ts';

/** The app without a framework: what its routes call. */
export interface Service {
  readonly settings: Settings;
  readonly auth: Auth;
  readonly users: Users;
  /** Whether users and sessions can be read; nothing is written, for anybody may ask. */
  isReady(): Promise<boolean>;
  close(): Promise<void>;
}

const PRUNE_MS = 600_000;

/** @throws StartError when the database cannot be used */
export async function openService(settings: Settings): Promise<Service> {
  const { store, usersTable, close } = await openStore(settings.store);
  const users = await createUsers(usersTable);
  const auth = makeAuth(settings, store, users);
  const timer = setInterval(() => void auth.prune().catch(console.error), PRUNE_MS);
  timer.unref();

  return {
    settings,
    auth,
    users,
    async isReady() {
      return Promise.all([users.ping(), auth.sessions.list('-')]).then(
        () => true,
        () => false,
      );
    },
    async close() {
      clearInterval(timer);
      await auth.close();
      await close();
    },
  };
}
