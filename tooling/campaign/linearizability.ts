/**
 * Many clients ask one store about few sessions at once, over connections that delay, stall and break, and everything they heard must fit
 * one order of single steps, session by session.
 *
 * @module
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { memoryStore } from '@tokenpair/core/memory';
import { seeded } from '../../packages/core/test/support/random.ts';
import type { StoreName } from './arguments.ts';
import { checkHistory } from './checker.ts';
import { type Fleet, startProcesses, startTasks } from './client-fleet.ts';
import { explainViolation } from './explain-violation.ts';
import { groupBy } from './group-by.ts';
import { readHistories } from './history-log.ts';
import { type FaultyProxy, startProxy } from './proxy.ts';
import type { CampaignReport, Check, Row } from './report.ts';
import { type SessionOperation, sessionMachine } from './session-machine.ts';
import { startServer } from './store-servers.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface LinearizabilityOptions {
  readonly seed: number;
  readonly store: StoreName;
  readonly sessions: number;
  readonly sabotage?: boolean;
  /** Of the clients of Redis; breaks the store's promises. @default false */
  readonly resends?: boolean;
  readonly onProgress?: (text: string) => void;
}

const CLIENTS = 8;
const OPERATIONS_A_SESSION = 100;
/** Few enough that all clients ask about the same session at the same time. */
const SESSIONS_A_BATCH = 12;

const FAULTS = {
  delay: { chance: 0.03, upToMs: 15 },
  stall: { chance: 0.0008, upToMs: 900 },
  cut: { chance: 0.002 },
};

export async function runLinearizability(options: LinearizabilityOptions): Promise<CampaignReport> {
  const started = performance.now();
  const course = await startCourse(options);
  let histories: Map<number, SessionOperation[]>;
  try {
    await runBatches(course.fleet, options);
    histories = readHistories(course.fleet.files());
  } finally {
    await course.close();
  }
  const { checks, verdicts } = judge(options.store, histories);
  const row = {
    store: options.store,
    ...countsOf([...histories.values()].flat(), histories.size),
    ...course.counts(),
    ...verdicts,
    seconds: Math.round((performance.now() - started) / 1000),
  };
  return { title: `linearizability, seed ${options.seed}`, rows: [row], checks };
}

interface Course {
  readonly fleet: Fleet;
  counts(): Row;
  close(): Promise<void>;
}

async function startCourse(options: LinearizabilityOptions): Promise<Course> {
  const { store, seed, sabotage = false, resends = false } = options;
  const folder = join(temporaryFolder(), 'histories');
  mkdirSync(folder);
  const fleetOptions = { clients: CLIENTS, seed, folder, sabotage, resends };
  if (store === 'memory') {
    const fleet = startTasks(memoryStore(), fleetOptions);
    return { fleet, counts: () => ({}), close: fleet.close };
  }
  const server = await startServer(store);
  const proxies = server.port === undefined ? [] : await startProxies(server.port, seed);
  const urls = Array.from({ length: CLIENTS }, (_, n) => server.urlAt(proxies[n]?.port));
  const fleet = await startProcesses(urls, fleetOptions, proxies.length === 0);
  for (const proxy of proxies) proxy.setFaults(FAULTS);
  return {
    fleet,
    counts: () => ({ ...fleet.counts, ...sumOf(proxies) }),
    async close() {
      for (const proxy of proxies) proxy.setFaults({});
      await fleet.close();
      await Promise.all(proxies.map((proxy) => proxy.close()));
      await server.stop();
    },
  };
}

function startProxies(targetPort: number, seed: number): Promise<FaultyProxy[]> {
  return Promise.all(
    Array.from({ length: CLIENTS }, (_, n) => startProxy({ targetPort, random: seeded(seed * 1_000 + n) })),
  );
}

function sumOf(proxies: readonly FaultyProxy[]): Row {
  const sum = { delays: 0, stalls: 0, cuts: 0 };
  for (const { counts } of proxies) {
    sum.delays += counts.delays;
    sum.stalls += counts.stalls;
    sum.cuts += counts.cuts;
  }
  return sum;
}

async function runBatches(
  fleet: Fleet,
  { sessions, store, onProgress }: LinearizabilityOptions,
): Promise<void> {
  const batches = Math.ceil(sessions / SESSIONS_A_BATCH);
  for (let batch = 0; batch < batches; batch += 1) {
    const first = batch * SESSIONS_A_BATCH;
    await fleet.run({
      batch,
      sessions: Array.from({ length: SESSIONS_A_BATCH }, (_, n) => first + n),
      operations: Math.ceil((SESSIONS_A_BATCH * OPERATIONS_A_SESSION) / CLIENTS),
    });
    if ((batch + 1) % Math.ceil(batches / 4) === 0)
      onProgress?.(`linearizability on ${store}: ${first + SESSIONS_A_BATCH} of ${sessions} sessions`);
  }
}

function judge(
  store: StoreName,
  histories: ReadonlyMap<number, readonly SessionOperation[]>,
): { checks: Check[]; verdicts: Row } {
  const judged = groupBy(histories, ([, history]) => checkHistory(sessionMachine, history));
  const violations = judged.get('violation') ?? [];
  const undecided = judged.get('undecided') ?? [];
  const explained = violations
    .slice(0, 3)
    .map(
      ([session, history]) =>
        `session ${session} (invoked, returned in ms, call)\n${explainViolation(history)}`,
    );
  const others = violations.slice(3).map(([session]) => `session ${session}`);
  return {
    verdicts: { violations: violations.length, undecided: undecided.length },
    checks: [
      { name: `every history on ${store} is linearizable`, failures: [...explained, ...others] },
      {
        name: `every history on ${store} could be decided`,
        failures: undecided.map(([session]) => `session ${session}`),
      },
      { name: `the clients on ${store} raced`, failures: racesOf([...histories.values()].flat()) },
    ],
  };
}

/** A campaign without races, revocations and unions of both would prove nothing. */
function racesOf(operations: readonly SessionOperation[]): string[] {
  const { won, lost, revoked } = countsOf(operations, 0);
  return won > 0 && lost > 0 && revoked > 0 ? [] : [`${won} won, ${lost} lost, ${revoked} revoked`];
}

function countsOf(
  operations: readonly SessionOperation[],
  sessions: number,
): { sessions: number; operations: number; unknown: number; won: number; lost: number; revoked: number } {
  const count = (test: (operation: SessionOperation) => boolean): number => operations.filter(test).length;
  return {
    sessions,
    operations: operations.length,
    unknown: count(({ output }) => output === undefined),
    won: count(
      ({ input, output }) => input.kind === 'advance' && typeof output === 'object' && output !== null,
    ),
    lost: count(({ input, output }) => input.kind === 'advance' && output === null),
    revoked: count(({ input, output }) => input.kind.startsWith('revoke') && Number(output) > 0),
  };
}
