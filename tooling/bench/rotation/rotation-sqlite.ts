/** Rotations in SQLite with synchronous FULL: the store's group commit beside one commit for each. @module */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sqliteStore } from '@tokenpair/store-sqlite';
import type { Figure } from '../figures.ts';
import { createFleet, logIn, rotateIn } from './fleet.ts';
import { measureRates } from './rates.ts';

export const SQLITE = 'rotation, SQLite synchronous FULL, 64 in flight';

const SESSIONS = 6_400;

const ADVANCE = `
  UPDATE tokenpair_session
  SET generation = ?, rotated_at = ?, rotated_by = ?, expires_at = ?, last_used_at = ?, client = json_patch(client, ?)
  WHERE id = ? AND subject = ? AND generation = ? AND revoked_at IS NULL AND ? < ends_at
  RETURNING *`;

export async function measureSqlite(seconds: number): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tokenpair-bench-'));
  const open = (name: string): DatabaseSync => new DatabaseSync(join(folder, name));
  const [together, each] = [open('together.db'), open('each.db')];
  try {
    const store = sqliteStore(together);
    const [fleet, alone] = [createFleet(SESSIONS), createFleet(SESSIONS)];
    await logIn(store, fleet);
    await logIn(sqliteStore(each), alone);
    const advance = each.prepare(ADVANCE);
    const ways = [
      { name: 'sqliteStore', call: rotateIn(store, fleet) },
      {
        name: 'one UPDATE and one commit each',
        async call(session: number) {
          const { id, subject } = alone.ref(session);
          const { from, next } = alone.next(session);
          const { generation, rotatedAt, rotatedBy, expiresAt, client } = next;
          const values = [generation, rotatedAt, rotatedBy, expiresAt, rotatedAt, JSON.stringify(client)];
          alone.rotated(session, advance.all(...values, id, subject, from, rotatedAt)[0]);
        },
      },
    ];
    return await measureRates(ways, { group: SQLITE, inFlight: 64, sessions: SESSIONS, seconds });
  } finally {
    together.close();
    each.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
