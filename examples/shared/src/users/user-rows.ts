import { randomBytes } from 'node:crypto';
import { hashPassword } from './password.ts';

/** A user as the database has it. */
export interface UserRow {
  readonly id: number;
  readonly hash: string;
  readonly scope: string;
  readonly active: boolean;
  readonly epoch: string;
}

/** A password as it is written: the epoch changes with it. */
export interface NewPassword {
  readonly hash: string;
  readonly epoch: string;
}

/** A user to begin with, the password hashed. */
export interface SeedRow extends NewPassword {
  readonly name: string;
  readonly scope: string;
}

/** The users' table in one database. Every call rejects when the database cannot answer. */
export interface UserRows {
  /**
   * Makes the table with its first users, where there is none. Both happen in one transaction: of processes that start at once one seeds, and
   * users that were deleted later stay deleted.
   */
  prepare(seeds: () => Promise<readonly SeedRow[]>): Promise<void>;
  byName(name: string): Promise<UserRow | undefined>;
  byId(id: number): Promise<UserRow | undefined>;
  /** Writes a password where the user is active and still has the epoch `before`; whether it did. */
  replacePassword(id: number, before: string, next: NewPassword): Promise<boolean>;
  /** The new user's id, or `undefined` when the name is taken. */
  add(user: SeedRow): Promise<number | undefined>;
  /** The id, or `undefined` when there is no such user. */
  setPassword(name: string, next: NewPassword): Promise<number | undefined>;
  /** The id, or `undefined` when there is no such user. */
  setActive(name: string, active: boolean): Promise<number | undefined>;
}

export async function newPassword(password: string): Promise<NewPassword> {
  return { hash: await hashPassword(password), epoch: randomBytes(12).toString('base64url') };
}
