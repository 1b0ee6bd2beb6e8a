// `npm run production:chaos -- [--seed <whole number>] [--size full|ci] [--store redis|postgres]`: fails when anything was found.
import process from 'node:process';
import { parseArgs } from 'node:util';
import { formatReport, formatTally } from '../campaign/report.ts';
import { runChaos } from './chaos.ts';

const SIZES: Readonly<Record<string, { readonly seconds: number; readonly clients: number }>> = {
  full: { seconds: 60, clients: 40 },
  ci: { seconds: 5, clients: 15 },
};
const USAGE =
  'Usage: npm run production:chaos -- [--seed <whole number>] [--size full|ci] [--store redis|postgres]';

const { seed, size, store } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    size: { type: 'string', default: 'full' },
    store: { type: 'string', default: 'redis' },
  },
}).values;
const chosen = SIZES[size];
if (chosen === undefined || !/^\d{1,9}$/.test(seed) || (store !== 'redis' && store !== 'postgres')) {
  console.error(USAGE);
  process.exit(2);
}

// With an exit of its own, so that what was started goes too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

console.log(`seed ${seed}`);
const report = await runChaos({ ...chosen, seed: Number(seed), store });
console.log(formatReport(report));
const { failed, line } = formatTally([report]);
console.log(line);
process.exit(failed > 0 ? 1 : 0);
