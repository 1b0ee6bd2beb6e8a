import type { BlacklistStore } from '@tokenpair/core/simplejwt';
import type { Pool } from 'pg';

const ADD = `
  WITH token AS (
    INSERT INTO token_blacklist_outstandingtoken (jti, token, created_at, expires_at, user_id)
    VALUES ($1, '', $3, $2, (SELECT id FROM auth_user WHERE id::text = $4))
    ON CONFLICT (jti) DO UPDATE SET jti = excluded.jti
    RETURNING id
  )
  INSERT INTO token_blacklist_blacklistedtoken (token_id, blacklisted_at)
  SELECT id, $3 FROM token
  ON CONFLICT (token_id) DO NOTHING`;

const FIND = `
  SELECT 1 FROM token_blacklist_blacklistedtoken
  JOIN token_blacklist_outstandingtoken AS token ON token.id = token_id
  WHERE token.jti = $1`;

/**
 * The tables of SimpleJWT's blacklist app as a store: what Django has on its blacklist is refused here, and the other way round. On
 * PostgreSQL; the tables are Django's, made by its migrations. `auth_user` is that of `AUTH_USER_MODEL`.
 */
export function djangoBlacklist(pool: Pick<Pool, 'query'>): BlacklistStore {
  return {
    async blacklist({ id, subject, expiresAt }, now) {
      const { rowCount } = await pool.query(ADD, [id, new Date(expiresAt), new Date(now), subject]);
      return rowCount === 1; // the first caller alone has made the row
    },
    async isLive({ token }) {
      const { rowCount } = await pool.query(FIND, [token?.id]);
      return rowCount === 0;
    },
  };
}
