/**
 * What the store uses of a client: slices of ioredis and node-redis, which the app makes and closes.
 *
 * @module
 */

/** The slice of `Redis` of ioredis, to one server or by Sentinel. */
export interface IoredisClient {
  readonly options: { readonly keyPrefix?: string | undefined };
  /** Present once it is connected. */
  readonly stream?: { unref?(): unknown } | undefined;
  call(command: string, ...args: string[]): Promise<unknown>;
  pipeline(commands: string[][]): IoredisPipeline;
  duplicate(overrides: object): IoredisClient;
  connect(): Promise<unknown>;
  disconnect(): void;
  subscribe(...channels: string[]): Promise<unknown>;
  on(event: string, listener: (...args: string[]) => void): unknown;
}

/** The slice of `Cluster` of ioredis. */
export interface IoredisCluster {
  readonly isCluster: boolean;
  readonly options: { readonly keyPrefix?: string | undefined };
  call(command: string, ...args: string[]): Promise<unknown>;
  pipeline(commands: string[][]): IoredisPipeline;
  nodes(role: 'master'): IoredisClient[];
}

/** Commands that go out on one connection, one right after the other. */
export interface IoredisPipeline {
  exec(): Promise<readonly (readonly [error: Error | null, reply: unknown])[] | null>;
}

/** The slice of what `createClient` of node-redis makes. */
export interface NodeRedisClient {
  readonly isOpen: boolean;
  readonly options: object;
  sendCommand(args: string[]): Promise<unknown>;
  multi(): NodeRedisBatch;
  duplicate(overrides: object): NodeRedisClient;
  connect(): Promise<unknown>;
  destroy(): void;
  unref(): void;
  subscribe(channels: string[], listener: (message: string, channel: string) => void): Promise<unknown>;
  on(event: string, listener: (...args: unknown[]) => void): unknown;
}

/** The slice of what `createClientPool` of node-redis makes. */
export interface NodeRedisPool {
  sendCommand(args: string[]): Promise<unknown>;
  multi(): NodeRedisBatch;
  execute(task: (client: NodeRedisClient) => unknown): Promise<unknown>;
}

/** The slice of what `createCluster` of node-redis makes. */
export interface NodeRedisCluster {
  readonly masters: readonly object[];
  sendCommand(firstKey: string | undefined, isReadonly: boolean, args: string[]): Promise<unknown>;
  multi(): NodeRedisClusterBatch;
  nodeClient(node: never): Promise<NodeRedisClient>;
}

/** Commands that go out on one connection, one right after the other. */
export interface NodeRedisBatch {
  addCommand(args: string[]): unknown;
  execAsPipeline(): Promise<unknown>;
}

/** As {@link NodeRedisBatch}, with the key by which the node is found. */
export interface NodeRedisClusterBatch {
  addCommand(firstKey: string | undefined, isReadonly: boolean, args: string[]): unknown;
  execAsPipeline(): Promise<unknown>;
}

/** The clients that `redisStore` takes. */
export type RedisStoreClient =
  | IoredisClient
  | IoredisCluster
  | NodeRedisClient
  | NodeRedisPool
  | NodeRedisCluster;
