import type { Revocation } from '@tokenpair/core/store';
import type { Connection } from '../connection.ts';
import type { Keys } from '../keys.ts';
import { type ScriptRunner, saysThat } from '../run-script.ts';
import { READ_FEED, READ_VERSIONS } from '../scripts.ts';

/** What a bucket of the feed holds. */
export interface BucketContent {
  readonly version: string;
  readonly entries: readonly Revocation[];
}

/** What a script published: the entries it added to a bucket, or `null` where they are too many for a message. */
export interface FeedMessage {
  readonly bucket: number;
  /** The version of the bucket that it changed. */
  readonly before: string;
  /** The version it made of it. */
  readonly version: string;
  readonly entries: readonly Revocation[] | null;
}

/** Where the feed is read. */
export interface FeedSource {
  readonly channel: string;
  readonly connection: Pick<Connection, 'publish' | 'subscribe'>;
  /** Rejects where a server that is asked for writes has become a replica: it would prove what it was told last. Not where ROLE is forbidden. */
  assertMasters(): Promise<void>;
  /** What each of these buckets holds. */
  read(buckets: readonly number[]): Promise<BucketContent[]>;
  /** The version of each of these buckets. */
  readVersions(buckets: readonly number[]): Promise<string[]>;
}

/** The feed of a store. */
export function createFeedSource(
  connection: Connection,
  runAll: ScriptRunner['runAll'],
  keys: Keys,
): FeedSource {
  return {
    channel: keys.channel,
    connection,
    async assertMasters() {
      for (const outcome of await connection.askMasters(['ROLE'])) {
        const [role] = outcome.status === 'fulfilled' ? (outcome.value as unknown[]) : [];
        if (role !== undefined && String(role) !== 'master')
          throw new Error('The server has become a replica.');
      }
    },
    async read(buckets) {
      const replies = await runAll(
        READ_FEED,
        buckets.map((bucket) => [keys.feed(bucket), keys.version(bucket)]),
      );
      return replies.map(contentOf);
    },
    readVersions: createVersionReader(connection, runAll, keys),
  };
}

/** Every watcher reads all versions again and again, so they come in one call wherever a server has all slots and says so. */
function createVersionReader(
  connection: Connection,
  runAll: ScriptRunner['runAll'],
  keys: Keys,
): FeedSource['readVersions'] {
  let isTogether = !connection.isCluster;

  const readLists = async (lists: string[][]): Promise<string[]> =>
    (await runAll(READ_VERSIONS, lists)).flat().map(String);

  return async (buckets) => {
    const names = buckets.map(keys.version);
    try {
      if (isTogether) return await readLists([names]);
    } catch (error) {
      if (!saysThat(error, 'CROSSSLOT')) throw error; // one address, and a cluster or a proxy of one behind it
      isTogether = false;
    }
    return readLists(names.map((name) => [name]));
  };
}

function contentOf(reply: unknown): BucketContent {
  const [version, entries] = reply as [unknown, unknown[]];
  return {
    version: String(version),
    entries: entries.map((entry) => JSON.parse(String(entry)) as Revocation),
  };
}
