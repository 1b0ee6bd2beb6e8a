import { writeSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { Socket } from 'node:net';
import process from 'node:process';
import { createLog, createService, plainTarget, type Service, StartError } from '@tokenpair-examples/shared';
import { type Message, SAID } from '../cluster/member.ts';
import { createAudit } from '../observe/audit.ts';
import { createWorkerMetrics } from '../observe/worker-metrics.ts';
import { readProductionSettings } from '../settings/production-settings.ts';
import type { Surroundings } from './app.ts';
import { createConnections } from './connections.ts';
import { labelled } from './device-label.ts';
import { createRoom, limitInProgress } from './in-progress.ts';

const STDERR = 2;

/** Makes what a worker serves. */
export type MakeApp = (service: Service, surroundings: Surroundings) => Promise<RequestListener>;

/** Serves the connections that the primary hands over, until it says to finish. What keeps it from starting is told in one line each, with exit code 1, and 78 for the settings. */
export async function runWorker(makeApp: MakeApp): Promise<void> {
  // Ctrl-C reaches every process of a terminal; the primary says when to end.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  try {
    await start(makeApp);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    writeSync(STDERR, `${error.lines.join('\n')}\n`);
    process.exit(error.exitCode);
  }
}

async function start(makeApp: MakeApp): Promise<void> {
  const { maxInProgress, maxLogins, service: settings } = readProductionSettings(process.env);
  const audit = createAudit(createLog(settings.log));
  const { passwordChange: onPasswordChange } = audit;
  const service = await createService(settings, { seeds: [], login: labelled, onPasswordChange });
  audit.watch(service.auth);
  const room = createRoom(maxInProgress);
  const loginRoom = createRoom(maxLogins);
  const { observe, refused } = createWorkerMetrics(service.auth, room.count);
  const app = await makeApp(service, { observe, loginRoom, onLoginRefused: () => refused('logins') });
  const listener = limitInProgress(app, room, () => refused('all'));
  const connections = createConnections((request, response) => {
    request.url = plainTarget(request.url ?? '');
    listener(request, response);
  });

  process.on('message', ({ number, type }: Message, handle) => {
    if (type === SAID.connection) {
      say({ type: SAID.taken, ...(number === undefined ? {} : { number }) });
      if (handle instanceof Socket) connections.take(handle); // none when the client went away on the way here
    }
    if (type === SAID.drain) void connections.finish().then(() => end(service));
  });
  say({ type: SAID.ready });
}

function say(message: Message): void {
  process.send?.(message);
}

async function end(service: Service): Promise<never> {
  await service.close();
  process.exit(0);
}
