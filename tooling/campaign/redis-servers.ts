import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { type RedisServer, startRedis } from '../services/redis-server.ts';

const PATIENCE_MS = 10_000;
const REPLICATION = ['--repl-diskless-sync-delay', '0', '--repl-ping-replica-period', '1'];

/** Asks a server for one thing on a connection of its own. */
export async function askRedis(port: number, command: string, ...args: string[]): Promise<string> {
  const client = new Redis(port, '127.0.0.1', { maxRetriesPerRequest: 1 });
  client.on('error', () => {}); // the call below says it
  try {
    return String(await client.call(command, ...args));
  } finally {
    client.disconnect();
  }
}

export function startMaster(): Promise<RedisServer> {
  return startRedis({ settings: REPLICATION });
}

/** Starts a replica of the master at a port; resolves when it has what the master has. */
export async function startReplica(masterPort: number): Promise<RedisServer> {
  const settings = [...REPLICATION, '--replicaof', '127.0.0.1', String(masterPort)];
  const replica = await startRedis({ settings });
  for (const deadline = performance.now() + PATIENCE_MS; performance.now() < deadline; await sleep(20)) {
    if ((await askRedis(replica.port, 'INFO', 'replication')).includes('master_link_status:up'))
      return replica;
  }
  await replica.stop();
  throw new Error('the replica did not catch up with its master');
}
