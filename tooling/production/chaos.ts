/**
 * What clients see of workers that are killed and replaced under load: nothing, but for what a killed worker had in hand, and of that only what
 * must not be asked twice.
 *
 * @module
 */
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { seeded } from '../../packages/core/test/support/random.ts';
import type { CampaignReport, Row } from '../campaign/report.ts';
import { type ChaosClient, startChaosClient, type Trouble } from './chaos-client.ts';
import { type Stack, startStack } from './stack.ts';

export interface ChaosOptions {
  readonly seed: number;
  readonly seconds: number;
  readonly clients: number;
  readonly store?: 'redis' | 'postgres';
}

interface Kill {
  /** ms by `performance.now()`. */
  readonly at: number;
  readonly pid: number;
}

const NAME = 'nina';
const PASSWORD = 'swordfish-1';
/** Between two kills, on average. */
const PAUSE_MS = 2_000;
/** The system takes a while to end a process, and nginx to notice. */
const SLACK_MS = 250;

export async function runChaos({
  clients: count,
  seconds,
  seed,
  store = 'redis',
}: ChaosOptions): Promise<CampaignReport> {
  const random = seeded(seed);
  const stack = await startStack({ store });
  try {
    stack.addUser(NAME, PASSWORD);
    const clients: ChaosClient[] = [];
    // One after the other: parallel logins of one user are taken for guessing.
    for (let number = 0; number < count; number += 1)
      clients.push(await startChaosClient({ stack, number, random, name: NAME, password: PASSWORD }));
    const [kills] = await Promise.all([
      killWorkers(stack, random, seconds * 1000),
      rollOnce(stack, seconds * 400),
    ]);
    await Promise.all(clients.map((client) => client.stop()));
    return report(stack, clients, kills, seconds);
  } finally {
    await stack.stop();
  }
}

/** Kills one that serves, at random times; when each was killed. */
async function killWorkers(stack: Stack, random: () => number, ms: number): Promise<readonly Kill[]> {
  const kills: Kill[] = [];
  const end = performance.now() + ms;
  for (;;) {
    await sleep(PAUSE_MS * (0.5 + random()));
    if (performance.now() > end) return kills;
    const serving = stack.workers();
    const victim = serving[Math.floor(random() * serving.length)];
    if (victim === undefined) continue;
    const at = performance.now();
    if (killed(victim)) kills.push({ at, pid: victim });
  }
}

/** Whether it still ran. */
function killed(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}

async function rollOnce(stack: Stack, afterMs: number): Promise<void> {
  await sleep(afterMs);
  stack.app.process.kill('SIGHUP');
  await stack.untilLogged(({ msg }) => msg === 'replaced workers');
}

function report(
  stack: Stack,
  clients: readonly ChaosClient[],
  kills: readonly Kill[],
  seconds: number,
): CampaignReport {
  const troubles = clients.flatMap((client) => client.troubles);
  const said = ({ client, ended, started, status, what }: Trouble): string =>
    `client ${client}: ${what} ${status || 'broke'} after ${Math.round(ended - started)} ms`;
  const isOfAKill = ({ ended, started }: Trouble): boolean =>
    kills.some(({ at }) => at > started - SLACK_MS && at < ended + SLACK_MS);
  const reused = stack.logged().filter(({ event }) => event === 'refresh.reused');
  return {
    title: `Workers killed and replaced under load, ${seconds} s`,
    rows: [
      {
        clients: clients.length,
        answers: clients.reduce((sum, client) => sum + client.answered(), 0),
        kills: kills.length,
        ...troublesBy(troubles),
        'asked again by nginx': askedAgain(stack.nginxLogs()),
        'logged out': clients.filter(({ refusals }) => refusals.length > 0).length,
      },
    ],
    checks: [
      { name: 'no client is logged out', failures: clients.flatMap(({ refusals }) => refusals) },
      {
        name: 'no 5xx but of what a killed worker had in hand',
        failures: troubles.filter((one) => !isOfAKill(one)).map(said),
      },
      { name: 'no refresh is taken for a theft', failures: reused.map((line) => JSON.stringify(line)) },
      { name: 'workers were killed', failures: kills.length > 0 ? [] : ['none was'] },
      { name: 'no worker outlived its drain', failures: outlived(stack, kills) },
    ],
  };
}

/** What clients had to ask again. */
function troublesBy(troubles: readonly Trouble[]): Row {
  const count = (status: number): number => troubles.filter((one) => one.status === status).length;
  return { broken: count(0), '503': count(503), 'other 5xx': troubles.length - count(0) - count(503) };
}

function askedAgain(logs: string): number {
  return logs.match(/"upstream_status":"\d+, /g)?.length ?? 0;
}

/** Those that the supervisor had to kill. */
function outlived(stack: Stack, kills: readonly Kill[]): readonly string[] {
  const ours = new Set<unknown>(kills.map(({ pid }) => pid));
  const lines = stack
    .logged()
    .filter(({ msg, signal, worker }) => msg === 'retired' && signal !== null && !ours.has(worker));
  return lines.map((line) => JSON.stringify(line));
}
