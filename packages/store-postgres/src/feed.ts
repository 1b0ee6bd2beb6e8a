import type { Revocation } from '@tokenpair/core/store';
import type { Query } from './driver.ts';
import { PostgresStoreError } from './errors.ts';
import { toRevocation } from './rows.ts';

/** How far the feed has been read. */
export interface FeedPosition {
  /** The server's snapshot at the last read: what it does not see is new, however early its number. */
  readonly snapshot: string;
  /** Names the run of the server. After a restart or a failover the numbers of its transactions may mean others. */
  readonly server: string;
}

/** What is new, and where the feed then stands. */
export interface FeedRead {
  readonly revoked: Revocation[];
  readonly position: FeedPosition;
}

const PAGE = 1_000;
const NOTHING_SEEN = '1:1:'; // the snapshot that sees no transaction

/**
 * Reads what has been revoked since a position; from the beginning without one, and when the server is no longer the one
 * that the position is of.
 *
 * Nothing is missed, and next to nothing is read twice: a transaction is new exactly when the last snapshot did not see it, whether
 * it has a lower number than others or stayed open for hours.
 *
 * @throws `PostgresStoreError` with code `standby`: what was acknowledged by the primary may not have arrived there.
 */
export async function readFeed(query: Query, statement: string, since?: FeedPosition): Promise<FeedRead> {
  const seen = since?.snapshot ?? NOTHING_SEEN;
  const revoked: Revocation[] = [];
  let position: FeedPosition | undefined;
  let after: [xid: string, id: string] = [since ? lowestOpen(since) : '0', '0'];
  for (;;) {
    const rows = await query(statement, [seen, ...after, String(PAGE)]);
    const [, , , , , , , snapshot, server, standby] = rows[0] ?? [];
    if (standby !== 'false') throw new PostgresStoreError('standby');
    position ??= { snapshot: String(snapshot), server: String(server) }; // the first page's: it promises least
    if (server !== (since ?? position).server) return readFeed(query, statement);
    const entries = rows.filter(([, , at]) => at !== null);
    for (const entry of entries) revoked.push(toRevocation(entry));
    const [, , , , , xid, id] = entries.at(-1) ?? [];
    if (entries.length < PAGE || !xid || !id) return { revoked, position };
    after = [xid, id];
  }
}

/** Every transaction before this one had ended. */
function lowestOpen({ snapshot }: FeedPosition): string {
  return snapshot.slice(0, snapshot.indexOf(':'));
}
