import { storeContract } from '@tokenpair/testkit';
import { describe, it } from 'vitest';
import { serviceTest } from '../../../tooling/services/service-test.ts';
import {
  fixtureOn,
  openNodeRedis,
  openNodeRedisCluster,
  openNodeRedisPool,
  useCluster,
  useRedis,
} from './support.ts';

serviceTest('redis-server')('redisStore by node-redis', (program) => {
  describe('on one server', () => {
    const used = useRedis(program);
    const makeStore = () => fixtureOn(() => openNodeRedis(used.server));
    storeContract({ describe, it, nativeExpiry: true, makeStore });
  });

  describe('through a pool', () => {
    const used = useRedis(program);
    const makeStore = () => fixtureOn(() => openNodeRedisPool(used.server));
    storeContract({ describe, it, nativeExpiry: true, makeStore });
  });

  describe('on a cluster', () => {
    const used = useCluster(program);
    const makeStore = () => fixtureOn(() => openNodeRedisCluster(used.cluster));
    storeContract({ describe, it, nativeExpiry: true, makeStore });
  });
});
