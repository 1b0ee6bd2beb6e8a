import { execFileSync } from 'node:child_process';
import { createAuth } from '@tokenpair/core';
import { postgresStore } from '@tokenpair/store-postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type PostgresServer, startPostgres } from '../../../tooling/services/postgres-server.ts';
import { findProgram, serviceTest } from '../../../tooling/services/service-test.ts';
import { poolOf, upTo } from './support.ts';

serviceTest('postgres')('the database', (program) => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ program });
  });
  afterAll(() => server.stop());

  it('holds one row after 1,000 rotations, and a dump of it no token', async () => {
    const pool = poolOf(server);
    const auth = createAuth({
      issuer: 'https://api.example.com',
      audience: 'https://api.example.com',
      keys: { alg: 'HS256', secret: crypto.getRandomValues(new Uint8Array(32)) },
      store: postgresStore(pool),
      login: () => undefined,
    });
    let pair = await auth.sessions.issue({ subject: 'ada' }, { label: 'phone' });
    const tokens: string[] = [];
    for (const _ of upTo(1_000)) {
      tokens.push(pair.access, String(pair.refresh));
      pair = await auth.refresh(String(pair.refresh));
    }
    tokens.push(pair.access, String(pair.refresh));
    await auth.logout(String(pair.refresh));

    const { rows } = await pool.query(
      'SELECT count(*)::int AS sessions, max(generation)::int AS generation FROM tokenpair_session',
    );
    expect(rows).toEqual([{ sessions: 1, generation: 1_000 }]);
    const dump = execFileSync(findProgram('pg_dump') ?? 'pg_dump', ['--dbname', server.url], {
      encoding: 'utf8',
    });
    expect(dump).toContain('ada');
    const parts = tokens.flatMap((token) => [token, ...token.split('.')]);
    expect(parts.filter((part) => dump.includes(part))).toEqual([]);
    await auth.close();
  });
});
