/** What went wrong in the Redis store, as {@link RedisStoreError.code}. */
export type RedisStoreErrorCode = 'feed_unavailable' | 'not_replicated' | 'session_exists';

const MESSAGES: Readonly<Record<RedisStoreErrorCode, string>> = {
  feed_unavailable: 'The subscription to the revocation feed could not be made.',
  not_replicated:
    'Fewer replicas than waitReplicas acknowledged the write within waitMs. It may or may not survive a failover.',
  session_exists: 'A session with this id exists already.',
};

/** A failure of the Redis store itself; what led to it is its `cause`. Failures of the client come as they are. */
export class RedisStoreError extends Error {
  readonly code: RedisStoreErrorCode;

  constructor(code: RedisStoreErrorCode, options?: ErrorOptions) {
    super(MESSAGES[code], options);
    this.name = 'RedisStoreError';
    this.code = code;
  }
}
