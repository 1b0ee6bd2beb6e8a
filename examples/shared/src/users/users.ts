import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { LoginHook, ResolveHook } from '@tokenpair/core';
import { whileLocked } from '../backends/while-locked.ts';
import { hashPassword, verifyPassword } from './password.ts';
import { newEpoch, prepareUsersTable, type Seed } from './users-table.ts';

/**
 * The app's own users. Every call rejects when the database cannot answer; a file that another process holds locked is tried
 * for half a second, without blocking the thread.
 */
export interface Users {
  /** Core's `login` hook. Takes the same work for an unknown user, a wrong password and a disabled account. */
  readonly login: LoginHook;
  /** Core's `resolve` hook. */
  readonly resolve: ResolveHook;
  /** Replaces a user's own password; the new epoch, or `undefined` when `old` is wrong, was replaced meanwhile, or the user is not active. */
  changePassword(subject: string, old: string, password: string): Promise<string | undefined>;
  /** Sets a password by name; the subject, or `undefined` when there is no such user. */
  setPassword(name: string, password: string): Promise<string | undefined>;
  /** Enables or disables by name; the subject, or `undefined` when there is no such user. */
  setActive(name: string, active: boolean): Promise<string | undefined>;
  /** Resolves when the table can be read. */
  ping(): Promise<void>;
}

interface UserRow {
  readonly id: number;
  readonly hash: string;
  readonly scope: string;
  readonly active: number;
  readonly epoch: string;
}

const LOCK_MS = 500;

/** Opens the users' table, makes and seeds it at the first start. @throws StartError */
export async function createUsers(database: DatabaseSync, seeds: readonly Seed[]): Promise<Users> {
  await prepareUsersTable(database, seeds);
  const byName = database.prepare('SELECT id, hash, scope, active, epoch FROM users WHERE name = :name');
  const byId = database.prepare('SELECT id, hash, scope, active, epoch FROM users WHERE id = :id');
  const replace = database.prepare(
    'UPDATE users SET hash = :hash, epoch = :epoch WHERE id = :id AND epoch = :before AND active = 1',
  );
  const setHash = database.prepare(
    'UPDATE users SET hash = :hash, epoch = :epoch WHERE name = :name RETURNING id',
  );
  const setActive = database.prepare('UPDATE users SET active = :active WHERE name = :name RETURNING id');
  /** What a password is held against where there is no user. */
  const nobody = await hashPassword(randomBytes(16).toString('hex'));

  const ask = <T>(step: () => T): Promise<T> => whileLocked(LOCK_MS, step);
  const find = (id: string): Promise<UserRow | undefined> => ask(() => toUser(byId.get({ id: Number(id) })));

  return Object.freeze({
    async login({ username = '', password = '' }) {
      const user = await ask(() => toUser(byName.get({ name: username })));
      const matches = await verifyPassword(user?.hash ?? nobody, password);
      if (user === undefined || !matches || user.active !== 1) return undefined;
      return { subject: String(user.id), epoch: user.epoch, scope: user.scope };
    },

    async resolve(subject) {
      const user = await find(subject);
      return user === undefined
        ? { active: false }
        : { active: user.active === 1, epoch: user.epoch, scope: user.scope };
    },

    async changePassword(subject, old, password) {
      const user = await find(subject);
      if (user === undefined || !(await verifyPassword(user.hash, old))) return undefined;
      const next = { hash: await hashPassword(password), epoch: newEpoch() };
      const { changes } = await ask(() => replace.run({ ...next, id: user.id, before: user.epoch }));
      return changes === 1 ? next.epoch : undefined;
    },

    async setPassword(name, password) {
      const next = { hash: await hashPassword(password), epoch: newEpoch() };
      return toSubject(await ask(() => setHash.all({ ...next, name })));
    },

    async setActive(name, active) {
      return toSubject(await ask(() => setActive.all({ active: Number(active), name })));
    },

    async ping() {
      await ask(() => byId.get({ id: 0 }));
    },
  } satisfies Users);
}

function toUser(row: unknown): UserRow | undefined {
  return row as UserRow | undefined;
}

/** From `all()`, not `get()`: that one stops at the row and never learns whether the commit after it succeeded. */
function toSubject([row]: readonly Record<string, unknown>[]): string | undefined {
  return row === undefined ? undefined : String(row['id']);
}
