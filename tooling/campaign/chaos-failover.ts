import { setTimeout as sleep } from 'node:timers/promises';
import { seeded } from '../../packages/core/test/support/random.ts';
import type { RedisServer } from '../services/redis-server.ts';
import type { ChaosOptions } from './chaos-kills.ts';
import { openStage } from './chaos-stage.ts';
import { type FaultyProxy, startProxy } from './proxy.ts';
import { askRedis, startMaster, startReplica } from './redis-servers.ts';
import type { CampaignReport, Row } from './report.ts';

/** So many rounds of the full size are one failover. */
const ROUNDS_A_FAILOVER = 2;

/**
 * The master of a replicated Redis is killed under load and its replica promoted. With `waitReplicas: 1` nothing acknowledged may be lost; what could
 * not be replicated was refused.
 */
export async function runFailovers({
  seed,
  clients,
  rounds,
  sabotage = false,
  onProgress,
}: ChaosOptions): Promise<CampaignReport> {
  const random = seeded(seed);
  const failovers = Math.max(1, Math.round(rounds / ROUNDS_A_FAILOVER));
  const rows: Row[] = [];
  let master = await startMaster();
  let follower: Follower | undefined;
  const proxy = await startProxy({ targetPort: master.port });
  try {
    follower = await follow(master);
    const stage = await openStage({
      seed,
      clients,
      storeUrl: `redis://127.0.0.1:${proxy.port}`,
      auditUrl: () => master.url,
      orders: { store: { waitReplicas: sabotage ? 0 : 1 } },
    });
    for (let round = 1; round <= failovers; round += 1) {
      await sleep(500 + random() * 1_000);
      // What the master says while the link is held never arrives: the replica is behind when it takes over.
      follower.link.hold('answers');
      await sleep(100 + random() * 200);
      await master.kill();
      await follower.link.close();
      const since = performance.now();
      const promoted = follower.server;
      await askRedis(promoted.port, 'REPLICAOF', 'NO', 'ONE');
      proxy.pointAt(promoted.port);
      await master.stop();
      master = promoted;
      follower = undefined;
      follower = await follow(promoted);
      rows.push(await stage.endRound(`${round}`, since));
      onProgress?.(`chaos, failover of redis: round ${round} of ${failovers}`);
    }
    await sleep(300);
    return { title: `chaos: failover of redis, seed ${seed}`, rows, checks: await stage.close() };
  } finally {
    await proxy.close();
    await master.stop();
    await follower?.link.close();
    await follower?.server.stop();
  }
}

/** A replica, and the way by which it hears of its master. */
interface Follower {
  readonly server: RedisServer;
  readonly link: FaultyProxy;
}

async function follow(master: RedisServer): Promise<Follower> {
  const link = await startProxy({ targetPort: master.port });
  return { link, server: await startReplica(link.port) };
}
