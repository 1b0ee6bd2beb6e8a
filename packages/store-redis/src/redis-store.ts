import {
  COLLECT_AFTER_MS,
  type CreateRule,
  type LiveIds,
  type Session,
  SessionLimitError,
  type TokenStore,
} from '@tokenpair/core/store';
import { checkServers } from './check-servers.ts';
import type { RedisStoreClient } from './clients.ts';
import { connectTo } from './connect.ts';
import { RedisStoreError } from './errors.ts';
import { createFeedSource } from './feed/feed-source.ts';
import { watchFeed } from './feed/watch-feed.ts';
import { bucketOf, createKeys, escapeText } from './keys.ts';
import { type RedisStoreOptions, resolveRedisStoreOptions } from './options.ts';
import { advanceToFields, fromFields, toFields, turnStart } from './records.ts';
import { createScriptRunner } from './run-script.ts';
import {
  ADVANCE,
  BLACKLIST,
  CREATE,
  FIND,
  IS_LIVE,
  LIST,
  NOBODY,
  REVOKE,
  REVOKE_SUBJECT,
} from './scripts.ts';

/**
 * Makes a store in Redis or Valkey, single, by Sentinel or Cluster, through a client that the app makes, connects and closes: `Redis` or
 * `Cluster` of ioredis; a client, pool or cluster of node-redis.
 *
 * Every step is one script, one round trip, and all that a step changes lies in one slot. Records go by the server's own expiry, an
 * hour after their end. A failing client rejects; the store tries nothing again that may have been done, and sees through a client that does. Better
 * it does not: whoever waited has had a 503 by then.
 *
 * How durable it is, is a matter of the server's settings; `check` tells. It needs `appendonly yes`, and `maxmemory-policy noeviction` where
 * there is a `maxmemory`: with replicas, `waitReplicas` too. With `appendfsync everysec` the end of the machine, not of the process,
 * costs up to a second of writes.
 *
 * > [!WARNING]
 * > Replication of Redis is asynchronous. Without `waitReplicas` a failover can lose a logout that was acknowledged.
 *
 * @throws `TypeError` with code `ERR_INVALID_ARG_TYPE` or `ERR_INVALID_ARG_VALUE` for a wrong argument.
 * @example
 * import { redisStore } from '@tokenpair/store-redis';
 * import { Redis } from 'ioredis';
 *
 * const client = new Redis('redis://127.0.0.1:6379', { autoResendUnfulfilledCommands: false });
 * const store = redisStore(client);
 *
 * @example
 * import { redisStore } from '@tokenpair/store-redis';
 * import { createClient } from 'redis';
 *
 * const client = createClient({ url: 'redis://127.0.0.1:6379' });
 * client.on('error', (error) => console.error(error)); // node-redis ends the process without it
 * const store = redisStore(await client.connect(), { prefix: 'shop', waitReplicas: 1 });
 *
 * @see {@link https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/ | Redis persistence}
 */
export function redisStore(client: RedisStoreClient, options: RedisStoreOptions = {}): TokenStore {
  const resolved = resolveRedisStoreOptions(options);
  const connection = connectTo(client);
  const keys = createKeys(resolved.prefix);
  const { run, runAll, runDurably } = createScriptRunner(connection, resolved);
  const source = createFeedSource(connection, runAll, keys);

  /** The keys and arguments with which every writing script begins. */
  function writing(subject: string, at: number, until?: number): { keys: string[]; args: string[] } {
    const bucket = bucketOf(subject);
    return {
      keys: [keys.feed(bucket), keys.version(bucket), keys.touch(bucket)],
      args: [
        ...[`${at}`, `${at - COLLECT_AFTER_MS}`, `${until ?? ''}`, crypto.randomUUID(), keys.channel],
        ...[`${bucket}`, `${COLLECT_AFTER_MS}`, resolved.waitReplicas === 0 ? '' : 'waits'],
      ],
    };
  }

  async function create(session: Session, rule: CreateRule): Promise<void> {
    const { id, subject, endsAt, revokedAt } = session;
    const { now, limit, onLimit = 'evict-oldest', until } = rule;
    const base = writing(subject, now, until);
    const outcome = await runDurably(
      CREATE,
      [...base.keys, keys.index(subject), keys.session(session)],
      [
        ...base.args,
        ...[escapeText(id), keys.sessions(subject), limit === undefined ? '' : `${Math.max(0, limit - 1)}`],
        ...[onLimit, `${endsAt}`, revokedAt === undefined ? '' : 'revoked', ...toFields(session)],
      ],
    );
    if (String(outcome) === 'limit') throw new SessionLimitError();
    if (String(outcome) === 'exists') throw new RedisStoreError('session_exists');
  }

  async function isLive({ session, token }: LiveIds, now: number): Promise<boolean> {
    if (session && token && bucketOf(session.subject) !== bucketOf(token.subject)) {
      const answers = await Promise.all([isLive({ session }, now), isLive({ token }, now)]); // no one slot has both
      return answers.every(Boolean);
    }
    const names = [...(session ? [keys.session(session)] : []), ...(token ? [keys.token(token)] : [])];
    if (names.length === 0) return true;
    const args = [`${now}`, session ? 'session' : '', token ? 'token' : ''];
    return Number(await run(IS_LIVE, names, args)) === 1;
  }

  return {
    name: 'redis',
    durable: true,
    create,
    isLive,

    find: async (ref) => fromFields(await run(FIND, [keys.session(ref)], []))?.session,

    advance: async (ref, from, next) => {
      const args = [turnStart(from), `${next.rotatedAt}`, crypto.randomUUID(), ...advanceToFields(next)];
      return fromFields(await runDurably(ADVANCE, [keys.session(ref)], args))?.session;
    },

    revoke: async (target, { at, reason, until }) => {
      const { subject } = target;
      const base = writing(subject, at, until);
      const names = [...base.keys, keys.index(subject)];
      const why = JSON.stringify(reason);
      if ('id' in target) {
        const args = [...base.args, escapeText(target.id), why];
        return Number(await runDurably(REVOKE, [...names, keys.session(target)], args));
      }
      const spared = target.except === undefined ? NOBODY : escapeText(target.except);
      const args = [...base.args, keys.sessions(subject), why, spared];
      return Number(await runDurably(REVOKE_SUBJECT, names, args));
    },

    blacklist: async (token, now) => {
      const { id, subject, expiresAt } = token;
      const base = writing(subject, now, expiresAt);
      const entry = JSON.stringify({ token: id, at: now, until: expiresAt, reason: 'revoked' });
      const names = [...base.keys, keys.token(token)];
      return Number(await runDurably(BLACKLIST, names, [...base.args, entry])) === 1;
    },

    list: async (subject, now) => {
      const reply = await run(LIST, [keys.index(subject)], [`${now}`, keys.sessions(subject)]);
      const found = (reply as unknown[]).flatMap((fields) => fromFields(fields) ?? []);
      found.sort((a, b) => b.session.createdAt - a.session.createdAt || b.order - a.order);
      return found.map(({ session }) => session);
    },

    prune: async () => 0, // records and the feed go by their own expiry, members of an index at the subject's next login

    watch: (listener) => watchFeed(source, listener),

    check: () => checkServers(connection, resolved),
  };
}
