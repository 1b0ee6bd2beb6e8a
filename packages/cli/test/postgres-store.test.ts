import { randomUUID } from 'node:crypto';
import { postgresStore } from '@tokenpair/store-postgres';
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type PostgresServer, startPostgres } from '../../../tooling/services/postgres-server.ts';
import { serviceTest } from '../../../tooling/services/service-test.ts';
import { expectUnreachable, storeCommandsBehave } from './store-behaves.ts';
import { NOW, run, sessionOf } from './support.ts';

serviceTest('postgres')('the commands on stores, with PostgreSQL', (program) => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ program });
  });
  afterAll(() => server?.stop());

  storeCommandsBehave({
    name: 'postgres',
    hasTables: true,
    fresh() {
      const schema = `cli_${randomUUID()}`;
      return {
        url: server.url,
        options: ['--schema', schema],
        async open() {
          const pool = new Pool({ connectionString: server.url });
          return { store: postgresStore(pool, { schema }), close: () => pool.end() };
        },
      };
    },
  });

  it('a revocation by the command reaches the feed of a running service', async () => {
    const pool = new Pool({ connectionString: server.url });
    const store = postgresStore(pool, { schema: 'feed', pollMs: 1_000 });
    const seen: string[] = [];
    let tell = (): void => undefined;
    const heard = new Promise<void>((resolve) => {
      tell = resolve;
    });
    const watch = await store.watch?.((revoked) => {
      seen.push(...revoked.map(({ session }) => String(session)));
      if (seen.length > 0) tell();
    });
    await store.create(sessionOf({ id: 'heard' }), { now: NOW });
    await run(['sessions', 'revoke', 'heard', '--subject', '7', '--store', server.url, '--schema', 'feed']);
    await heard;
    expect(seen).toEqual(['heard']);
    await watch?.close();
    await pool.end();
  });

  it('a server that is not there, or has no such user, is told of without the password', async () => {
    await expectUnreachable('postgres://u:hunter2@127.0.0.1:1/x', 'hunter2');
    const url = new URL(server.url);
    Object.assign(url, { username: 'nobody', password: 'hunter2' });
    await expectUnreachable(url.href, 'hunter2');
  });
});
