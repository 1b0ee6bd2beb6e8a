import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sqliteStore } from '@tokenpair/store-sqlite';
import { describe, expect, it } from 'vitest';
import { storeCommandsBehave } from './store-behaves.ts';
import { run, temporaryFolder } from './support.ts';

describe('the commands on stores, with SQLite', () => {
  storeCommandsBehave({
    name: 'sqlite',
    hasTables: true,
    fresh() {
      const file = join(temporaryFolder(), 'new', 'tokenpair.db');
      return {
        url: `sqlite:${file}`,
        options: [],
        async open() {
          const database = new DatabaseSync(file);
          return { store: sqliteStore(database), close: () => database.close() };
        },
      };
    },
  });

  it('a mistyped path makes no file', async () => {
    const file = join(temporaryFolder(), 'typo.db');
    expect((await run(['prune', '--store', `sqlite:${file}`])).code).toBe(1);
    expect(existsSync(file)).toBe(false);
  });

  it('tables of an older release are left as they are until store migrate', async () => {
    const file = join(temporaryFolder(), 'old.db');
    const store = ['--store', `sqlite:${file}`];
    await run(['store', 'migrate', ...store]);
    const database = new DatabaseSync(file);
    database.exec('DROP TABLE tokenpair_feed; UPDATE tokenpair_schema SET version = 1');
    database.close();
    expect((await run(['prune', ...store])).stderr).toContain('store migrate');
    expect((await run(['store', 'migrate', ...store])).stdout).toContain('brought up to date');
    expect((await run(['prune', ...store])).code).toBe(0);
  });

  it('tables of a newer release are refused', async () => {
    const file = join(temporaryFolder(), 'new.db');
    const store = ['--store', `sqlite:${file}`];
    await run(['store', 'migrate', ...store]);
    const database = new DatabaseSync(file);
    database.exec('UPDATE tokenpair_schema SET version = 99');
    database.close();
    for (const command of [['prune'], ['store', 'migrate']])
      expect((await run([...command, ...store])).stderr).toContain('newer');
  });
});
