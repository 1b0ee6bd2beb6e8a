/**
 * Rotations in Redis: the store beside bare EVALSHA of the same client, once of the store's own script with its own arguments, where nothing is
 * made for the call and nothing read from the answer, and once of the least script that moves a record of this size both ways.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { type RedisStoreClient, redisStore } from '@tokenpair/store-redis';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { startRedis } from '../../services/redis-server.ts';
import type { Figure } from '../figures.ts';
import { createFleet, logIn, rotateIn, sessionOf } from './fleet.ts';
import { measureRates, type Way } from './rates.ts';

export const REDIS = 'rotation, Redis, 64 in flight';
export const REDIS_CLIENTS = ['ioredis', 'node-redis'] as const;

const SESSIONS = 6_400;

const LEAST = `
local found = redis.call('HMGET', KEYS[1], 'generation', 'endsAt', 'revokedAt')
if found[1] ~= ARGV[1] or found[3] or tonumber(ARGV[3]) >= tonumber(found[2]) then return false end
redis.call('HSET', KEYS[1], 'generation', ARGV[2], 'record', ARGV[4])
return redis.call('HGET', KEYS[1], 'record')`;

type Send = (args: readonly string[]) => Promise<unknown>;

export async function measureRedis(seconds: number): Promise<Figure[]> {
  const server = await startRedis({ settings: ['--appendonly', 'no'] });
  const ioredis = new Redis(server.url);
  const nodeRedis = await createClient({ url: server.url })
    .on('error', () => {})
    .connect();
  const sends: Record<(typeof REDIS_CLIENTS)[number], Send> = {
    ioredis: ([name = '', ...args]) => ioredis.call(name, ...args),
    'node-redis': (args) => nodeRedis.sendCommand([...args]),
  };
  try {
    await ioredis.script('LOAD', LEAST);
    const ways = [
      ...(await waysOf('ioredis', ioredis, sends.ioredis)),
      ...(await waysOf('node-redis', nodeRedis as RedisStoreClient, sends['node-redis'])),
    ];
    return await measureRates(ways, { group: REDIS, inFlight: 64, sessions: SESSIONS, seconds });
  } finally {
    ioredis.disconnect();
    nodeRedis.destroy();
    await server.stop();
  }
}

async function waysOf(name: string, client: RedisStoreClient, send: Send): Promise<Way[]> {
  const [store, fleet] = [redisStore(client, { prefix: name }), createFleet(SESSIONS)];
  await logIn(store, fleet);
  return [
    { name: `redisStore, ${name}`, call: rotateIn(store, fleet) },
    { name: `its own script bare, ${name}`, call: await bareOf(name, client, send) },
    { name: `the least script, ${name}`, call: await leastOf(name, send) },
  ];
}

/** What the store sends for the same rotation, recorded once and sent again with another generation. */
async function bareOf(name: string, client: RedisStoreClient, send: Send): Promise<Way['call']> {
  const fleet = createFleet(SESSIONS, 'bare');
  await logIn(redisStore(client, { prefix: `bare-${name}` }), fleet);
  const commands: string[][] = [];
  const record = async (...args: string[]): Promise<unknown> => {
    commands.push(args);
    return [];
  };
  const recording = redisStore(recordingClient(record), { prefix: `bare-${name}` });
  for (let session = 0; session < SESSIONS; session += 1) {
    const { from, next } = fleet.next(session);
    await recording.advance(fleet.ref(session), from, next);
  }
  return async (session) => {
    const { from, next } = fleet.next(session);
    const command = commands[session] ?? [];
    const [start, turn] = [`[${from},`, command[TURN] ?? ''];
    command[START] = start;
    command[CALL] = next.rotatedBy;
    command[TURN] = `[${next.generation}${turn.slice(turn.indexOf(','))}`;
    fleet.rotated(session, ((await send(command)) as unknown[])[0]);
  };
}

// Where they are in EVALSHA hash 1 key start rotatedAt call 'turn' turn …
const [START, CALL, TURN] = [4, 6, 8];

function recordingClient(call: (...args: string[]) => Promise<unknown>): RedisStoreClient {
  const unused = (): never => {
    throw new Error('a benchmark records advances alone');
  };
  const others = { pipeline: unused, duplicate: unused, connect: unused, disconnect: unused };
  return { options: {}, call, ...others, subscribe: unused, on: unused };
}

async function leastOf(name: string, send: Send): Promise<Way['call']> {
  const fleet = createFleet(SESSIONS);
  const hash = createHash('sha1').update(LEAST).digest('hex');
  const keyOf = (session: number): string => `least:${name}:${session}`;
  const recordOf = (session: number, next: object): string =>
    JSON.stringify(sessionOf(fleet.ref(session), next));
  for (let session = 0; session < SESSIONS; session += 1) {
    const fields = ['generation', '0', 'endsAt', '9000000000000', 'record', recordOf(session, {})];
    await send(['HSET', keyOf(session), ...fields]);
  }
  return async (session) => {
    const { from, next } = fleet.next(session);
    const args = [`${from}`, `${next.generation}`, `${next.rotatedAt}`, recordOf(session, next)];
    fleet.rotated(session, JSON.parse(String(await send(['EVALSHA', hash, '1', keyOf(session), ...args]))));
  };
}
