/**
 * Real servers behind the durable stores, each with its data in a temporary folder.
 *
 * @module
 */
import { join } from 'node:path';
import { type MariadbServer, startMariadb } from '../services/mariadb-server.ts';
import { type PostgresServer, startPostgres } from '../services/postgres-server.ts';
import { type RedisServer, startRedis } from '../services/redis-server.ts';
import type { StoreName } from './arguments.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** What the stores of one campaign connect to. */
export interface StoreServer {
  readonly name: StoreName;
  /** Absent where there is no server: a file, or nothing. */
  readonly port: number | undefined;
  /** Where everything that is written lies; absent in memory. */
  readonly folder: string | undefined;
  /** What `openStore` takes; through a proxy where one is named. */
  urlAt(port?: number): string;
  /** SIGKILL, and start it again on the same data. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  /** SIGSTOP and SIGCONT. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

/** `redis` takes arguments in the style of redis.conf. */
export async function startServer(name: StoreName, redis: readonly string[] = []): Promise<StoreServer> {
  switch (name) {
    case 'redis':
      return ofServer(name, await startRedis({ settings: redis }));
    case 'postgres':
      return ofServer(name, await startPostgres());
    case 'mariadb':
      return ofServer(name, await startMariadb());
    case 'sqlite':
      return ofFile(name, temporaryFolder());
    case 'memory':
      return ofFile(name, undefined);
  }
}

function ofServer(name: StoreName, server: RedisServer | PostgresServer | MariadbServer): StoreServer {
  return {
    name,
    port: server.port,
    folder: server.folder,
    urlAt: (port = server.port) => server.url.replace(`:${server.port}`, `:${port}`),
    kill: () => server.kill(),
    restart: () => server.restart(),
    pause: () => void process.kill(server.pid, 'SIGSTOP'),
    resume: () => void process.kill(server.pid, 'SIGCONT'),
    stop: () => server.stop(),
  };
}

function ofFile(name: StoreName, folder: string | undefined): StoreServer {
  const url = folder === undefined ? 'memory:' : `sqlite:${join(folder, 'store.db')}`;
  const nothing = async (): Promise<void> => {};
  return {
    name,
    port: undefined,
    folder,
    urlAt: () => url,
    kill: nothing,
    restart: nothing,
    pause: () => {},
    resume: () => {},
    stop: nothing,
  };
}
