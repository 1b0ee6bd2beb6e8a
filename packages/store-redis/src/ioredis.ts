import type { IoredisClient, IoredisCluster, IoredisPipeline } from './clients.ts';
import type { Command, Connection, Subscriber, SubscriberEvents } from './connection.ts';
import { RedisStoreError } from './errors.ts';
import { invalid } from './options.ts';

// Whether a lost connection is made again, and what is read before it is trusted, is the feed's to decide.
const SUBSCRIBER_OPTIONS = {
  lazyConnect: true,
  retryStrategy: null,
  autoResubscribe: false,
  enableAutoPipelining: false,
  readOnly: false,
};

/** A connection through one `Redis` of ioredis. */
export function connectIoredis(client: IoredisClient): Connection {
  return {
    isCluster: false,
    ...connect(
      client,
      () => client,
      () => [client],
    ),
  };
}

/** A connection through a `Cluster` of ioredis. What is published on one node is heard on all. */
export function connectIoredisCluster(cluster: IoredisCluster): Connection {
  const masters = (): IoredisClient[] => cluster.nodes('master');
  return { isCluster: true, ...connect(cluster, () => anyOf(masters()), masters) };
}

function connect(
  client: IoredisClient | IoredisCluster,
  subscriberSource: () => IoredisClient,
  masters: () => IoredisClient[],
): Omit<Connection, 'isCluster'> {
  if (client.options.keyPrefix) {
    throw invalid(
      'ERR_INVALID_ARG_VALUE',
      'redisStore: the client has a keyPrefix, which would part keys from channels. Use the option prefix of the store.',
    );
  }
  return {
    send: (_key, command) => call(client, command),
    sendAll: (commands) => Promise.all(commands.map(([, command]) => call(client, command))),
    sendBoth: (_key, first, second) =>
      pipelined(client.pipeline([first, second].map((command) => ['call', ...spelled(command)]))),
    publish: (channel, text) => call(client, ['PUBLISH', channel, text]),
    askMasters: async (command) => {
      await call(client, ['PING']); // a cluster that is still connecting knows no master
      return Promise.allSettled(masters().map((node) => call(node, command)));
    },
    subscribe: (channels, events) => subscribe(subscriberSource, channels, events),
  };
}

function call(client: IoredisClient | IoredisCluster, command: Command): Promise<unknown> {
  const [name = '', ...args] = spelled(command);
  return client.call(name, ...args);
}

/** In lower case, by which every release of ioredis finds the keys among the arguments. */
function spelled([name = '', ...args]: Command): string[] {
  return [name.toLowerCase(), ...args];
}

async function pipelined(pipeline: IoredisPipeline): Promise<readonly [unknown, unknown]> {
  const replies = (await pipeline.exec()) ?? [];
  for (const [error] of replies) if (error) throw error;
  return [replies[0]?.[1], replies[1]?.[1]];
}

function subscribe(
  source: () => IoredisClient,
  channels: readonly string[],
  { onMessage, onEnd }: SubscriberEvents,
): Subscriber {
  let client: IoredisClient | undefined;

  async function open(): Promise<void> {
    client = source().duplicate(SUBSCRIBER_OPTIONS);
    client.on('error', () => undefined); // 'end' follows, and a lasting failure must not end the process
    client.on('end', () => onEnd());
    client.on('message', onMessage);
    await client.connect();
    client.stream?.unref?.();
    await client.subscribe(...channels);
  }

  return { ready: open(), close: () => client?.disconnect() };
}

function anyOf(nodes: readonly IoredisClient[]): IoredisClient {
  const node = nodes[Math.floor(Math.random() * nodes.length)];
  if (node === undefined) throw new RedisStoreError('feed_unavailable');
  return node;
}
