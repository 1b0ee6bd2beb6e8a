import type { Revocation } from '@tokenpair/core/store';
import { BUCKETS } from '../keys.ts';
import type { FeedMessage, FeedSource } from './feed-source.ts';

/** What a watcher knows of the buckets. Every entry it learns of is handed to `onEntries`. */
export interface FollowedBuckets {
  /** Reads every bucket. */
  readAll(): Promise<void>;
  /** Compares every bucket with what is known of it, and reads those of which something was missed. */
  compareAll(): Promise<void>;
  /** Takes a message in; reads the bucket where the message does not follow on from what is known. */
  take(message: FeedMessage): Promise<void>;
}

/**
 * Follows the buckets by their versions. Each message names the version it follows on from, so a message that was lost, whatever
 * lost it, shows at the next one or at the next comparison. What is known may be older than what was handed on, never newer.
 */
export function followBuckets(
  source: Pick<FeedSource, 'read' | 'readVersions'>,
  onEntries: (entries: readonly Revocation[]) => void,
): FollowedBuckets {
  const all = Array.from({ length: BUCKETS }, (_, bucket) => bucket);
  const known = new Map<number, string>();
  const reading = new Map<number, Promise<void>>();
  const outdated = new Set<number>(); // changed since its reading began

  async function read(buckets: readonly number[]): Promise<void> {
    for (const bucket of buckets) outdated.add(bucket);
    const idle = buckets.filter((bucket) => !reading.has(bucket));
    if (idle.length > 0) {
      const begun = readUntilCurrent(idle).finally(() => {
        for (const bucket of idle) reading.delete(bucket);
      });
      for (const bucket of idle) reading.set(bucket, begun);
    }
    await Promise.all(new Set(buckets.map((bucket) => reading.get(bucket))));
  }

  async function readUntilCurrent(buckets: readonly number[]): Promise<void> {
    for (let due = buckets; due.length > 0; due = buckets.filter((bucket) => outdated.has(bucket))) {
      for (const bucket of due) outdated.delete(bucket);
      const contents = await source.read(due);
      for (const [n, { version, entries }] of contents.entries()) {
        known.set(due[n] ?? 0, version);
        if (entries.length > 0) onEntries(entries);
      }
    }
  }

  return {
    readAll: () => read(all),
    async compareAll() {
      const versions = await source.readVersions(all);
      const missed = all.filter((bucket) => versions[bucket] !== known.get(bucket));
      if (missed.length > 0) await read(missed);
    },
    async take({ bucket, before, version, entries }) {
      const current = known.get(bucket);
      if (current === version) return;
      // No version at all is no proof: another database of the server, with buckets of its own, has the same channel.
      if (entries === null || before === '' || current !== before) return read([bucket]);
      known.set(bucket, version);
      onEntries(entries);
    },
  };
}
