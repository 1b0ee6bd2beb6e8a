/**
 * A steady mix of requests for a while, and whether the app stays as it is: memory, open files, handles, records and answering times.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AppStatistics, PASSWORD } from './app-orders.ts';
import { type AppProcess, startApp } from './app-process.ts';
import type { StoreName } from './arguments.ts';
import { startCrowd } from './crowd.ts';
import { openStore } from './open-store.ts';
import type { CampaignReport, Check, Row } from './report.ts';
import { growth, percentile, slopeOf } from './series.ts';
import { startServer } from './store-servers.ts';

export interface SoakOptions {
  readonly seed: number;
  readonly store: StoreName;
  readonly minutes: number;
  readonly onProgress?: (text: string) => void;
}

/** What the app says of itself, and when, in minutes since the start. */
interface Sample extends AppStatistics {
  readonly at: number;
}

const CLIENTS = 20;
const THINK_MS = 100;
/** An hour of the app's in 1.8 s, so that sessions end and are collected while it runs. */
const CLOCK_SPEED = 2_000;
const SESSION_S = 3_600;
const MB = 1_048_576;

/** More growth than this, from the middle third of the run to its last, is a leak. */
const LIMITS = {
  memoryMb: 30,
  descriptors: 10,
  handles: 10,
  records: 1.5,
  p99: 2,
  p99Ms: 30,
  /** A shorter run has too few slow answers to compare. */
  p99Minutes: 1,
};

export async function runSoak({ seed, store, minutes, onProgress }: SoakOptions): Promise<CampaignReport> {
  const server = await startServer(store);
  // Redis collects by its own clock, which does not run faster: there every key has to have its end.
  const clockSpeed = store === 'redis' ? 1 : CLOCK_SPEED;
  let app: AppProcess | undefined;
  try {
    app = await startApp({
      storeUrl: server.urlAt(),
      secret: createHash('sha256').update(`campaign ${seed}`).digest('base64url'),
      ...{ clockSpeed, sessionTtl: SESSION_S, grace: 60, leeway: 60, pruneEveryMs: 200 },
    });
    const started = performance.now();
    const crowd = startCrowd({
      port: app.port,
      clients: CLIENTS,
      seed,
      password: PASSWORD,
      thinkMs: THINK_MS,
    });
    const samples: Sample[] = [];
    const every = Math.max(200, (minutes * 60_000) / 120);
    for (let at = 0; at < minutes; at = (performance.now() - started) / 60_000) {
      samples.push({ at, ...(await statisticsOf(app.port)) });
      if (samples.length % 30 === 0) onProgress?.(`soak on ${store}: ${at.toFixed(2)} of ${minutes} min`);
      await sleep(every);
    }
    const endless = store === 'redis' ? await endlessKeys(server.urlAt()) : [];
    await crowd.stop();
    const waits = crowd.log
      .filter(({ status }) => status === 200)
      .map(({ started: from, ended }) => ({ from, took: ended - from }));
    return report({ seed, store, minutes }, samples, thirdsOf(waits, started, minutes), endless);
  } finally {
    await app?.stop();
    await server.stop();
  }
}

async function statisticsOf(port: number): Promise<AppStatistics> {
  const response = await fetch(`http://127.0.0.1:${port}/stats`);
  return (await response.json()) as AppStatistics;
}

async function endlessKeys(url: string): Promise<string[]> {
  const opened = await openStore(url);
  const keys = (await opened.endless?.()) ?? [];
  await opened.close();
  return [...keys];
}

/** The p99 of the answering times in the middle and the last third, ms. */
function thirdsOf(
  waits: readonly { from: number; took: number }[],
  started: number,
  minutes: number,
): { middle: number; last: number; requests: number } {
  const third = (minutes * 60_000) / 3;
  const within = (n: number): number[] =>
    waits
      .filter(({ from }) => from - started >= n * third && from - started < (n + 1) * third)
      .map(({ took }) => took);
  return { middle: percentile(within(1), 99), last: percentile(within(2), 99), requests: waits.length };
}

function report(
  { seed, store, minutes }: Omit<SoakOptions, 'onProgress'>,
  samples: readonly Sample[],
  p99: { middle: number; last: number; requests: number },
  endless: readonly string[],
): CampaignReport {
  const series = (of: (sample: Sample) => number): number[] => samples.map(of);
  const slope = (values: readonly number[]): number =>
    slopeOf(samples.map(({ at }, n) => [at, values[n] ?? 0] as const).slice(Math.floor(samples.length / 3)));
  const rss = series((sample) => sample.rss / MB);
  const heap = series((sample) => sample.heapUsed / MB);
  const descriptors = series((sample) => sample.descriptors);
  const handles = series((sample) => sample.handles);
  const records = series((sample) => sample.records ?? 0);
  const last = <T>(values: readonly T[]): T | undefined => values.at(-1);
  const row: Row = {
    ...{ store, minutes, requests: p99.requests },
    rssMb: round(last(rss)),
    rssMbAMinute: round(slope(rss)),
    heapMbAMinute: round(slope(heap)),
    descriptors: last(descriptors) ?? 0,
    handles: last(handles) ?? 0,
    records: last(records) ?? 0,
    recordsAMinute: round(slope(records)),
    p99Ms: round(p99.last),
    p99Drift: round(p99.last - p99.middle),
  };
  const grown = (what: string, values: readonly number[], limit: number): Check => ({
    name: `${what} on ${store} stay within bounds`,
    failures:
      growth(values).by > limit ? [`from ${round(growth(values).from)} to ${round(growth(values).to)}`] : [],
  });
  const bounded = growth(records);
  return {
    title: `soak, seed ${seed}`,
    rows: [row],
    checks: [
      grown('MB of memory', rss, LIMITS.memoryMb),
      grown('open files', descriptors, LIMITS.descriptors),
      grown('handles', handles, LIMITS.handles),
      {
        name: `the records on ${store} are bounded`,
        failures:
          store !== 'redis' && bounded.to > bounded.from * LIMITS.records + 50
            ? [`from ${bounded.from} to ${bounded.to}`]
            : endless.map((key) => `a key without an end: ${key}`),
      },
      {
        name: `answering times on ${store} do not drift`,
        failures:
          minutes >= LIMITS.p99Minutes &&
          p99.last > p99.middle * LIMITS.p99 &&
          p99.last - p99.middle > LIMITS.p99Ms
            ? [`p99 from ${round(p99.middle)} to ${round(p99.last)} ms`]
            : [],
      },
    ],
  };
}

function round(value = 0): number {
  return Math.round(value * 10) / 10;
}
