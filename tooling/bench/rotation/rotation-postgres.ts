/** Rotations in PostgreSQL with synchronous_commit on: the store beside a pool of ten connections with one prepared UPDATE each. @module */
import { postgresStore } from '@tokenpair/store-postgres';
import { Pool } from 'pg';
import { startPostgres } from '../../services/postgres-server.ts';
import type { Figure } from '../figures.ts';
import { createFleet, logIn, rotateIn } from './fleet.ts';
import { measureRates } from './rates.ts';

export const POSTGRES = 'rotation, PostgreSQL synchronous_commit on, 64 in flight';
export const POSTGRES_LONE = 'rotation, PostgreSQL synchronous_commit on, 1 in flight';

const SESSIONS = 6_400;

const ADVANCE = `
  UPDATE alone.tokenpair_session
  SET generation = $1, rotated_at = $2, rotated_by = $3, expires_at = $4, last_used_at = $2, client = client || $5
  WHERE id = $6 AND subject = $7 AND generation = $8 AND revoked_at IS NULL AND $2 < ends_at
  RETURNING *`;

export async function measurePostgres(seconds: number): Promise<Figure[]> {
  const server = await startPostgres();
  const pools = [1, 2].map(() => new Pool({ connectionString: server.url, max: 10 }));
  try {
    const [own, other] = pools as [Pool, Pool];
    const [store, fleet, alone] = [postgresStore(own), createFleet(SESSIONS), createFleet(SESSIONS)];
    await logIn(store, fleet);
    await logIn(postgresStore(own, { schema: 'alone' }), alone);
    await own.query('VACUUM ANALYZE');
    const ways = [
      { name: 'postgresStore', call: rotateIn(store, fleet) },
      {
        name: 'a pool of 10, one prepared UPDATE each',
        async call(session: number) {
          const { id, subject } = alone.ref(session);
          const { from, next } = alone.next(session);
          const { generation, rotatedAt, rotatedBy, expiresAt, client } = next;
          const values = [generation, rotatedAt, rotatedBy, expiresAt, client, id, subject, from];
          const { rows } = await other.query({ name: 'advance', text: ADVANCE, values });
          alone.rotated(session, rows[0]);
        },
      },
    ];
    const many = { group: POSTGRES, inFlight: 64, sessions: SESSIONS, seconds: seconds * 0.75 };
    const lone = { group: POSTGRES_LONE, inFlight: 1, sessions: SESSIONS, seconds: seconds * 0.25 };
    return [...(await measureRates(ways, many)), ...(await measureRates(ways, lone))];
  } finally {
    await Promise.all(pools.map((pool) => pool.end()));
    await server.stop();
  }
}
