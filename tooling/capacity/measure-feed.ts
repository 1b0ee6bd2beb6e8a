// `npm run capacity:measure`: what a watcher of the feed costs a store, for the constants in costs.ts.
// Bytes are the servers' and the clients' own counts, so a machine that is busy changes them little; CPU time it changes more.
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { postgresStore } from '@tokenpair/store-postgres';
import { redisStore } from '@tokenpair/store-redis';
import { Redis } from 'ioredis';
import { Pool } from 'pg';
import { formatTable, type Row } from '../campaign/report.ts';
import { startPostgres } from '../services/postgres-server.ts';
import { startRedis } from '../services/redis-server.ts';

const WATCHERS = 20;
const SECONDS = 6;
const ENTRIES = 200;

const session = (n: number) => {
  const at = Date.now();
  const end = at + 3_600_000;
  const times = { createdAt: at, authTime: at, rotatedAt: at, lastUsedAt: at, endsAt: end, expiresAt: end };
  return { id: `session-of-22-chars-${n}`, subject: `user-${n}`, generation: 0, rotatedBy: 'r', ...times };
};

/** What has gone over the wires and been asked so far, all watchers together. */
interface Count {
  readonly toWatchers: number;
  readonly fromWatchers: number;
  readonly asked: number;
  readonly cpuSeconds: number;
}

interface Measured {
  readonly name: string;
  readonly count: () => Promise<Count>;
  /** Makes a session and ends it; nothing of it is counted as a watcher's. */
  readonly end: (n: number) => Promise<unknown>;
}

async function measure({ name, count, end }: Measured): Promise<Row> {
  for (let n = 0; n < ENTRIES; n += 1) await end(n); // plans and scripts are known by then
  await sleep(2_000);
  const before = await count();
  await sleep(SECONDS * 1_000);
  const idle = await count();
  for (let n = 0; n < ENTRIES; n += 1)
    await Promise.all([end(ENTRIES + n), sleep((SECONDS * 1_000) / ENTRIES)]);
  const after = await count();
  const per = (key: keyof Count): number => (idle[key] - before[key]) / WATCHERS / SECONDS;
  const more = (key: keyof Count): number =>
    (after[key] - idle[key] - (idle[key] - before[key])) / WATCHERS / ENTRIES;
  return {
    store: name,
    'asked/s': Number(per('asked').toFixed(1)),
    'B/s to a watcher': Math.round(per('toWatchers')),
    'B/s from it': Math.round(per('fromWatchers')),
    'CPU ms/s': Number((per('cpuSeconds') * 1_000).toFixed(2)),
    'B an entry': Math.round(more('toWatchers')),
    'asked an entry': Number(more('asked').toFixed(2)),
  };
}

async function measureRedis(): Promise<Row> {
  const server = await startRedis();
  const clients = Array.from({ length: WATCHERS + 1 }, () => new Redis(server.url));
  const [writer, ...others] = clients as [Redis, ...Redis[]];
  const store = redisStore(writer);
  const watches = await Promise.all(others.map((client) => redisStore(client).watch?.(() => undefined)));
  const figure = (info: string, key: string): number =>
    Number(new RegExp(`${key}[:=]([\\d.]+)`).exec(info)?.[1]);
  const row = await measure({
    name: 'Redis',
    async count() {
      const info = (await writer.info()) ?? '';
      const stats = await writer.info('commandstats');
      return {
        toWatchers: figure(info, 'total_net_output_bytes'),
        fromWatchers: figure(info, 'total_net_input_bytes'),
        asked: figure(stats, 'cmdstat_evalsha:calls'),
        cpuSeconds: figure(info, 'used_cpu_user') + figure(info, 'used_cpu_sys'),
      };
    },
    end: async (n) => {
      const made = session(n);
      await store.create(made, { now: Date.now() });
      await store.revoke(made, { at: Date.now(), reason: 'logout' });
    },
  });
  await Promise.all(watches.map((watch) => watch?.close()));
  for (const client of clients) client.disconnect();
  await server.stop();
  return row;
}

interface Socket {
  readonly bytesRead: number;
  readonly bytesWritten: number;
}

async function measurePostgres(listen: boolean): Promise<Row> {
  const server = await startPostgres();
  const sockets: Socket[] = [];
  const writing = new Pool({ connectionString: server.url, max: 2 });
  const pools = Array.from({ length: WATCHERS }, () => new Pool({ connectionString: server.url, max: 2 }));
  for (const pool of pools)
    pool.on('connect', (client) =>
      sockets.push((client as unknown as { connection: { stream: Socket } }).connection.stream),
    );
  const store = postgresStore(writing, { listen });
  await store.find({ id: 'none', subject: 'nobody' }, Date.now());
  const reads = new Map<Pool, number>();
  const watches = await Promise.all(
    pools.map((pool) =>
      postgresStore(pool, { listen }).watch?.(() => void reads.set(pool, (reads.get(pool) ?? 0) + 1)),
    ),
  );
  const sum = (numbers: Iterable<number>): number => [...numbers].reduce((all, each) => all + each, 0);
  const row = await measure({
    name: listen ? 'PostgreSQL, LISTEN' : 'PostgreSQL, polls',
    count: async () => ({
      toWatchers: sum(sockets.map((socket) => socket.bytesRead)),
      fromWatchers: sum(sockets.map((socket) => socket.bytesWritten)),
      asked: sum(reads.values()),
      cpuSeconds: Number.NaN,
    }),
    end: async (n) => {
      const made = session(n);
      await store.create(made, { now: Date.now() });
      await store.revoke(made, { at: Date.now(), reason: 'logout' });
    },
  });
  await Promise.all(watches.map((watch) => watch?.close()));
  await Promise.all([writing, ...pools].map((pool) => pool.end()));
  await server.stop();
  return row;
}

console.log(formatTable([await measureRedis(), await measurePostgres(true), await measurePostgres(false)]));
process.exit(0);
