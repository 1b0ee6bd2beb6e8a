import type {
  IoredisClient,
  IoredisCluster,
  NodeRedisClient,
  NodeRedisCluster,
  NodeRedisPool,
} from './clients.ts';
import type { Connection } from './connection.ts';
import { connectIoredis, connectIoredisCluster } from './ioredis.ts';
import { connectNodeRedis, connectNodeRedisCluster, connectNodeRedisPool } from './node-redis.ts';
import { invalid } from './options.ts';

/** Tells the kinds of clients apart by the methods they have. */
export function connectTo(client: unknown): Connection {
  const has = (...methods: string[]): boolean =>
    methods.every((name) => typeof (client as Record<string, unknown> | null)?.[name] === 'function');

  if (has('call', 'pipeline', 'nodes')) return connectIoredisCluster(client as IoredisCluster);
  if (has('call', 'pipeline', 'duplicate')) return connectIoredis(client as IoredisClient);
  if (has('sendCommand', 'multi', 'nodeClient')) return connectNodeRedisCluster(client as NodeRedisCluster);
  if (has('sendCommand', 'multi', 'execute')) return connectNodeRedisPool(client as NodeRedisPool);
  // The Sentinel client of node-redis has no `unref`, and takes other arguments.
  if (has('sendCommand', 'multi', 'duplicate', 'unref')) return connectNodeRedis(client as NodeRedisClient);
  throw invalid(
    'ERR_INVALID_ARG_TYPE',
    'redisStore: client must be a Redis or Cluster of ioredis, or a client, pool or cluster of node-redis.',
  );
}
