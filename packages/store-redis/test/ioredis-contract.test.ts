import { storeContract } from '@tokenpair/testkit';
import { describe, it } from 'vitest';
import { serviceTest } from '../../../tooling/services/service-test.ts';
import { fixtureOn, openIoredis, openIoredisCluster, useCluster, useRedis } from './support.ts';

serviceTest('redis-server')('redisStore by ioredis', (program) => {
  describe('on one server', () => {
    const used = useRedis(program);
    const makeStore = () => fixtureOn(() => openIoredis(used.server));
    storeContract({ describe, it, nativeExpiry: true, makeStore });
  });

  describe('on a cluster', () => {
    const used = useCluster(program);
    const makeStore = () => fixtureOn(() => openIoredisCluster(used.cluster));
    storeContract({ describe, it, nativeExpiry: true, makeStore });
  });
});
