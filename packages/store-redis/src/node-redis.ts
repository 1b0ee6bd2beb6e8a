import type { NodeRedisBatch, NodeRedisClient, NodeRedisCluster, NodeRedisPool } from './clients.ts';
import type { Command, Connection, Subscriber, SubscriberEvents } from './connection.ts';
import { RedisStoreError } from './errors.ts';

type Duplicate = (overrides: (options: object) => object) => Promise<NodeRedisClient>;

/** A connection through one client of node-redis. */
export function connectNodeRedis(client: NodeRedisClient): Connection {
  const duplicate: Duplicate = async (overrides) => client.duplicate(overrides(client.options));
  return connect(client, duplicate, (task) => task(client));
}

/** A connection through a pool of node-redis. */
export function connectNodeRedisPool(pool: NodeRedisPool): Connection {
  const duplicate: Duplicate = async (overrides) => {
    let made: NodeRedisClient | undefined;
    await pool.execute((client) => {
      made = client.duplicate(overrides(client.options));
    });
    if (made === undefined) throw new RedisStoreError('feed_unavailable');
    return made;
  };
  return connect(pool, duplicate, (task) => pool.execute(task));
}

/** A connection through a cluster client of node-redis. What is published on one node is heard on all. */
export function connectNodeRedisCluster(cluster: NodeRedisCluster): Connection {
  const clientOf = (node: object): Promise<NodeRedisClient> => cluster.nodeClient(node as never);
  const duplicate: Duplicate = async (overrides) => {
    const node = cluster.masters[Math.floor(Math.random() * cluster.masters.length)];
    if (node === undefined) throw new RedisStoreError('feed_unavailable');
    const client = await clientOf(node);
    return client.duplicate(overrides(client.options));
  };
  const send: Connection['send'] = (key, command) => cluster.sendCommand(key, false, [...command]);
  return {
    isCluster: true,
    send,
    sendAll: (commands) => Promise.all(commands.map(([key, command]) => send(key, command))),
    sendBoth: async (key, first, second) => {
      const batch = cluster.multi();
      batch.addCommand(key, false, [...first]);
      batch.addCommand(key, false, [...second]);
      return repliesOf(await batch.execAsPipeline());
    },
    publish: (channel, text) => cluster.sendCommand(undefined, false, ['PUBLISH', channel, text]),
    askMasters: (command) =>
      Promise.allSettled(
        cluster.masters.map(async (node) => (await clientOf(node)).sendCommand([...command])),
      ),
    subscribe: (channels, events) => subscribe(duplicate, channels, events),
  };
}

function connect(
  client: { sendCommand(args: string[]): Promise<unknown>; multi(): NodeRedisBatch },
  duplicate: Duplicate,
  onOneClient: (task: (one: NodeRedisClient) => Promise<unknown>) => Promise<unknown>,
): Connection {
  const send = (command: Command): Promise<unknown> => client.sendCommand([...command]);
  return {
    isCluster: false,
    send: (_key, command) => send(command),
    sendAll: async (commands) => {
      // A pool gives each of them a connection of its own, and makes as many as it may.
      const task = (one: NodeRedisClient): Promise<unknown[]> =>
        Promise.all(commands.map(([, command]) => one.sendCommand([...command])));
      return (await onOneClient(task)) as unknown[];
    },
    sendBoth: async (_key, first, second) => {
      const batch = client.multi();
      batch.addCommand([...first]);
      batch.addCommand([...second]);
      return repliesOf(await batch.execAsPipeline());
    },
    publish: (channel, text) => send(['PUBLISH', channel, text]),
    askMasters: (command) => Promise.allSettled([send(command)]),
    subscribe: (channels, events) => subscribe(duplicate, channels, events),
  };
}

function repliesOf(replies: unknown): readonly [unknown, unknown] {
  return replies as [unknown, unknown];
}

function subscribe(
  duplicate: Duplicate,
  channels: readonly string[],
  { onMessage, onEnd }: SubscriberEvents,
): Subscriber {
  let client: NodeRedisClient | undefined;
  let isClosed = false;

  function close(): void {
    isClosed = true;
    if (client?.isOpen) client.destroy();
  }

  async function open(): Promise<void> {
    client = await duplicate(subscriberOptions);
    client.on('error', onEnd); // there is no reconnecting, so every error is the last one
    await client.connect();
    client.unref();
    if (isClosed) return close();
    await client.subscribe([...channels], (text, channel) => onMessage(channel, text));
  }

  return { ready: open(), close };
}

/** Whether a lost connection is made again, and what is read before it is trusted, is the feed's to decide. */
function subscriberOptions(options: object): object {
  const { socket } = options as { socket?: object };
  return { socket: { ...socket, reconnectStrategy: false }, clientSideCache: undefined, readonly: false };
}
