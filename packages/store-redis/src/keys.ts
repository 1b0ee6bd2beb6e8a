/**
 * The names of the keys. Each carries one hash tag, the number of a bucket: all records of a subject, and the feed they
 * write to, lie in one slot, so one script changes them together in a cluster too.
 *
 * @module
 */

/** How many buckets the subjects are spread over. */
export const BUCKETS = 256;

/** What names one record. */
export interface Ref {
  readonly id: string;
  readonly subject: string;
}

export interface Keys {
  /** What is published is published here. */
  readonly channel: string;
  /** All of a subject's session keys begin with it; the id as {@link escapeText} gives it follows. */
  sessions(subject: string): string;
  session(ref: Ref): string;
  token(ref: Ref): string;
  /** A sorted set: the ids of the subject's unrevoked sessions by their `endsAt`. */
  index(subject: string): string;
  /** A sorted set: the entries of the feed by their `until`. */
  feed(bucket: number): string;
  /** Changes with every change of the feed. */
  version(bucket: number): string;
  /** Written where a step changes nothing but has to be waited for. */
  touch(bucket: number): string;
}

/** Names the keys under a prefix. */
export function createKeys(prefix: string): Keys {
  // Braces of its own would be taken for the hash tag; a name escaped here can hold none, so no two prefixes meet.
  const start = escapeText(prefix).replace(/[%{}]/g, encodeURIComponent);
  const inBucket = (bucket: number, rest: string): string => `${start}:{${bucket}}:${rest}`;
  const ofSubject = (kind: string, subject: string): string => {
    const name = escapeText(subject);
    // The length keeps ('a', 'bc') and ('ab', 'c') apart.
    return inBucket(bucketOf(subject), `${kind}:${name.length}:${name}:`);
  };
  return {
    channel: `${start}:feed`,
    sessions: (subject) => ofSubject('session', subject),
    session: ({ subject, id }) => ofSubject('session', subject) + escapeText(id),
    token: ({ subject, id }) => ofSubject('token', subject) + escapeText(id),
    index: (subject) => ofSubject('index', subject),
    feed: (bucket) => inBucket(bucket, 'feed'),
    version: (bucket) => inBucket(bucket, 'version'),
    touch: (bucket) => inBucket(bucket, 'touch'),
  };
}

/** Text as it stands inside a JSON string: well-formed, without controls, quotes or lone surrogates, and never two alike. */
export function escapeText(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/**
 * The bucket of a subject. What it gives is part of the names of stored keys and must never change: FNV-1a over the UTF-16 units,
 * then the finalizer of MurmurHash3, so that its low bits depend on all of the text.
 */
export function bucketOf(subject: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < subject.length; at += 1) hash = Math.imul(hash ^ subject.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % BUCKETS;
}
