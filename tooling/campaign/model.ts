/**
 * Random histories on a real store against a model of the design: logins, refreshes, replays, races, logouts, password changes, disabled
 * users, time, failures of the store and restarts. A violation comes with its invariant and the shortest history that shows it.
 *
 * @module
 */
import * as fc from 'fast-check';
import type { StoreName } from './arguments.ts';
import {
  changePassword,
  crash,
  logIn,
  logOut,
  logOutAll,
  loseAnswer,
  pause,
  prune,
  reachEnd,
  reauthenticate,
  refresh,
  restart,
  type Step,
  setActive,
  useAccess,
} from './model-commands.ts';
import type { Model } from './model-state.ts';
import { makeWorld, type SharedStore, shareStore, type World } from './model-world.ts';
import type { CampaignReport, Row } from './report.ts';
import { startServer } from './store-servers.ts';

export interface ModelOptions {
  readonly seed: number;
  readonly store: StoreName;
  readonly runs: number;
  readonly sabotage?: boolean;
  readonly onProgress?: (text: string) => void;
}

const STEPS_A_RUN = 60;
/** Where a call may wait at all, a busy machine must not pass for a failing store. */
const TIMEOUT_MS: Readonly<Record<StoreName, number>> = {
  memory: 10,
  sqlite: 150,
  redis: 500,
  postgres: 500,
  mariadb: 500,
};

const STEP: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: refresh },
  { weight: 4, arbitrary: logIn },
  { weight: 4, arbitrary: pause },
  { weight: 2, arbitrary: crash },
  { weight: 1, arbitrary: loseAnswer },
  { weight: 1, arbitrary: reachEnd },
  { weight: 2, arbitrary: useAccess },
  { weight: 1, arbitrary: logOut },
  { weight: 1, arbitrary: logOutAll },
  { weight: 1, arbitrary: changePassword },
  { weight: 1, arbitrary: reauthenticate },
  { weight: 1, arbitrary: setActive },
  { weight: 1, arbitrary: restart },
  { weight: 1, arbitrary: prune },
);

export async function runModel(options: ModelOptions): Promise<CampaignReport> {
  const { seed, store, runs, sabotage = false } = options;
  const started = performance.now();
  const server = await startServer(store);
  try {
    const shared = await shareStore(server.urlAt(), TIMEOUT_MS[store], sabotage);
    const failure = await checkRuns(options, shared);
    await shared.current().close();
    const seconds = Math.round((performance.now() - started) / 1000);
    return {
      title: `model, seed ${seed}`,
      rows: [{ store, runs, ...countsOf(shared), violations: failure === undefined ? 0 : 1, seconds }],
      checks: [
        {
          name: `every history on ${store} keeps I1 to I9`,
          failures: failure === undefined ? [] : [failure],
        },
        {
          name: `the histories on ${store} met every row of the table`,
          failures: failure === undefined ? missingIn(shared) : [],
        },
      ],
    };
  } finally {
    await server.stop();
  }
}

async function checkRuns(
  { seed, runs, store, onProgress }: ModelOptions,
  shared: SharedStore,
): Promise<string | undefined> {
  let run = 0;
  // Lengths are even from none to the most, and a few commands do not apply: so these are STEPS_A_RUN on average.
  const histories = fc.commands([STEP], { maxCommands: Math.ceil(2.25 * STEPS_A_RUN), size: 'max' });
  const property = fc.asyncProperty(histories, async (commands) => {
    run += 1;
    const name = `${store}-${seed}-${run}`;
    if (run % Math.ceil(runs / 4) === 0) onProgress?.(`model on ${store}: ${run} of ${runs} runs`);
    await fc.asyncModelRun(() => ({ model: newModel(), real: makeWorld(shared, name) }), commands);
  });
  const result = await fc.check(property, { seed, numRuns: runs });
  return result.failed ? explain(result) : undefined;
}

/** What a campaign has to have met, or it has proven little; `session.recovered` takes a store that loses writes. */
const EVENTS: Readonly<Record<string, string>> = {
  steps: 'step',
  rotations: 'session.refreshed',
  replays: 'refresh.replayed',
  afterOutage: 'refresh.replayed_after_outage',
  reuse: 'refresh.reused',
  revoked: 'token_revoked',
  expired: 'session_expired',
  disabled: 'no_active_account',
  password: 'password_changed',
  failures: 'backend.failed',
};

const ENOUGH_STEPS = 2_500;

function countsOf({ events }: SharedStore): Row {
  return Object.fromEntries(Object.entries(EVENTS).map(([title, name]) => [title, events.get(name) ?? 0]));
}

/** A few histories may miss some by chance. */
function missingIn(shared: SharedStore): string[] {
  if ((shared.events.get('step') ?? 0) < ENOUGH_STEPS) return [];
  return Object.entries(countsOf(shared)).flatMap(([title, count]) => (count === 0 ? [`no ${title}`] : []));
}

/** fast-check writes the steps that were taken, and how to find them again. */
function listed(commands: Iterable<unknown> | undefined): string {
  return String(commands).replaceAll(/,(?=[a-z0-9-])(?! )/g, '\n');
}

function newModel(): Model {
  return { sessions: [], down: false, outages: [], phantoms: new Map() };
}

function explain({
  counterexample,
  counterexamplePath,
  errorInstance,
  seed,
  numShrinks,
}: fc.RunDetails<[Iterable<fc.AsyncCommand<Model, World>>]>): string {
  const [commands] = counterexample ?? [];
  const message = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  return [
    message,
    `seed ${seed}, path ${counterexamplePath}, shrunk ${numShrinks} times`,
    listed(commands),
  ].join('\n');
}
