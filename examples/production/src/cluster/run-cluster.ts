import cluster from 'node:cluster';
import { writeSync } from 'node:fs';
import process from 'node:process';
import { createLog, EX_CONFIG, type Log, messageOf, StartError } from '@tokenpair-examples/shared';
import { watchClock } from '../observe/clock-watch.ts';
import { serveMetrics } from '../observe/metrics-server.ts';
import { createPrimaryMetrics } from '../observe/primary-metrics.ts';
import { type ProductionSettings, readProductionSettings } from '../settings/production-settings.ts';
import { openFrontDoor } from './front-door.ts';
import { toMember } from './member.ts';
import { createShutdown } from './shutdown.ts';
import { createSupervisor, type Supervisor, type SupervisorEvent } from './supervisor.ts';

const STDERR = 2;
/** A worker that waits for a store gives up long before. */
const START_MS = 60_000;

/**
 * The process that never serves: it starts workers, hands them connections, and replaces those that die. SIGHUP replaces them one after the other,
 * which reads keys and code anew; SIGTERM and SIGINT have them finish. What keeps it from starting is told in one line each, with exit code 1, and 78
 * where only somebody who mends the settings can help: so it ends later, too, when no worker is left and the last one ended so.
 *
 * @param workerFile - path of the module that a worker runs
 */
export async function runCluster(workerFile: string): Promise<void> {
  try {
    await start(readProductionSettings(process.env), workerFile);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    writeSync(STDERR, `${error.lines.join('\n')}\n`);
    process.exit(error.exitCode);
  }
}

async function start(settings: ProductionSettings, workerFile: string): Promise<void> {
  const { drainSeconds, metricsHost, metricsPort, service, workers } = settings;
  const log = createLog(service.log).child({ process: 'primary' });
  cluster.setupPrimary({ exec: workerFile });

  const supervisor = createSupervisor({
    count: workers,
    drainMs: drainSeconds * 1000,
    startMs: START_MS,
    fork: () => toMember(cluster.fork()),
    tell: (event) => {
      report(log, event);
      if (event.name === 'crashed' || event.name === 'misconfigured') metrics.crashed();
      if (event.name === 'ready') door.admit();
      if (event.name === 'misconfigured' && event.left === 0) process.exit(EX_CONFIG);
    },
  });
  const door = await listening('PORT', () => openFrontDoor(service, supervisor.next));
  const metrics = createPrimaryMetrics({ serving: supervisor.serving, waiting: door.waiting });
  const metricsServer = await listening('METRICS_PORT', () =>
    serveMetrics({ host: metricsHost, port: metricsPort }, metrics.text),
  );
  const stopWatching = watchClock({
    onJump(byMs) {
      metrics.clockJumped();
      log.error(
        { event: 'clock_jump', byMs },
        'the wall clock jumped: tokens end early or live on by as much',
      );
    },
  });

  // From here on: the first worker may wait for its store for a while.
  process.on('SIGHUP', () => void roll(log, supervisor));
  const end = createShutdown(log, async () => {
    door.close();
    await supervisor.stop();
    stopWatching();
    metricsServer.close();
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void end(signal));

  const failed = await supervisor.start();
  if (failed?.asked === true) return; // by a signal, which ends this process when all have finished
  // The worker has said why in a line of its own.
  if (failed !== undefined) process.exit(failed.code === EX_CONFIG ? EX_CONFIG : 1);
  const { host, store } = service;
  log.info(
    { event: 'sys_startup', host, port: door.port, metrics: metricsServer.port, store: store.kind, workers },
    'listening',
  );
}

async function roll(log: Log, supervisor: Supervisor): Promise<void> {
  const event = 'sys_restart';
  log.info({ event }, 'replacing workers');
  if (await supervisor.roll()) log.info({ event }, 'replaced workers');
  else log.error({ event }, 'not all workers were replaced: old settings and keys are in use');
}

function report(log: Log, event: SupervisorEvent): void {
  const { name, pid: worker } = event;
  if (event.name === 'ready') log.info({ worker }, name);
  else if (event.name === 'late') log.error({ worker }, 'killed, since it could not serve in time');
  else {
    const { code, servedMs, signal } = event.ending;
    const line = { worker, code, signal, servedMs: Math.round(servedMs) };
    if (event.name === 'crashed') log.error({ event: 'sys_crash', ...line, pauseMs: event.pauseMs }, name);
    else if (event.name === 'misconfigured')
      log.fatal({ event: 'sys_crash', ...line, left: event.left }, 'the settings are wrong');
    else log[signal === null ? 'info' : 'warn'](line, name);
  }
}

async function listening<T>(variable: string, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    throw new StartError(`${variable} cannot be listened on: ${messageOf(error)}`, { cause: error });
  }
}
