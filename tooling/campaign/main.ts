// `npm run campaign -- <campaign> [options]`: prints what was found, and fails when anything was.
import process from 'node:process';
import {
  type CampaignArguments,
  type CampaignName,
  parseCampaignArguments,
  type StoreName,
  USAGE,
} from './arguments.ts';
import { SCENARIOS } from './chaos.ts';
import { runLinearizability } from './linearizability.ts';
import { runModel } from './model.ts';
import { runRace } from './race.ts';
import { type CampaignReport, formatReport, formatTally } from './report.ts';
import { runSoak } from './soak.ts';

/** Parts of a campaign, to be run one after the other. */
type Parts = readonly (() => Promise<CampaignReport>)[];

const MODEL_RUNS: Readonly<Record<StoreName, number>> = {
  memory: 2_000,
  sqlite: 2_000,
  redis: 300,
  postgres: 300,
  mariadb: 300,
};

const onProgress = (text: string): void => console.log(text);

const PARTS: Readonly<Record<CampaignName, (given: CampaignArguments) => Parts>> = {
  race: ({ stores, scale, sabotage }) =>
    stores.map(
      (store) => () =>
        runRace({ store, sessions: Math.max(25, Math.round(500 * scale)), sabotage, onProgress }),
    ),
  linearizability: ({ stores, seed, scale, sabotage, resends }) =>
    stores.map((store) => () => {
      const sessions = Math.max(40, Math.round(2_000 * scale));
      return runLinearizability({ seed, store, sessions, sabotage, resends, onProgress });
    }),
  model: ({ stores, seed, scale, sabotage }) =>
    stores.map((store) => () => {
      const runs = Math.max(10, Math.round(MODEL_RUNS[store] * scale));
      return runModel({ seed, store, runs, sabotage, onProgress });
    }),
  chaos: ({ stores, scenarios, seed, scale, sabotage }) =>
    SCENARIOS.filter(({ store }) => stores.includes(store))
      .filter(({ name }) => scenarios.length === 0 || scenarios.includes(name))
      .map((scenario) => () => {
        const clients = Math.max(40, Math.round(200 * scale));
        const rounds = Math.max(1, Math.round(20 * scale));
        return scenario.run({ seed, clients, rounds, sabotage, onProgress });
      }),
  soak: ({ stores, seed, scale, minutes = 1.5 * scale }) =>
    stores.map((store) => () => runSoak({ seed, store, minutes, onProgress })),
};

function readArguments(): CampaignArguments {
  try {
    return parseCampaignArguments(process.argv.slice(2));
  } catch (error) {
    console.error(`${(error as Error).message}\n${USAGE}`);
    process.exit(2);
  }
}

/** What breaks a campaign is a failure too, and the others go on. */
function unfinished(error: unknown): CampaignReport {
  const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    title: 'unfinished',
    rows: [],
    checks: [{ name: 'the campaign runs to its end', failures: [said] }],
  };
}

// With an exit of its own, so that servers and folders go too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const given = readArguments();
console.log(`seed ${given.seed}, ${given.scale} of the full size`);
const reports: CampaignReport[] = [];
for (const part of given.campaigns.flatMap((name) => PARTS[name](given))) {
  const report = await part().catch(unfinished);
  console.log(formatReport(report));
  reports.push(report);
}
const { line, failed } = formatTally(reports);
console.log(line);
// Whatever a part that broke has left running ends with this process.
process.exit(failed > 0 ? 1 : 0);
