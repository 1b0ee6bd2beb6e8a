import { describe, expect, it, onTestFinished } from 'vitest';
import { serviceTest } from '../../../tooling/services/service-test.ts';
import { bucketOf } from '../src/keys.ts';
import {
  DAY,
  ioredisTo,
  NOW,
  openIoredisCluster,
  openNodeRedisCluster,
  openStore,
  sessionOf,
  upTo,
  useCluster,
} from './support.ts';

const CLUSTERS = { ioredis: openIoredisCluster, 'node-redis': openNodeRedisCluster };
const RULE = { now: NOW };
const MARK = { at: NOW, reason: 'logout' } as const;

serviceTest('redis-server')('redisStore on a cluster', (program) => {
  const used = useCluster(program);

  describe.each(Object.entries(CLUSTERS))('by %s', (prefix, open) => {
    it('sends each step to the master that has it', async () => {
      const store = await openStore(() => open(used.cluster), { prefix });
      const raws = used.cluster.servers.map(({ port }) => ioredisTo(port));
      onTestFinished(() => {
        for (const raw of raws) raw.disconnect();
      });
      await store.list('user', NOW); // it knows the way now
      for (const raw of raws) await raw.config('RESETSTAT');
      for (const n of upTo(60)) {
        await store.create(sessionOf({ subject: `user-${n}` }), RULE);
        await store.revoke({ subject: `user-${n}` }, MARK);
      }
      const errors = await Promise.all(raws.map((raw) => raw.info('errorstats')));
      expect(errors.join()).not.toContain('MOVED');
    });

    it('asks for session and token of two subjects, wherever they lie', async () => {
      const store = await openStore(() => open(used.cluster), { prefix: `${prefix}-two` });
      for (const n of upTo(20)) {
        const session = sessionOf({ subject: `user-${n}` });
        const token = { id: 't1', subject: `other-${n}`, expiresAt: NOW + DAY };
        expect(bucketOf(token.subject)).not.toBe(bucketOf(session.subject));
        await store.create(session, RULE);
        expect(await store.isLive({ session, token }, NOW)).toBe(true);
        await store.blacklist(token, NOW);
        expect(await store.isLive({ session, token }, NOW)).toBe(false);
        await store.revoke(session, MARK);
        expect(await store.isLive({ session, token: { ...token, id: 't2' } }, NOW)).toBe(false);
      }
    });
  });
});
