/** What docs/stores.md shows has to run, against the real servers. */
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TokenStore } from '@tokenpair/core/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMariadb } from '../services/mariadb-server.ts';
import { startPostgres } from '../services/postgres-server.ts';
import { startRedis } from '../services/redis-server.ts';
import { serviceTest } from '../services/service-test.ts';

interface Opened {
  readonly store: TokenStore;
  close(): unknown;
}

type Page = Readonly<
  Record<'openSqlite' | 'openRedis' | 'openPostgres' | 'openMariadb', (where: string) => Opened>
>;

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const NOW = 1_800_000_000_000;
let folder: string;
let page: Page;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tokenpair-page-'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const text = readFileSync(join(ROOT, 'docs/stores.md'), 'utf8');
  const [first = ''] = [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code);
  writeFileSync(join(folder, 'stores.ts'), first);
  page = (await import(join(folder, 'stores.ts'))) as Page;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function keepsSession({ store, close }: Opened): Promise<void> {
  const times = { createdAt: NOW, authTime: NOW, rotatedAt: NOW, lastUsedAt: NOW };
  const ends = { endsAt: NOW + 60_000, expiresAt: NOW + 60_000 };
  const session = { id: 's1', subject: 'u1', generation: 0, rotatedBy: 'r1', ...times, ...ends };
  await store.create(session, { now: NOW });
  expect(await store.find(session, NOW)).toEqual(session);
  await close();
}

describe('the page on stores', () => {
  it('opens SQLite', () => keepsSession(page.openSqlite(join(folder, 'tokenpair.db'))));

  it('says of each store what the contract lets it say: eight methods, two more', () => {
    const { store, close } = page.openSqlite(join(folder, 'methods.db'));
    const methods = Object.values(store).filter((member) => typeof member === 'function');
    expect(methods).toHaveLength(10);
    close();
  });
});

serviceTest('redis-server')('the page on stores, with Redis', (program) => {
  it('opens it', async () => {
    const server = await startRedis({ program });
    await keepsSession(page.openRedis(server.url)).finally(server.stop);
  });
});

serviceTest('postgres')('the page on stores, with PostgreSQL', (program) => {
  it('opens it', async () => {
    const server = await startPostgres({ program });
    await keepsSession(page.openPostgres(server.url)).finally(server.stop);
  });
});

serviceTest('mariadbd')('the page on stores, with MariaDB', (program) => {
  it('opens it', async () => {
    const server = await startMariadb({ program });
    await keepsSession(page.openMariadb(server.url)).finally(server.stop);
  });
});
