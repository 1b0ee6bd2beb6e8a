import type { BlacklistStore } from '@tokenpair/core/simplejwt';
import type { Pool } from 'pg';

const REVOKED = `
  SELECT token.jti, token.user_id, token.expires_at FROM token_blacklist_blacklistedtoken
  JOIN token_blacklist_outstandingtoken AS token ON token.id = token_id
  WHERE token.expires_at > now() AND token.user_id IS NOT NULL
  ORDER BY token.id`;

interface Row {
  readonly jti: string;
  readonly user_id: unknown;
  readonly expires_at: Date;
}

/** The longest that `leeway` can be: a token may be taken so long after its end. */
const LEEWAY_MS = 60_000;

/**
 * Copies what is on Django's blacklist to another store, for services that shall not ask Django's database. Can be repeated; returns how many
 * there were. Those of deleted users are left out: `resolve` refuses them.
 */
export async function takeOverBlacklist(pool: Pick<Pool, 'query'>, store: BlacklistStore): Promise<number> {
  const { rows } = await pool.query<Row>(REVOKED);
  for (const { jti, user_id, expires_at } of rows) {
    const token = { id: jti, subject: String(user_id), expiresAt: expires_at.getTime() + LEEWAY_MS };
    await store.blacklist(token, Date.now());
  }
  return rows.length;
}
