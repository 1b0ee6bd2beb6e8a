import { setTimeout as sleep } from 'node:timers/promises';
import { seeded } from '../../packages/core/test/support/random.ts';
import type { StoreName } from './arguments.ts';
import { openStage } from './chaos-stage.ts';
import type { CampaignReport, Row } from './report.ts';
import { startServer } from './store-servers.ts';

export interface ChaosOptions {
  readonly seed: number;
  readonly clients: number;
  readonly rounds: number;
  readonly sabotage?: boolean;
  readonly onProgress?: (text: string) => void;
}

/** Kills the app or the store's server with SIGKILL in the middle of the load, once a round, and starts it again. */
export async function runKills(
  victim: 'app' | 'server',
  store: Exclude<StoreName, 'memory'>,
  { seed, clients, rounds, sabotage = false, onProgress }: ChaosOptions,
): Promise<CampaignReport> {
  const random = seeded(seed);
  const server = await startServer(store);
  const rows: Row[] = [];
  try {
    const stage = await openStage({ seed, clients, storeUrl: server.urlAt(), orders: { sabotage } });
    for (let round = 1; round <= rounds; round += 1) {
      await sleep(400 + random() * 1_200);
      const target = victim === 'app' ? stage.app : server;
      await target.kill();
      const since = performance.now();
      await sleep(50 + random() * 500);
      await target.restart();
      rows.push(await stage.endRound(`${round}`, since));
      onProgress?.(`chaos, ${victim} on ${store}: round ${round} of ${rounds}`);
    }
    await sleep(300);
    return {
      title: `chaos: kill -9 of the ${victim} on ${store}, seed ${seed}`,
      rows,
      checks: await stage.close(),
    };
  } finally {
    await server.stop();
  }
}
