/** What a login costs does not tell whether the user is there: counted in hashes, not in time. */
import { DatabaseSync } from 'node:sqlite';
import { verify } from '@node-rs/argon2';
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { EXAMPLE_USERS } from '../src/users/seeds.ts';
import { sqliteUsers } from '../src/users/sqlite-users.ts';
import { createUsers, type Users } from '../src/users/users.ts';

vi.mock('@node-rs/argon2', async (load) => {
  const real = await load<typeof import('@node-rs/argon2')>();
  return { ...real, hash: vi.fn(real.hash), verify: vi.fn(real.verify) };
});

let users: Users;

beforeEach(async () => {
  const database = new DatabaseSync(':memory:');
  onTestFinished(() => database.close());
  users = await createUsers(sqliteUsers(database), EXAMPLE_USERS);
  await users.setActive('admin', false);
});

it.each([
  ['a right password', 'vitor', '123'],
  ['a wrong password', 'vitor', 'x'],
  ['a disabled account', 'admin', 'admin'],
  ['a disabled account and a wrong password', 'admin', 'x'],
  ['an unknown user', 'nobody', '123'],
  ['a user name that no database has', 'vitor\0', '123'],
  ['nothing', '', ''],
])('a login with %s costs one hash of the same price', async (_what, username, password) => {
  const { hash } = vi.mocked(await import('@node-rs/argon2'));
  hash.mockClear();
  vi.mocked(verify).mockClear();
  await users.login({ username, password }, {});
  expect(hash).not.toHaveBeenCalled();
  const prices = vi.mocked(verify).mock.calls.map(([hashed]) => String(hashed).split('$').slice(1, 4));
  expect(prices).toEqual([['argon2id', 'v=19', 'm=19456,t=2,p=1']]);
});
