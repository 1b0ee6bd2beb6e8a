import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { EXAMPLE_USERS } from '../src/users/seeds.ts';
import { sqliteUsers } from '../src/users/sqlite-users.ts';
import { createUsers, type Users } from '../src/users/users.ts';
import { usersBehave } from './users-behave.ts';

function temporaryFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tokenpair-users-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'users.db');
}

function connect(file: string): DatabaseSync {
  const database = new DatabaseSync(file);
  onTestFinished(() => database.close());
  return database;
}

function open(file = ':memory:'): Promise<Users> {
  return createUsers(sqliteUsers(connect(file)), EXAMPLE_USERS);
}

const CLIENT = {};

describe('users', () => {
  usersBehave(open);

  it('take the same time whether or not they exist', { timeout: 20_000 }, async () => {
    const users = await open();
    await users.setActive('admin', false);
    const times = { vitor: [] as number[], admin: [] as number[], nobody: [] as number[] };
    for (let round = 0; round < 9; round += 1) {
      for (const username of ['vitor', 'admin', 'nobody'] as const) {
        const started = performance.now();
        await users.login({ username, password: 'admin' }, CLIENT);
        times[username].push(performance.now() - started);
      }
    }
    const [least = 0, , most = 0] = Object.values(times)
      .map((all) => all.sort((a, b) => a - b)[4] ?? 0)
      .sort((a, b) => a - b);
    expect(most / least).toBeLessThan(3);
  });

  it('are kept as argon2id hashes at 19 MiB, two passes, one lane', async () => {
    const file = temporaryFile();
    await open(file);
    const rows = connect(file).prepare('SELECT hash FROM users').all();
    expect(rows).toHaveLength(2);
    for (const { hash } of rows) expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  it('are seeded once, and stay away when they were deleted', async () => {
    const file = temporaryFile();
    await Promise.all([open(file), open(file), open(file)]);
    const database = connect(file);
    expect(database.prepare('SELECT count(*) AS n FROM users').get()).toEqual({ n: 2 });
    database.exec('DELETE FROM users');
    await open(file);
    expect(database.prepare('SELECT count(*) AS n FROM users').get()).toEqual({ n: 0 });
  });

  it('reject within a second while another connection holds the lock, and read on', async () => {
    const file = temporaryFile();
    const users = await open(file);
    const other = connect(file);
    other.exec('BEGIN IMMEDIATE');
    const started = performance.now();
    await expect(users.setActive('vitor', false)).rejects.toMatchObject({ errcode: 5 });
    expect(performance.now() - started).toBeLessThan(1_500);
    expect(await users.resolve('1')).toMatchObject({ active: true });
    other.exec('COMMIT');
    expect(await users.setActive('vitor', false)).toBe('1');
  });
});
