/**
 * Honest clients over HTTP while the app, its store or the way between them is killed, stopped or put back; and an audit of what they were
 * told.
 *
 * @module
 */
import type { StoreName } from './arguments.ts';
import { runFailovers } from './chaos-failover.ts';
import { type ChaosOptions, runKills } from './chaos-kills.ts';
import { runOutages } from './chaos-outage.ts';
import { runRollback } from './chaos-rollback.ts';
import type { CampaignReport } from './report.ts';

export interface Scenario {
  readonly name: string;
  readonly store: StoreName;
  run(options: ChaosOptions): Promise<CampaignReport>;
}

export const SCENARIOS: readonly Scenario[] = [
  { name: 'app', store: 'sqlite', run: (options) => runKills('app', 'sqlite', options) },
  { name: 'app', store: 'redis', run: (options) => runKills('app', 'redis', options) },
  { name: 'app', store: 'postgres', run: (options) => runKills('app', 'postgres', options) },
  { name: 'server', store: 'redis', run: (options) => runKills('server', 'redis', options) },
  { name: 'server', store: 'postgres', run: (options) => runKills('server', 'postgres', options) },
  { name: 'server', store: 'mariadb', run: (options) => runKills('server', 'mariadb', options) },
  { name: 'outage', store: 'redis', run: (options) => runOutages('redis', options) },
  { name: 'outage', store: 'postgres', run: (options) => runOutages('postgres', options) },
  { name: 'outage', store: 'mariadb', run: (options) => runOutages('mariadb', options) },
  { name: 'rollback', store: 'redis', run: runRollback },
  { name: 'failover', store: 'redis', run: runFailovers },
];
