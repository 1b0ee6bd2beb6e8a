import { randomBytes } from 'node:crypto';
import type { LoginHook, ResolveHook } from '@tokenpair/core';
import { messageOf, StartError } from '../start-error.ts';
import { hashPassword, verifyPassword } from './password.ts';
import { type Seed, toSeedRows } from './seeds.ts';
import { newPassword, type UserRow, type UserRows } from './user-rows.ts';

/** The app's own users. Every call rejects when the database cannot answer. */
export interface Users {
  /** Core's `login` hook. Takes the same work for an unknown user, a wrong password and a disabled account. */
  readonly login: LoginHook;
  /** Core's `resolve` hook. */
  readonly resolve: ResolveHook;
  /** Replaces a user's own password; the new epoch, or `undefined` when `old` is wrong, was replaced meanwhile, or the user is not active. */
  changePassword(subject: string, old: string, password: string): Promise<string | undefined>;
  /** Makes a user; the subject, or `undefined` when the name is taken. */
  add(user: Seed): Promise<string | undefined>;
  /** Sets a password by name; the subject, or `undefined` when there is no such user. */
  setPassword(name: string, password: string): Promise<string | undefined>;
  /** Enables or disables by name; the subject, or `undefined` when there is no such user. */
  setActive(name: string, active: boolean): Promise<string | undefined>;
  /** Resolves when the table can be read. */
  ping(): Promise<void>;
}

/** Opens the users' table, makes and seeds it at the first start. @throws StartError */
export async function createUsers(rows: UserRows, seeds: readonly Seed[]): Promise<Users> {
  await prepare(rows, seeds);
  /** What a password is held against where there is no user. */
  const nobody = await hashPassword(randomBytes(16).toString('hex'));

  return Object.freeze({
    async login({ username = '', password = '' }) {
      const user = await rows.byName(username);
      const matches = await verifyPassword(user?.hash ?? nobody, password);
      if (user === undefined || !matches || !user.active) return undefined;
      return { subject: String(user.id), epoch: user.epoch, scope: user.scope };
    },

    async resolve(subject) {
      const user = await find(rows, subject);
      return user === undefined
        ? { active: false }
        : { active: user.active, epoch: user.epoch, scope: user.scope };
    },

    async changePassword(subject, old, password) {
      const user = await find(rows, subject);
      if (user === undefined || !(await verifyPassword(user.hash, old))) return undefined;
      const next = await newPassword(password);
      return (await rows.replacePassword(user.id, user.epoch, next)) ? next.epoch : undefined;
    },

    add: async ({ name, password, scope }) =>
      toSubject(await rows.add({ name, scope, ...(await newPassword(password)) })),
    setPassword: async (name, password) =>
      toSubject(await rows.setPassword(name, await newPassword(password))),
    setActive: async (name, active) => toSubject(await rows.setActive(name, active)),

    async ping() {
      await rows.byId(0);
    },
  } satisfies Users);
}

async function prepare(rows: UserRows, seeds: readonly Seed[]): Promise<void> {
  try {
    await rows.prepare(() => toSeedRows(seeds));
  } catch (error) {
    throw new StartError(`STORE_URL: the users' table cannot be made: ${messageOf(error)}`, { cause: error });
  }
}

/** A subject that is no number of ours is nobody; a database would say that in an error. */
async function find(rows: UserRows, subject: string): Promise<UserRow | undefined> {
  return /^[1-9]\d{0,8}$/.test(subject) ? rows.byId(Number(subject)) : undefined;
}

function toSubject(id: number | undefined): string | undefined {
  return id === undefined ? undefined : String(id);
}
