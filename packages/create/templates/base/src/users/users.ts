/**
 * Yours: the users of the app. Put your own table behind the port in `users-table.ts`, or your own user service in the place of this folder.
 * Tokenpair itself keeps no users; it asks `login` who somebody is and `resolve` what has become of them.
 */
import { randomBytes } from 'node:crypto';
import type { LoginHook, ResolveHook } from '@tokenpair/core';
import { hashPassword, verifyPassword } from './password.ts';
import type { UserRow, UsersTable } from './users-table.ts';

export interface Users {
  /** Takes the same work for an unknown name as for a wrong password. */
  readonly login: LoginHook;
  /** Asked at every refresh: whether the user is still there, with which scope, and with which password (the epoch stands for it). */
  readonly resolve: ResolveHook;
  /** A new user's password, which is kept nowhere; `undefined` when the name is taken. */
  add(name: string, scope: string): Promise<string | undefined>;
  /** A new password; `undefined` when there is no such user. End the user's sessions after it. */
  resetPassword(name: string): Promise<Reset | undefined>;
  /** The subject of the user who was removed. End the user's sessions after it. */
  remove(name: string): Promise<string | undefined>;
  /** Rejects when the table cannot be read. */
  ping(): Promise<void>;
}

export interface Reset {
  readonly subject: string;
  readonly password: string;
}

export async function createUsers(table: UsersTable): Promise<Users> {
  await table.prepare();
  /** What a password is held against where there is no user. */
  const nobody = await hashPassword(newPassword());

  return {
    async login({ username = '', password = '' }) {
      const user = await table.byName(username);
      const matches = await verifyPassword(user?.hash ?? nobody, password);
      return user !== undefined && matches ? { subject: String(user.id), ...known(user) } : undefined;
    },

    async resolve(subject) {
      const user = await table.byId(Number(subject));
      return user === undefined ? { active: false } : { active: true, ...known(user) };
    },

    async add(name, scope) {
      const password = newPassword();
      const row = { name, scope, hash: await hashPassword(password), epoch: newEpoch() };
      return (await table.add(row)) ? password : undefined;
    },

    async resetPassword(name) {
      const password = newPassword();
      const id = await table.setPassword(name, await hashPassword(password), newEpoch());
      return id === undefined ? undefined : { subject: String(id), password };
    },

    async remove(name) {
      const id = await table.remove(name);
      return id === undefined ? undefined : String(id);
    },

    async ping() {
      await table.byId(0);
    },
  };
}

function known({ epoch, scope }: UserRow): { readonly epoch: string; readonly scope: string } {
  return { epoch, scope };
}

function newPassword(): string {
  return randomBytes(15).toString('base64url');
}

function newEpoch(): string {
  return randomBytes(12).toString('base64url');
}
