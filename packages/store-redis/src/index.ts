export type {
  IoredisClient,
  IoredisCluster,
  IoredisPipeline,
  NodeRedisBatch,
  NodeRedisClient,
  NodeRedisCluster,
  NodeRedisClusterBatch,
  NodeRedisPool,
  RedisStoreClient,
} from './clients.ts';
export { RedisStoreError, type RedisStoreErrorCode } from './errors.ts';
export type { RedisStoreOptions } from './options.ts';
export { redisStore } from './redis-store.ts';
