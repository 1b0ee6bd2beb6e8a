import { setTimeout as sleep } from 'node:timers/promises';
import { seeded } from '../../packages/core/test/support/random.ts';
import type { StoreName } from './arguments.ts';
import type { ChaosOptions } from './chaos-kills.ts';
import { openStage } from './chaos-stage.ts';
import { type FaultyProxy, startProxy } from './proxy.ts';
import type { CampaignReport, Row } from './report.ts';
import { type StoreServer, startServer } from './store-servers.ts';

/** How a store is away: killed, stopped in its tracks, or taking every step and saying nothing. */
type Way = 'killed' | 'stopped' | 'silent';

const GRACE_S = 2;
const AWAY_MS = 6_000;
const STORE_TIMEOUT_MS = 500;

type Server = Exclude<StoreName, 'memory' | 'sqlite'>;

/** Which ways there are. A stopped postmaster says little: its backends go on. */
const WAYS: Readonly<Record<Server, readonly Way[]>> = {
  redis: ['silent', 'stopped', 'killed'],
  postgres: ['silent', 'killed'],
  mariadb: ['silent', 'stopped', 'killed'],
};

/** The store is away for three times the grace, with refreshes under way; nobody may be taken for a thief afterwards. */
export async function runOutages(
  store: Server,
  { seed, clients, rounds, sabotage = false, onProgress }: ChaosOptions,
): Promise<CampaignReport> {
  const random = seeded(seed);
  const server = await startServer(store);
  const proxy = await startProxy({ targetPort: server.port ?? 0 });
  const ways = WAYS[store];
  const outages = Math.max(1, Math.round((rounds * ways.length) / OUTAGES_A_WAY));
  const rows: Row[] = [];
  try {
    const orders = { grace: GRACE_S, leeway: 0, storeTimeoutMs: STORE_TIMEOUT_MS, sabotage };
    const urls = { storeUrl: server.urlAt(proxy.port), auditUrl: () => server.urlAt() };
    const stage = await openStage({ seed, clients, ...urls, orders });
    for (let round = 0; round < outages; round += 1) {
      const way = ways[round % ways.length] as Way;
      await sleep(600 + random() * 800);
      await takeAway(way, server, proxy);
      await sleep(AWAY_MS);
      const since = performance.now();
      await bringBack(way, server, proxy);
      rows.push(await stage.endRound(`${round + 1} ${way}`, since));
      onProgress?.(`chaos, outage of ${store}: ${way}, round ${round + 1} of ${outages}`);
    }
    await sleep(300);
    const lost = rows.reduce((sum, row) => sum + Number(row['afterOutage']), 0);
    return {
      title: `chaos: ${store} away for ${AWAY_MS / 1000} s at grace ${GRACE_S} s, seed ${seed}`,
      rows,
      checks: [
        ...(await stage.close()),
        {
          name: 'answers were lost with the store, and made up for after grace',
          failures: lost > 0 ? [] : ['no refresh was replayed after an outage: the campaign proves nothing'],
        },
      ],
    };
  } finally {
    await proxy.close();
    await server.stop();
  }
}

/** So many rounds of the full size are one outage each way. */
const OUTAGES_A_WAY = 10;

async function takeAway(way: Way, server: StoreServer, proxy: FaultyProxy): Promise<void> {
  if (way === 'killed') await server.kill();
  else if (way === 'stopped') server.pause();
  else proxy.hold('answers');
}

async function bringBack(way: Way, server: StoreServer, proxy: FaultyProxy): Promise<void> {
  if (way === 'killed') await server.restart();
  else if (way === 'stopped') server.resume();
  else proxy.release();
}
